"""An EV that says nothing, or speaks too late: in every state the station's patience has its measure."""

from __future__ import annotations

import pytest

from harness.kit import (
    Bench,
    Entry,
    Feature,
    Judge,
    LinkSeen,
    Role,
    State,
    Trace,
    answered,
    asks_for,
    case,
    closed,
    fell_silent,
    later,
    leaves,
    oversleeps,
    provoked,
    says_nothing,
    states_of,
    stopping_in,
)
from harness.messages.field import Message
from harness.messages.iso20.common import SessionSetupReq
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.energy import Flow
from harness.messages.registry import response_of

JITTER = 0.1
"""Seconds that the network may take off what we see of a wait."""
SLACK = 6.0
"""Seconds beyond a timer that a station may take to hang up: 5 s to let the EV read, and one for the network."""
SEQUENCE = 60.0
"""V2G_SECC_Sequence_Timeout in seconds."""
READING = 5.0
"""Seconds that a station keeps the connection open after its last response (V2G20-1633, V2G20-1643)."""
PROMPT = 10.0
"""Seconds after which a station that still holds the connection does not mean to close it."""
SETUP = 18.0
"""V2G_SECC_CommunicationSetup_Performance_Time in seconds."""
OPTIONAL = (State.JOINED, State.INSTALLING, State.STANDBY, State.RESCHEDULING, State.RESCHEDULED)
"""States that only stations with a certain feature know."""
SET_UP = tuple(state for state in states_of(Flow.DC) if state not in {State.CONNECTED, State.NEGOTIATED, *OPTIONAL})
UNHURRIED = (State.SET_UP, State.SERVICES_OFFERED, State.SERVICE_SELECTED, State.SCHEDULED, State.PRE_CHARGED)


def named(state: State) -> str:
    """The id of a variant."""
    return state.name.lower()


def hung_up(judge: Judge, trace: Trace, last: Entry, low: float, high: float) -> float | None:
    """The station hangs up `low` to `high` seconds after `last`; returns after how many it did."""
    gone = trace.since(last).all(LinkSeen, sent_by=Role.STATION)
    if not judge.any("the station hangs up", gone):
        return None
    endured: float = gone[0].at - last.at
    judge.between("silence endured", endured, low, high, unit="s", at=(last, gone[0]))
    return endured


def served_after(judge: Judge, trace: Trace, silent: Entry) -> None:
    """The station waited until the EV spoke again, and served it then."""
    asked = trace.since(silent).all(Message, sent_by=Role.EV)
    if judge.any("the station waits for the request", asked):
        reply = judge.answered(trace, asked[0], response_of(asked[0].message))
        if reply:
            code = reply.message.response_code
            judge.holds("good answer", code.startswith("OK"), f"is {code}", at=(asked[0], reply))


