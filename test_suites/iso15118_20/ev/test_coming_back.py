"""The EV comes back: after a pause to its session, after a broken connection to none."""

from __future__ import annotations

import pytest

from harness.kit import (
    NO_SESSION,
    STRANGER,
    Bench,
    Feature,
    Judge,
    Role,
    Trace,
    both,
    case,
    closed,
    finished,
)
from harness.kit.reactions import gives_up
from harness.kit.station_preambles import IN_SESSION, SESSION_STOP, Change, Place, changed, hanging_up, returning
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    ChargingSession,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopReq,
)
from harness.messages.iso20.types import ChargeParameterDiscoveryReq, ResponseCode, V2gRequest

NEEDS = (Feature.ISO20_DC, Feature.PAUSE)
SLEEP = 30.0
"""Seconds between the EV's visits."""
LIMIT = 200.0
BROKEN = tuple(place for place in IN_SESSION[1:] if place is not SESSION_STOP)
"""Places at which there is a session to be lost."""
ASLEEP = ((0.5, "pause"),)


async def paused(bench: Bench, change: Change | None = None) -> Trace:
    """The station sends the EV to a pause; woken up, the EV hears `change` of the usual SessionSetupRes."""
    station = bench.station.set(notification_plan=ASLEEP)
    if change is not None:
        station = station.answering(SessionSetupRes, returning(change)).having(patient=True)
    gone = both(finished(), closed(times=2))
    trace = await bench.run(station, until=gone, visits=2, gap=SLEEP, limit=LIMIT)
    trace.first(SessionStopReq, charging_session=ChargingSession.PAUSE)
    return trace


@pytest.mark.parametrize("how", ["reset", "closed"])
@pytest.mark.parametrize("place", BROKEN, ids=str)
@case(
    "ISO20-EV-LNK-001",
    "After its connection broke, an EV that comes again begins a new session",
    sut=Role.EV,
    cites=("V2G20-753",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_connection_breaks(bench: Bench, judge: Judge, place: Place, how: str) -> None:
    """Instead of a response the station ends the connection; plugged in again, the EV asks for a session from zero."""
    station, broken = bench.station, [True]

    def once(ask: object, usual: object) -> object:
        return hanging_up(how)(ask, usual) if broken and broken.pop() else usual

    trace = await bench.run(place.bend(station, once), until=finished(), visits=2, gap=SLEEP, limit=LIMIT)

    asked = place.asked(trace)
    setups = trace.since(asked).all(SessionSetupReq)
    if judge.any("another SessionSetupReq", setups):
        judge.equal("its session id", setups[0].message.header.session_id, NO_SESSION, at=setups[0])
        judge.any("authorization anew", trace.since(setups[0]).all(AuthorizationSetupReq))


@case(
    "ISO20-EV-RSM-001",
    "After a pause the EV asks for its old session and goes on with charge parameters",
    sut=Role.EV,
    cites=("V2G20-1032", "V2G20-1843", "V2G20-2098", "V2G20-1847"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_resumed(bench: Bench, judge: Judge) -> None:
    """The station sends the EV to sleep and joins the old session 30 s later."""
    trace = await paused(bench)

    given = trace.first(SessionSetupRes).message.header.session_id
    back = trace.nth(SessionSetupReq, 2)
    judge.equal("session id of the second visit", back.message.header.session_id, given, at=back)
    reply = trace.since(back).first(SessionSetupRes)
    if judge.any("further requests", trace.since(reply).all(V2gRequest, sent_by=Role.EV)):
        then = trace.since(reply).first(V2gRequest, sent_by=Role.EV)
        judge.holds("next request", isinstance(then.message, ChargeParameterDiscoveryReq), then.message.name, at=then)


@case(
    "ISO20-EV-RSM-002",
    "Given a new session instead of its old one, the EV starts over",
    sut=Role.EV,
    cites=("V2G20-2615", "V2G20-2616", "V2G20-2617"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_session_was_forgotten(bench: Bench, judge: Judge) -> None:
    """The station knows nothing of the old session and opens another one; what was authorized is void."""
    new = ResponseCode.OK_NEW_SESSION_ESTABLISHED
    trace = await paused(bench, changed(header__session_id=STRANGER, response_code=new))

    reply = trace.first(SessionSetupRes, where=lambda entry: entry.message.header.session_id == STRANGER)
    then = trace.since(reply).first(V2gRequest, sent_by=Role.EV)
    judge.equal("next request", then.message.name, AuthorizationSetupReq.name, at=then)
    later = trace.since(reply).all(V2gRequest, sent_by=Role.EV)
    judge.every("session id", later, lambda entry: entry.message.header.session_id == STRANGER, "another one")


@case(
    "ISO20-EV-RSM-003",
    "Back at another station, the EV does not go on with its session",
    sut=Role.EV,
    cites=("V2G20-2539", "V2G20-2613", "V2G20-2614"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_another_station(bench: Bench, judge: Judge) -> None:
    """The station joins the old session, but names another EVSE than the one at which the EV had paused."""
    trace = await paused(bench, changed(evse_id="CA*V2X*E9999"))

    gives_up(judge, trace, trace.first(SessionSetupRes, evse_id="CA*V2X*E9999"))


@case(
    "ISO20-EV-RSM-004",
    "A station that joins another session than the EV's is left",
    sut=Role.EV,
    cites=("V2G20-2623", "V2G20-751"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_another_session_joined(bench: Bench, judge: Judge) -> None:
    """OK_OldSessionJoined comes under an id that is not the one the EV had asked for."""
    trace = await paused(bench, changed(header__session_id=STRANGER))

    joined = trace.first(SessionSetupRes, where=lambda entry: entry.message.header.session_id == STRANGER)
    gives_up(judge, trace, joined)
