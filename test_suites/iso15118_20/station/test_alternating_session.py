"""Alternating current from the schedule to the farewell: no cable check, no welding detection, and sleep in between."""

from __future__ import annotations

from harness.kit import PREVIOUS, Bench, Feature, Judge, LinkSeen, Role, case, closed, finished
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeLoopRes,
    AcChargeParameterDiscoveryReq,
    AcChargeParameterDiscoveryRes,
)
from harness.messages.iso20.common import (
    AuthorizationRes,
    ChargeProgress,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ResponseCode,
    ScheduleExchangeRes,
    SessionSetupRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.energy import EnergyService

START, STOP = ChargeProgress.START, ChargeProgress.STOP
PAUSE = 60.0
"""Seconds that the EV sleeps."""
JITTER = 0.1
"""Seconds that the network may take off what we see of a wait."""
SLACK = 6.0
"""Seconds beyond a timer that a station may take to hang up: 5 s to let the EV read, and one for the network."""


@case(
    "ISO20-STN-PDL-020",
    "On AC power starts behind the schedule, and stops before the farewell",
    sut=Role.STATION,
    cites=("V2G20-1311", "V2G20-1623", "V2G20-1989", "V2G20-3210"),
    needs=Feature.ISO20_AC,
)
async def test_power_starts_and_stops(bench: Bench, judge: Judge) -> None:
    """Neither cable check and pre-charge nor welding detection stand in between."""
    trace = await bench.run(bench.ev.on_ac(bidirectional=False), until=finished())

    trace.first(ScheduleExchangeRes)
    judge.granted(trace, trace.first(PowerDeliveryReq, charge_progress=START), PowerDeliveryRes)
    judge.any("cycles of the charge loop", trace.all(AcChargeLoopRes))
    stop = trace.first(PowerDeliveryReq, charge_progress=STOP)
    judge.coded(trace, stop, PowerDeliveryRes, ResponseCode.OK)
    judge.coded(trace, trace.since(stop).first(SessionStopReq), SessionStopRes, ResponseCode.OK)


@case(
    "ISO20-STN-PAU-001",
    "A paused AC session is taken up again at its charge parameters",
    sut=Role.STATION,
    cites=("V2G20-1032", "V2G20-1844", "V2G20-2097", "V2G20-2623"),
    needs=(Feature.ISO20_AC, Feature.SCHEDULED, Feature.PAUSE),
)
async def test_paused_session_is_resumed(bench: Bench, judge: Judge) -> None:
    """In Scheduled control mode the EV pauses, sleeps for a minute and brings its old session id."""
    ev = bench.ev.scheduled().on_ac(bidirectional=False)

    trace = await bench.run(ev.having(pause=True), ev.having(resume=PREVIOUS), gap=PAUSE)

    joined = trace.nth(SessionSetupRes, 2)
    judge.equal("response code", joined.message.response_code, ResponseCode.OK_OLD_SESSION_JOINED, at=joined)
    judge.silence("further authorization", trace.since(joined).all(AuthorizationRes))
    asked = trace.since(joined).all(AcChargeParameterDiscoveryReq)
    if judge.any("charge parameters of the EV", asked):
        judge.coded(trace, asked[0], AcChargeParameterDiscoveryRes, ResponseCode.OK)
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-REN-010",
    "On AC services are chosen anew once power has stopped",
    sut=Role.STATION,
    cites=("V2G20-1477", "V2G20-1969"),
    needs=(Feature.ISO20_AC, Feature.ISO20_AC_BPT, Feature.SERVICE_RENEGOTIATION),
)
async def test_services_are_chosen_anew(bench: Bench, judge: Judge) -> None:
    """The EV charges with AC_BPT, stops, renegotiates, and goes on with AC under the same session id."""
    ev = bench.ev.on_ac().renegotiating_service(after=3, service=int(EnergyService.AC)).having(loops=6)

    trace = await bench.run(ev, until=finished())

    asked = trace.first(SessionStopReq)
    if judge.coded(trace, asked, SessionStopRes, ResponseCode.OK):
        again = trace.since(asked)
        judge.any("cycles of the charge loop behind it", again.all(AcChargeLoopRes, response_code=ResponseCode.OK))
        given = trace.first(SessionSetupRes).message.header.session_id
        told = {entry.message.header.session_id for entry in again.all(AcChargeLoopRes)}
        judge.equal("session ids behind it", told - {given}, set(), at=again.all(AcChargeLoopRes)[:1])


@case(
    "ISO20-STN-SBY-010",
    "On AC an EV stands by and comes back, or is told by a warning that it cannot",
    sut=Role.STATION,
    cites=("V2G20-1385", "V2G20-1386"),
    needs=Feature.ISO20_AC,
)
async def test_standby(bench: Bench, judge: Judge) -> None:
    """Out of the charge loop the EV asks to stand by for two seconds."""
    ev = bench.ev.on_ac(bidirectional=False).standing_by(after=3, lasting=2.0).having(loops=6)

    trace = await bench.run(ev, until=finished())

    asked = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.STANDBY)
    judge.coded(trace, asked, PowerDeliveryRes, ResponseCode.OK, ResponseCode.WARNING_STANDBY_NOT_ALLOWED)
    judge.any("cycles of the charge loop behind it", trace.since(asked).all(AcChargeLoopRes))
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-TMO-020",
    "Silence in the charge loop of AC is not endured for a minute",
    sut=Role.STATION,
    cites=("V2G20-443", "V2G20-1500"),
    needs=Feature.ISO20_AC,
)
async def test_charge_loop_timeout(bench: Bench, judge: Judge) -> None:
    """After three cycles the EV falls silent; the timer behind a charge-loop response is 0.5 s."""
    ev = bench.ev.on_ac(bidirectional=False).silent_on(AcChargeLoopReq, nth=4).having(linger=75.0, patient=True)

    trace = await bench.run(ev, until=closed(), limit=90.0)

    last = trace.nth(AcChargeLoopRes, 3)
    gone = trace.since(last).all(LinkSeen, sent_by=Role.STATION)
    if judge.any("the station hangs up", gone):
        judge.between("silence endured", gone[0].at - last.at, 0.5 - JITTER, 0.5 + SLACK, unit="s", at=(last, *gone))
