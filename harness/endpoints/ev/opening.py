"""The EV from the first byte to a session: protocols offered, session opened or resumed."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.types import ResponseCode
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes


def begin(journey: Journey, moment: Moment) -> Steps:
    """Offer the protocols."""
    return say(SupportedAppProtocolReq(app_protocol=journey.ev.offers))


def on_protocol(journey: Journey, answer: SupportedAppProtocolRes, moment: Moment) -> Steps:
    """Open or resume a session, if the station chose one of the protocols offered."""
    if answer.response_code is AppProtocolResponseCode.FAILED_NO_NEGOTIATION:
        return journey.break_off("the station speaks none of the protocols offered")
    offered = {protocol.schema_id for protocol in journey.ev.offers}
    if answer.schema_id not in offered:
        return journey.break_off(f"the station chose SchemaID {answer.schema_id}, which was not offered")
    return say(SessionSetupReq(header=journey.header(moment), evcc_id=journey.car.evcc_id))


def on_session(journey: Journey, answer: SessionSetupRes, moment: Moment) -> Steps:
    """Go on where the old session was left, or start over (V2G20-1032, V2G20-2615)."""
    journey.evse_id = answer.evse_id
    if answer.response_code is not ResponseCode.OK_OLD_SESSION_JOINED:
        return say(AuthorizationSetupReq(header=journey.header(moment)))
    if journey.ev.resume is None or answer.header.session_id != journey.ev.resume:
        return journey.break_off("the station joined a session that was not asked for")
    if journey.ev.resume_evse_id not in {"", answer.evse_id}:
        # V2G20-2539, V2G20-2613: the same station, or no session.
        return journey.break_off(f"paused at {journey.ev.resume_evse_id}, resumed at {answer.evse_id}")
    journey.take_up()
    return journey.way.resume(journey, moment)


HANDLERS: Handlers = {
    SupportedAppProtocolRes: on_protocol,
    SessionSetupRes: on_session,
}
