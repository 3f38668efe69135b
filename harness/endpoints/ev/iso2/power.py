"""How much power an EV of ISO 15118-2 takes: within the schedule it chose, the station's limits and its own."""

from __future__ import annotations

from harness.endpoints.ev.iso2.journey import Iso2Journey
from harness.messages.iso2.charging import ChargingProfile, ProfileEntry
from harness.messages.iso2.physical import watts
from harness.messages.iso2.schedule import PMaxSchedule, RelativeTimeInterval

_MOST_ENTRIES = 24
"""Entries that a ChargingProfile may have."""


def own_limit(journey: Iso2Journey) -> float:
    """W that the EV can take by itself."""
    terms, most = journey.terms, journey.battery.charge_power
    if journey.alternating:
        most = min(most, terms.onboard_voltage * terms.onboard_current * journey.phases)
    return most


def most_current(journey: Iso2Journey) -> float:
    """A of alternating current that the EV can take on each phase, by its charger and by its power."""
    terms = journey.terms
    by_power = journey.car.max_charge_power / (terms.onboard_voltage * journey.phases)
    return round(min(terms.onboard_current, by_power), 1)


def wanted_power(journey: Iso2Journey, at: float) -> float:
    """W that the EV takes now, within everybody's limits."""
    limits, car = journey.common.limits, journey.car
    most = min(own_limit(journey), limits.charge_power, scheduled_power(journey, at))
    if journey.alternating:
        most = min(most, journey.terms.onboard_voltage * limits.charge_current * journey.phases)
    else:
        most = min(most, journey.battery.voltage * min(car.max_charge_current, limits.charge_current))
    wanted = most if car.wanted_power is None else min(most, car.wanted_power)
    return max(0.0, wanted)


def scheduled_power(journey: Iso2Journey, at: float) -> float:
    """W that the chosen schedule allows now; no bound where there is none."""
    if journey.schedule is None:
        return float("inf")
    elapsed, allowed = at - journey.schedule_at, 0.0
    for number, (start, power) in enumerate(_steps(journey.schedule.p_max_schedule)):
        if number == 0 or start <= elapsed:
            allowed = power
    return allowed


def profile(journey: Iso2Journey) -> ChargingProfile | None:
    """What the EV means to take under the chosen schedule (V2G2-224), a step for each of its steps."""
    if journey.schedule is None or not journey.terms.sends_profile:
        return None
    most, phases = own_limit(journey), journey.phases if journey.alternating else None
    entries = tuple(
        ProfileEntry(
            charging_profile_entry_start=start,
            charging_profile_entry_max_power=watts(min(power, most)),
            charging_profile_entry_max_number_of_phases_in_use=phases,
        )
        for start, power in _steps(journey.schedule.p_max_schedule)[:_MOST_ENTRIES]
    )
    return ChargingProfile(profile_entry=entries)


def _steps(schedule: PMaxSchedule) -> list[tuple[int, float]]:
    found = []
    for entry in schedule.p_max_schedule_entry:
        interval = entry.time_interval
        start = interval.start if isinstance(interval, RelativeTimeInterval) else 0
        found.append((start, float(entry.p_max)))
    return found
