"""Session ids and headers: who may speak in a session, and what every header of the station says."""

from __future__ import annotations

import pytest

from harness.kit import (
    NO_SESSION,
    PREVIOUS,
    STRANGER,
    Bench,
    Feature,
    Here,
    Judge,
    Role,
    State,
    answered,
    case,
    insists,
    leaves,
    replace_fields,
    states_of,
    stopping_in,
)
from harness.messages.field import Message
from harness.messages.iso20.common import AuthorizationSetupReq, ResponseCode, SessionSetupReq, SessionSetupRes
from harness.messages.iso20.energy import Flow
from harness.messages.iso20.types import V2gRequest, V2gResponse
from harness.messages.problems import problems
from harness.messages.registry import response_of

OPENED = ResponseCode.OK_NEW_SESSION_ESTABLISHED
OPTIONAL = (State.JOINED, State.INSTALLING, State.STANDBY, State.RESCHEDULING, State.RESCHEDULED)
"""States that only stations with a certain feature know."""
WITHIN = tuple(
    state
    for state in states_of(Flow.DC)
    if state not in {State.CONNECTED, State.NEGOTIATED, State.SET_UP, State.STARTING, *OPTIONAL}
)
"""States of a session behind those that ISO20-STN-SSU-003 looks at, in which the EV has a request of its own."""
CLOCK_TOLERANCE = 60.0
"""Seconds by which a station's clock may differ from ours before it is worth telling."""


def as_a_stranger(here: Here) -> Message:
    """The usual request under an id that nobody gave."""
    said: Message = replace_fields(here.usual_message, {"header__session_id": STRANGER})
    return said


