"""SessionStop: at the end, early, and with what was not offered."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    ChargingSession,
    ResponseCode,
    ServiceDiscoveryRes,
    SessionStopReq,
    SessionStopRes,
)


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

    trace = await bench.run(ev, until=seen(SessionStopRes))

    reply = trace.one(SessionStopRes)
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

    trace = await bench.run(ev, until=seen(SessionStopRes))

    offer = trace.first(ServiceDiscoveryRes)
    if offer.message.service_renegotiation_supported:
        judge.inconclusive("refusal", "the station offers service renegotiation", at=offer)
        return
    reply = trace.one(SessionStopRes)
    judge.equal(
        "response code",
        reply.message.response_code,
        ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED,
        at=(offer, reply),
    )
