"""SessionSetup of ISO 15118-2: ids of sessions, and the station's clock."""

from __future__ import annotations

from harness.kit import NO_SESSION, STRANGER, Bench, Feature, Judge, Role, answered, case
from harness.kit.older import on_iso2
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.session import SessionSetupReq, SessionSetupRes

NEW = ResponseCode.OK_NEW_SESSION_ESTABLISHED
DONE = answered(SessionSetupRes)
APART = 20.0
"""Seconds between two sessions whose clocks are compared."""


@case(
    "ISO2-STN-SSU-001",
    "A new session gets an id other than zero",
    sut=Role.STATION,
    cites=("V2G2-750",),
    needs=Feature.ISO2,
)
async def test_new_session_gets_an_id(bench: Bench, judge: Judge) -> None:
    """An EV that was never here asks for a session with the id zero."""
    trace = await bench.run(on_iso2(bench.ev), until=DONE)

    reply = trace.one(SessionSetupRes)
    judge.equal("response code", reply.message.response_code, NEW, at=reply)
    judge.equal("size of the session id", len(reply.header.session_id), 8, at=reply)
    judge.excludes("session id", reply.header.session_id, {NO_SESSION}, at=reply)


@case(
    "ISO2-STN-SSU-002",
    "An EV that names a session nobody knows gets a new one",
    sut=Role.STATION,
    cites=("V2G2-462", "V2G2-756"),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_unknown_id_opens_a_new_session(bench: Bench, judge: Judge) -> None:
    """The station has nothing paused; the EV asks to join a session of its own invention."""
    ev = on_iso2(bench.ev).but(SessionSetupReq, session_id=STRANGER)

    trace = await bench.run(ev, until=DONE)

    reply = judge.coded(trace, trace.first(SessionSetupReq), SessionSetupRes, NEW)
    if reply:
        judge.excludes("session id", reply.header.session_id, {STRANGER, NO_SESSION}, at=reply)


@case(
    "ISO2-STN-SSU-003",
    "No two sessions share an id",
    sut=Role.STATION,
    cites=("V2G2-750",),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_ids_are_not_used_again(bench: Bench, judge: Judge) -> None:
    """Three EVs come one after the other, charge and leave for good."""
    ev = on_iso2(bench.ev).having(loops=1)

    trace = await bench.run(ev, ev, ev)

    replies = trace.all(SessionSetupRes)
    ids = {reply.header.session_id for reply in replies}
    if len(replies) < 2:
        judge.inconclusive("session ids", "there were fewer than two sessions", at=replies)
        return
    judge.equal("different ids", len(ids), len(replies), at=replies)


@case(
    "ISO2-STN-SSU-004",
    "EVSETimeStamp is a clock that runs",
    sut=Role.STATION,
    cites=("V2G2-567", "V2G2-748"),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_time_stamp_runs(bench: Bench, judge: Judge) -> None:
    """Two sessions some seconds apart; the element may be left out, a constant in its place may not."""
    ev = on_iso2(bench.ev).having(loops=1)

    trace = await bench.run(ev, ev, gap=APART)

    early, late = trace.nth(SessionSetupRes, 1), trace.nth(SessionSetupRes, 2)
    told = [entry.message.evse_time_stamp for entry in (early, late)]
    if None in told:
        judge.holds("EVSETimeStamp", condition=True, detail="left out", at=(early, late))
        return
    passed = round(late.at - early.at)
    judge.between("seconds between the two stamps", told[1] - told[0], passed - 2, passed + 2, at=(early, late))
