"""The handshakes of a trace, one after the other, each with what came of its connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.case import Role
from harness.trace.entry import Entry, Link, LinkSeen, Seen, TlsSeen
from harness.trace.trace import Trace

BY_PEER = "refused by the peer"
CLOSED = "closed by the peer"
TIMEOUT = "timeout"
_ENDS = {"handshake", "refused"}
_KEPT_OUT = {"refused", "unanswered"}


class Attempt(Struct, frozen=True, kw_only=True):
    """One connection from the end of its handshake on; what came before the end is not in it."""

    entries: tuple[Entry, ...]
    subject: Role | None

    @property
    def end(self) -> Entry:
        """The handshake's end: a refusal that came late counts, else what it came to at first."""
        return next((entry for entry in reversed(self.entries) if event_of(entry) in _ENDS), self.entries[0])

    @property
    def complete(self) -> bool:
        """Whether a connection came of it, as far as our side could see."""
        return event_of(self.end) == "handshake"

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of the handshake."""
        return self.end.facts

    @property
    def outcome(self) -> str:
        """How the handshake ended, in the words of the TLS report."""
        return str(self.facts.get("outcome", ""))

    @property
    def answer(self) -> Entry | None:
        """The first thing that the subject said behind the handshake, readable or not."""
        said = (one for one in self.rest if isinstance(one.body, Seen) and one.sender is self.subject)
        return next(said, None)

    @property
    def hung_up(self) -> Entry | None:
        """Where the subject ended the connection behind the handshake."""
        return next((one for one in self.rest if is_end(one) and one.sender is self.subject), None)

    @property
    def rest(self) -> tuple[Entry, ...]:
        """What came behind the handshake's end."""
        return self.entries[self.entries.index(self.end) + 1 :]


def attempts(trace: Trace, link: Link = Link.V2G) -> tuple[Attempt, ...]:
    """All handshakes on a link, in order."""
    return tuple(Attempt(entries=part, subject=trace.subject) for part in _parts(trace, link))


def kept_out(trace: Trace, after: Attempt, link: Link = Link.V2G) -> Entry | None:
    """Where somebody could not even connect, or got no answer to discovery, once `after` was over."""
    since = trace.since(after.end)
    links = {link, Link.SDP}
    return next(
        (one for one in since if one.link in links and isinstance(one.body, LinkSeen) and one.body.state in _KEPT_OUT),
        None,
    )


def event_of(entry: Entry) -> str:
    """The event of a TLS entry; empty for any other."""
    return entry.body.event if isinstance(entry.body, TlsSeen) else ""


def is_end(entry: Entry) -> bool:
    """Whether a connection ended here."""
    if isinstance(entry.body, LinkSeen):
        return entry.body.state in {"closed", "reset"}
    return event_of(entry) == "closed"


def _parts(trace: Trace, link: Link) -> Iterator[tuple[Entry, ...]]:
    """A refusal right behind a handshake is a late one of the same connection; anything else begins another."""
    found: list[Entry] = []
    for entry in trace:
        if entry.link is not link:
            continue
        event = event_of(entry)
        if event in _ENDS and found and not (event == "refused" and _may_be_late(found)):
            yield tuple(found)
            found = []
        if found or event in _ENDS:
            found.append(entry)
    if found:
        yield tuple(found)


def _may_be_late(found: list[Entry]) -> bool:
    return not any(event_of(entry) == "refused" or is_end(entry) for entry in found)
