"""The order of messages of an ISO 15118-20 DC session, as a table that observes and forbids nothing."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from harness.messages.field import Message
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationSetupReq,
    CertificateInstallationReq,
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    ScheduleExchangeReq,
    ServiceDetailReq,
    ServiceDiscoveryReq,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionStopReq,
)
from harness.messages.iso20.dc import (
    DcCableCheckReq,
    DcChargeLoopReq,
    DcChargeParameterDiscoveryReq,
    DcPreChargeReq,
    DcWeldingDetectionReq,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq

DERIVED = "derived from the flow of messages; no requirement id for it is public"
"""Source of rows that no public id supports."""


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
    PARAMETERS_KNOWN = "charge parameters known"
    SCHEDULING = "schedule exchange ongoing"
    SCHEDULED = "schedule settled"
    CABLE_CHECKING = "cable check ongoing"
    CABLE_CHECKED = "cable checked"
    PRE_CHARGING = "pre-charge ongoing"
    PRE_CHARGED = "pre-charged"
    STARTING = "EV still preparing power delivery"
    TRANSFERRING = "energy transfer"
    STANDBY = "standby"
    STOPPED = "energy transfer stopped"
    WELDING_DETECTION = "welding detection ongoing"
    WELDING_DETECTED = "welding detection finished"
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


class Row(Struct, frozen=True):
    """In `state` the request `ask` (of this `variant`, if any) is legal, and its `outcome` leads to `then`."""

    state: State
    ask: type[Message]
    outcome: Outcome
    then: State
    sources: tuple[str, ...] = (DERIVED,)
    variant: str = ""
    """ChargeProgress of a PowerDeliveryReq, or ChargingSession of a SessionStopReq; empty: whatever it says."""


_S, _O = State, Outcome
_START, _STOP = ChargeProgress.START, ChargeProgress.STOP
_STANDBY, _RESCHEDULE = ChargeProgress.STANDBY, ChargeProgress.SCHEDULE_RENEGOTIATION

_SETUP_ROWS = (
    Row(_S.CONNECTED, SupportedAppProtocolReq, _O.DONE, _S.NEGOTIATED, ("V2G20-169",)),
    Row(_S.NEGOTIATED, SessionSetupReq, _O.DONE, _S.SET_UP, ("V2G20-2106", "V2G20-2626", "V2G20-2627")),
    Row(_S.NEGOTIATED, SessionSetupReq, _O.JOINED, _S.JOINED, ("V2G20-2622", "V2G20-2623")),
    Row(_S.JOINED, DcChargeParameterDiscoveryReq, _O.DONE, _S.PARAMETERS_KNOWN, ("V2G20-1032", "V2G20-2098")),
    Row(_S.SET_UP, AuthorizationSetupReq, _O.DONE, _S.AUTHORIZATION_OFFERED),
    Row(_S.AUTHORIZATION_OFFERED, CertificateInstallationReq, _O.DONE, _S.AUTHORIZATION_OFFERED, ("V2G20-1577",)),
    Row(_S.AUTHORIZATION_OFFERED, CertificateInstallationReq, _O.ONGOING, _S.INSTALLING, ("V2G20-1577",)),
    Row(_S.INSTALLING, CertificateInstallationReq, _O.ONGOING, _S.INSTALLING),
    Row(_S.INSTALLING, CertificateInstallationReq, _O.DONE, _S.AUTHORIZATION_OFFERED),
    Row(_S.AUTHORIZATION_OFFERED, AuthorizationReq, _O.DONE, _S.AUTHORIZED, ("V2G20-1577", "V2G20-1200")),
    Row(_S.AUTHORIZATION_OFFERED, AuthorizationReq, _O.ONGOING, _S.AUTHORIZING, ("V2G20-1577",)),
    Row(_S.AUTHORIZATION_OFFERED, AuthorizationReq, _O.WARNED, _S.AUTHORIZATION_REFUSED, ("V2G20-2219",)),
    Row(_S.AUTHORIZING, AuthorizationReq, _O.ONGOING, _S.AUTHORIZING, ("V2G20-1582",)),
    Row(_S.AUTHORIZING, AuthorizationReq, _O.DONE, _S.AUTHORIZED, ("V2G20-1582", "V2G20-1200")),
    Row(_S.AUTHORIZING, AuthorizationReq, _O.WARNED, _S.AUTHORIZATION_REFUSED, ("V2G20-2219",)),
    Row(_S.AUTHORIZATION_REFUSED, AuthorizationReq, _O.DONE, _S.AUTHORIZED, ("V2G20-2219", "V2G20-2230")),
    Row(_S.AUTHORIZATION_REFUSED, AuthorizationReq, _O.ONGOING, _S.AUTHORIZING, ("V2G20-2219", "V2G20-2230")),
    Row(_S.AUTHORIZATION_REFUSED, AuthorizationReq, _O.WARNED, _S.AUTHORIZATION_REFUSED, ("V2G20-2230",)),
    Row(_S.AUTHORIZATION_REFUSED, CertificateInstallationReq, _O.DONE, _S.AUTHORIZATION_OFFERED, ("V2G20-2221",)),
    Row(_S.AUTHORIZATION_REFUSED, CertificateInstallationReq, _O.ONGOING, _S.INSTALLING, ("V2G20-2221",)),
    Row(_S.AUTHORIZED, ServiceDiscoveryReq, _O.DONE, _S.SERVICES_OFFERED, ("V2G20-1200",)),
    Row(_S.SERVICES_OFFERED, ServiceDetailReq, _O.DONE, _S.SERVICE_DETAILED, ("V2G20-1980",)),
    Row(_S.SERVICE_DETAILED, ServiceDetailReq, _O.DONE, _S.SERVICE_DETAILED, ("V2G20-1981",)),
    Row(_S.SERVICE_DETAILED, ServiceSelectionReq, _O.DONE, _S.SERVICE_SELECTED, ("V2G20-1981",)),
    Row(_S.SERVICE_SELECTED, DcChargeParameterDiscoveryReq, _O.DONE, _S.PARAMETERS_KNOWN, ("V2G20-1983",)),
)

_ENERGY_ROWS = (
    Row(_S.PARAMETERS_KNOWN, ScheduleExchangeReq, _O.ONGOING, _S.SCHEDULING),
    Row(_S.PARAMETERS_KNOWN, ScheduleExchangeReq, _O.DONE, _S.SCHEDULED),
    Row(_S.SCHEDULING, ScheduleExchangeReq, _O.ONGOING, _S.SCHEDULING, ("V2G20-1987",)),
    Row(_S.SCHEDULING, ScheduleExchangeReq, _O.DONE, _S.SCHEDULED, ("V2G20-1987",)),
    Row(_S.SCHEDULED, DcCableCheckReq, _O.ONGOING, _S.CABLE_CHECKING, ("V2G20-2122",)),
    Row(_S.SCHEDULED, DcCableCheckReq, _O.DONE, _S.CABLE_CHECKED, ("V2G20-2122",)),
    Row(_S.SCHEDULED, PowerDeliveryReq, _O.DONE, _S.STANDBY, ("V2G20-2122", "V2G20-1385"), _STANDBY),
    Row(_S.SCHEDULED, PowerDeliveryReq, _O.WARNED, _S.SCHEDULED, ("V2G20-2122",), _STANDBY),
    Row(_S.SCHEDULED, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-2122",), _STOP),
    Row(_S.CABLE_CHECKING, DcCableCheckReq, _O.ONGOING, _S.CABLE_CHECKING),
    Row(_S.CABLE_CHECKING, DcCableCheckReq, _O.DONE, _S.CABLE_CHECKED),
    Row(_S.CABLE_CHECKED, DcPreChargeReq, _O.ONGOING, _S.PRE_CHARGING),
    Row(_S.CABLE_CHECKED, DcPreChargeReq, _O.DONE, _S.PRE_CHARGED),
    Row(_S.PRE_CHARGING, DcPreChargeReq, _O.ONGOING, _S.PRE_CHARGING, ("V2G20-2005",)),
    Row(_S.PRE_CHARGING, DcPreChargeReq, _O.DONE, _S.PRE_CHARGED, ("V2G20-2005",)),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.DONE, _S.TRANSFERRING, ("V2G20-2006", "V2G20-1615"), _START),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.ONGOING, _S.STARTING, ("V2G20-2006", "V2G20-1615"), _START),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.DONE, _S.STANDBY, ("V2G20-2006", "V2G20-1385"), _STANDBY),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.WARNED, _S.PRE_CHARGED, ("V2G20-2006",), _STANDBY),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-2006", "V2G20-1311"), _STOP),
    Row(_S.STARTING, PowerDeliveryReq, _O.ONGOING, _S.STARTING, variant=_START),
    Row(_S.STARTING, PowerDeliveryReq, _O.DONE, _S.TRANSFERRING, variant=_START),
    Row(_S.STARTING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-1311",), _STOP),
    Row(_S.TRANSFERRING, DcChargeLoopReq, _O.DONE, _S.TRANSFERRING, ("V2G20-1600",)),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-1311", "V2G20-1623"), _STOP),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.DONE, _S.STANDBY, ("V2G20-1385", "V2G20-1623"), _STANDBY),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.WARNED, _S.TRANSFERRING, ("V2G20-1623",), _STANDBY),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.DONE, _S.PARAMETERS_KNOWN, ("V2G20-1623",), _RESCHEDULE),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.WARNED, _S.TRANSFERRING, ("V2G20-1623",), _RESCHEDULE),
    Row(_S.STANDBY, PowerDeliveryReq, _O.DONE, _S.TRANSFERRING, ("V2G20-1386",), _START),
    Row(_S.STANDBY, PowerDeliveryReq, _O.DONE, _S.STANDBY, variant=_STANDBY),
    Row(_S.STANDBY, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-1386",), _STOP),
    Row(_S.STANDBY, PowerDeliveryReq, _O.DONE, _S.PARAMETERS_KNOWN, ("V2G20-1386",), _RESCHEDULE),
    Row(_S.STOPPED, DcWeldingDetectionReq, _O.ONGOING, _S.WELDING_DETECTION),
    Row(_S.STOPPED, DcWeldingDetectionReq, _O.DONE, _S.WELDING_DETECTED),
    Row(_S.WELDING_DETECTION, DcWeldingDetectionReq, _O.ONGOING, _S.WELDING_DETECTION, ("V2G20-1630",)),
    Row(_S.WELDING_DETECTION, DcWeldingDetectionReq, _O.DONE, _S.WELDING_DETECTED, ("V2G20-1630",)),
)

_NO_STOP = OVER | {State.CONNECTED, State.NEGOTIATED, State.WELDING_DETECTION}
_TERMINATE, _PAUSE = ChargingSession.TERMINATE, ChargingSession.PAUSE
_RENEGOTIATE = ChargingSession.SERVICE_RENEGOTIATION
_AT_REST = (State.STOPPED, State.WELDING_DETECTED)

_STOP_ROWS = (
    *(
        Row(state, SessionStopReq, _O.DONE, _S.TERMINATED, ("V2G20-1632", "V2G20-1080"), _TERMINATE)
        for state in State
        if state not in _NO_STOP
    ),
    *(Row(state, SessionStopReq, _O.DONE, _S.PAUSED, variant=_PAUSE) for state in _AT_REST),
    *(
        Row(state, SessionStopReq, _O.DONE, _S.AUTHORIZED, ("V2G20-1476", "V2G20-1477"), _RENEGOTIATE)
        for state in _AT_REST
    ),
)

ROWS = (*_SETUP_ROWS, *_ENERGY_ROWS, *_STOP_ROWS)
"""The whole table."""


def variant_of(request: Message) -> str:
    """What a request of several meanings wants."""
    if isinstance(request, PowerDeliveryReq):
        return str(request.charge_progress)
    return str(request.charging_session) if isinstance(request, SessionStopReq) else ""


def rows_for(state: State, request: Message) -> tuple[Row, ...]:
    """The rows that make `request` legal in `state`; none means that it is not."""
    variant = variant_of(request)
    return tuple(
        row for row in ROWS if row.state is state and row.ask is type(request) and row.variant in {"", variant}
    )


def expected(state: State) -> tuple[str, ...]:
    """Names of the requests that are legal in `state`, to print."""
    return tuple(dict.fromkeys(row.ask.name for row in ROWS if row.state is state))


def outcome_of(request: Message, response: Message) -> Outcome:
    """What a pair of messages came to."""
    code = str(getattr(response, "response_code", ""))
    if code.startswith("FAILED") or code == AppProtocolResponseCode.FAILED_NO_NEGOTIATION:
        return Outcome.FAILED
    if code == ResponseCode.OK_OLD_SESSION_JOINED:
        return Outcome.JOINED
    said = getattr(response, "evse_processing", None) or getattr(request, "ev_processing", None)
    if said not in {None, Processing.FINISHED}:
        return Outcome.ONGOING
    return Outcome.WARNED if code.startswith("WARNING") else Outcome.DONE


class Sequence:
    """Follows one session through the table; what is not foreseen is told, and followed as well as possible."""

    def __init__(self) -> None:
        """Begin on a new connection."""
        self.state = State.CONNECTED
        self.asked: Message | None = None
        """The request that waits for its response."""
        self.legal = True
        """Whether the last request was foreseen."""

    def ask(self, request: Message) -> bool:
        """A request was seen; returns whether the table foresees it here."""
        self.legal = bool(rows_for(self.state, request))
        self.asked = request
        return self.legal

    def reply(self, response: Message) -> Outcome | None:
        """A response was seen; returns what the pair came to, None if nobody had asked."""
        request, self.asked = self.asked, None
        if request is None:
            return None
        outcome = outcome_of(request, response)
        self.state = State.FAILED if outcome is Outcome.FAILED else self._next(request, outcome)
        return outcome

    def _next(self, request: Message, outcome: Outcome) -> State:
        variant = variant_of(request)
        # Where the request was not foreseen but answered well, the station went along: follow it.
        rows = rows_for(self.state, request) or tuple(
            row for row in ROWS if row.ask is type(request) and row.variant in {"", variant}
        )
        for wanted in (outcome, Outcome.DONE):
            for row in rows:
                if row.outcome is wanted:
                    return row.then
        return self.state
