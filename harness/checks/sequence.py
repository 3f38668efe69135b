"""Order on the vehicle link: requests and responses take turns, and the session id stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.field import Message
from harness.messages.iso20.common import SessionSetupReq, SessionSetupRes
from harness.messages.registry import request_of
from harness.trace.entry import Entry, Link, LinkSeen, Seen
from harness.trace.trace import Trace


def connections(trace: Trace) -> Iterator[tuple[Entry, ...]]:
    """The frames of each vehicle connection, in order; a connection begins with `LinkSeen(open)`."""
    current: list[Entry] = []
    for entry in trace:
        if entry.link is not Link.V2G:
            continue
        if isinstance(entry.body, LinkSeen) and entry.body.state == "open":
            if current:
                yield tuple(current)
            current = []
        elif isinstance(entry.body, Seen):
            current.append(entry)
    if current:
        yield tuple(current)


def pairs(trace: Trace) -> Iterator[tuple[Entry, Entry]]:
    """Every V2G request with the response that followed it at once."""
    for frames in connections(trace):
        for earlier, later in pairwise(frames):
            if earlier.sender is Role.EV and later.sender is Role.STATION:
                yield earlier, later


def alternation(trace: Trace) -> Iterable[Finding]:
    """A response answers exactly one request, with the type that belongs to it; the EV waits for it."""
    tally = Tally("RULE-V2G-ALTERNATION", "requests and responses take turns", ("V2G20-459",))
    for frames in connections(trace):
        previous: Entry | None = None
        for entry in frames:
            if is_subject(trace, entry):
                _judge_turn(tally, previous, entry)
            previous = entry
    return tally


def _judge_turn(tally: Tally, previous: Entry | None, entry: Entry) -> None:
    if entry.sender is Role.EV:
        if previous is not None and previous.sender is Role.EV:
            tally.bad("a second request before the first was answered", previous, entry)
        else:
            tally.good(entry)
        return
    if previous is None or previous.sender is Role.STATION:
        tally.bad("a response that nobody asked for", entry)
        return
    expected = request_of(type(entry.message)) if isinstance(entry.message, Message) else None
    if expected is not None and isinstance(previous.message, Message) and type(previous.message) is not expected:
        asked, said = type(previous.message).name, type(entry.message).name
        tally.bad(f"{said} answers {asked}", previous, entry)
    else:
        tally.good(entry)


def session_id(trace: Trace) -> Iterable[Finding]:
    """The session id given in SessionSetupRes stands in every header of that connection."""
    tally = Tally("RULE-V2G-SESSION-ID", "the session id stays the same", ("V2G20-751", "V2G20-752"))
    for frames in connections(trace):
        given: bytes | None = None
        for entry in frames:
            header = getattr(entry.message, "header", None)
            if header is None:
                continue
            if isinstance(entry.message, SessionSetupRes):
                given = header.session_id
            elif given is not None and is_subject(trace, entry) and not isinstance(entry.message, SessionSetupReq):
                if header.session_id == given:
                    tally.good(entry)
                else:
                    tally.bad(f"is {header.session_id.hex().upper()}, was {given.hex().upper()}", entry)
    return tally


def readable(trace: Trace) -> Iterable[Finding]:
    """What the subject sends can be read: framing, EXI and schema."""
    tally = Tally("RULE-V2G-READABLE", "every V2G message can be decoded", ())
    for entry in trace:
        if entry.link is Link.V2G and isinstance(entry.body, Seen) and is_subject(trace, entry):
            if entry.body.problem:
                tally.bad(entry.body.problem, entry)
            else:
                tally.good(entry)
    return tally


RULES = (
    Rule(
        id="RULE-V2G-ALTERNATION",
        title="Requests and responses take turns on the vehicle link",
        judges=(Role.EV, Role.STATION),
        cites=("V2G20-459",),
        find=alternation,
    ),
    Rule(
        id="RULE-V2G-SESSION-ID",
        title="The session id stays the same for the life of a session",
        judges=(Role.EV, Role.STATION),
        cites=("V2G20-751", "V2G20-752"),
        find=session_id,
    ),
    Rule(
        id="RULE-V2G-READABLE",
        title="Every message on the vehicle link can be decoded",
        judges=(Role.EV, Role.STATION),
        find=readable,
    ),
)
