"""The EV of ISO 15118-2 at the end of a session, in time or before it."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.endpoints.ev.iso2.status import ev_status
from harness.messages.iso2.dc import WeldingDetectionReq, WeldingDetectionRes
from harness.messages.iso2.session import ChargingSession, SessionStopReq, SessionStopRes

_SAFE_VOLTAGE = 60.0
"""V below which the outlet counts as dead."""


def leave(journey: Iso2Journey, moment: Moment, why: str) -> Steps:
    """End the session before its time."""
    journey.common.why, journey.stop_as = why, "Terminate"
    return end_session(journey, moment)


def end_session(journey: Iso2Journey, moment: Moment) -> Steps:
    """End or pause the session."""
    return journey.say(SessionStopReq(charging_session=ChargingSession(journey.stop_as)), moment)


def after_stop(journey: Iso2Journey, moment: Moment) -> Steps:
    """What follows the stop of power: with direct current a look for welded contacts."""
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
