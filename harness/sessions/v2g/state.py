"""The states of an ISO 15118-20 session, and what decides the way from one to the next."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How far a session has come: what the last pair of messages brought about."""

    CONNECTED = "connected"
    NEGOTIATED = "protocol negotiated"
    SET_UP = "session set up"
    JOINED = "old session joined"
    AUTHORIZATION_OFFERED = "ways of authorization offered"
    INSTALLING = "certificate installation ongoing"
    AUTHORIZING = "authorization ongoing"
    AUTHORIZATION_REFUSED = "authorization refused"
    AUTHORIZED = "authorized"
    SERVICES_OFFERED = "services offered"
    SERVICE_DETAILED = "service detailed"
    SERVICE_SELECTED = "service selected"
    FINE_POSITIONING_SET_UP = "fine positioning set up"
    FINE_POSITIONING = "fine positioning ongoing"
    FINE_POSITIONED = "fine positioning finished"
    PAIRING = "pairing ongoing"
    PAIRED = "paired"
    WPT_PARAMETERS_KNOWN = "WPT parameters known"
    ALIGNING = "alignment check ongoing"
    POSITIONING = "vehicle positioning ongoing"
    POSITIONED = "vehicle positioned"
    CONNECTING = "charging device connecting"
    DEVICE_CONNECTED = "charging device connected"
    PARAMETERS_KNOWN = "charge parameters known"
    SCHEDULING = "schedule exchange ongoing"
    SCHEDULED = "schedule settled"
    CABLE_CHECKING = "cable check ongoing"
    CABLE_CHECKED = "cable checked"
    PRE_CHARGING = "pre-charge ongoing"
    PRE_CHARGED = "pre-charged"
    STARTING = "EV still preparing power delivery"
    TRANSFERRING = "energy transfer"
    RESCHEDULING = "schedule renegotiation ongoing"
    RESCHEDULED = "schedule renegotiated"
    STANDBY = "standby"
    STOPPED = "energy transfer stopped"
    WELDING_DETECTION = "welding detection ongoing"
    WELDING_DETECTED = "welding detection finished"
    DISCONNECTING = "charging device disconnecting"
    DISCONNECTED = "charging device disconnected"
    PAUSED = "paused"
    TERMINATED = "terminated"
    FAILED = "failed"


OVER = frozenset({State.PAUSED, State.TERMINATED, State.FAILED})
"""States in which nothing more may be asked."""


class Outcome(StrEnum):
    """What decides where a pair of messages leads."""

    DONE = "done"
    ONGOING = "ongoing"
    WARNED = "warned"
    JOINED = "joined"
    FAILED = "failed"
