"""The schedules and tariffs that a station of ISO 15118-2 offers, and whether an EV keeps to them."""

from __future__ import annotations

from itertools import accumulate

from msgspec.structs import replace

from harness.endpoints.station.iso2.desk import Iso2Desk
from harness.endpoints.station.iso2.terms import ScheduleTerms
from harness.endpoints.station.over_time import Steps, over_time
from harness.messages.iso2.charging import ChargingProfile
from harness.messages.iso2.physical import watts
from harness.messages.iso2.schedule import (
    PMaxSchedule,
    PMaxScheduleEntry,
    RelativeTimeInterval,
    SalesTariff,
    SalesTariffEntry,
    SAScheduleTuple,
)
from harness.messages.xmldsig import Signature
from harness.pki.credentials import Credentials
from harness.security.signature import sign

DAY = 86_400
"""Seconds that a schedule reaches ahead where the EV names no departure (V2G2-304)."""
_MOST_STEPS = 12
"""In which the limits to come are told."""
_TOLERANCE = 1.0
"""W by which rounding may lift a profile over its schedule."""


def offer(desk: Iso2Desk, departure: int | None, at: float) -> tuple[SAScheduleTuple, ...]:
    """New schedules until the EV leaves, or for a day (V2G2-303, V2G2-304); numbers count from 1 (V2G2-773)."""
    length = DAY if departure is None else min(DAY, max(1, departure))
    given = over_time(lambda moment: desk.limits(moment).max_charge_power, at, length, _MOST_STEPS)
    return tuple(_tuple(number, terms, given, length) for number, terms in enumerate(desk.terms.schedules, 1))


def shortened(tuples: tuple[SAScheduleTuple, ...], elapsed: float) -> tuple[SAScheduleTuple, ...]:
    """The same schedules without the time that has gone by (V2G2-741); what is over falls away but the last entry."""
    gone = max(0, round(elapsed))
    return tuple(replace(each, p_max_schedule=_later(each.p_max_schedule, gone)) for each in tuples)


def sign_tariffs(tuples: tuple[SAScheduleTuple, ...], signer: Credentials) -> Signature | None:
    """The mobility operator's signature over all tariffs on offer; None where there are none."""
    tariffs = [each.sales_tariff for each in tuples if each.sales_tariff is not None]
    return sign(tariffs, signer.key.reveal(), schema="iso2") if tariffs else None


def power_at(schedule: PMaxSchedule, elapsed: float) -> float:
    """W that a schedule allows so many seconds after its beginning; the last entry holds on."""
    allowed = 0.0
    for number, entry in enumerate(schedule.p_max_schedule_entry):
        if number == 0 or _start(entry) <= elapsed:
            allowed = float(entry.p_max)
    return allowed


def profile_at(profile: ChargingProfile, elapsed: float) -> float:
    """W that an EV said it would take at most so many seconds after the start."""
    taken = 0.0
    for number, entry in enumerate(profile.profile_entry):
        if number == 0 or entry.charging_profile_entry_start <= elapsed:
            taken = float(entry.charging_profile_entry_max_power)
    return taken


def fits(profile: ChargingProfile, schedule: PMaxSchedule) -> bool:
    """Whether a profile stays within a schedule at every step of either (V2G2-224, V2G2-225, V2G2-761)."""
    steps = {float(entry.charging_profile_entry_start) for entry in profile.profile_entry}
    steps |= {float(_start(entry)) for entry in schedule.p_max_schedule_entry}
    return all(profile_at(profile, step) <= power_at(schedule, step) + _TOLERANCE for step in steps)


def _tuple(number: int, terms: ScheduleTerms, given: Steps, length: int) -> SAScheduleTuple:
    tariff = None
    if terms.prices:
        levels = max(level for _, level in terms.prices)
        entries = tuple(
            SalesTariffEntry(time_interval=interval, e_price_level=level)
            for interval, (_, level) in zip(_intervals(terms.prices, length), terms.prices, strict=False)
        )
        tariff = SalesTariff(
            id=f"tariff{number}", sales_tariff_id=number, num_e_price_levels=levels, sales_tariff_entry=entries
        )
    steps = together(terms.steps, given)
    entries_of_power = tuple(
        PMaxScheduleEntry(time_interval=interval, p_max=watts(bound))
        for interval, (_, bound) in zip(_intervals(steps, length), steps, strict=False)
    )
    return SAScheduleTuple(
        sa_schedule_tuple_id=number,
        p_max_schedule=PMaxSchedule(p_max_schedule_entry=entries_of_power),
        sales_tariff=tariff,
    )


def together(planned: tuple[tuple[int, float | None], ...], given: Steps) -> tuple[tuple[int, float], ...]:
    """Where either changes, the lower of what is planned and what there is to give."""
    beginnings = (0, *accumulate(seconds for seconds, _ in given[:-1]))
    starts = sorted({start for start, _ in planned} | set(beginnings))
    steps = []
    for start in starts:
        plan = next((power for begun, power in reversed(planned) if begun <= start), planned[0][1])
        pairs = zip(beginnings, given, strict=True)
        most = [power for begun, (_, power) in pairs if begun <= start][-1]
        steps.append((start, most if plan is None else min(most, plan)))
    return tuple(steps)


def _intervals(steps: tuple[tuple[int, object], ...], length: int) -> tuple[RelativeTimeInterval, ...]:
    """Where each step begins, those past the end left out; the last one tells how long it lasts."""
    starts = [start for number, (start, _) in enumerate(steps) if number == 0 or start < length]
    *earlier, last = starts
    final = RelativeTimeInterval(start=last, duration=min(DAY, length - last))
    return (*(RelativeTimeInterval(start=start) for start in earlier), final)


def _later(schedule: PMaxSchedule, gone: int) -> PMaxSchedule:
    entries = schedule.p_max_schedule_entry
    left = [
        entry
        for entry, following in zip(entries, (*entries[1:], None), strict=True)
        if following is None or _start(following) > gone
    ]
    return PMaxSchedule(p_max_schedule_entry=tuple(_moved(entry, gone) for entry in left))


def _moved(entry: PMaxScheduleEntry, gone: int) -> PMaxScheduleEntry:
    start, duration = _start(entry), _duration(entry)
    over = max(0, gone - start)
    left = None if duration is None else max(1, duration - over)
    return replace(entry, time_interval=RelativeTimeInterval(start=max(0, start - gone), duration=left))


def _start(entry: PMaxScheduleEntry) -> int:
    interval = entry.time_interval
    return interval.start if isinstance(interval, RelativeTimeInterval) else 0


def _duration(entry: PMaxScheduleEntry) -> int | None:
    interval = entry.time_interval
    return interval.duration if isinstance(interval, RelativeTimeInterval) else None
