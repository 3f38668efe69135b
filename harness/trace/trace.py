"""A recorded run: immutable, asked by what was said and by whom, never by index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.framing.v2gtp import SIDE_STREAMS
from harness.messages.field import Message
from harness.messages.ocpp import Action, Answer, Kind, OcppMessage
from harness.trace.entry import Body, Entry, Link, Seen

What = type[Message] | Action | Answer | type[Body]
Test = Callable[[Entry], bool]


class Trace(Struct, frozen=True, kw_only=True, weakref=True):
    """Numbered entries in the order in which the tester's side saw them.

    `all` and its kin take what to look for: a message class, an OCPP action (its CALLs), `action.response`
    (its CALLRESULTs), or a body class (`TlsSeen`, `LinkSeen`, ...). `fields` compare attributes of the message (else of
    its header), or keys of the OCPP payload.
    """

    entries: tuple[Entry, ...]
    subject: Role | None = None
    """The party under test, if there was one."""

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def all(
        self,
        what: What,
        *,
        sent_by: Role | None = None,
        link: Link | None = None,
        where: Test | None = None,
        **fields: Any,
    ) -> tuple[Entry, ...]:
        """Every entry that fits, in order; none is an empty tuple."""
        fits = matcher(what, sent_by=sent_by, link=link, where=where, **fields)
        return tuple(entry for entry in self.entries if fits(entry))

    def first(self, what: What, **terms: Any) -> Entry:
        """The first entry that fits.

        Raises:
            Unreached: there is none.
        """
        return self.nth(what, 1, **terms)

    def last(self, what: What, **terms: Any) -> Entry:
        """The last entry that fits.

        Raises:
            Unreached: there is none.
        """
        return self._found(what, terms)[-1]

    def one(self, what: What, **terms: Any) -> Entry:
        """The only entry that fits.

        Raises:
            Unreached: there is none, or more than one.
        """
        found = self._found(what, terms)
        if len(found) > 1:
            raise Unreached(f"{describe(what)} was seen {len(found)} times where one was awaited")
        return found[0]

    def nth(self, what: What, n: int, **terms: Any) -> Entry:
        """The `n`th entry that fits, counted from 1.

        Raises:
            Unreached: there are fewer.
        """
        found = self._found(what, terms)
        if len(found) < n:
            raise Unreached(f"{describe(what)} was seen {len(found)} times, not {n}")
        return found[n - 1]

    def messages(self, what: What, **terms: Any) -> tuple[Any, ...]:
        """The messages themselves: V2G messages, or OCPP payloads."""
        return tuple(
            entry.payload if isinstance(entry.message, OcppMessage) else entry.message
            for entry in self.all(what, **terms)
        )

    def since(self, entry: Entry) -> Trace:
        """What came after `entry`."""
        return Trace(entries=tuple(e for e in self.entries if e.number > entry.number), subject=self.subject)

    def until(self, entry: Entry) -> Trace:
        """What came before `entry`."""
        return Trace(entries=tuple(e for e in self.entries if e.number < entry.number), subject=self.subject)

    def about(self, subject: Role) -> Trace:
        """The same trace, with `subject` as the party to be judged."""
        return Trace(entries=self.entries, subject=subject)

    def answer_to(self, request: Entry) -> Entry:
        """The answer to a request: by id on OCPP, the next frame of the other side in the same stream on V2G.

        Raises:
            Unreached: it was never answered.
        """
        for entry in self.since(request):
            if answers(entry, request):
                return entry
        raise Unreached(f"entry {request.number} was never answered")

    def _found(self, what: What, terms: dict[str, Any]) -> tuple[Entry, ...]:
        found = self.all(what, **terms)
        if not found:
            raise Unreached(f"{describe(what)} was never seen")
        return found


UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading a message raises that is not of the form its schema asks for."""


def answers(entry: Entry, request: Entry) -> bool:
    """Whether `entry` is what the other side said to `request`."""
    if entry.link is not request.link or entry.sender is request.sender or not isinstance(entry.body, Seen):
        return False
    if isinstance(request.message, OcppMessage):
        said = entry.message
        return (
            isinstance(said, OcppMessage)
            and said.kind in {Kind.RESPONSE, Kind.ERROR}
            and said.message_id == request.message.message_id
        )
    # A frame of a type that nobody knows may be answered in the main stream.
    streams = {entry.stream, request.stream}
    return len(streams) == 1 or not streams & set(SIDE_STREAMS)


def matcher(
    what: What,
    *,
    sent_by: Role | None = None,
    link: Link | None = None,
    where: Test | None = None,
    **fields: Any,
) -> Test:
    """A test for entries, as `Trace.all` describes it."""

    def fits(entry: Entry) -> bool:
        return (
            (sent_by is None or entry.sender is sent_by)
            and (link is None or entry.link is link)
            and _is(entry, what)
            and all(_value(entry, key) == value for key, value in fields.items())
            and (where is None or _passes(where, entry))
        )

    return fits


def _passes(where: Test, entry: Entry) -> bool:
    """Whether the test holds; a message that lacks what the test looks for does not pass it."""
    try:
        return bool(where(entry))
    except UNREADABLE:
        return False


def describe(what: What) -> str:
    """What a report calls a selector."""
    if isinstance(what, Action):
        return what.name
    if isinstance(what, Answer):
        return f"the answer to {what.name}"
    return getattr(what, "name", "") or what.__name__


def _is(entry: Entry, what: What) -> bool:
    message = entry.message
    if isinstance(what, Action | Answer):
        wanted = {Kind.REQUEST, Kind.SEND} if isinstance(what, Action) else {Kind.RESPONSE}
        return isinstance(message, OcppMessage) and message.action == what.name and message.kind in wanted
    return isinstance(message, what) or isinstance(entry.envelope, what) or isinstance(entry.body, what)


def _value(entry: Entry, key: str) -> Any:
    message = entry.message
    if isinstance(message, OcppMessage):
        return message.payload.get(key) if isinstance(message.payload, dict) else None
    if message is not None and not hasattr(message, key):
        return getattr(entry.header, key, None)
    return getattr(message if message is not None else entry.body, key, None)
