"""Follows one session through the table of its protocol: it observes and forbids nothing."""

from __future__ import annotations

from enum import StrEnum

from harness.messages.field import Message
from harness.messages.iso20.energy import Flow
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.sap import SupportedAppProtocolReq, SupportedAppProtocolRes
from harness.sessions.v2g.row import MAIN, Row, Table
from harness.sessions.v2g.state import Outcome, State
from harness.sessions.v2g.tables.din import DIN
from harness.sessions.v2g.tables.iso2 import ISO2
from harness.sessions.v2g.tables.iso20 import ISO20

TABLES: dict[str, Table] = {ISO2_MESSAGE: ISO2, DIN_MESSAGE: DIN}
"""Tables of other protocols than ISO 15118-20, by the namespace that supportedAppProtocol names."""


_FINAL = frozenset(
    {"FAILED", "FAILED_SequenceError", "FAILED_UnknownSession", "FAILED_SignatureError", "Failed_NoNegotiation"}
)
"""Codes that end a session by any reading."""


class Sequence:
    """Where a session is; what is not foreseen is told, and followed as well as possible."""

    def __init__(self, table: Table = ISO20) -> None:
        """Begin on a new connection."""
        self.table = table
        self.protocol = ""
        """Namespace of the protocol agreed on; empty before that."""
        self.state: StrEnum = State.CONNECTED
        self.flow: Flow | None = None
        """The energy transfer that was selected; None while nobody knows."""
        self.legal = True
        """Whether the last request was foreseen."""
        self.forgiving = False
        """A FAILED response that is no matter of order, session or identity leaves the session where it was.

        Peers of ISO 15118-2 disagree about it; by the standard every FAILED ends the session.
        """
        self._open: dict[int, tuple[Message, bool]] = {}

    @property
    def asked(self) -> Message | None:
        """The request of the main stream that waits for its response."""
        return self.waiting(MAIN)[0]

    def waiting(self, stream: int) -> tuple[Message | None, bool]:
        """The request of a stream that waits for its response, and whether it was foreseen."""
        return self._open.get(stream, (None, True))

    def foreseen(self, request: Message, stream: int = MAIN) -> bool:
        """Whether the table foresees a request here."""
        return bool(self._rows(request, stream))

    def ask(self, request: Message, stream: int = MAIN) -> bool:
        """A request was seen; returns whether the table foresees it here."""
        self.legal = self.foreseen(request, stream)
        self._open[stream] = (request, self.legal)
        return self.legal

    def reply(self, response: Message, stream: int = MAIN) -> Outcome | None:
        """A response was seen; returns what the pair came to, None if nobody had asked."""
        request, _ = self._open.pop(stream, (None, True))
        if request is None:
            return None
        outcome = self.table.outcome_of(request, response)
        if outcome is Outcome.FAILED:
            if not (self.forgiving and self.forgives(response)):
                self.state = State.FAILED
            return outcome
        self._follow(request, outcome, stream)
        if isinstance(response, SupportedAppProtocolRes) and isinstance(request, SupportedAppProtocolReq):
            self._agree(request, response)
        return outcome

    @staticmethod
    def forgives(response: Message) -> bool:
        """Whether a FAILED response is one after which a forgiving station lets the EV try again."""
        return str(getattr(response, "response_code", "")) not in _FINAL

    def expected(self) -> tuple[str, ...]:
        """Names of the requests that are legal now, to print."""
        return self.table.expected(self.state, self.flow)

    def _rows(self, request: Message, stream: int) -> tuple[Row, ...]:
        return self.table.rows_for(self.state, request, flow=self.flow, stream=stream)

    def _follow(self, request: Message, outcome: Outcome, stream: int) -> None:
        self._learn(request)
        # Where the request was not foreseen but answered well, the station went along: follow it.
        rows = self._rows(request, stream)
        if not rows and stream == MAIN:
            rows = self.table.rows_anywhere(request, self.flow)
        row = next((row for wanted in (outcome, Outcome.DONE) for row in rows if row.outcome is wanted), None)
        # What belongs beside the main stream leaves that where it is, whichever way it came.
        if row is not None and (row.then != row.state or row.stream == MAIN):
            self.state = row.then

    def _learn(self, request: Message) -> None:
        """Which energy transfer it is: what was selected, or what a resumed session asks parameters for."""
        self.flow = self.table.flow_of(request, self.flow)

    def _agree(self, request: SupportedAppProtocolReq, response: SupportedAppProtocolRes) -> None:
        """From now on the table of the protocol that the station chose."""
        for offer in request.app_protocol:
            if offer.schema_id == response.schema_id:
                self.protocol = offer.protocol_namespace
                self.table = TABLES.get(offer.protocol_namespace, ISO20)
                return
