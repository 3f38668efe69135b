"""The EV's requests that start and stop power, with the profile it means to follow."""

from __future__ import annotations

from harness.core.units import Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Journey, Steps, say
from harness.messages.iso20.common import (
    ChargeProgress,
    DynamicEvpptControlMode,
    EvPowerProfile,
    EvPowerProfileEntryList,
    PowerDeliveryReq,
    PowerSchedule,
    PowerScheduleEntry,
    PowerToleranceAcceptance,
    ScheduledEvpptControlMode,
)
from harness.messages.iso20.types import Processing

_DAY = 86_400


def start_request(journey: Journey, moment: Moment) -> PowerDeliveryReq:
    """Start, with the profile that fits the control mode."""
    return PowerDeliveryReq(
        header=journey.header(moment),
        ev_processing=Processing.FINISHED,
        charge_progress=ChargeProgress.START,
        ev_power_profile=_profile(journey, moment),
    )


def stop_delivery(journey: Journey, moment: Moment) -> Steps:
    """Stop the flow of power; what comes then is in `journey.stop_as`."""
    journey.stop_sent = True
    request = PowerDeliveryReq(
        header=journey.header(moment),
        ev_processing=Processing.FINISHED,
        charge_progress=ChargeProgress.STOP,
    )
    return say(request)


def power_window(journey: Journey, at: float) -> tuple[float, float]:
    """W that the settled schedule allows now: the lowest (negative: discharging) and the highest."""
    schedule = journey.schedule
    if schedule is None:
        return -float("inf"), float("inf")
    highest = _power_at(schedule.charging_schedule.power_schedule, at)
    if schedule.discharging_schedule is None:
        return 0.0, highest
    # Signs differ between stations: the magnitude is what may flow back.
    return -abs(_power_at(schedule.discharging_schedule.power_schedule, at)), highest


def wanted_power(journey: Journey, at: float) -> float:
    """W that the EV means to take now in Scheduled mode, negative to give, within everybody's limits."""
    car, battery, limits = journey.car, journey.battery, journey.limits
    lowest, highest = power_window(journey, at)
    voltage = battery.voltage
    highest = min(
        highest,
        battery.charge_power,
        limits.charge_power,
        voltage * min(car.max_charge_current, limits.charge_current),
    )
    lowest = max(
        lowest,
        -battery.discharge_power,
        -limits.discharge_power,
        -voltage * min(car.max_discharge_current, limits.discharge_current),
    )
    if not car.bidirectional:
        lowest = 0.0
    wanted = highest if car.wanted_power is None else car.wanted_power
    return max(lowest, min(highest, wanted))


def _power_at(schedule: PowerSchedule, at: float) -> float:
    """W of the entry in force; the last one holds on, as does the first before it begins."""
    entries = schedule.power_schedule_entries.power_schedule_entry
    end = float(schedule.time_anchor)
    for entry in entries:
        end += entry.duration
        if at < end:
            return float(entry.power)
    return float(entries[-1].power) if entries else 0.0


def _profile(journey: Journey, moment: Moment) -> EvPowerProfile:
    schedule = journey.schedule
    anchor = int(moment.at)
    if schedule is None:
        mode: DynamicEvpptControlMode | ScheduledEvpptControlMode = DynamicEvpptControlMode()
        most = min(journey.battery.charge_power, journey.limits.charge_power)
        entries: tuple[PowerScheduleEntry, ...] = (PowerScheduleEntry(duration=_DAY, power=Watts.of(round(most))),)
    else:
        power = schedule.charging_schedule.power_schedule
        mode = ScheduledEvpptControlMode(
            selected_schedule_tuple_id=schedule.schedule_tuple_id,
            power_tolerance_acceptance=_acceptance(power),
        )
        anchor = power.time_anchor
        entries = tuple(
            PowerScheduleEntry(
                duration=entry.duration,
                power=Watts.of(round(min(float(entry.power), journey.car.max_charge_power))),
            )
            for entry in power.power_schedule_entries.power_schedule_entry
        )
    return EvPowerProfile(
        time_anchor=anchor,
        control_mode=mode,
        ev_power_profile_entries=EvPowerProfileEntryList(ev_power_profile_entry=entries),
    )


def _acceptance(power: PowerSchedule) -> PowerToleranceAcceptance | None:
    return None if power.power_tolerance is None else PowerToleranceAcceptance.POWER_TOLERANCE_CONFIRMED
