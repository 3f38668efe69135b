"""What a station makes of a request to start power: the profile, the tolerance, the channel, the contactor."""

from __future__ import annotations

from harness.endpoints.power_over_time import Piece, Plan, meeting, plan_of
from harness.endpoints.station.agreed import Agreed
from harness.endpoints.station.desk import Desk
from harness.endpoints.station.settings import DYNAMIC
from harness.messages.iso20.common import (
    ChannelSelection,
    EvPowerProfile,
    PowerDeliveryReq,
    PowerToleranceAcceptance,
    ScheduledEvpptControlMode,
    ScheduleTuple,
)
from harness.messages.iso20.energy import Flow, flow_of
from harness.messages.iso20.types import Processing, ResponseCode

_ROUNDING = 1.0
"""W by which rounding may lift a profile over its schedule."""


def take_start(desk: Desk, ask: PowerDeliveryReq, at: float) -> ResponseCode:
    """Take note of what the EV announces and, once it is ready, close the power path; the code of the answer."""
    code = _take_profile(desk, ask.ev_power_profile)
    if code.startswith("FAILED"):
        return code
    if desk.visit.variant.separated:
        desk.channel = ask.bpt_channel_selection or ChannelSelection.CHARGE
    if ask.ev_processing is not Processing.FINISHED:
        return code
    if flow_of(desk.visit.service_id) is Flow.AC and desk.plant.settings.contactor_stuck:
        return ResponseCode.FAILED_CONTACTOR_ERROR
    desk.plant.energy_started(at)
    return code


def _take_profile(desk: Desk, profile: EvPowerProfile | None) -> ResponseCode:
    if profile is None:
        return ResponseCode.OK
    mode = profile.control_mode
    scheduled = isinstance(mode, ScheduledEvpptControlMode)
    if scheduled is (desk.visit.control_mode == DYNAMIC):
        return ResponseCode.FAILED_EV_POWER_PROFILE_INVALID
    if not isinstance(mode, ScheduledEvpptControlMode):
        return ResponseCode.OK
    chosen = [one for one in desk.visit.schedules if one.schedule_tuple_id == mode.selected_schedule_tuple_id]
    if not chosen:
        return ResponseCode.FAILED_SCHEDULE_SELECTION_INVALID
    plan = plan_of(profile)
    if not _fits(plan, chosen[0]):
        return ResponseCode.FAILED_EV_POWER_PROFILE_INVALID
    return _agree(desk, plan, chosen[0], mode.power_tolerance_acceptance)


def _agree(desk: Desk, plan: Plan, chosen: ScheduleTuple, acceptance: PowerToleranceAcceptance | None) -> ResponseCode:
    """Keep to the profile, with the tolerance if one was offered and confirmed."""
    settings = desk.plant.settings
    offered = chosen.charging_schedule.power_schedule.power_tolerance
    confirmed = acceptance is PowerToleranceAcceptance.POWER_TOLERANCE_CONFIRMED
    if offered is not None and not confirmed and settings.tolerance_required:
        return ResponseCode.FAILED_POWER_TOLERANCE_NOT_CONFIRMED
    tolerance = settings.profile_tolerance if offered is None or not confirmed else abs(float(offered))
    desk.agreed = Agreed(profile=plan, tolerance=tolerance)
    if offered is None:
        return ResponseCode.OK
    return (
        ResponseCode.OK_POWER_TOLERANCE_CONFIRMED if confirmed else ResponseCode.WARNING_POWER_TOLERANCE_NOT_CONFIRMED
    )


def _fits(profile: Plan, offered: ScheduleTuple) -> bool:
    """Whether a profile stays within a schedule all the time; what comes from the EV counts negative (V2G20-1034)."""
    forth = plan_of(offered.charging_schedule.power_schedule)
    back = () if offered.discharging_schedule is None else plan_of(offered.discharging_schedule.power_schedule)
    return all(
        _within(piece, meeting(forth, piece.start, piece.end), meeting(back, piece.start, piece.end))
        for piece in profile
    )


def _within(piece: Piece, forth: Plan, back: Plan) -> bool:
    most = min((one.watts for one in forth), default=0.0)
    least = min((abs(one.watts) for one in back), default=0.0)
    # A schedule that names phases bounds each of them.
    by_phase = all(
        all(mine <= theirs + _ROUNDING for mine, theirs in zip(piece.powers, one.powers, strict=True))
        for one in forth
        if len(one.powers) == len(piece.powers)
    )
    return by_phase and -least - _ROUNDING <= piece.watts <= most + _ROUNDING
