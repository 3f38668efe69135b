"""The OCPP-J remote procedure calls of one connection, either side: ids, one call at a time, validation, timeouts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from harness.framing import ocppj
from harness.framing.ocppj_dialect import Dialect
from harness.messages import ocpp_schema
from harness.messages.ocpp import Kind, OcppMessage
from harness.sessions.events import Ended, Expired, Received, Sent, Violation
from harness.sessions.ocpp.framing import asked, framed
from harness.sessions.ocpp.mailbox import Answered, Mailbox
from harness.sessions.ocpp.remembered import Remembered

DEFAULT_TIMEOUT = 30.0
"""Seconds to wait for an answer (the advice for MessageTimeout)."""
_NAMED = 3
"""How many open calls are named where there are more."""

Refuse = Callable[[OcppMessage, float], tuple[str, str] | None]
"""Looks at a valid CALL of the peer; code and description of a CALLERROR, or None to let it in."""


class Waiting(Struct, frozen=True, kw_only=True):
    """A CALL of ours that was sent and has no answer yet."""

    call: OcppMessage
    until: float


class RpcSession(Mailbox):
    """One connection's calls and answers; never raises for what the peer does.

    A CALL of the peer that the schema or a header rule refuses is answered here with the CALLERROR that fits; all
    others stand in `calls` and wait for `send` of an answer with the same `message_id`. In OCPP 2.1 an answer that
    the schema refuses is answered with a CALLRESULTERROR, and what the peer sends without asking stands in `news`.
    """

    def __init__(
        self,
        *,
        ids: Callable[[], str],
        timeout: float = DEFAULT_TIMEOUT,
        refuse: Refuse | None = None,
        dialect: Dialect = Dialect.OCPP201,
    ) -> None:
        """Begin a connection.

        Args:
            ids: makes the message ids of our CALLs.
            timeout: seconds until an answer counts as missing.
            refuse: what keeps valid CALLs of the peer out.
            dialect: the version agreed on.
        """
        super().__init__()
        self._ids = ids
        self.timeout = timeout
        self.dialect = dialect
        self._refuse = refuse
        self._waiting: Waiting | None = None
        self._queue: deque[tuple[OcppMessage, bool]] = deque()
        self._late = Remembered()
        """CALLs of ours that were given up, by id."""
        self._done = Remembered()
        """CALLs of ours that were answered."""
        self._raw = Remembered()
        """What went out past the rules."""
        self._asked = Remembered()
        """CALLs of the peer that have no answer yet."""
        self._seen = Remembered()
        """All CALLs of the peer."""
        self._given = Remembered()
        """Answers of ours."""

    # What comes in.

    def receive(self, data: bytes, at: float) -> None:
        """Take one WebSocket message."""
        frame = ocppj.parse_as(self.dialect, data)
        match frame:
            case ocppj.Call():
                self._take_call(asked(frame, self.dialect), data, at)
            case ocppj.CallResult(message_id, payload):
                self._take_answer(message_id, Kind.RESPONSE, payload, data, at)
            case ocppj.CallError(message_id, code, description, details):
                payload = {"code": code, "description": description, "details": details}
                self._take_answer(message_id, Kind.ERROR, payload, data, at)
                self._check_error(frame, at)
            case ocppj.Send():
                self._take_news(asked(frame, self.dialect), data, at)
            case ocppj.CallResultError():
                self._take_result_error(frame, data, at)
            case ocppj.Malformed():
                self._take_malformed(frame, data, at)

    def _take_call(self, message: OcppMessage, data: bytes, at: float) -> None:
        action, message_id = message.action, message.message_id
        self._events.append(Received(at=at, data=data, message=message))
        if (before := self._seen.get(message_id)) is not None:
            self._object(at, "message-id", f"message id {message_id} was used before, for {before}", "Part 4, 4.1.4")
        if self._asked:
            several = len(self._asked) - _NAMED
            open_calls = ", ".join(self._asked.first(_NAMED)) + (f" and {several} more" if several > 0 else "")
            self._object(at, "one-call", f"{action} was sent while {open_calls} had no answer", "Part 4, 4.1.1")
        self._seen.add(message_id, action)
        self._asked.add(message_id, action)
        found = ocpp_schema.problems(action, Kind.REQUEST, message.payload, self.dialect)
        if found:
            problem = "; ".join(str(one) for one in found)
            self._object(at, "schema", f"{action}: {problem}", "Part 4, 4.1.7")
            self._answer_error(message, found[0].code, str(found[0]), at)
        elif self._refuse is not None and (refusal := self._refuse(message, at)) is not None:
            self._object(at, "gate", f"{action} is not allowed now: {refusal[1]}")
            self._answer_error(message, *refusal, at)
        else:
            self._calls.append(message)

    def _take_news(self, message: OcppMessage, data: bytes, at: float) -> None:
        self._events.append(Received(at=at, data=data, message=message))
        found = message.problems()
        if found:
            self._object(at, "schema", f"{message.action}: {'; '.join(found)}", "Part 4, 4.1.7")
        elif self._refuse is not None and (refusal := self._refuse(message, at)) is not None:
            self._object(at, "gate", f"{message.action} is not allowed now: {refusal[1]}")
        else:
            self._news.append(message)

    def _take_answer(self, message_id: str, kind: Kind, payload: Any, data: bytes, at: float) -> None:
        waiting = self._waiting
        if waiting is None or waiting.call.message_id != message_id:
            self._take_stray(message_id, kind, payload, data, at)
            return
        action = waiting.call.action
        message = self._message(action, kind, message_id, payload)
        self._events.append(Received(at=at, data=data, message=message))
        problem = "; ".join(message.problems())
        if problem:
            self._fail(waiting, f"answer to {action}: {problem}", at)
        else:
            self._waiting = None
            self._done.add(message_id, action)
            self._answers.append(Answered(call=waiting.call, answer=message))
        self._pump(at)

    def _fail(self, waiting: Waiting, what: str, at: float) -> None:
        """The answer came, and cannot be used."""
        self._waiting = None
        self._done.add(waiting.call.message_id, waiting.call.action)
        self._failed.append(waiting.call)
        self._object(at, "schema", what, "Part 4, 4.1.7")
        if self.dialect is Dialect.OCPP21:
            said = {"code": "FormatViolation", "description": what[: ocppj.LONGEST_DESCRIPTION], "details": {}}
            answer = self._message(waiting.call.action, Kind.RESULT_ERROR, waiting.call.message_id, said)
            self._put(answer, at, deliberate=False)

    def _take_stray(self, message_id: str, kind: Kind, payload: Any, data: bytes, at: float) -> None:
        late, done = self._late.pop(message_id), self._done.get(message_id)
        raw = self._raw.get(message_id) if message_id == ocppj.UNREADABLE_ID else self._raw.pop(message_id)
        action = late or raw or done or ""
        self._events.append(Received(at=at, data=data, message=self._message(action, kind, message_id, payload)))
        if raw is not None:
            return
        if late is not None:
            what, rule = f"the answer to {action} came after {self.timeout:g} s", "late-answer"
        elif done is not None:
            what, rule = f"a second answer to {action}, id {message_id}", "second-answer"
        else:
            what, rule = f"an answer with id {message_id} that belongs to no call", "stray-answer"
        self._object(at, rule, what, "Part 4, 4.1.1")

    def _take_result_error(self, frame: ocppj.CallResultError, data: bytes, at: float) -> None:
        """The peer could not use an answer of ours; there is nothing to be done, but to tell."""
        action = self._given.pop(frame.message_id)
        said = {"code": frame.code, "description": frame.description, "details": frame.details}
        message = self._message(action or "", Kind.RESULT_ERROR, frame.message_id, said)
        self._events.append(Received(at=at, data=data, message=message))
        if action is None:
            what = f"a CALLRESULTERROR with id {frame.message_id} that belongs to no answer"
            self._object(at, "stray-answer", what, "Part 4, 4.1.1")
        self._check_error(frame, at)

    def _check_error(self, frame: ocppj.CallError | ocppj.CallResultError, at: float) -> None:
        for what in ocppj.objections(frame, self.dialect):
            self._object(at, "error", what, "Part 4, 4.3")

    def _take_malformed(self, frame: ocppj.Malformed, data: bytes, at: float) -> None:
        self._events.append(Received(at=at, data=data, problem=frame.what))
        self._object(at, "frame", frame.what, "Part 4, 4.2")
        if self._answers_malformed(frame):
            self._answer_error(self._message("", Kind.REQUEST, frame.message_id, {}), frame.code, frame.what, at)

    def _answers_malformed(self, frame: ocppj.Malformed) -> bool:
        """2.1 ignores types that it does not know, and has some that are not answered; 1.6 has no id for nonsense.

        A broken answer is none: the call goes on waiting until its time runs out.
        """
        if frame.message_type in {ocppj.CALL_RESULT, ocppj.CALL_ERROR}:
            return False
        if self.dialect is Dialect.OCPP201 or frame.message_type == ocppj.CALL:
            return self.dialect is not Dialect.OCPP16 or frame.message_id != ocppj.UNREADABLE_ID
        return self.dialect is Dialect.OCPP21 and frame.message_type is None

    # What goes out.

    def send(self, message: OcppMessage, at: float, *, deliberate: bool = False) -> OcppMessage:
        """Queue a CALL, or send anything else at once; returns the message with its id."""
        calls, fresh = message.kind is Kind.REQUEST, message.kind in {Kind.REQUEST, Kind.SEND}
        if message.version is not self.dialect or (fresh and not message.message_id):
            message_id = message.message_id or (self._ids() if fresh else "")
            message = msgspec.structs.replace(message, message_id=message_id, version=self.dialect)
        if calls:
            self._queue.append((message, deliberate))
            self._pump(at)
            return message
        if message.kind is not Kind.SEND:
            self._asked.pop(message.message_id)
            self._given.add(message.message_id, message.action)
        self._put(message, at, deliberate=deliberate)
        return message

    def send_raw(self, text: str | bytes, at: float) -> None:
        """Send a text that may be no frame at all, past queue and rules; an answer to it is nothing to object to."""
        data = text.encode() if isinstance(text, str) else text
        frame = ocppj.parse_as(self.dialect, data)
        message, problem = None, ""
        if isinstance(frame, ocppj.Malformed):
            problem = frame.what
            self._raw.add(frame.message_id, "")
        elif isinstance(frame, ocppj.Call | ocppj.Send):
            message = asked(frame, self.dialect)
            self._raw.add(frame.message_id, frame.action)
        else:
            self._asked.pop(frame.message_id)
        self._events.append(Sent(at=at, data=data, message=message, problem=problem, deliberate=True))
        self._outbox.append(data)

    def withdraw(self, message_id: str) -> None:
        """The peer will get no answer to this CALL; it no longer counts as open."""
        self._asked.pop(message_id)

    def _pump(self, at: float) -> None:
        if self._waiting is None and self._queue:
            call, deliberate = self._queue.popleft()
            self._waiting = Waiting(call=call, until=at + self.timeout)
            self._put(call, at, deliberate=deliberate)

    def _answer_error(self, call: OcppMessage, code: str, what: str, at: float) -> None:
        self.send(call.refused(self.dialect.spelt(code), what[: ocppj.LONGEST_DESCRIPTION]), at)

    def _put(self, message: OcppMessage, at: float, *, deliberate: bool) -> None:
        data = ocppj.encode_bytes(framed(message))
        self._events.append(Sent(at=at, data=data, message=message, deliberate=deliberate))
        self._outbox.append(data)

    def _message(self, action: str, kind: Kind, message_id: str, payload: Any) -> OcppMessage:
        return OcppMessage(action=action, kind=kind, message_id=message_id, payload=payload, version=self.dialect)

    # Time, and the end.

    def deadline(self) -> float | None:
        """When the answer that is waited for counts as missing."""
        return self._waiting.until if self._waiting else None

    def expire(self, at: float) -> None:
        """Give up an answer that is due; the next CALL goes out."""
        waiting = self._waiting
        if waiting is None or at < waiting.until:
            return
        self._waiting = None
        self._late.add(waiting.call.message_id, waiting.call.action)
        self._failed.append(waiting.call)
        self._events.append(Expired(at=at, timer=f"answer to {waiting.call.action}", limit=self.timeout))
        self._pump(at)

    def end(self, at: float, why: str = "") -> None:
        """The connection is gone: what has no answer will get none."""
        if self._waiting is not None:
            self._failed.append(self._waiting.call)
            self._waiting = None
        self._failed.extend(call for call, _ in self._queue)
        self._queue.clear()
        self._asked.clear()
        self._events.append(Ended(at=at, why=why))

    def waiting(self) -> OcppMessage | None:
        """The CALL of ours that waits for its answer."""
        return self._waiting.call if self._waiting else None

    def _object(self, at: float, rule: str, what: str, *cites: str) -> None:
        self._events.append(Violation(at=at, rule=rule, what=what, cites=cites))
