"""The station when power starts and stops, and at the end of a session."""

from __future__ import annotations

from harness.core.units import Volts
from harness.endpoints.behaviour import Moment
from harness.endpoints.station.announcements import SCHEDULE_RENEGOTIATION, SERVICE_RENEGOTIATION
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.settings import DYNAMIC
from harness.endpoints.station.starting import take_start
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    PowerDeliveryRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcWeldingDetectionReq, DcWeldingDetectionRes
from harness.messages.iso20.types import ResponseCode


def on_power_delivery(desk: Desk, ask: PowerDeliveryReq, moment: Moment) -> Reply:
    """Close or open the power path."""
    code = ResponseCode.OK
    if ask.charge_progress is ChargeProgress.START:
        code = take_start(desk, ask, moment.at)
        if code.startswith("FAILED"):
            return code
    elif ask.charge_progress is ChargeProgress.STOP:
        desk.stage.open(moment.at)
        desk.plant.energy_stopped(moment.at)
    elif ask.charge_progress is ChargeProgress.STANDBY:
        code = _stand_by(desk, moment.at)
    else:
        code = _reschedule(desk, moment.at)
    status = desk.status(moment.at, metered=False)
    return PowerDeliveryRes(header=desk.header(moment), response_code=code, evse_status=status)


def _stand_by(desk: Desk, at: float) -> ResponseCode:
    """Hold the power back, if that is allowed (V2G20-1385)."""
    if not desk.plant.settings.standby:
        return ResponseCode.WARNING_STANDBY_NOT_ALLOWED
    desk.stage.drive(at, desk.stage.voltage, 0.0)
    desk.plant.stand_by(at)
    return ResponseCode.OK


def _reschedule(desk: Desk, at: float) -> ResponseCode:
    """Get ready for another schedule, if that is possible."""
    desk.plant.announcements.heeded(SCHEDULE_RENEGOTIATION, at)
    if not desk.plant.settings.schedule_renegotiation:
        return ResponseCode.WARNING_SCHEDULE_RENEGOTIATION_FAILED
    desk.begin_rounds()
    return ResponseCode.OK


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
        return _choose_anew(desk, moment)
    pausing = ask.charging_session is ChargingSession.PAUSE
    if pausing and desk.visit.control_mode == DYNAMIC and not desk.pause_asked:
        # V2G20-1195: in Dynamic control mode the station says when to pause.
        return ResponseCode.FAILED_PAUSE_NOT_ALLOWED
    if pausing:
        desk.paused.keep(desk.visit, desk.identity)
    desk.farewell = True
    desk.plant.session_stopped("pause" if pausing else "terminate", moment.at)
    return SessionStopRes(header=desk.header(moment), response_code=ResponseCode.OK)


def _choose_anew(desk: Desk, moment: Moment) -> Reply:
    """Go back to the choice of services in the same session (V2G20-1476), if that was offered (V2G20-1955)."""
    if not desk.plant.settings.service_renegotiation:
        return ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED
    desk.plant.energy_stopped(moment.at)
    desk.plant.announcements.heeded(SERVICE_RENEGOTIATION, moment.at)
    desk.begin_rounds()
    desk.meter_shown, desk.agreed, desk.channel = False, None, None
    return SessionStopRes(header=desk.header(moment), response_code=ResponseCode.OK)


HANDLERS: Handlers = {
    PowerDeliveryReq: on_power_delivery,
    DcWeldingDetectionReq: on_welding_detection,
    SessionStopReq: on_session_stop,
}
