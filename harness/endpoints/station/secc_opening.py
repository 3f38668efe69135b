"""The station from the first byte to a session."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.agreement import MINOR, flow_in, is_spoken
from harness.endpoints.station.desk import NO_SESSION, Desk, Handlers, Reply
from harness.endpoints.station.resumption import Visit
from harness.messages.iso20.common import (
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.types import MessageHeader, ResponseCode
from harness.messages.sap import (
    AppProtocolResponseCode,
    SupportedAppProtocolReq,
    SupportedAppProtocolRes,
)


def on_protocols(desk: Desk, ask: SupportedAppProtocolReq, moment: Moment) -> Reply:
    """Of the protocols that both speak, the one the EV likes best (V2G20-169); none without TLS 1.3 (V2G20-2356)."""
    usable = [offer for offer in ask.app_protocol if is_spoken(desk, offer, protected=desk.protected)]
    if not usable:
        return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)
    best = min(usable, key=lambda offer: offer.priority)
    desk.flow = flow_in(desk, best)
    code = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
    if best.version_number_minor != MINOR:
        code = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION
    return SupportedAppProtocolRes(response_code=code, schema_id=best.schema_id)


def on_session_setup(desk: Desk, ask: SessionSetupReq, moment: Moment) -> Reply:
    """Join the session that this very EV paused (V2G20-2545), or open a new one (V2G20-2626)."""
    wanted, plant = ask.header.session_id, desk.plant
    visit = desk.paused.join(wanted, desk.identity_as(ask.evcc_id)) if wanted != NO_SESSION else None
    code = ResponseCode.OK_OLD_SESSION_JOINED
    if visit is None:
        code = ResponseCode.OK_NEW_SESSION_ESTABLISHED
        if plant.paused:
            # Whoever was paused here did not come back: that session is over.
            plant.session_stopped("terminate", moment.at)
        reading = plant.meter.reading(moment.at)
        visit = Visit(
            session_id=desk.new_session_id(wanted),
            evcc_id=ask.evcc_id,
            import_wh=reading.import_wh,
            export_wh=reading.export_wh,
        )
    desk.visit = visit
    plant.ev_connected_hlc(ask.evcc_id, moment.at)
    header = MessageHeader(session_id=visit.session_id, time_stamp=int(moment.at))
    return SessionSetupRes(header=header, response_code=code, evse_id=plant.settings.evse_id)


HANDLERS: Handlers = {
    SupportedAppProtocolReq: on_protocols,
    SessionSetupReq: on_session_setup,
}
