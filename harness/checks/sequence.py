"""Order on the vehicle link: requests and responses take turns, and the session id stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from harness.checks.rule import Rule, Tally, is_subject
from harness.checks.stretch import stretches
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.field import Message
from harness.messages.registry import is_response, request_of
from harness.trace.entry import Entry, Link, Seen
from harness.trace.trace import Trace


def lanes(frames: Iterable[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """The frames of a connection by stream: the main one, and those beside it."""
    found: dict[int, list[Entry]] = {}
    for entry in frames:
        found.setdefault(entry.stream, []).append(entry)
    return tuple(tuple(lane) for lane in found.values())


def pairs(trace: Trace) -> Iterator[tuple[Entry, Entry]]:
    """Every V2G request with the response that followed it at once in its stream."""
    for stretch in stretches(trace, Link.V2G):
        for lane in lanes(stretch.frames):
            for earlier, later in pairwise(lane):
                if earlier.sender is Role.EV and later.sender is Role.STATION:
                    yield earlier, later


def failed(entry: Entry) -> bool:
    """Whether a response ends the session by its code: FAILED of ISO 15118-20, Failed of the handshake before it."""
    return str(getattr(entry.message, "response_code", "")).upper().startswith("FAILED")


def alternation(trace: Trace) -> Iterable[Finding]:
    """A response answers exactly one request, with the type that belongs to it; the EV waits for it."""
    tally = Tally("RULE-V2G-ALTERNATION", "requests and responses take turns", ("V2G20-459", "V2G2-459"))
    for stretch in stretches(trace, Link.V2G):
        for lane in lanes(stretch.frames):
            _judge_turns(trace, tally, lane, whole=stretch.whole)
    return tally


def _judge_turns(trace: Trace, tally: Tally, lane: tuple[Entry, ...], *, whole: bool) -> None:
    """Requests that wait for a response are kept, since a tester may send several without waiting."""
    waiting: list[Entry] = []
    for place, entry in enumerate(lane):
        if entry.sender is Role.EV:
            if is_subject(trace, entry) and waiting:
                tally.bad("a second request before the first was answered", waiting[-1], entry)
            elif is_subject(trace, entry):
                tally.good(entry)
            waiting.append(entry)
            continue
        asked = _asked(waiting, entry)
        offence = _offence(waiting, asked, entry)
        if is_subject(trace, entry) and (whole or place):
            tally.bad(offence, *waiting[:1], entry) if offence else tally.good(entry)
        # Bytes of ours that are no single frame may be several requests: they wait for more than one response.
        del waiting[: (waiting.index(asked) if asked else 0) + (asked is None or not _holds_several(asked))]


def _holds_several(asked: Entry) -> bool:
    return asked.message is None and asked.deliberate


def _asked(waiting: list[Entry], response: Entry) -> Entry | None:
    """The oldest request that a response may answer, one of its own kind before one that nobody could read."""
    wanted = _asking(response)
    fitting = [ask for ask in waiting if wanted is None or type(ask.message) is wanted]
    unreadable = [ask for ask in waiting if ask.message is None]
    return next(iter(fitting + unreadable), None)


def _offence(waiting: list[Entry], asked: Entry | None, response: Entry) -> str:
    if asked is not None:
        return ""
    if not waiting:
        return "a response that nobody asked for"
    return f"{_name(response.message)} answers {_name(waiting[0].message)}"


def _asking(response: Entry) -> type[Message] | None:
    """The kind of request that a response belongs to; None if that cannot be told."""
    message = response.message
    if not isinstance(message, Message):
        return None
    return request_of(message) if is_response(message) else type(message)


def _name(message: Any) -> str:
    return getattr(message, "name", "") or type(message).__name__


def session_id(trace: Trace) -> Iterable[Finding]:
    """The session id given in SessionSetupRes stands in every header of that connection."""
    tally = Tally(
        "RULE-V2G-SESSION-ID", "the session id stays the same", ("V2G20-751", "V2G20-752", "V2G-DC-872", "V2G-DC-934")
    )
    for stretch in stretches(trace, Link.V2G):
        given: bytes | None = None
        for entry in stretch.frames:
            header, name = entry.header, _name(entry.message)
            if header is None or name == "SessionSetupReq":
                continue
            if name == "SessionSetupRes" and not failed(entry):
                given = header.session_id
            elif given is not None and is_subject(trace, entry):
                if header.session_id == given:
                    tally.good(entry)
                else:
                    tally.bad(f"is {_hex(header.session_id)}, was {_hex(given)}", entry)
    return tally


def _hex(session: object) -> str:
    return session.hex().upper() if isinstance(session, bytes) else repr(session)


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
        cites=("V2G20-459", "V2G2-459"),
        find=alternation,
    ),
    Rule(
        id="RULE-V2G-SESSION-ID",
        title="The session id stays the same for the life of a session",
        judges=(Role.EV, Role.STATION),
        cites=("V2G20-751", "V2G20-752", "V2G-DC-872", "V2G-DC-934"),
        find=session_id,
    ),
    Rule(
        id="RULE-V2G-READABLE",
        title="Every message on the vehicle link can be decoded",
        judges=(Role.EV, Role.STATION),
        find=readable,
    ),
)