@pytest.mark.parametrize("state", WITHIN, ids=lambda state: state.name.lower())
@case(
    "ISO20-STN-HDR-001",
    "A foreign session id is refused at any time, and ends the session",
    sut=Role.STATION,
    cites=("V2G20-460", "V2G20-753"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_foreign_id_in_every_state(bench: Bench, judge: Judge, state: State) -> None:
    """The EV says what belongs here, but under an id that nobody gave; then it goes on under the right one."""
    trace = await bench.run(stopping_in(bench.ev, state, as_a_stranger, insists))

    asked = trace.first(V2gRequest, where=lambda entry: entry.message.header.session_id == STRANGER)
    given = trace.first(SessionSetupRes).message.header.session_id
    wanted = response_of(asked.message)
    reply = judge.coded(trace, asked, wanted, ResponseCode.FAILED_UNKNOWN_SESSION)
    if reply:
        judge.equal("session id of the refusal", reply.message.header.session_id, given, at=reply)
        judge.nothing_served(trace.since(reply))


@case(
    "ISO20-STN-HDR-002",
    "Every header of the station carries the id of the session",
    sut=Role.STATION,
    cites=("V2G20-751", "V2G20-752"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_every_header_carries_the_id(bench: Bench, judge: Judge) -> None:
    """A whole session is read."""
    trace = await bench.run(bench.ev)

    given = trace.first(SessionSetupRes).message.header.session_id
    judge.excludes("session id", given, {NO_SESSION}, at=trace.first(SessionSetupRes))
    judge.every(
        "session ids",
        trace.all(V2gResponse, sent_by=Role.STATION),
        lambda entry: entry.message.header.session_id == given,
        "another id",
    )


@case(
    "ISO20-STN-HDR-003",
    "The station's clock does not go back",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_time_stamps_rise(bench: Bench, judge: Judge) -> None:
    """The time stamps of a whole session are read; how far they are from our own clock is told."""
    trace = await bench.run(bench.ev)

    said = trace.all(V2gResponse, sent_by=Role.STATION)
    judge.rising("time stamps", [entry.message.header.time_stamp for entry in said], at=said)
    off = max((abs(entry.message.header.time_stamp - entry.at) for entry in said), default=0.0)
    judge.report("greatest distance from our clock", round(off, 1), "s")
    if off > CLOCK_TOLERANCE:
        judge.notice("clock", f"differs by {off:.0f} s from ours", at=said[:1])


@pytest.mark.parametrize("length", [1, 20, 255])
@case(
    "ISO20-STN-SSU-004",
    "An EVCCID of any length that the schema allows opens a session",
    sut=Role.STATION,
    cites=("V2G20-2106",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
    maturity="watch",
)
async def test_any_evcc_id(bench: Bench, judge: Judge, length: int) -> None:
    """The name is a string of 1 to 255 characters; what a station thinks of its form is told."""
    ev = bench.ev.but(SessionSetupReq, evcc_id=("HVX" + "V" * 252)[:length])

    trace = await bench.run(ev, until=answered(SessionSetupRes))

    asked = trace.one(SessionSetupReq)
    reply = judge.answered(trace, asked, SessionSetupRes)
    if reply and reply.message.response_code is not OPENED:
        code = reply.message.response_code
        judge.notice("refused", f"{code} for an EVCCID of {length} characters", at=(asked, reply))


@case(
    "ISO20-STN-SSU-005",
    "Session ids are new each time, and cannot be guessed from each other",
    sut=Role.STATION,
    cites=("V2G20-2106", "V2G20-2621", "V2G20-2608"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_ids_are_random(bench: Bench, judge: Judge) -> None:
    """Eight EVs come and go; no two ids may share their first or their last three bytes, as counters and clocks do."""
    ev = stopping_in(bench.ev, State.SET_UP, leaves)

    trace = await bench.run(*(ev for _ in range(8)), gap=12.0)

    opened = trace.all(SessionSetupRes, response_code=OPENED)
    ids = [entry.message.header.session_id for entry in opened]
    judge.equal("sessions opened", len(ids), 8, at=opened)
    judge.equal("different ids", len(set(ids)), len(ids), at=opened)
    judge.equal("different beginnings", len({one[:3] for one in ids}), len(ids), at=opened)
    judge.equal("different ends", len({one[-3:] for one in ids}), len(ids), at=opened)
    judge.every("ids of eight bytes", opened, lambda entry: len(entry.message.header.session_id) == 8)


@case(
    "ISO20-STN-SSU-006",
    "A session that broke off is not there to be joined",
    sut=Role.STATION,
    cites=("V2G20-2626", "V2G20-2627"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_broken_session_is_not_joined(bench: Bench, judge: Judge) -> None:
    """The first EV goes without a word in the middle of services; it comes back with the id, though it never paused."""
    broken = stopping_in(bench.ev, State.SERVICES_OFFERED, leaves)
    back = stopping_in(bench.ev.having(resume=PREVIOUS), State.SET_UP, leaves)

    trace = await bench.run(broken, back, gap=12.0)

    first, second = trace.nth(SessionSetupReq, 1), trace.nth(SessionSetupReq, 2)
    old = trace.first(SessionSetupRes).message.header.session_id
    judge.equal("id brought back", second.message.header.session_id, old, at=(first, second))
    reply = judge.coded(trace, second, SessionSetupRes, OPENED)
    if reply:
        judge.excludes("session id", reply.message.header.session_id, {old, NO_SESSION}, at=reply)


@case(
    "ISO20-STN-SSU-007",
    "The station names itself, the same in every session",
    sut=Role.STATION,
    cites=("V2G20-2539",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_station_names_itself(bench: Bench, judge: Judge) -> None:
    """An EV that comes back after a pause must be able to tell whether this is the station it left."""
    ev = stopping_in(bench.ev, State.SET_UP, leaves)

    trace = await bench.run(ev, ev, gap=12.0)

    opened = trace.all(SessionSetupRes, response_code=OPENED)
    names = {entry.message.evse_id for entry in opened}
    judge.every("well-formed answer", opened, lambda entry: not problems(entry.message), "objections of the schema")
    judge.every("an EVSE id", opened, lambda entry: len(entry.message.evse_id.strip()) >= 1, "an empty one")
    judge.equal("different EVSE ids", len(names), 1, at=opened)


@case(
    "ISO20-STN-HDR-004",
    "A strange time stamp of the EV keeps nobody from answering",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
    maturity="watch",
)
async def test_strange_time_stamp(bench: Bench, judge: Judge) -> None:
    """The EV's clock stands at zero, as after a flat battery; public sources ask no station to check it."""
    ev = bench.ev.but(AuthorizationSetupReq, header__time_stamp=0)

    trace = await bench.run(ev, until=answered(response_of(AuthorizationSetupReq)))

    asked = trace.one(AuthorizationSetupReq)
    reply = judge.answered(trace, asked, response_of(AuthorizationSetupReq))
    if reply and reply.message.response_code is not ResponseCode.OK:
        judge.notice("refused", f"{reply.message.response_code} for a time stamp of zero", at=(asked, reply))
