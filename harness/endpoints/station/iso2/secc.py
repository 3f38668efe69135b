"""The station's side of ISO 15118-2: every request gets the response that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, ClassVar

from msgspec.structs import replace

from harness.endpoints.behaviour import Hang, Later, Moment, Say, Step
from harness.endpoints.station.iso2 import (
    authorization,
    cable,
    certificates,
    delivery,
    loop,
    opening,
    parameters,
)
from harness.endpoints.station.iso2.desk import Handlers, Iso2Desk, Waiting
from harness.endpoints.station.iso2.refusals import refusal
from harness.messages.envelope import wrap
from harness.messages.field import Message
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.session import SessionSetupReq, SessionStopReq
from harness.sessions.v2g.sequence import Sequence

HANDLERS: Handlers = {
    **opening.HANDLERS,
    **authorization.HANDLERS,
    **certificates.HANDLERS,
    **parameters.HANDLERS,
    **cable.HANDLERS,
    **delivery.HANDLERS,
    **loop.HANDLERS,
}
AnyHandler = Callable[[Iso2Desk, Any, Moment], Message | StrEnum | Waiting]
CLOSE_AFTER = 5.0
"""Seconds that the station keeps the connection after the last response."""
FIELD = "field"
_ASKED_AGAIN = 0.05
"""Seconds until a handler that has nothing to say yet is asked again."""


class Iso2Secc:
    """Serves the rest of a connection whose EV chose ISO 15118-2."""

    handlers: ClassVar[Mapping[type[Message], AnyHandler]] = HANDLERS
    opens: ClassVar[type[Message]] = SessionSetupReq
    closes: ClassVar[type[Message]] = SessionStopReq

    def __init__(self, desk: Iso2Desk, sequence: Sequence) -> None:
        """Take over after supportedAppProtocol; `sequence` is the session's own."""
        self.desk, self._sequence = desk, sequence
        self._over = False
        sequence.forgiving = desk.terms.flavour == FIELD

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """The response to a request; behind the last one of a session, the end of the connection."""
        if self._over:
            return ()
        code = self.objection(ask, moment)
        return self._answered(ask, moment, code or self.reply(ask, moment))

    def _answered(self, ask: Message, moment: Moment, reply: Message | StrEnum | Waiting) -> tuple[Step, ...]:
        if isinstance(reply, Waiting):
            return (Later(decide=lambda at: self._again(ask, replace(moment, at=at)), heard=ask, after=_ASKED_AGAIN),)
        if isinstance(reply, StrEnum):
            reply = self.refusal(ask, reply, moment)
        failed = str(getattr(reply, "response_code", "")).upper().startswith("FAILED")
        if failed and self.ends(reply):
            self.desk.stage.open(moment.at)
            self.desk.plant.energy_stopped(moment.at)
            return self._close(reply, moment)
        if isinstance(ask, self.closes) and not failed:
            return self._close(reply, moment)
        return (Say(message=self._wrapped(reply, moment)),)

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """Why a request is refused whatever it says: a foreign session id (V2G2-460), or out of order (V2G2-459)."""
        said = getattr(moment.header, "session_id", None)
        if said is not None and not isinstance(ask, self.opens) and said != moment.session_id:
            return ResponseCode.FAILED_UNKNOWN_SESSION
        if type(ask) not in self.handlers or not (self._sequence.legal or self._disputed(ask)):
            return ResponseCode.FAILED_SEQUENCE_ERROR
        return None

    def _again(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        return self._answered(ask, moment, self.reply(ask, moment))

    def reply(self, ask: Message, moment: Moment) -> Message | StrEnum | Waiting:
        """What the request comes to."""
        self.desk.signature = None
        return self.handlers[type(ask)](self.desk, ask, moment)

    def refusal(self, ask: Message, code: StrEnum, moment: Moment) -> Message:
        """The body that refuses."""
        self.desk.signature = None
        return refusal(self.desk, ask, ResponseCode(code), moment.at)

    def ends(self, reply: Message) -> bool:
        """Whether a FAILED response ends the session: always, but see `Iso2Terms.flavour`."""
        return not (self._sequence.forgiving and self._sequence.forgives(reply))

    def _disputed(self, ask: Message) -> bool:
        """Whether the request is one that a station with field habits takes."""
        sequence = self._sequence
        field = self.desk.terms.flavour == FIELD
        return field and bool(sequence.table.disputed(sequence.state, ask, sequence.flow))

    def _wrapped(self, reply: Message, moment: Moment) -> Message:
        session_id = self.desk.visit.session_id if any(self.desk.visit.session_id) else moment.session_id
        return wrap(reply, session_id, signature=self.desk.signature)

    def _close(self, last: Message, moment: Moment) -> tuple[Step, ...]:
        self._over = True
        paused = self.desk.visit.session_id in self.desk.common.paused
        return (Say(message=self._wrapped(last, moment)), Hang(after=CLOSE_AFTER, paused=paused))
