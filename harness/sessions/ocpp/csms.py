"""The backend's side of one connection: who may say what before a station is accepted."""

from __future__ import annotations

from collections.abc import Callable

from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp import Kind, OcppMessage
from harness.sessions.events import Event
from harness.sessions.ocpp.mailbox import Answered
from harness.sessions.ocpp.registration import Registration, pulled_by, registration_of
from harness.sessions.ocpp.rpc import DEFAULT_TIMEOUT, RpcSession


class CsmsSession:
    """One connection of one station; what an unregistered station may not say is refused here (B01.FR.10)."""

    def __init__(
        self,
        *,
        ids: Callable[[], str],
        timeout: float = DEFAULT_TIMEOUT,
        registration: Registration = Registration.UNKNOWN,
        dialect: Dialect = Dialect.OCPP201,
    ) -> None:
        """Begin a connection.

        Args:
            ids: makes message ids, unique over all connections of the station.
            timeout: seconds until an answer counts as missing.
            registration: where the station stood when its last connection ended; a reconnect needs no new boot.
            dialect: the version agreed on.
        """
        self._rpc = RpcSession(ids=ids, timeout=timeout, refuse=self._gate, dialect=dialect)
        self.registration = registration
        self._pulled: set[str] = set()

    def receive(self, data: bytes, at: float) -> None:
        """Take one WebSocket message."""
        self._rpc.receive(data, at)

    def send(self, message: OcppMessage, at: float, *, deliberate: bool = False) -> None:
        """Queue a CALL or send an answer; the answer to a BootNotification registers the station."""
        if message.kind is Kind.RESPONSE and message.action == "BootNotification":
            self.registration = registration_of(message.payload)
        if message.kind is Kind.REQUEST and isinstance(message.payload, dict):
            self._pulled.add(pulled_by(message.action, message.payload))
        self._rpc.send(message, at, deliberate=deliberate)

    def send_raw(self, text: str | bytes, at: float) -> None:
        """Send a text past every rule."""
        self._rpc.send_raw(text, at)

    def withdraw(self, message_id: str) -> None:
        """A CALL of the station will get no answer."""
        self._rpc.withdraw(message_id)

    def deadline(self) -> float | None:
        """When `expire` wants to be called, if nothing happens before."""
        return self._rpc.deadline()

    def expire(self, at: float) -> None:
        """Let timers that are due run out."""
        self._rpc.expire(at)

    def end(self, at: float, why: str = "") -> None:
        """The connection is gone; calls without an answer must be made anew on the next one."""
        self._rpc.end(at, why)

    def calls(self) -> list[OcppMessage]:
        """CALLs of the station since the last call that want an answer."""
        return self._rpc.calls()

    def news(self) -> list[OcppMessage]:
        """What the station has sent without wanting an answer (OCPP 2.1)."""
        return self._rpc.news()

    def answers(self) -> list[Answered]:
        """What the station answered since the last call."""
        return self._rpc.answers()

    def failed(self) -> list[OcppMessage]:
        """Our CALLs that got no usable answer."""
        return self._rpc.failed()

    def events(self) -> list[Event]:
        """What happened since the last call."""
        return self._rpc.events()

    def outbox(self) -> list[bytes]:
        """What is to be sent since the last call."""
        return self._rpc.outbox()

    def _gate(self, call: OcppMessage, _at: float) -> tuple[str, str] | None:
        if call.action == "BootNotification" or self.registration is Registration.ACCEPTED:
            return None
        if self.registration is Registration.PENDING and call.action in self._pulled:
            return None
        return "SecurityError", f"{call.action} before the station was accepted"
