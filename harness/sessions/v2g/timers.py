"""Timers of ISO 15118-20: a table of limits with their sources, and the timers of one session."""

from __future__ import annotations

from msgspec import Struct

from harness.core.case import Role
from harness.framing.v2gtp import SIDE_STREAMS
from harness.messages.field import Message
from harness.messages.iso20.ac import AcChargeLoopReq, AcChargeLoopRes
from harness.messages.iso20.acdp import AcdpConnectRes, AcdpDisconnectRes, AcdpVehiclePositioningRes
from harness.messages.iso20.common import (
    AuthorizationRes,
    CertificateInstallationReq,
    CertificateInstallationRes,
    PowerDeliveryReq,
    ScheduleExchangeRes,
    ServiceDetailReq,
    SessionSetupRes,
)
from harness.messages.iso20.dc import (
    DcCableCheckReq,
    DcCableCheckRes,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcPreChargeReq,
)
from harness.messages.iso20.wpt import (
    WptAlignmentCheckRes,
    WptChargeLoopReq,
    WptChargeLoopRes,
    WptFinePositioningRes,
    WptPairingRes,
)


class Timer(Struct, frozen=True, kw_only=True):
    """One timer; `limit` in seconds."""

    name: str
    limit: float
    owner: Role
    sources: tuple[str, ...] = ()


_EV, _STATION = Role.EV, Role.STATION
_MESSAGE_NAME = "V2G_EVCC_Msg_Timeout"
_MESSAGE_IDS = ("V2G20-436", "V2G20-437", "V2G20-438", "V2G20-439", "V2G20-440")
_SEQUENCE_NAME = "V2G_SECC_Sequence_Timeout"
_SEQUENCE_IDS = ("V2G20-441", "V2G20-443")

MESSAGE = Timer(name=_MESSAGE_NAME, limit=2.0, owner=_EV, sources=_MESSAGE_IDS)
LONG_MESSAGE = Timer(name=_MESSAGE_NAME, limit=5.0, owner=_EV, sources=_MESSAGE_IDS)
LOOP_MESSAGE = Timer(name=_MESSAGE_NAME, limit=0.5, owner=_EV, sources=(*_MESSAGE_IDS, "V2G20-1501"))
AC_LOOP_MESSAGE = Timer(name=_MESSAGE_NAME, limit=0.5, owner=_EV, sources=(*_MESSAGE_IDS, "V2G20-1499"))
WPT_LOOP_MESSAGE = Timer(name=_MESSAGE_NAME, limit=0.5, owner=_EV, sources=(*_MESSAGE_IDS, "V2G20-5069"))
ONGOING = Timer(name="V2G_EVCC_Ongoing_Timeout", limit=60.0, owner=_EV)
CABLE_CHECK = Timer(name="V2G_EVCC_CableCheck_Timeout", limit=40.0, owner=_EV)
PRE_CHARGE = Timer(name="V2G_EVCC_PreCharge_Timeout", limit=10.0, owner=_EV)
EV_COMMUNICATION_SETUP = Timer(name="V2G_EVCC_CommunicationSetup_Timeout", limit=20.0, owner=_EV)

SEQUENCE = Timer(name=_SEQUENCE_NAME, limit=60.0, owner=_STATION, sources=_SEQUENCE_IDS)
LOOP_SEQUENCE = Timer(name=_SEQUENCE_NAME, limit=0.5, owner=_STATION, sources=(*_SEQUENCE_IDS, "V2G20-1502"))
AC_LOOP_SEQUENCE = Timer(name=_SEQUENCE_NAME, limit=0.5, owner=_STATION, sources=(*_SEQUENCE_IDS, "V2G20-1500"))
WPT_LOOP_SEQUENCE = Timer(name=_SEQUENCE_NAME, limit=0.5, owner=_STATION, sources=(*_SEQUENCE_IDS, "V2G20-5070"))
STATION_COMMUNICATION_SETUP = Timer(name="V2G_SECC_CommunicationSetup_Performance_Time", limit=18.0, owner=_STATION)
ONGOING_PERFORMANCE = Timer(name="V2G_SECC_Ongoing_Performance_Time", limit=55.0, owner=_STATION)

SIDE_MESSAGES = {
    stream: Timer(name=f"{_MESSAGE_NAME} on 0x{stream:04X}", limit=2.0, owner=_EV, sources=_MESSAGE_IDS)
    for stream in map(int, SIDE_STREAMS)
}
"""One for each stream beside the main one: each waits for its own response."""

TIMERS = (
    MESSAGE,
    LONG_MESSAGE,
    LOOP_MESSAGE,
    AC_LOOP_MESSAGE,
    WPT_LOOP_MESSAGE,
    ONGOING,
    CABLE_CHECK,
    PRE_CHARGE,
    EV_COMMUNICATION_SETUP,
    SEQUENCE,
    LOOP_SEQUENCE,
    AC_LOOP_SEQUENCE,
    WPT_LOOP_SEQUENCE,
    STATION_COMMUNICATION_SETUP,
    ONGOING_PERFORMANCE,
    *SIDE_MESSAGES.values(),
)
"""The whole table."""

