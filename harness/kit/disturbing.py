"""Bytes that are no good message, from one EV, and how the station gets over them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.behaviour import SayRaw
from harness.endpoints.ev.ev import Ev
from harness.kit.judge import Judge
from harness.kit.preamble import leaves, stopping_in
from harness.kit.turning_off import Here, Turn
from harness.messages.field import Message
from harness.messages.iso20.common import SessionSetupRes
from harness.messages.iso20.types import ResponseCode, V2gResponse
from harness.sessions.v2g.state import State
from harness.sessions.v2g.wire import write
from harness.trace.entry import Entry, Link, Seen
from harness.trace.trace import Trace

BREATH = 0.5
"""Seconds from the disturbance to the request behind it."""
RECOVERY = 12.0
"""Seconds from one EV to the next, as long as a station may hold on to a connection that came to nothing."""


def frame_of(message: Message, payload_type: int | None = None) -> bytes:
    """The V2GTP frame of a message, as an EV sends it."""
    return write(message, payload_type).data


def disturbing(ev: Ev, data: bytes | Turn, *, state: State = State.SET_UP) -> tuple[Ev, Ev]:
    """Two EVs: one that sends bytes in a state and half a second later its usual request, and a good one.

    Both leave soon: the first when its usual request was answered, the second when its session is set up.
    """

    def disturb(here: Here) -> tuple[Any, ...]:
        return (SayRaw(data=data) if isinstance(data, bytes) else data(here), *_later(here))

    return stopping_in(ev, state, disturb, leaves), stopping_in(ev, State.SET_UP, leaves)


class Disturbance(Struct, frozen=True, kw_only=True):
    """What became of it."""

    bytes_sent: Entry
    answers: tuple[Entry, ...]
    """What the station said before the next request came."""
    goes_on: tuple[Entry, ...]
    """Good answers to the request behind the disturbance."""
    next_served: tuple[Entry, ...]
    """Sessions opened for the next EV."""


def disturbance(trace: Trace) -> Disturbance:
    """Read the trace of two EVs that `disturbing` made.

    Raises:
        Unreached: the first EV never came so far as to disturb anybody.
    """
    sent = trace.first(Seen, sent_by=Role.EV, link=Link.V2G, where=lambda entry: entry.deliberate)
    after = trace.since(sent)
    behind = after.all(Seen, sent_by=Role.EV, link=Link.V2G)[:1]
    window = after.until(behind[0]) if behind else after
    opened = after.all(SessionSetupRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED)
    rest = after.since(behind[0]) if behind else after
    limit = opened[0].number if opened else None
    goes_on = tuple(
        entry
        for entry in rest.all(V2gResponse, sent_by=Role.STATION, where=lambda one: one.message.response_code == "OK")
        if limit is None or entry.number < limit
    )
    said = window.all(Seen, sent_by=Role.STATION, link=Link.V2G)
    return Disturbance(bytes_sent=sent, answers=said, goes_on=goes_on, next_served=opened)


def lives_on(judge: Judge, seen: Disturbance) -> None:
    """Nobody took the bytes for a request, and the next EV is served."""
    served = [entry for entry in seen.answers if not _refuses(entry)]
    judge.silence("answers other than a refusal", served)
    judge.any("session of the next EV", seen.next_served)


def passes_over(judge: Judge, seen: Disturbance) -> None:
    """As `lives_on`; a station that closes the connection instead of passing the bytes over is told, and no fault."""
    lives_on(judge, seen)
    if not seen.goes_on:
        told = "the connection did not survive; V2G2-800 has such frames passed over, stations disagree"
        judge.notice("reaction", told, at=seen.bytes_sent)


def _later(here: Here) -> tuple[Any, ...]:
    """The usual steps, a moment later."""
    return tuple(replace(step, after=getattr(step, "after", 0.0) + BREATH) for step in here.usual)


def _refuses(entry: Entry) -> bool:
    return str(getattr(entry.message, "response_code", "")).upper().startswith("FAILED")
