"""The station when power starts and stops, and at the end of a session."""

from __future__ import annotations

from harness.core.units import Volts
from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.settings import DYNAMIC
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    EvPowerProfile,
    PowerDeliveryReq,
    PowerDeliveryRes,
    PowerSchedule,
    ScheduledEvpptControlMode,
    ScheduleTuple,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcWeldingDetectionReq, DcWeldingDetectionRes
from harness.messages.iso20.types import Processing, ResponseCode

_TOLERANCE = 1.0
"""W by which rounding may lift a profile over its schedule."""


def on_power_delivery(desk: Desk, ask: PowerDeliveryReq, moment: Moment) -> Reply:
    """Close or open the power path."""
    code = ResponseCode.OK
    if ask.charge_progress is ChargeProgress.START:
        refused = _profile_problem(desk, ask.ev_power_profile)
        if refused is not None:
            return refused
        if ask.ev_processing is Processing.FINISHED:
            desk.plant.energy_started(moment.at)
    elif ask.charge_progress is ChargeProgress.STOP:
        desk.stage.open(moment.at)
        desk.plant.energy_stopped(moment.at)
    elif ask.charge_progress is ChargeProgress.STANDBY:
        code = ResponseCode.WARNING_STANDBY_NOT_ALLOWED
    else:
        code = ResponseCode.WARNING_SCHEDULE_RENEGOTIATION_FAILED
    status = desk.status(moment.at)
    return PowerDeliveryRes(header=desk.header(moment), response_code=code, evse_status=status)


def on_welding_detection(desk: Desk, ask: DcWeldingDetectionReq, moment: Moment) -> Reply:
    """Show how the voltage fades behind open contactors."""
    desk.stage.open(moment.at)
    return DcWeldingDetectionRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_present_voltage=Volts.of(round(desk.stage.voltage, 1)),
    )


def on_session_stop(desk: Desk, ask: SessionStopReq, moment: Moment) -> Reply:
    """Let the EV go, for now or for good."""
    if ask.charging_session is ChargingSession.SERVICE_RENEGOTIATION:
        return ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED
    pausing = ask.charging_session is ChargingSession.PAUSE
    if pausing and desk.visit.control_mode == DYNAMIC and not desk.pause_asked:
        # V2G20-1195: in Dynamic control mode the station says when to pause.
        return ResponseCode.FAILED_PAUSE_NOT_ALLOWED
    if pausing:
        desk.paused.keep(desk.visit, desk.identity)
    desk.farewell = True
    desk.plant.session_stopped("pause" if pausing else "terminate", moment.at)
    return SessionStopRes(header=desk.header(moment), response_code=ResponseCode.OK)


def _profile_problem(desk: Desk, profile: EvPowerProfile | None) -> ResponseCode | None:
    """Why a power profile cannot be followed; None if it can, or if there is none."""
    if profile is None:
        return None
    mode = profile.control_mode
    scheduled = isinstance(mode, ScheduledEvpptControlMode)
    if scheduled is (desk.visit.control_mode == DYNAMIC):
        return ResponseCode.FAILED_EV_POWER_PROFILE_INVALID
    if not isinstance(mode, ScheduledEvpptControlMode):
        return None
    for offered in desk.visit.schedules:
        if offered.schedule_tuple_id == mode.selected_schedule_tuple_id:
            return None if _fits(profile, offered) else ResponseCode.FAILED_EV_POWER_PROFILE_INVALID
    return ResponseCode.FAILED_SCHEDULE_SELECTION_INVALID


def _fits(profile: EvPowerProfile, offered: ScheduleTuple) -> bool:
    """Whether no entry of a profile exceeds what the schedule allows when the entry begins."""
    power = offered.charging_schedule.power_schedule
    at = float(profile.time_anchor)
    for entry in profile.ev_power_profile_entries.ev_power_profile_entry:
        if float(entry.power) > _allowed(power, at) + _TOLERANCE:
            return False
        at += entry.duration
    return True


def _allowed(schedule: PowerSchedule, at: float) -> float:
    entries = schedule.power_schedule_entries.power_schedule_entry
    end = float(schedule.time_anchor)
    for entry in entries:
        end += entry.duration
        if at < end:
            return float(entry.power)
    return float(entries[-1].power)


HANDLERS: Handlers = {
    PowerDeliveryReq: on_power_delivery,
    DcWeldingDetectionReq: on_welding_detection,
    SessionStopReq: on_session_stop,
}
