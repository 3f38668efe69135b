"""The OCPP-J remote procedure calls of one connection, either side: ids, one call at a time, validation, timeouts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from msgspec import Struct

from harness.framing import ocppj
from harness.messages import ocpp_schema
from harness.messages.ocpp import Kind, OcppMessage
from harness.sessions.events import Ended, Expired, Received, Sent, Violation
from harness.sessions.ocpp.mailbox import Answered, Mailbox

DEFAULT_TIMEOUT = 30.0
"""Seconds to wait for an answer (the advice for MessageTimeout)."""

_REMEMBERED = 4096
"""How many message ids of the peer are kept to see one used twice."""


def _framed(message: OcppMessage) -> ocppj.Frame:
    match message.kind:
        case Kind.REQUEST:
            return ocppj.Call(message.message_id, message.action, message.payload)
        case Kind.RESPONSE:
            return ocppj.CallResult(message.message_id, message.payload)
        case Kind.ERROR:
            said = message.payload
            return ocppj.CallError(
                message.message_id, said["code"], said.get("description", ""), said.get("details", {})
            )


class Waiting(Struct, frozen=True, kw_only=True):
    """A CALL of ours that was sent and has no answer yet."""

    call: OcppMessage
    until: float


class RpcSession(Mailbox):
    """One connection's calls and answers; never raises for what the peer does.

    A CALL of the peer that the schema or a header rule refuses is answered here with the CALLERROR that fits; all
    others stand in `calls` and wait for `send` of an answer with the same `message_id`.
    """

    def __init__(
        self,
        *,
        ids: Callable[[], str],
        timeout: float = DEFAULT_TIMEOUT,
        refuse: Callable[[OcppMessage, float], tuple[str, str] | None] | None = None,
    ) -> None:
        """Begin a connection.

        Args:
            ids: makes the message ids of our CALLs.
            timeout: seconds until an answer counts as missing.
            refuse: looks at each valid CALL of the peer; code and description of a CALLERROR, or None to let it in.
        """
        super().__init__()
        self._ids = ids
        self.timeout = timeout
        self._refuse = refuse
        self._waiting: Waiting | None = None
        self._queue: deque[tuple[OcppMessage, bool]] = deque()
        self._late: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._seen: dict[str, None] = {}

    # What comes in.

    def receive(self, data: bytes, at: float) -> None:
        """Take one WebSocket message."""
        frame = ocppj.parse(data)
        match frame:
            case ocppj.Call():
                self._take_call(frame, data, at)
            case ocppj.CallResult(message_id, payload):
                self._take_answer(message_id, Kind.RESPONSE, payload, data, at)
            case ocppj.CallError(message_id, code, description, details):
                payload = {"code": code, "description": description, "details": details}
                self._take_answer(message_id, Kind.ERROR, payload, data, at)
            case ocppj.Malformed():
                self._take_malformed(frame, data, at)

    def _take_call(self, call: ocppj.Call, data: bytes, at: float) -> None:
        message = OcppMessage(action=call.action, kind=Kind.REQUEST, message_id=call.message_id, payload=call.payload)
        found = ocpp_schema.problems(call.action, Kind.REQUEST, call.payload)
        self._events.append(Received(at=at, data=data, message=message))
        if call.message_id in self._seen:
            self._object(at, "message-id", f"message id {call.message_id} was used before", "Part 4, 4.1.4")
        if self._asked:
            open_calls = ", ".join(self._asked)
            self._object(at, "one-call", f"{call.action} was sent while {open_calls} had no answer", "Part 4, 4.1.1")
        self._remember(call.message_id)
        self._asked[call.message_id] = call.action
        if found:
            problem = "; ".join(str(one) for one in found)
            self._object(at, "schema", f"{call.action}: {problem}", "Part 4, 4.1.7")
            self._answer_error(message, found[0].code, str(found[0]), at)
        elif self._refuse is not None and (refusal := self._refuse(message, at)) is not None:
            self._object(at, "gate", f"{call.action} is not allowed now: {refusal[1]}")
            self._answer_error(message, *refusal, at)
        else:
            self._calls.append(message)

    def _take_answer(self, message_id: str, kind: Kind, payload: object, data: bytes, at: float) -> None:
        waiting = self._waiting
        if waiting is None or waiting.call.message_id != message_id:
            self._take_stray(message_id, kind, payload, data, at)
            return
        self._waiting = None
        action = waiting.call.action
        message = OcppMessage(action=action, kind=kind, message_id=message_id, payload=payload)
        problem = "; ".join(message.problems())
        self._events.append(Received(at=at, data=data, message=message))
        if problem:
            self._object(at, "schema", f"answer to {action}: {problem}", "Part 4, 4.1.7")
            self._failed.append(waiting.call)
        else:
            self._answers.append(Answered(call=waiting.call, answer=message))
        self._pump(at)

    def _take_stray(self, message_id: str, kind: Kind, payload: object, data: bytes, at: float) -> None:
        action = self._late.pop(message_id, "")
        message = OcppMessage(action=action, kind=kind, message_id=message_id, payload=payload)
        if action:
            what = f"the answer to {action} came after {self.timeout:g} s"
            rule = "late-answer"
        else:
            what = f"an answer with id {message_id} that belongs to no call"
            rule = "stray-answer"
        self._events.append(Received(at=at, data=data, message=message))
        self._object(at, rule, what, "Part 4, 4.1.1")

    def _take_malformed(self, frame: ocppj.Malformed, data: bytes, at: float) -> None:
        self._events.append(Received(at=at, data=data, problem=frame.what))
        self._object(at, "frame", frame.what, "Part 4, 4.2")
        if frame.message_type in {ocppj.CALL_RESULT, ocppj.CALL_ERROR}:
            return
        broken = OcppMessage(action="", kind=Kind.REQUEST, message_id=frame.message_id, payload={})
        self._answer_error(broken, frame.code, frame.what, at)

    # What goes out.

    def send(self, message: OcppMessage, at: float, *, deliberate: bool = False) -> OcppMessage:
        """Queue a CALL, or send an answer at once; returns the message with its id."""
        if message.kind is Kind.REQUEST:
            if not message.message_id:
                message = OcppMessage(
                    action=message.action,
                    kind=message.kind,
                    message_id=self._ids(),
                    payload=message.payload,
                )
            self._queue.append((message, deliberate))
            self._pump(at)
        else:
            self._asked.pop(message.message_id, None)
            self._put(message, at, deliberate=deliberate)
        return message

    def send_raw(self, text: str | bytes, at: float) -> None:
        """Send a text that may be no frame at all, past queue and rules; a CALL in it is not waited for."""
        data = text.encode() if isinstance(text, str) else text
        frame = ocppj.parse(data)
        message = None
        if isinstance(frame, ocppj.Call):
            message = OcppMessage(
                action=frame.action, kind=Kind.REQUEST, message_id=frame.message_id, payload=frame.payload
            )
            self._late.setdefault(frame.message_id, frame.action)
        problem = frame.what if isinstance(frame, ocppj.Malformed) else ""
        self._events.append(Sent(at=at, data=data, message=message, problem=problem, deliberate=True))
        self._outbox.append(data)

    def withdraw(self, message_id: str) -> None:
        """The peer will get no answer to this CALL; it no longer counts as open."""
        self._asked.pop(message_id, None)

    def _pump(self, at: float) -> None:
        if self._waiting is None and self._queue:
            call, deliberate = self._queue.popleft()
            self._waiting = Waiting(call=call, until=at + self.timeout)
            self._put(call, at, deliberate=deliberate)

    def _answer_error(self, call: OcppMessage, code: str, what: str, at: float) -> None:
        self.send(call.refused(code, what[: ocppj.LONGEST_DESCRIPTION]), at)

    def _put(self, message: OcppMessage, at: float, *, deliberate: bool) -> None:
        data = ocppj.encode(_framed(message)).encode()
        self._events.append(Sent(at=at, data=data, message=message, deliberate=deliberate))
        self._outbox.append(data)

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
        self._late[waiting.call.message_id] = waiting.call.action
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

    def _remember(self, message_id: str) -> None:
        self._seen[message_id] = None
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
