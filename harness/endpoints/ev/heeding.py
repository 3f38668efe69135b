"""How an EV takes what the station asks of it with EVSEStatus."""

from __future__ import annotations

from harness.endpoints.ev.journey import Journey
from harness.messages.iso20.common import ChargingSession
from harness.messages.iso20.types import EvseNotification, EvseStatus

_ENDS = {
    EvseNotification.TERMINATE: ChargingSession.TERMINATE,
    EvseNotification.PAUSE: ChargingSession.PAUSE,
    EvseNotification.SERVICE_RENEGOTIATION: ChargingSession.SERVICE_RENEGOTIATION,
}


def due(journey: Journey, status: EvseStatus | None, at: float, pace: float) -> EvseNotification | None:
    """What the station asks for and is to be done now, before NotificationMaxDelay is over (V2G20-1416).

    `pace` is the time in seconds until there is another chance.
    """
    between = journey.between
    if status is None:
        between.heard = None
        return None
    wish = status.evse_notification
    if between.heard is None or between.heard[0] is not wish:
        between.heard = (wish, at, at + status.notification_max_delay)
    _, since, latest = between.heard
    ready = at >= since + journey.ev.heeds_after or at + pace > latest
    return wish if ready and wish not in between.declined else None


def ends(journey: Journey, wish: EvseNotification | None) -> bool:
    """Whether a wish means that power must stop; how it goes on then is noted in `journey.stop_as`."""
    if wish not in _ENDS:
        return False
    if wish is EvseNotification.SERVICE_RENEGOTIATION:
        if not journey.between.renegotiable:
            return False
        journey.between.changes = journey.ev.renegotiated
    journey.stop_as = _ENDS[wish]
    return True
