"""SessionStop: at the end, early, and with what was not offered."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, answered, case, closed
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    ChargingSession,
    ResponseCode,
    ServiceDiscoveryRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq

HOLD_OPEN = 5.0
"""Seconds that a station keeps the connection after the last response (V2G20-1633)."""
JITTER = 0.1
"""Seconds that the network may take off what we see of a wait."""
LONGEST_CODE, LONGEST_EXPLANATION = 80, 160
"""Letters."""
PROMPT = 10.0
"""Seconds after which a station that still holds the connection does not mean to close it."""


@case(
    "ISO20-STN-STP-001",
    "An EV may leave right after session setup",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    maturity="watch",
)
async def test_early_stop(bench: Bench, judge: Judge) -> None:
    """SessionStopReq(Terminate) stands where AuthorizationSetupReq belongs."""
    ev = bench.ev.answering(
        AuthorizationSetupReq,
        lambda _, usual: SessionStopReq(header=usual.header, charging_session=ChargingSession.TERMINATE),
    )

    trace = await bench.run(ev, until=answered(SessionStopRes))

    reply = judge.answered(trace, trace.one(SessionStopReq), SessionStopRes)
    if reply:
        judge.equal("response code", reply.message.response_code, ResponseCode.OK, at=reply)


@case(
    "ISO20-STN-STP-002",
    "A service renegotiation is granted where it was announced, and refused where it was not",
    sut=Role.STATION,
    cites=("V2G20-1476", "V2G20-1955"),
    needs=Feature.ISO20_DC,
)
async def test_renegotiation_is_as_announced(bench: Bench, judge: Judge) -> None:
    """The EV ends the flow of energy, then asks for other services, whatever the station said that it supports."""
    ev = bench.ev.but(SessionStopReq, charging_session=ChargingSession.SERVICE_RENEGOTIATION)

    trace = await bench.run(ev, until=answered(SessionStopRes))

    offer, asked = trace.first(ServiceDiscoveryRes), trace.first(SessionStopReq)
    announced = offer.message.service_renegotiation_supported
    refusal = ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED
    judge.coded(trace, asked, SessionStopRes, ResponseCode.OK if announced else refusal)


@case(
    "ISO20-STN-STP-003",
    "After the last response the station lets the EV read it, then closes",
    sut=Role.STATION,
    cites=("V2G20-1633",),
    needs=Feature.ISO20_DC,
)
async def test_connection_is_closed_after_the_session(bench: Bench, judge: Judge) -> None:
    """The EV stays connected behind SessionStopRes and waits for the station to hang up."""
    trace = await bench.run(bench.ev.having(linger=30.0, patient=True), until=closed())

    reply = trace.one(SessionStopRes)
    gone = trace.since(reply).all(LinkSeen, sent_by=Role.STATION)
    if judge.any("the station closes the connection", gone):
        waited = trace.since(reply).first(LinkSeen, sent_by=Role.STATION).at - reply.at
        judge.between("time until it closes", waited, HOLD_OPEN - JITTER, PROMPT, unit="s", at=(reply, *gone))


@case(
    "ISO20-STN-STP-004",
    "A farewell with a reason is taken as one without",
    sut=Role.STATION,
    cites=("V2G20-1272", "V2G20-1632"),
    needs=Feature.ISO20_DC,
)
async def test_farewell_with_a_reason(bench: Bench, judge: Judge) -> None:
    """The EV gives a code and an explanation, each as long as the schema allows."""
    ev = bench.ev.but(
        SessionStopReq, ev_termination_code="E" * LONGEST_CODE, ev_termination_explanation="Ü" * LONGEST_EXPLANATION
    )

    trace = await bench.run(ev, until=answered(SessionStopRes))

    judge.coded(trace, trace.first(SessionStopReq), SessionStopRes, ResponseCode.OK)


@case(
    "ISO20-STN-STP-005",
    "No pause while energy flows",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    maturity="watch",
)
async def test_no_pause_while_energy_flows(bench: Bench, judge: Judge) -> None:
    """SessionStop with Pause stands in the middle of the charge loop; that it is an error is derived, not quoted."""
    ev = bench.ev.scheduled().answering(
        DcChargeLoopReq,
        lambda _, usual: SessionStopReq(header=usual.header, charging_session=ChargingSession.PAUSE),
        nth=3,
    )

    trace = await bench.run(ev, until=answered(SessionStopRes))

    expected = (ResponseCode.FAILED_SEQUENCE_ERROR, ResponseCode.FAILED_PAUSE_NOT_ALLOWED)
    judge.refused(trace, trace.first(SessionStopReq), SessionStopRes, *expected)
