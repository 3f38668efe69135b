"""What a peer does against the state table or the rules of the session id."""

from __future__ import annotations

from msgspec import Struct

from harness.core.case import Role
from harness.messages.field import Message
from harness.messages.iso20.common import SessionSetupReq, SessionSetupRes
from harness.messages.iso20.types import V2gMessage
from harness.messages.registry import is_request, response_of
from harness.sessions.v2g.sequence import OVER, Outcome, Sequence, expected, outcome_of

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

    def heard(self, message: Message) -> list[Finding]:
        """Take a message of the peer; returns what is wrong with it here."""
        if is_request(message) is (self._role is Role.EV):
            what = f"{type(message).name} is nothing that a{'n EV' if is_request(message) else ' station'} hears"
            return [Finding("direction", what)]
        return self._request(message) if is_request(message) else self._response(message)

    def said(self, message: Message) -> None:
        """Take a message of our own."""
        if is_request(message) is (self._role is Role.EV):
            (self._request if is_request(message) else self._response)(message)

    def _request(self, request: Message) -> list[Finding]:
        found: list[Finding] = []
        sequence = self._sequence
        if sequence.asked is not None:
            what = f"{type(request).name} before {type(sequence.asked).name} was answered"
            found.append(Finding("turns", what))
        state = sequence.state
        if not sequence.ask(request):
            legal = ", ".join(expected(state)) or "nothing more"
            what = f"{type(request).name} where {state!s} allows {legal}"
            found.append(Finding("after the end" if state in OVER else "sequence", what, ("V2G20-459",)))
        if isinstance(request, SessionSetupReq):
            self._wanted = request.header.session_id
        elif isinstance(request, V2gMessage) and request.header.session_id != self.session_id:
            found.append(self._wrong_id(request, ("V2G20-753", "V2G20-460")))
        return found

    def _response(self, response: Message) -> list[Finding]:
        found: list[Finding] = []
        request, legal = self._sequence.asked, self._sequence.legal
        if request is None:
            return [Finding("turns", f"{type(response).name} answers no request")]
        if response_of(request) is not type(response):
            what = f"{type(response).name} answers {type(request).name}"
            found.append(Finding("response type", what, ("V2G20-459",)))
        if not legal and outcome_of(request, response) is not Outcome.FAILED:
            what = f"{type(request).name} was out of order and was taken all the same"
            found.append(Finding("sequence tolerated", what, ("V2G20-459",)))
        if isinstance(response, SessionSetupRes):
            found += self._adopt(response)
        elif isinstance(response, V2gMessage) and response.header.session_id != self.session_id:
            found.append(self._wrong_id(response, ("V2G20-751", "V2G20-752")))
        self._sequence.reply(response)
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