@pytest.mark.parametrize("state", SET_UP, ids=named)
@case(
    "ISO20-STN-TMO-003",
    "Silence is endured for a minute in every state, and no longer",
    sut=Role.STATION,
    cites=("V2G20-441", "V2G20-443"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_sequence_timeout_in_every_state(bench: Bench, judge: Judge, state: State) -> None:
    """The EV leads a good session into the state and says nothing any more."""
    ev = stopping_in(bench.ev.having(patient=True), state, says_nothing)

    trace = await bench.run(ev, until=closed(), limit=120.0)

    silent = fell_silent(trace)
    hung_up(judge, trace, silent, SEQUENCE - JITTER, SEQUENCE + SLACK)


@pytest.mark.parametrize("state", [State.CONNECTED, State.NEGOTIATED], ids=named)
@case(
    "ISO20-STN-TMO-004",
    "An EV that never asks for a session does not hold the station for ever",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-443"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_communication_setup_timeout(bench: Bench, judge: Judge, state: State) -> None:
    """The EV connects, or agrees on a protocol as well, and says nothing any more.

    A station should have set up communication within 18 s; one that waits for the sequence timer is told.
    """
    ev = stopping_in(bench.ev.having(patient=True), state, says_nothing)

    trace = await bench.run(ev, until=closed(), limit=120.0)

    silent = fell_silent(trace)
    endured = hung_up(judge, trace, silent, 0.0, SEQUENCE + SLACK)
    if endured and endured > SETUP + SLACK:
        judge.notice("communication setup", f"given up after {endured:.0f} s, not after {SETUP:g} s", at=silent)


@pytest.mark.parametrize("state", UNHURRIED, ids=named)
@case(
    "ISO20-STN-TMO-005",
    "An EV that takes its time is served as long as the sequence timer runs",
    sut=Role.STATION,
    cites=("V2G20-441",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_slow_ev_is_served(bench: Bench, judge: Judge, state: State) -> None:
    """The next request comes 55 s after the response: later than an EV should, earlier than a station may give up."""
    ev = stopping_in(bench.ev.having(patient=True), state, later(55.0), leaves)

    trace = await bench.run(ev, limit=120.0)

    served_after(judge, trace, fell_silent(trace))


@pytest.mark.parametrize("state", UNHURRIED, ids=named)
@case(
    "ISO20-STN-TMO-006",
    "An EV that wakes up too late is not served",
    sut=Role.STATION,
    cites=("V2G20-443",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_late_ev_is_not_served(bench: Bench, judge: Judge, state: State) -> None:
    """The next request comes 63 s after the response, if there is still a connection to send it on."""
    ev = stopping_in(bench.ev.having(patient=True), state, oversleeps(63.0))

    trace = await bench.run(ev, limit=120.0)

    judge.nothing_served(trace.since(fell_silent(trace)))


@case(
    "ISO20-STN-TMO-007",
    "A charge loop at the pace that an EV may keep goes on",
    sut=Role.STATION,
    cites=("V2G20-1502",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_unhurried_charge_loop(bench: Bench, judge: Judge) -> None:
    """From each response to the next request it is 0.4 s, while the station's timer has 0.5 s."""
    trace = await bench.run(bench.ev.having(loops=8, loop_interval=0.4))

    trace.first(DcChargeLoopRes)
    judge.equal("charge loops answered", len(trace.all(DcChargeLoopRes)), 8, at=trace.all(DcChargeLoopRes))


@case(
    "ISO20-STN-TMO-008",
    "After a pause of three seconds the charge loop is not taken up again",
    sut=Role.STATION,
    cites=("V2G20-443", "V2G20-1502"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_late_charge_loop(bench: Bench, judge: Judge) -> None:
    """Behind a charge-loop response the sequence timer has 0.5 s; energy flows to an EV that may be gone."""
    ev = stopping_in(bench.ev.having(patient=True), State.TRANSFERRING, oversleeps(3.0), nth=3)

    trace = await bench.run(ev, until=answered(DcChargeLoopRes, times=3))

    last = trace.nth(DcChargeLoopRes, 2)
    judge.silence("charge loops answered late", trace.since(last).all(DcChargeLoopRes, where=_is_granted))
    judge.report("requests that came late", len(trace.since(last).all(DcChargeLoopReq)))


@case(
    "ISO20-STN-TMO-009",
    "A slow opening is no reason to refuse a session",
    sut=Role.STATION,
    cites=("V2G20-441",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_slow_opening(bench: Bench, judge: Judge) -> None:
    """Ten seconds lie between the agreement on a protocol and SessionSetupReq; communication setup has eighteen."""
    ev = stopping_in(bench.ev.having(patient=True), State.NEGOTIATED, later(10.0), leaves)

    trace = await bench.run(ev, limit=60.0)

    served_after(judge, trace, fell_silent(trace))


@pytest.mark.parametrize("state", UNHURRIED, ids=named)
@case(
    "ISO20-STN-TMO-010",
    "Wherever a session is refused the station lets the EV read it, then closes",
    sut=Role.STATION,
    cites=("V2G20-1643",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_closing_after_a_refusal(bench: Bench, judge: Judge, state: State) -> None:
    """A second SessionSetupReq is out of order in every state; the EV stays and waits for the station to hang up."""
    ev = stopping_in(bench.ev.having(patient=True), state, asks_for(SessionSetupReq), says_nothing)

    trace = await bench.run(ev, until=closed(), limit=60.0)

    reply = judge.answered(trace, provoked(trace, SessionSetupReq), response_of(SessionSetupReq))
    if reply:
        hung_up(judge, trace, reply, READING - JITTER, PROMPT)


def _is_granted(entry: Entry) -> bool:
    return not str(entry.message.response_code).startswith("FAILED")
