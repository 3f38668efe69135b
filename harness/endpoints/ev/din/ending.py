"""The EV of DIN SPEC 70121 at the end of a session, in time or before it."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.din.status import ev_status
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.messages.din.dc import WeldingDetectionReq, WeldingDetectionRes
from harness.messages.din.session import SessionStopReq, SessionStopRes

_SAFE_VOLTAGE = 60.0
"""V below which the outlet counts as dead."""


def leave(journey: Iso2Journey, moment: Moment, why: str) -> Steps:
    """End the session before its time."""
    journey.common.why = why
    return end_session(journey, moment)


def end_session(journey: Iso2Journey, moment: Moment) -> Steps:
    """End the session; there is no pause here."""
    journey.stop_as = "Terminate"
    return journey.say(SessionStopReq(), moment)


def after_stop(journey: Iso2Journey, moment: Moment) -> Steps:
    """Look for welded contacts."""
    if not journey.looks_for_welding:
        return end_session(journey, moment)
    return journey.say(WeldingDetectionReq(dc_ev_status=ev_status(journey)), moment)


def on_welding_detection(journey: Iso2Journey, answer: WeldingDetectionRes, moment: Moment) -> Steps:
    """Ask until the outlet is dead, then end the session."""
    if float(answer.evse_present_voltage) < _SAFE_VOLTAGE:
        return end_session(journey, moment)
    request = WeldingDetectionReq(dc_ev_status=ev_status(journey))
    return journey.say(request, moment, after=journey.ev.poll_interval)


def on_session_stop(journey: Iso2Journey, answer: SessionStopRes, moment: Moment) -> Steps:
    """Close the connection."""
    return journey.finish()


HANDLERS: Handlers = {WeldingDetectionRes: on_welding_detection, SessionStopRes: on_session_stop}
