"""SessionSetup: new sessions, strangers' ids, and ids that change on the way."""

from __future__ import annotations

import pytest

from harness.kit import NO_SESSION, STRANGER, Bench, Feature, Judge, Role, answered, case
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    ResponseCode,
    SessionSetupReq,
    SessionSetupRes,
)

WRONG_IDS = (pytest.param(STRANGER, id="foreign"), pytest.param(NO_SESSION, id="zero"))


@case(
    "ISO20-STN-SSU-001",
    "A new session gets an id of its own",
    sut=Role.STATION,
    cites=("V2G20-2106",),
    needs=Feature.ISO20_DC,
)
async def test_new_session_gets_an_id(bench: Bench, judge: Judge) -> None:
    """The EV asks with the id zero, as for every new session."""
    trace = await bench.run(bench.ev, until=answered(SessionSetupRes))

    reply = judge.answered(trace, trace.one(SessionSetupReq), SessionSetupRes)
    if reply:
        got = reply.message
        judge.equal("response code", got.response_code, ResponseCode.OK_NEW_SESSION_ESTABLISHED, at=reply)
        judge.excludes("session id", got.header.session_id, {NO_SESSION}, at=reply)


@case(
    "ISO20-STN-SSU-002",
    "An unknown session id opens a new session",
    sut=Role.STATION,
    cites=("V2G20-2626", "V2G20-2627"),
    needs=Feature.ISO20_DC,
)
async def test_unknown_session_id_opens_a_new_session(bench: Bench, judge: Judge) -> None:
    """A station with nothing paused is asked to join a session it never had."""
    ev = bench.ev.but(SessionSetupReq, header__session_id=STRANGER)

    trace = await bench.run(ev, until=answered(SessionSetupRes))

    reply = judge.answered(trace, trace.one(SessionSetupReq), SessionSetupRes)
    if reply:
        got = reply.message
        judge.equal("response code", got.response_code, ResponseCode.OK_NEW_SESSION_ESTABLISHED, at=reply)
        judge.excludes("session id", got.header.session_id, {STRANGER, NO_SESSION}, at=reply)


@pytest.mark.parametrize("wrong", WRONG_IDS)
@case(
    "ISO20-STN-SSU-003",
    "A foreign session id within a session is refused",
    sut=Role.STATION,
    cites=("V2G20-460", "V2G20-752", "V2G20-753"),
    needs=Feature.ISO20_DC,
)
async def test_foreign_session_id_is_refused(bench: Bench, judge: Judge, wrong: bytes) -> None:
    """After a regular SessionSetup the next request carries another id; the refusal carries the right one."""
    ev = bench.ev.but(AuthorizationSetupReq, header__session_id=wrong)

    trace = await bench.run(ev, until=answered(AuthorizationSetupRes))

    given = trace.one(SessionSetupRes).message.header.session_id
    reply = judge.answered(trace, trace.one(AuthorizationSetupReq), AuthorizationSetupRes)
    if reply:
        got = reply.message
        judge.equal("response code", got.response_code, ResponseCode.FAILED_UNKNOWN_SESSION, at=reply)
        judge.equal("session id of the refusal", got.header.session_id, given, at=reply)
