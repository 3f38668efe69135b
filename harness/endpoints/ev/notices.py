"""What an EV does after a cycle of the charge loop: stop, heed the station, or go on."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.delivery import stop_delivery
from harness.endpoints.ev.journey import Journey, Steps, say
from harness.messages.iso20.common import ChargingSession
from harness.messages.iso20.types import ChargeLoopRes, EvseNotification, EvseStatus

_NOTIFIED = {
    EvseNotification.TERMINATE: ChargingSession.TERMINATE,
    EvseNotification.PAUSE: ChargingSession.PAUSE,
}


def after_cycle(journey: Journey, answer: ChargeLoopRes, moment: Moment) -> Steps:
    """The steps behind a response in the charge loop, whatever the kind of energy."""
    if notified(journey, answer.evse_status) or journey.loops >= journey.ev.loops:
        return stop_delivery(journey, moment)
    later = Moment(at=moment.at + journey.ev.loop_interval, session_id=moment.session_id)
    return say(journey.way.loop_request(journey, later), after=journey.ev.loop_interval)


def notified(journey: Journey, status: EvseStatus | None) -> bool:
    """Whether the station asks to stop; how is noted in `journey.stop_as`."""
    if status is None or status.evse_notification not in _NOTIFIED:
        return False
    journey.stop_as = _NOTIFIED[status.evse_notification]
    return True
