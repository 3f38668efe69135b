"""Time limits of ISO 15118-2: how long a station waits, and how fast it answers."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, closed, fell_silent, later, leaves, stopping_in
from harness.kit.older import on_iso2
from harness.kit.older_matrix import Iso2State
from harness.kit.preamble import says_nothing
from harness.messages.iso2.charging import PowerDeliveryReq
from harness.messages.iso2.dc import CurrentDemandReq
from harness.messages.iso2.service import ServiceDetailReq
from harness.messages.iso2.session import SessionSetupRes
from harness.messages.iso2.types import Request, Response
from harness.messages.iso20.energy import Flow
from harness.messages.registry import response_of

SEQUENCE = 60.0
"""Seconds without a request after which a station ends the session."""
JITTER, SLACK = 0.5, 10.0
"""Seconds that a measurement may be early; that a station may take to say farewell before it closes."""
EV_PERFORMANCE = 40.0
"""Seconds that an EV may take for its next request."""
STATES = (
    Iso2State.SET_UP,
    Iso2State.SERVICES_OFFERED,
    Iso2State.AUTHORIZED,
    Iso2State.PARAMETERS_KNOWN,
    Iso2State.PRE_CHARGING,
    Iso2State.CHARGING,
    Iso2State.STOPPED,
)
FAST, SLOW, LOOP = 1.5, 4.5, 0.025
"""Seconds that a station may take for an answer (Table 111)."""
SLOW_ONES = (ServiceDetailReq, PowerDeliveryReq)


@pytest.mark.parametrize("state", STATES, ids=lambda one: one.name.lower())
@case(
    "ISO2-STN-TMO-001",
    "An EV that says nothing for a minute is given up",
    sut=Role.STATION,
    cites=("V2G2-443", "V2G2-536"),
    needs=(Feature.ISO2, Feature.ISO2_DC),
    control="ISO2-STN-SSU-001",
)
async def test_sequence_timeout(bench: Bench, judge: Judge, state: Iso2State) -> None:
    """In some state the EV falls silent and leaves the connection open."""
    ev = stopping_in(on_iso2(bench.ev), state, says_nothing).having(linger=SEQUENCE + 30.0, patient=True)

    trace = await bench.run(ev, until=closed(), limit=SEQUENCE + 60.0)

    silent = trace.until(fell_silent(trace)).last(Response)
    gone = trace.since(silent).all(LinkSeen, sent_by=Role.STATION)
    if judge.any("the station hangs up", gone):
        took = gone[0].at - silent.at
        judge.between("silence endured", took, SEQUENCE - JITTER, SEQUENCE + SLACK, unit="s", at=(silent, gone[0]))


@pytest.mark.parametrize("state", STATES[:-1], ids=lambda one: one.name.lower())
@case(
    "ISO2-STN-TMO-002",
    "An EV that takes its time is waited for",
    sut=Role.STATION,
    cites=("V2G2-443", "ISO 15118-2, Table 109"),
    needs=(Feature.ISO2, Feature.ISO2_DC),
    control="ISO2-STN-SSU-001",
)
async def test_slow_ev_is_waited_for(bench: Bench, judge: Judge, state: Iso2State) -> None:
    """In some state the EV makes its next request after 40 s, the most that the standard lets it take."""
    ev = stopping_in(on_iso2(bench.ev), state, later(EV_PERFORMANCE), leaves).having(patient=True)

    trace = await bench.run(ev, until=closed(), limit=EV_PERFORMANCE + 60.0)

    trace.first(SessionSetupRes)
    asked = trace.all(Request, sent_by=Role.EV, where=lambda entry: entry.deliberate)
    if asked:
        judge.granted(trace, asked[0], response_of(asked[0].message))
    else:
        judge.silence("hanging up before the EV has spoken", trace.all(LinkSeen, sent_by=Role.STATION))


@pytest.mark.parametrize("flow", [Flow.DC, Flow.AC], ids=["dc", "ac"])
@case(
    "ISO2-STN-TMO-003",
    "Answers come in the time that a station has",
    sut=Role.STATION,
    cites=("ISO 15118-2, Table 111",),
    needs=(Feature.ISO2, Feature.ISO2_DC, Feature.ISO2_AC),
    control="ISO2-STN-SSU-001",
)
async def test_answers_come_in_time(bench: Bench, judge: Judge, flow: Flow) -> None:
    """A whole session: 1.5 s for most answers, 4.5 s for some; the 25 ms of the DC loop are told, and no more."""
    trace = await bench.run(on_iso2(bench.ev, flow).having(patient=True, loops=3))

    trace.first(SessionSetupRes)
    waits = [(trace.until(reply).last(Request), reply) for reply in trace.all(Response)]
    for ask, reply in waits:
        limit = SLOW if isinstance(ask.message, SLOW_ONES) else FAST
        if reply.at - ask.at > limit:
            judge.within(type(ask.message).name, ask, reply, limit)
    longest = max(reply.at - ask.at for ask, reply in waits)
    judge.holds("answers", longest <= SLOW, f"{len(waits)} requests, {longest:.3f} s at the longest", at=waits[0])
    loop = [reply.at - ask.at for ask, reply in waits if isinstance(ask.message, CurrentDemandReq)]
    if loop:
        judge.report("longest answer in the DC charge loop", round(max(loop), 3), "s", limit=f"<= {LOOP} s")
