"""EVs that vanish: whatever they leave behind, the next one is served."""

from __future__ import annotations

import pytest

from harness.kit import (
    RECOVERY,
    Bench,
    Feature,
    Judge,
    LinkSeen,
    Role,
    Seen,
    State,
    Trace,
    breaks_off,
    case,
    leaves,
    says_nothing,
    states_of,
    stopping_in,
)
from harness.messages.iso20.common import ResponseCode, SessionSetupRes
from harness.messages.iso20.energy import Flow

OPENED = ResponseCode.OK_NEW_SESSION_ESTABLISHED
OPTIONAL = (State.JOINED, State.INSTALLING, State.STANDBY, State.RESCHEDULING, State.RESCHEDULED)
"""States that only stations with a certain feature know."""
STATES = tuple(state for state in states_of(Flow.DC) if state not in OPTIONAL)
HARD = (State.CONNECTED, State.SET_UP, State.SCHEDULED, State.PRE_CHARGED, State.TRANSFERRING)


def named(state: State) -> str:
    """The id of a variant."""
    return state.name.lower()


def next_is_served(judge: Judge, trace: Trace, *, how: str) -> None:
    """The first EV went in the way it was to go, and the one behind it got a session."""
    gone = trace.first(LinkSeen, sent_by=Role.EV, state=how)
    judge.any("session of the next EV", trace.since(gone).all(SessionSetupRes, response_code=OPENED))


@pytest.mark.parametrize("state", STATES, ids=named)
@case(
    "ISO20-STN-LNK-001",
    "An EV that leaves without a word keeps nobody from being served",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_ev_leaves(bench: Bench, judge: Judge, state: State) -> None:
    """In the state the EV closes its connection; the next EV comes twelve seconds later."""
    gone, following = stopping_in(bench.ev, state, leaves), stopping_in(bench.ev, State.SET_UP, leaves)

    trace = await bench.run(gone, following, gap=RECOVERY)

    next_is_served(judge, trace, how="closed")


@pytest.mark.parametrize("state", HARD, ids=named)
@case(
    "ISO20-STN-LNK-002",
    "A connection that is reset keeps nobody from being served",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_connection_is_reset(bench: Bench, judge: Judge, state: State) -> None:
    """As when an EV loses power: TCP is reset without a farewell, under TLS and energy as they are."""
    gone, following = stopping_in(bench.ev, state, breaks_off), stopping_in(bench.ev, State.SET_UP, leaves)

    trace = await bench.run(gone, following, gap=RECOVERY)

    next_is_served(judge, trace, how="reset")


@case(
    "ISO20-STN-LNK-003",
    "Five EVs that connect and say nothing keep nobody from being served",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_five_connections_without_a_word(bench: Bench, judge: Judge) -> None:
    """Each closes its connection as soon as it is up; the sixth EV must be served as ever."""
    silent = stopping_in(bench.ev, State.CONNECTED, leaves)

    trace = await bench.run(*(silent for _ in range(5)), stopping_in(bench.ev, State.SET_UP, leaves), gap=RECOVERY)

    opened = trace.all(LinkSeen, state="open", where=lambda entry: entry.link == "v2g")
    judge.equal("connections taken", len(opened), 6, at=opened)
    judge.any("session of the sixth EV", trace.all(SessionSetupRes, response_code=OPENED))


@pytest.mark.parametrize("state", HARD[1:], ids=named)
@case(
    "ISO20-STN-LNK-004",
    "The station speaks when it is spoken to",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_station_says_nothing_unasked(bench: Bench, judge: Judge, state: State) -> None:
    """For half a minute the EV asks for nothing: each response of the station belongs to a request, none to silence."""
    ev = stopping_in(bench.ev.having(patient=True), state, says_nothing)

    trace = await bench.run(ev, limit=30.0)

    asked = [entry for entry in trace.all(Seen, sent_by=Role.EV) if entry.link == "v2g"]
    said = [entry for entry in trace.all(Seen, sent_by=Role.STATION) if entry.link == "v2g"]
    judge.some("requests", asked)
    judge.equal("responses", len(said), len(asked), at=said[-1:])
