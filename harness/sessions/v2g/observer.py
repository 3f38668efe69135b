"""What a peer does against the state table or the rules of the session id."""

from __future__ import annotations

from msgspec import Struct

from harness.core.case import Role
from harness.messages.envelope import body_of, session_id_of
from harness.messages.field import Message
from harness.messages.registry import is_request, response_of
from harness.sessions.v2g.sequence import Sequence
from harness.sessions.v2g.state import OVER, Outcome
from harness.sessions.v2g.streams import MAIN

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
        """Take a message of the peer on a stream, in its envelope if it has one; returns what is wrong with it here."""
        body = body_of(message)
        asks = is_request(body)
        if asks is (self._role is Role.EV):
            what = f"{type(body).name} is nothing that a{'n EV' if asks else ' station'} hears"
            return [Finding("direction", what)]
        return (self._request if asks else self._response)(body, session_id_of(message), stream)

    def said(self, message: Message, stream: int = MAIN) -> None:
        """Take a message of our own."""
        body = body_of(message)
        asks = is_request(body)
        if asks is (self._role is Role.EV):
            (self._request if asks else self._response)(body, session_id_of(message), stream)

    def _request(self, request: Message, session_id: bytes | None, stream: int) -> list[Finding]:
        found: list[Finding] = []
        sequence = self._sequence
        waiting, _ = sequence.waiting(stream)
        if waiting is not None:
            what = f"{type(request).name} before {type(waiting).name} was answered{_on(stream)}"
            found.append(Finding("turns", what))
        state = sequence.state
        if not sequence.ask(request, stream) and not sequence.table.disputed(state, request, sequence.flow):
            legal = ", ".join(sequence.expected()) or "nothing more"
            what = f"{type(request).name}{_on(stream)} where {state!s} allows {legal}"
            rule = "after the end" if state in OVER else "sequence"
            found.append(Finding(rule, what, sequence.table.sequence_error))
        ids = sequence.table.ids
        if isinstance(request, ids.ask):
            self._wanted = session_id or _ZERO
        elif session_id is not None and session_id != self.session_id:
            found.append(self._wrong_id(request, session_id, ids.request))
        return found

    def _response(self, response: Message, session_id: bytes | None, stream: int) -> list[Finding]:
        found: list[Finding] = []
        table = self._sequence.table
        request, legal = self._sequence.waiting(stream)
        if request is None:
            return [Finding("turns", f"{type(response).name} answers no request{_on(stream)}")]
        if response_of(request) is not type(response):
            what = f"{type(response).name} answers {type(request).name}{_on(stream)}"
            found.append(Finding("response type", what, table.sequence_error))
        if not legal and self._tolerated(request, response):
            what = f"{type(request).name} was out of order and was taken all the same{_on(stream)}"
            found.append(Finding("sequence tolerated", what, table.sequence_error))
        if isinstance(response, table.ids.reply):
            found += self._adopt(response, session_id or _ZERO)
        elif session_id is not None and session_id != self.session_id:
            found.append(self._wrong_id(response, session_id, table.ids.response))
        self._sequence.reply(response, stream)
        return found

    def _tolerated(self, request: Message, response: Message) -> bool:
        """Whether a request out of order was taken, where nobody disputes that it was."""
        sequence = self._sequence
        disputed = sequence.table.disputed(sequence.state, request, sequence.flow)
        return not disputed and sequence.table.outcome_of(request, response) is not Outcome.FAILED

    def _adopt(self, response: Message, given: bytes) -> list[Finding]:
        code, ids = str(getattr(response, "response_code", "")), self._sequence.table.ids
        if code.startswith("FAILED"):
            return []
        self.session_id = given
        if not any(given):
            return [Finding("session id", "a session was set up with the id zero", ids.not_zero)]
        if code == "OK_OldSessionJoined" and given != self._wanted:
            what = f"asked to join {_text(self._wanted)}, joined {_text(given)}"
            return [Finding("session id", what, ids.joined)]
        if code == "OK_NewSessionEstablished" and given == self._wanted:
            what = f"the id {_text(given)} of the old session was given to a new one"
            return [Finding("session id", what, ids.fresh)]
        return []

    def _wrong_id(self, message: Message, said: bytes, cites: tuple[str, ...]) -> Finding:
        mine = _text(self.session_id)
        return Finding("session id", f"{type(message).name} names {_text(said)}, the session is {mine}", cites)


def _on(stream: int) -> str:
    """Names the stream in a sentence, if it is not the main one."""
    return f" on stream 0x{stream:04X}" if stream else ""


def _text(session_id: bytes) -> str:
    return session_id.hex().upper()
