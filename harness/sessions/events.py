"""What a sans-I/O session tells the endpoint that drives it."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct


class Received(Struct, frozen=True, kw_only=True):
    """A frame of the peer, decoded as far as it goes."""

    at: float
    data: bytes
    payload_type: int = 0
    schema: str = ""
    message: Any = None
    """None where it could not be read."""
    problem: str = ""
    fits: bool = True
    """False for a response to what nobody asked on its stream, and for a request out of order."""


class Sent(Struct, frozen=True, kw_only=True):
    """A frame of our own, put in the outbox."""

    at: float
    data: bytes
    payload_type: int = 0
    schema: str = ""
    message: Any = None
    problem: str = ""
    deliberate: bool = False
    """Wrong, or other than usual, on purpose (told by sessions that may send much later than they were asked to)."""


class Violation(Struct, frozen=True, kw_only=True):
    """The peer did what the state table or a header rule does not foresee."""

    at: float
    rule: str
    what: str
    cites: tuple[str, ...] = ()


class Expired(Struct, frozen=True, kw_only=True):
    """A timer ran out."""

    at: float
    timer: str
    limit: float


class Ended(Struct, frozen=True, kw_only=True):
    """The peer closed the connection, or the bytes stopped making sense."""

    at: float
    why: str = ""


Event = Received | Sent | Violation | Expired | Ended


class Session(Protocol):
    """A conversation of one role: bytes in, bytes out, time as an argument; it never raises for the peer's doing."""

    def receive(self, data: bytes, at: float) -> None:
        """Take bytes of the peer."""

    def send(self, message: Any, at: float) -> None:
        """Put a message in the outbox."""

    def deadline(self) -> float | None:
        """When `expire` wants to be called, if nothing happens before."""

    def expire(self, at: float) -> None:
        """Let timers that are due run out."""

    def end(self, at: float) -> None:
        """The peer closed the connection."""

    def events(self) -> list[Event]:
        """What happened since the last call."""

    def outbox(self) -> list[bytes]:
        """What is to be sent since the last call."""
