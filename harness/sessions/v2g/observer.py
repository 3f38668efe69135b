"""What a peer does against the state table or the rules of the session id."""

from __future__ import annotations

from msgspec import Struct

from harness.core.case import Role
from harness.messages.field import Message
from harness.messages.iso20.common import SessionSetupReq, SessionSetupRes
from harness.messages.iso20.types import V2gMessage
from harness.messages.registry import is_request, response_of
from harness.sessions.v2g.row import MAIN
from harness.sessions.v2g.sequence import Sequence
from harness.sessions.v2g.state import OVER, Outcome

_ZERO = bytes(8)


class Finding(Struct, frozen=True):
    """Something the peer should not have done."""

    rule: str
    what: str
    cites: tuple[str, ...] = ()


class Observer:
    """Watches one conversation from one side; only what the other side does becomes a finding."""

    def __init__(self, role: Role, sequence: Sequence, session_id: bytes) -> None:
        """`session_id` is what our side asks to resume, zero if nothing."""
        self.session_id = session_id
        self._role = role
        self._sequence = sequence
        self._wanted = _ZERO
        """The id in the last SessionSetupReq."""

    def heard(self, message: Message, stream: int = MAIN) -> list[Finding]:
        """Take a message of the peer on a stream; returns what is wrong with it here."""
        if is_request(message) is (self._role is Role.EV):
            what = f"{type(message).name} is nothing that a{'n EV' if is_request(message) else ' station'} hears"
            return [Finding("direction", what)]
        return self._request(message, stream) if is_request(message) else self._response(message, stream)

    def said(self, message: Message, stream: int = MAIN) -> None:
        """Take a message of our own."""
        if is_request(message) is (self._role is Role.EV):
            (self._request if is_request(message) else self._response)(message, stream)

    def _request(self, request: Message, stream: int) -> list[Finding]:
        found: list[Finding] = []
        sequence = self._sequence
        waiting, _ = sequence.waiting(stream)
        if waiting is not None:
            what = f"{type(request).name} before {type(waiting).name} was answered"
            found.append(Finding("turns", what))
        state = sequence.state
        disputed = sequence.table.disputed(state, request, sequence.flow)
        if not sequence.ask(request, stream) and not disputed:
            legal = ", ".join(sequence.expected()) or "nothing more"
            beside = f" on stream 0x{stream:04X}" if stream else ""
            what = f"{type(request).name}{beside} where {state!s} allows {legal}"
            rule = "after the end" if state in OVER else "sequence"
            found.append(Finding(rule, what, sequence.table.sequence_error))
        if isinstance(request, SessionSetupReq):
            self._wanted = request.header.session_id
        elif isinstance(request, V2gMessage) and request.header.session_id != self.session_id:
            found.append(self._wrong_id(request, ("V2G20-753", "V2G20-460")))
        return found

    def _response(self, response: Message, stream: int) -> list[Finding]:
        found: list[Finding] = []
        table = self._sequence.table
        request, legal = self._sequence.waiting(stream)
        if request is None:
            return [Finding("turns", f"{type(response).name} answers no request")]
        if response_of(request) is not type(response):
            what = f"{type(response).name} answers {type(request).name}"
            found.append(Finding("response type", what, table.sequence_error))
        disputed = table.disputed(self._sequence.state, request, self._sequence.flow)
        if not legal and not disputed and table.outcome_of(request, response) is not Outcome.FAILED:
            what = f"{type(request).name} was out of order and was taken all the same"
            found.append(Finding("sequence tolerated", what, table.sequence_error))
        if isinstance(response, SessionSetupRes):
            found += self._adopt(response)
        elif isinstance(response, V2gMessage) and response.header.session_id != self.session_id:
            found.append(self._wrong_id(response, ("V2G20-751", "V2G20-752")))
        self._sequence.reply(response, stream)
        return found

    def _adopt(self, response: SessionSetupRes) -> list[Finding]:
        given, code = response.header.session_id, response.response_code
        if code.startswith("FAILED"):
            return []
        self.session_id = given
        if given == _ZERO:
            return [Finding("session id", "a session was set up with the id zero", ("V2G20-2106",))]
        if code == "OK_OldSessionJoined" and given != self._wanted:
            what = f"asked to join {_text(self._wanted)}, joined {_text(given)}"
            return [Finding("session id", what, ("V2G20-2623",))]
        if code == "OK_NewSessionEstablished" and given == self._wanted:
            what = f"the id {_text(given)} of the old session was given to a new one"
            return [Finding("session id", what, ("V2G20-2106", "V2G20-2627"))]
        return []

    def _wrong_id(self, message: V2gMessage, cites: tuple[str, ...]) -> Finding:
        said, mine = _text(message.header.session_id), _text(self.session_id)
        return Finding("session id", f"{type(message).name} names {said}, the session is {mine}", cites)


def _text(session_id: bytes) -> str:
    return session_id.hex().upper()
