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

HOLD_OPEN = 5.0
"""Seconds that a station keeps the connection after the last response (V2G20-1633)."""
JITTER = 0.1
"""Seconds that the network may take off what we see of a wait."""
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
    "Service renegotiation that was not offered is refused",
    sut=Role.STATION,
    cites=("V2G20-1955",),
    needs=Feature.ISO20_DC,
)
async def test_unoffered_renegotiation_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV ends the session with ServiceRenegotiation although the station said that it has none."""
    ev = bench.ev.but(SessionStopReq, charging_session=ChargingSession.SERVICE_RENEGOTIATION)

    trace = await bench.run(ev, until=answered(SessionStopRes))

    offer, asked = trace.first(ServiceDiscoveryRes), trace.one(SessionStopReq)
    if offer.message.service_renegotiation_supported:
        judge.inconclusive("refusal", "the station offers service renegotiation", at=offer)
        return
    reply = judge.answered(trace, asked, SessionStopRes)
    if reply:
        refusal = ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED
        judge.equal("response code", reply.message.response_code, refusal, at=(offer, reply))


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
