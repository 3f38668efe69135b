"""The deliberate faults: values that say what happens to a message on its way out, and to which."""

from __future__ import annotations

from msgspec import Struct

from harness.core.case import Role
from harness.faults.where import What, Where, name_of


class Deliver(Struct, frozen=True):
    """Send these bytes, `after` that many seconds."""

    data: bytes
    after: float = 0.0


class CloseLink(Struct, frozen=True):
    """End the connection: `reset` tears it down, `closed` ends it orderly."""

    how: str
    after: float = 0.0


class LinkDown(Struct, frozen=True):
    """Tear the connection down and let none come up for so many seconds."""

    seconds: float
    after: float = 0.0


Action = Deliver | CloseLink | LinkDown
"""What a driver does, one after the other; `after` counts from the action before, so a delay holds up the rest."""


class Drop(Struct, frozen=True):
    """The message never leaves."""


class Repeat(Struct, frozen=True):
    """The message leaves again so many `times`, each `gap` seconds after the one before."""

    times: int = 1
    gap: float = 0.0


class Swap(Struct, frozen=True):
    """The message waits for the next one of the same sender on the same link and leaves behind it."""


class Delay(Struct, frozen=True):
    """The message, and what comes behind it, leaves so many seconds late."""

    seconds: float


class Truncate(Struct, frozen=True):
    """Only the first `keep` bytes leave; negative: all but the last so many."""

    keep: int


class Flip(Struct, frozen=True):
    """One bit leaves inverted: 0 is the highest bit of the first byte, -1 the lowest of the last."""

    bit: int


class Raw(Struct, frozen=True):
    """Other bytes leave instead."""

    data: bytes


class Prefix(Struct, frozen=True):
    """Other bytes leave in front of the message, in one piece with it."""

    data: bytes


class Split(Struct, frozen=True):
    """The message leaves in pieces of these sizes, the rest as a last one, `gap` seconds apart."""

    sizes: tuple[int, ...]
    gap: float = 0.0


class Close(Struct, frozen=True):
    """The message leaves, then the connection ends: `reset` or `closed`."""

    how: str


class Outage(Struct, frozen=True):
    """The message leaves, then the connection is torn down and none comes up for so many seconds."""

    lasting: float


Strike = Drop | Repeat | Swap | Delay | Truncate | Flip | Raw | Prefix | Split | Close | Outage


class Fault(Struct, frozen=True, kw_only=True):
    """What happens, and where."""

    strike: Strike
    where: Where

    def __str__(self) -> str:
        parts = [f"{name} {getattr(self.strike, name)!r}" for name in self.strike.__struct_fields__]
        detail = f" ({', '.join(parts)})" if parts else ""
        return f"{type(self.strike).__name__.lower()}{detail} at {self.where}"


def fault(strike: Strike, what: What, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Any strike at any place; the functions below read better."""
    return Fault(strike=strike, where=Where(name=name_of(what), nth=nth, sender=sender, link=link))


def drop(what: What, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Lose a message."""
    return fault(Drop(), what, nth=nth, sender=sender, link=link)


def repeat(
    what: What,
    *,
    times: int = 1,
    gap: float = 0.0,
    nth: int | None = 1,
    sender: Role | None = None,
    link: str = "",
) -> Fault:
    """Send a message again, byte for byte, `times` more often."""
    return fault(Repeat(times, gap), what, nth=nth, sender=sender, link=link)


def swap(what: What, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Let the next message of the same sender overtake this one."""
    return fault(Swap(), what, nth=nth, sender=sender, link=link)


def delay(what: What, seconds: float, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Send a message late."""
    return fault(Delay(seconds), what, nth=nth, sender=sender, link=link)


def truncate(what: What, keep: int, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Send only the first `keep` bytes of a frame, or all but the last `-keep`."""
    return fault(Truncate(keep), what, nth=nth, sender=sender, link=link)


def flip(what: What, bit: int, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Invert one bit of a frame, its header included."""
    return fault(Flip(bit), what, nth=nth, sender=sender, link=link)


def raw(what: What, data: bytes, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Send these bytes instead of a frame."""
    return fault(Raw(data), what, nth=nth, sender=sender, link=link)


def prefix(what: What, data: bytes, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Send these bytes in front of a frame, in one piece with it."""
    return fault(Prefix(data), what, nth=nth, sender=sender, link=link)


def split(
    what: What,
    sizes: tuple[int, ...],
    *,
    gap: float = 0.0,
    nth: int | None = 1,
    sender: Role | None = None,
    link: str = "",
) -> Fault:
    """Send a frame in pieces, `gap` seconds apart; on OCPP each piece is a message of its own."""
    return fault(Split(tuple(sizes), gap), what, nth=nth, sender=sender, link=link)


def outage(after: What, *, lasting: float, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Take the link away for `lasting` seconds once a message has left."""
    return fault(Outage(lasting), after, nth=nth, sender=sender, link=link)


def reset(after: What, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """Reset the connection once a message has left."""
    return fault(Close("reset"), after, nth=nth, sender=sender, link=link)


def close(after: What, *, nth: int | None = 1, sender: Role | None = None, link: str = "") -> Fault:
    """End the connection orderly once a message has left."""
    return fault(Close("closed"), after, nth=nth, sender=sender, link=link)
