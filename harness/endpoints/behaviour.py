"""What a role does next: pure answers to what it hears, and the steps they are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct

from harness.messages.field import Message


class Moment(Struct, frozen=True, kw_only=True):
    """When and where in a session something is asked."""

    at: float
    """Unix time in seconds."""
    session_id: bytes = bytes(8)
    payload_type: int = 0
    """V2GTP payload type of what was heard; the side streams begin at 0x8101."""
    header: Any = None
    """The header of what was heard; None where nothing was, or where it has none."""
    exi: bytes = b""
    """The EXI document that was heard, as it came."""
    fits: bool = True
    """False where an EV heard no response to what it had really asked, or a station a request out of order."""

    def later(self, seconds: float) -> Moment:
        """The moment at which an EV speaks again if it waits so long."""
        return Moment(at=self.at + seconds, session_id=self.session_id)


class Say(Struct, frozen=True, kw_only=True):
    """Send this message, `after` that many seconds."""

    message: Any
    after: float = 0.0
    deliberate: bool = False
    payload_type: int | None = None
    """V2GTP payload type, where it is not the usual one of the message."""


class SayRaw(Struct, frozen=True, kw_only=True):
    """Send these bytes (a whole frame), whatever they are."""

    data: bytes
    after: float = 0.0


class Silence(Struct, frozen=True):
    """Say nothing and leave the connection open."""


class Hang(Struct, frozen=True, kw_only=True):
    """Close the connection `after` that many seconds; `paused` if the session may be resumed."""

    after: float = 0.0
    paused: bool = False
    abort: bool = False


class Later(Struct, frozen=True, kw_only=True):
    """Decide `after` that many seconds what to do; which may be to wait again."""

    decide: Callable[[float], tuple[Any, ...]]
    """From the moment (Unix time) to the steps."""
    heard: Any
    after: float


Step = Say | SayRaw | Silence | Hang | Later


class SeccBehaviour(Protocol):
    """The station's side of ISO 15118-20."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """What to do on a request: usually one `Say`, a `Hang` behind it at the end of the session."""

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """The connection went away."""


class EvccBehaviour(Protocol):
    """The EV's side of ISO 15118-20."""

    def begin(self, moment: Moment) -> tuple[Step, ...]:
        """What to do once connected."""

    def follow(self, answer: Message, moment: Moment) -> tuple[Step, ...]:
        """What to do on a response."""
