"""The station of ISO 15118-2 when power starts, stops or is renegotiated, and at the end of a session."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.announcements import SCHEDULE_RENEGOTIATION
from harness.endpoints.station.iso2.desk import ANYBODY, Handlers, Iso2Desk, Reply
from harness.endpoints.station.iso2.schedules import fits
from harness.endpoints.station.iso2.status import dc_status, status
from harness.messages.iso2.charging import ChargeProgress, PowerDeliveryReq, PowerDeliveryRes
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.dc import DcEvPowerDeliveryParameter, WeldingDetectionReq, WeldingDetectionRes
from harness.messages.iso2.physical import volts
from harness.messages.iso2.session import ChargingSession, SessionStopReq, SessionStopRes
from harness.messages.iso20.energy import Flow


def on_power_delivery(desk: Iso2Desk, ask: PowerDeliveryReq, moment: Moment) -> Reply:
    """Close or open the power path, or get ready for other schedules."""
    at = moment.at
    if ask.charge_progress is ChargeProgress.START:
        refused = _start_refusal(desk, ask)
        if refused is not None:
            return refused
        desk.visit.tuple_id = ask.sa_schedule_tuple_id
        desk.visit.profile, desk.visit.profile_at = ask.charging_profile, at
        desk.plant.energy_started(at)
    else:
        desk.stage.open(at)
        desk.plant.energy_stopped(at)
    if ask.charge_progress is ChargeProgress.RENEGOTIATE:
        desk.renegotiated = True
        desk.plant.announcements.heeded(SCHEDULE_RENEGOTIATION, at)
        desk.cable_rounds = desk.common.cable_check_rounds
    return PowerDeliveryRes(response_code=ResponseCode.OK, evse_status=status(desk, at))


def on_welding_detection(desk: Iso2Desk, ask: WeldingDetectionReq, moment: Moment) -> Reply:
    """Show how the voltage fades behind open contactors."""
    desk.stage.open(moment.at)
    return WeldingDetectionRes(
        response_code=ResponseCode.OK,
        dc_evse_status=dc_status(desk, moment.at),
        evse_present_voltage=volts(round(desk.stage.voltage, 1)),
    )


def on_session_stop(desk: Iso2Desk, ask: SessionStopReq, moment: Moment) -> Reply:
    """Let the EV go, for now (V2G2-739) or for good."""
    pausing = ask.charging_session is ChargingSession.PAUSE
    if pausing:
        desk.common.paused.keep(desk.visit, ANYBODY)
    desk.common.farewell = True
    desk.plant.session_stopped("pause" if pausing else "terminate", moment.at)
    return SessionStopRes(response_code=ResponseCode.OK)


def _start_refusal(desk: Iso2Desk, ask: PowerDeliveryReq) -> ResponseCode | None:
    """Why power may not start; None if it may."""
    chosen = next((each for each in desk.visit.tuples if each.sa_schedule_tuple_id == ask.sa_schedule_tuple_id), None)
    if chosen is None:
        # V2G2-479
        return ResponseCode.FAILED_TARIFF_SELECTION_INVALID
    if ask.charging_profile is not None and not fits(ask.charging_profile, chosen.p_max_schedule):
        # V2G2-478, V2G2-225
        return ResponseCode.FAILED_CHARGING_PROFILE_INVALID
    if desk.flow is Flow.AC and desk.plant.settings.contactor_stuck:
        return ResponseCode.FAILED_CONTACTOR_ERROR
    told = ask.ev_power_delivery_parameter
    if isinstance(told, DcEvPowerDeliveryParameter) and not told.dc_ev_status.ev_ready:
        return ResponseCode.FAILED_POWER_DELIVERY_NOT_APPLIED
    return None


HANDLERS: Handlers = {
    PowerDeliveryReq: on_power_delivery,
    WeldingDetectionReq: on_welding_detection,
    SessionStopReq: on_session_stop,
}
