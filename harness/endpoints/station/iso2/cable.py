"""The station of ISO 15118-2 before direct current flows: cable check and pre-charge."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.iso2.desk import Handlers, Iso2Desk, Reply
from harness.endpoints.station.iso2.status import dc_status
from harness.messages.iso2.codes import DcEvseStatusCode, EvseProcessing, IsolationLevel, ResponseCode
from harness.messages.iso2.dc import CableCheckReq, CableCheckRes, PreChargeReq, PreChargeRes
from harness.messages.iso2.physical import volts


def on_cable_check(desk: Iso2Desk, ask: CableCheckReq, moment: Moment) -> Reply:
    """Test the isolation for a while; a fault ends the session (V2G2-585, V2G2-727)."""
    ongoing = desk.cable_rounds > 0
    code, state, isolation = ResponseCode.OK, DcEvseStatusCode.READY, IsolationLevel.VALID
    if ongoing:
        desk.cable_rounds -= 1
        state, isolation = DcEvseStatusCode.ISOLATION_MONITORING_ACTIVE, IsolationLevel.INVALID
    elif desk.terms.cable_fault:
        code, state, isolation = ResponseCode.FAILED, DcEvseStatusCode.MALFUNCTION, IsolationLevel.FAULT
    return CableCheckRes(
        response_code=code,
        dc_evse_status=dc_status(desk, moment.at, state, isolation),
        evse_processing=EvseProcessing.ONGOING if ongoing else EvseProcessing.FINISHED,
    )


def on_pre_charge(desk: Iso2Desk, ask: PreChargeReq, moment: Moment) -> Reply:
    """Bring the voltage to the battery's, within what the station can do."""
    highest = desk.limits(moment.at).max_voltage
    desk.stage.pre_charge(moment.at, min(highest, float(ask.ev_target_voltage)))
    return PreChargeRes(
        response_code=ResponseCode.OK,
        dc_evse_status=dc_status(desk, moment.at),
        evse_present_voltage=volts(round(desk.stage.voltage, 1)),
    )


HANDLERS: Handlers = {CableCheckReq: on_cable_check, PreChargeReq: on_pre_charge}
