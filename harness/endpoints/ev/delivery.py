"""The EV's requests that start and stop power, with the profile it means to follow."""

from __future__ import annotations

from typing import Any

from harness.core.units import Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Journey, Steps, say
from harness.endpoints.ev.profile import choose
from harness.endpoints.phases import fields
from harness.endpoints.power_over_time import Piece, watts_at
from harness.messages.iso20.common import (
    ChannelSelection,
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
        bpt_channel_selection=_channel(journey),
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


def wanted_power(journey: Journey, at: float) -> float:
    """W that the EV means to take now in Scheduled mode, negative to give: its profile, within everybody's limits."""
    car, battery, limits, share = journey.car, journey.battery, journey.limits, journey.phase_share
    highest = min(battery.charge_power * share, limits.charge_power)
    lowest = -min(battery.discharge_power * share, limits.discharge_power) if car.bidirectional else 0.0
    if journey.profile:
        wanted = watts_at(journey.profile, at)
    else:
        wanted = highest if car.wanted_power is None else car.wanted_power
    return max(lowest, min(highest, wanted))


def _channel(journey: Journey) -> ChannelSelection | None:
    """The power channel that the EV means, where there are two."""
    if not journey.variant.separated:
        return None
    gives = journey.car.wanted_power is not None and journey.car.wanted_power < 0
    return ChannelSelection.DISCHARGE if gives else ChannelSelection.CHARGE


def _profile(journey: Journey, moment: Moment) -> EvPowerProfile:
    """What the EV will take over time; in Scheduled mode within the schedule that it chooses now."""
    anchor = int(moment.at)
    if not journey.schedules:
        mode: DynamicEvpptControlMode | ScheduledEvpptControlMode = DynamicEvpptControlMode()
        most = min(journey.battery.charge_power, journey.limits.charge_power)
        entries: tuple[PowerScheduleEntry, ...] = (PowerScheduleEntry(duration=_DAY, power=Watts.of(round(most))),)
    else:
        intention = choose(journey, journey.schedules, moment.at)
        journey.schedule, journey.profile = intention.schedule, intention.profile
        power = intention.schedule.charging_schedule.power_schedule
        mode = ScheduledEvpptControlMode(
            selected_schedule_tuple_id=intention.schedule.schedule_tuple_id,
            power_tolerance_acceptance=_acceptance(journey, power),
        )
        anchor = power.time_anchor
        entries = tuple(_entry(piece) for piece in intention.profile)
    return EvPowerProfile(
        time_anchor=anchor,
        control_mode=mode,
        ev_power_profile_entries=EvPowerProfileEntryList(ev_power_profile_entry=entries),
    )


def _entry(piece: Piece) -> PowerScheduleEntry:
    powers: dict[str, Any] = fields("power", piece.powers)
    return PowerScheduleEntry(duration=round(piece.end - piece.start), **powers)


def _acceptance(journey: Journey, power: PowerSchedule) -> PowerToleranceAcceptance | None:
    if power.power_tolerance is None:
        return None
    if not journey.car.confirms_tolerance:
        return PowerToleranceAcceptance.POWER_TOLERANCE_NOT_CONFIRMED
    return PowerToleranceAcceptance.POWER_TOLERANCE_CONFIRMED
