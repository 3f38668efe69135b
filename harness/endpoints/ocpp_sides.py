"""What the pump of an OCPP link joins: a mind that decides, and a session that talks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from harness.endpoints.spoken import Spoken
from harness.messages.ocpp import OcppMessage
from harness.sessions.events import Event


class Mind(Protocol):
    """What a role decides: hears of the link, says steps."""

    on_step: Callable[[], None]

    def connected(self, at: float) -> None:
        """There is a connection."""

    def disconnected(self, at: float) -> None:
        """The connection is gone."""

    def digest(self, at: float) -> None:
        """Work on what the session has heard."""

    def deadline(self) -> float:
        """When `expire` wants to be called; infinity for never."""

    def expire(self, at: float) -> None:
        """Let what is due happen."""

    def steps(self) -> list[Spoken]:
        """What is to be done since the last call."""


class Talk(Protocol):
    """What the pump asks of a session."""

    def receive(self, data: bytes, at: float) -> None:
        """Take one WebSocket message."""

    def send(self, message: OcppMessage, at: float, *, deliberate: bool = False) -> None:
        """Say something."""

    def send_raw(self, text: str | bytes, at: float) -> None:
        """Send a text past every rule."""

    def withdraw(self, message_id: str) -> None:
        """A call of the peer will get no answer."""

    def deadline(self) -> float | None:
        """When `expire` wants to be called."""

    def expire(self, at: float) -> None:
        """Let timers that are due run out."""

    def end(self, at: float, why: str = "") -> None:
        """The connection is gone."""

    def events(self) -> list[Event]:
        """What happened since the last call."""

    def outbox(self) -> list[bytes]:
        """What is to be sent since the last call."""
