"""The station's conversation with its backend over all its connections: registration, and events kept until taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import msgspec
from msgspec import Struct

from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp import Kind, OcppMessage
from harness.sessions.events import Expired
from harness.sessions.ocpp.mailbox import Answered, Mailbox
from harness.sessions.ocpp.pressure import thinned
from harness.sessions.ocpp.registration import Registration, pulled_by, registration_of
from harness.sessions.ocpp.rpc import DEFAULT_TIMEOUT, RpcSession

KEPT = frozenset({"TransactionEvent", "SecurityEventNotification"})
"""What is kept until the backend has answered (E04.FR.02, E11.FR.02, A04.FR.02)."""


class _Kept(Struct, kw_only=True):
    message: OcppMessage
    deliberate: bool = False
    tries: int = 0
    not_before: float = 0.0


class StationSession(Mailbox):
    """One station's conversation; survives connections, so that nothing kept is lost between them.

    `send` takes a message at any time: kept actions wait for connection and registration, in order and one at a
    time; any other CALL that cannot be sent now fails at once (its news would be old by then).
    """

    def __init__(
        self,
        *,
        ids: Callable[[], str],
        timeout: float = DEFAULT_TIMEOUT,
        attempts: int = 3,
        attempt_interval: float = 5.0,
        offline_queue: bool = True,
        capacity: int = 1_000,
    ) -> None:
        """Before the first connection.

        Args:
            ids: makes message ids, unique over all connections.
            timeout: seconds until an answer counts as missing.
            attempts: how often a kept message is tried on a working connection (E13).
            attempt_interval: seconds between tries, times the number of tries before.
            offline_queue: False drops what would be kept while there is no connection (a faulty station).
            capacity: messages that there is room for; beyond that, news from within transactions are given up.
        """
        super().__init__()
        self._ids = ids
        self._timeout = timeout
        self.attempts: Callable[[], float] = lambda: attempts
        """How often a kept message is tried; a backend may change it."""
        self.attempt_interval: Callable[[], float] = lambda: attempt_interval
        self._offline_queue = offline_queue
        self._capacity = capacity
        self.registration = Registration.UNKNOWN
        self._rpc: RpcSession | None = None
        self.dialect = Dialect.OCPP201
        """The version of the present connection, or of the last one."""
        self._kept: deque[_Kept] = deque()
        self._flying = False
        self._pulled: set[str] = set()

    @property
    def connected(self) -> bool:
        """Whether there is a connection."""
        return self._rpc is not None

    @property
    def kept(self) -> int:
        """How many messages wait for their answer, the one in flight among them."""
        return len(self._kept)

    def waiting(self, transaction_id: str = "") -> bool:
        """Whether events of a transaction, or of any, wait for their answer (E14.FR.04, E14.FR.07)."""
        events = (kept.message for kept in self._kept if kept.message.action == "TransactionEvent")
        return any(transaction_id in {"", event.payload["transactionInfo"]["transactionId"]} for event in events)

    def connect(self, at: float, dialect: Dialect = Dialect.OCPP201) -> None:
        """There is a (new) connection in this version of OCPP; a registered station may go on at once."""
        self._rpc = RpcSession(ids=self._ids, timeout=self._timeout, refuse=self._gate, dialect=dialect)
        self.dialect = dialect
        self._pump(at)

    def restart(self) -> None:
        """The station boots again: it must register before it speaks."""
        self.registration = Registration.UNKNOWN

    def receive(self, data: bytes, at: float) -> None:
        """Take one WebSocket message."""
        if self._rpc is not None:
            self._rpc.receive(data, at)
            self._digest(at)

    def send(self, message: OcppMessage, at: float, *, deliberate: bool = False) -> None:
        """Say something, now or as soon as that is allowed."""
        if message.kind not in {Kind.REQUEST, Kind.SEND}:
            if self._rpc is not None:
                self._rpc.send(message, at, deliberate=deliberate)
        elif message.action in KEPT:
            self._keep(message, deliberate=deliberate)
        elif self._rpc is not None and self._may_say(message.action):
            self._rpc.send(message, at, deliberate=deliberate)
        else:
            self._failed.append(message)
        self._digest(at)

    def send_raw(self, text: str | bytes, at: float) -> None:
        """Send a text past every rule; lost without a connection."""
        if self._rpc is not None:
            self._rpc.send_raw(text, at)
            self._digest(at)

    def withdraw(self, message_id: str) -> None:
        """A CALL of the backend will get no answer."""
        if self._rpc is not None:
            self._rpc.withdraw(message_id)

    def deadline(self) -> float | None:
        """When `expire` wants to be called, if nothing happens before."""
        due = [self._rpc.deadline()] if self._rpc is not None else []
        if self._may_replay():
            due.append(self._kept[0].not_before)
        return min((one for one in due if one is not None), default=None)

    def expire(self, at: float) -> None:
        """Let timers that are due run out."""
        if self._rpc is not None:
            self._rpc.expire(at)
            self._digest(at)

    def end(self, at: float, why: str = "") -> None:
        """The connection is gone; events not sent yet have happened offline (E11.FR.07)."""
        if self._rpc is None:
            return
        self._rpc.end(at, why)
        self._drain(self._rpc)
        waiting_unsent = list(self._kept)[1 if self._flying else 0 :]
        for kept in waiting_unsent:
            kept.message = _offline(kept.message) if kept.tries == 0 else kept.message
        self._failed.extend(call for call in self._rpc.failed() if call.action not in KEPT)
        self._rpc = None
        self._flying = False
        self._pulled.clear()
        if not self._offline_queue:
            self._kept.clear()

    def _gate(self, call: OcppMessage, _at: float) -> tuple[str, str] | None:
        if self.registration in {Registration.UNKNOWN, Registration.REJECTED}:
            return "SecurityError", f"{call.action} before the station was accepted"
        if self.registration is Registration.PENDING:
            self._pulled.add(pulled_by(call.action, call.payload))
        return None

    def _may_say(self, action: str) -> bool:
        if action == "BootNotification" or self.registration is Registration.ACCEPTED:
            return True
        return self.registration is Registration.PENDING and action in self._pulled

    def _keep(self, message: OcppMessage, *, deliberate: bool) -> None:
        if self._rpc is None:
            if not self._offline_queue:
                self._failed.append(message)
                return
            message = _offline(message)
        self._kept.append(_Kept(message=message, deliberate=deliberate))
        if len(self._kept) > self._capacity:
            self._make_room()

    def _make_room(self) -> None:
        """Give up what may be given up; what is in flight stays."""
        flying = 1 if self._flying else 0
        head, rest = list(self._kept)[:flying], list(self._kept)[flying:]
        self._kept = deque([*head, *thinned([(kept.message, kept) for kept in rest])])

    def _may_replay(self) -> bool:
        return bool(self._kept) and not self._flying and self.connected and self._may_say(self._kept[0].message.action)

    def _pump(self, at: float) -> None:
        if self._rpc is not None and self._may_replay() and self._kept[0].not_before <= at:
            self._flying = True
            head = self._kept[0]
            head.tries += 1
            self._rpc.send(msgspec.structs.replace(head.message, message_id=""), at, deliberate=head.deliberate)
            self._drain(self._rpc)

    def _digest(self, at: float) -> None:
        rpc = self._rpc
        if rpc is None:
            return
        for answered in rpc.answers():
            self._take_answer(answered, at)
        for call in rpc.failed():
            if call.action in KEPT:
                self._try_again(at)
            else:
                self._failed.append(call)
        self._calls.extend(rpc.calls())
        self._news.extend(rpc.news())
        self._drain(rpc)
        self._pump(at)

    def _take_answer(self, answered: Answered, at: float) -> None:
        action, refused = answered.call.action, answered.answer.kind is Kind.ERROR
        if action in KEPT and refused:
            self._try_again(at)
            return
        if action in KEPT:
            self._kept.popleft()
            self._flying = False
        elif action == "BootNotification" and not refused:
            self.registration = registration_of(answered.answer.payload)
        self._answers.append(answered)

    def _try_again(self, at: float) -> None:
        """A kept message failed on a working connection (E13.FR.02 to .04)."""
        self._flying = False
        head = self._kept[0]
        head.not_before = at + self.attempt_interval() * head.tries
        if head.tries >= self.attempts():
            self._kept.popleft()
            self._failed.append(head.message)
            what = f"attempts of {head.message.action}"
            self._events.append(Expired(at=at, timer=what, limit=float(self.attempts())))

    def _drain(self, rpc: RpcSession) -> None:
        self._events.extend(rpc.events())
        self._outbox.extend(rpc.outbox())


def _offline(message: OcppMessage) -> OcppMessage:
    payload = message.payload
    if message.action != "TransactionEvent" or "offline" in payload:
        return message
    return msgspec.structs.replace(message, payload={**payload, "offline": True})
