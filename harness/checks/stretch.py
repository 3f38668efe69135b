"""What one connection carried, from its opening to its end, without the places where our own recording has a hole."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from harness.trace.entry import Entry, Gap, Link, LinkSeen, Seen
from harness.trace.trace import Trace

_ENDS = frozenset({"closed", "reset"})


class Stretch(Struct, frozen=True, kw_only=True):
    """Frames of one link without a break between them."""

    frames: tuple[Entry, ...]
    whole: bool
    """Whether it begins with the connection; if not, what came before is not known."""
    end: Entry | None = None
    """The end of the connection, if it was seen."""
    known_until: float
    """Unix time up to which the recording would show a further frame."""


def stretches(trace: Trace, link: Link) -> Iterator[Stretch]:
    """The connections of a link, one after the other; a hole in the recording divides one in two."""
    last = max((entry.at for entry in trace), default=0.0)
    frames: list[Entry] = []
    whole = False
    for entry in trace:
        if isinstance(entry.body, Seen) and entry.link is link:
            frames.append(entry)
            continue
        opened = _state(entry, link) == "open"
        ended = _state(entry, link) in _ENDS
        lost = isinstance(entry.body, Gap) and entry.link in {link, Link.HARNESS}
        if not (opened or ended or lost):
            continue
        if frames:
            end = entry if ended else None
            yield Stretch(frames=tuple(frames), whole=whole, end=end, known_until=entry.at)
        frames, whole = [], opened
    if frames:
        yield Stretch(frames=tuple(frames), whole=whole, known_until=last)


def _state(entry: Entry, link: Link) -> str:
    return entry.body.state if isinstance(entry.body, LinkSeen) and entry.link is link else ""