_MESSAGE_TIMERS: dict[type[Message], Timer] = {
    ServiceDetailReq: LONG_MESSAGE,
    CertificateInstallationReq: LONG_MESSAGE,
    DcChargeLoopReq: LOOP_MESSAGE,
    AcChargeLoopReq: AC_LOOP_MESSAGE,
    WptChargeLoopReq: WPT_LOOP_MESSAGE,
}
_LOOP_TIMERS: dict[type[Message], Timer] = {
    DcChargeLoopRes: LOOP_SEQUENCE,
    AcChargeLoopRes: AC_LOOP_SEQUENCE,
    WptChargeLoopRes: WPT_LOOP_SEQUENCE,
}


LOOP_SEQUENCES = tuple(_LOOP_TIMERS.values())
"""How long a station waits for the next request of a charge loop."""

_FINISHED, _ONGOING = "Finished", "Ongoing"


class Timing(Struct, frozen=True, kw_only=True):
    """Which timers of a protocol belong to which of its messages."""

    message: Timer
    """The EV's, for every response without one of its own."""
    messages: dict[type[Message], Timer]
    """The EV's for the response to a request of this class."""
    sequence: Timer
    """The station's, for every request without one of its own."""
    sequences: dict[type[Message], Timer] = {}
    """The station's for the request behind a response of this class."""
    set_up: type[Message]
    """The response that ends the time for setting up communication."""
    ongoing: Timer
    """The EV's, while a response of one of the classes below says Ongoing."""
    may_be_ongoing: tuple[type[Message], ...]
    cable_check: Timer
    """The EV's, from its first request of the class below until a response of the other says Finished."""
    cable_check_ask: type[Message]
    cable_check_reply: type[Message]
    pre_charge: Timer
    """The EV's, from its first request of the class below until power is to be delivered, or the table says so."""
    pre_charge_ask: type[Message]
    power_delivery_ask: type[Message]
    ready: Timer | None = None
    """The EV's, from the session's setup until it is ready for power; None where the protocol has no such limit."""

    def message_timer(self, request: Message) -> Timer:
        """How long the EV waits for the response to `request`."""
        return self.messages.get(type(request), self.message)

    def sequence_timer(self, response: Message) -> Timer:
        """How long the station waits for the request that follows `response`."""
        timer = self.sequences.get(type(response))
        if timer is None or str(getattr(response, "response_code", "")).startswith("FAILED"):
            return self.sequence
        return timer


def is_ongoing(response: Message) -> bool:
    """Whether a response says Ongoing, and not that it waits for a customer."""
    return bool(getattr(response, "evse_processing", None) == _ONGOING)


def is_finished(response: Message) -> bool:
    """Whether a response says Finished."""
    return bool(getattr(response, "evse_processing", None) == _FINISHED)


TIMING_20 = Timing(
    message=MESSAGE,
    messages=_MESSAGE_TIMERS,
    sequence=SEQUENCE,
    sequences=_LOOP_TIMERS,
    set_up=SessionSetupRes,
    ongoing=ONGOING,
    may_be_ongoing=(
        AuthorizationRes,
        ScheduleExchangeRes,
        CertificateInstallationRes,
        WptFinePositioningRes,
        WptPairingRes,
        WptAlignmentCheckRes,
        AcdpVehiclePositioningRes,
        AcdpConnectRes,
        AcdpDisconnectRes,
    ),
    cable_check=CABLE_CHECK,
    cable_check_ask=DcCableCheckReq,
    cable_check_reply=DcCableCheckRes,
    pre_charge=PRE_CHARGE,
    pre_charge_ask=DcPreChargeReq,
    power_delivery_ask=PowerDeliveryReq,
)
"""The timers of ISO 15118-20."""


def message_timer(request: Message) -> Timer:
    """How long an EV of ISO 15118-20 waits for the response to `request`."""
    return TIMING_20.message_timer(request)


def sequence_timer(response: Message) -> Timer:
    """How long a station of ISO 15118-20 waits for the request that follows `response`."""
    return TIMING_20.sequence_timer(response)


class Timers:
    """The timers that run in one session; one of a name runs at a time."""

    def __init__(self, factor: float = 1.0) -> None:
        """Every limit is multiplied by `factor`, for slow machines and peers."""
        self._factor = factor
        self.own: dict[Timer, float] = {}
        """Limits of this endpoint's own, in the place of those of the standard; seconds."""
        self._running: dict[str, tuple[float, Timer]] = {}

    def limit(self, timer: Timer) -> float:
        """Seconds after which a timer runs out here."""
        return self.own.get(timer, timer.limit) * self._factor

    def start(self, timer: Timer, at: float) -> None:
        """Run a timer anew from `at`."""
        self._running[timer.name] = (at + self.limit(timer), timer)

    def start_once(self, timer: Timer, at: float) -> None:
        """Run a timer from `at` unless it runs already."""
        if timer.name not in self._running:
            self.start(timer, at)

    def stop(self, *timers: Timer) -> None:
        """Stop timers, whether they run or not."""
        for timer in timers:
            self._running.pop(timer.name, None)

    def clear(self) -> None:
        """Stop all timers."""
        self._running.clear()

    def deadline(self) -> float | None:
        """When the first timer runs out; None if none runs."""
        return min((due for due, _ in self._running.values()), default=None)

    def take_due(self, at: float) -> tuple[Timer, ...]:
        """Stop the timers that ran out at `at` and tell which they were, the earliest first."""
        due = sorted((pair for pair in self._running.values() if pair[0] <= at), key=lambda pair: pair[0])
        for _, timer in due:
            self.stop(timer)
        return tuple(timer for _, timer in due)
