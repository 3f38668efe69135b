"""The EV when power is delivered or stops, and at the end of a session."""

from __future__ import annotations

from harness.endpoints.behaviour import Hang, Moment
from harness.endpoints.ev import parking, services, side_schedule, standby
from harness.endpoints.ev.delivery import stop_delivery
from harness.endpoints.ev.heeding import due, ends
from harness.endpoints.ev.journey import FINISHED, PAUSED, UNFINISHED, Handlers, Journey, Steps, say
from harness.messages.iso20.common import ChargeProgress, ChargingSession, PowerDeliveryRes, SessionStopRes
from harness.messages.iso20.dc import (
    DcWeldingDetectionReq,
    DcWeldingDetectionRes,
)
from harness.messages.iso20.types import Processing

_SAFE_VOLTAGE = 60.0
"""V below which the outlet counts as dead."""


def on_power_delivery(journey: Journey, answer: PowerDeliveryRes, moment: Moment) -> Steps:
    """Enter the charge loop, or go on with what follows a stop."""
    if journey.stop_sent:
        was_on, journey.power_on = journey.power_on, False
        journey.between.power_stops()
        journey.battery.advance(moment.at, 0.0)
        if not was_on:
            return end_session(journey, moment)
        if journey.stop_as is ChargingSession.PAUSE and journey.ev.detects_welding == "unless pausing":
            return end_session(journey, moment)
        return journey.way.after_stop(journey, moment)
    asked, journey.between.asked = journey.between.asked, None
    if asked is ChargeProgress.STANDBY:
        return standby.on_answer(journey, answer, moment)
    if asked is ChargeProgress.SCHEDULE_RENEGOTIATION:
        return side_schedule.on_announced(journey, answer, moment)
    journey.power_on = True
    if ends(journey, due(journey, answer.evse_status, moment.at, journey.ev.loop_interval)):
        return stop_delivery(journey, moment)
    return say(journey.way.loop_request(journey, moment))


def detect_welding(journey: Journey, moment: Moment) -> Steps:
    """Look for welded contacts."""
    return say(_welding_request(journey, moment, finished=False))


def end_session(journey: Journey, moment: Moment) -> Steps:
    """End or pause the session, once no energy flows any more."""
    return parking.depart(journey, moment)


def on_welding_detection(journey: Journey, answer: DcWeldingDetectionRes, moment: Moment) -> Steps:
    """Ask until the outlet is dead, say once that it is, then end the session (V2G20-1630, V2G20-1631)."""
    if journey.last_processing_finished:
        journey.last_processing_finished = False
        return (journey.way.after_welding or end_session)(journey, moment)
    dead = float(answer.evse_present_voltage) < _SAFE_VOLTAGE
    pause = 0.0 if dead else journey.ev.poll_interval
    return say(_welding_request(journey, moment, finished=dead), after=pause)


def on_session_stop(journey: Journey, answer: SessionStopRes, moment: Moment) -> Steps:
    """Close the connection, or choose services anew (V2G20-1477)."""
    if journey.stop_as is ChargingSession.SERVICE_RENEGOTIATION:
        journey.begin_anew()
        return services.ask_services(journey, moment)
    paused = journey.stop_as is ChargingSession.PAUSE
    journey.over = True
    if paused:
        journey.result = PAUSED
    else:
        journey.result = UNFINISHED if journey.why else FINISHED
    return (Hang(paused=paused),)


def _welding_request(journey: Journey, moment: Moment, *, finished: bool) -> DcWeldingDetectionReq:
    journey.last_processing_finished = finished
    processing = Processing.FINISHED if finished else Processing.ONGOING
    return DcWeldingDetectionReq(header=journey.header(moment), ev_processing=processing)


HANDLERS: Handlers = {
    PowerDeliveryRes: on_power_delivery,
    DcWeldingDetectionRes: on_welding_detection,
    SessionStopRes: on_session_stop,
}
