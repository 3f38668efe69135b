"""SupportedAppProtocol: which of the offered protocols the station picks."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case
from harness.messages.namespaces import DC as ISO20_DC
from harness.messages.sap import (
    AppProtocol,
    AppProtocolResponseCode,
    SupportedAppProtocolReq,
    SupportedAppProtocolRes,
)

UNKNOWN = "urn:example:a-protocol-nobody-speaks"
AGREED = {
    AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION,
    AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION,
}


def entry(namespace: str, *, schema_id: int, priority: int, major: int = 1) -> AppProtocol:
    """One line of an offer."""
    return AppProtocol(
        protocol_namespace=namespace,
        version_number_major=major,
        version_number_minor=0,
        schema_id=schema_id,
        priority=priority,
    )


@case(
    "ISO20-STN-SAP-001",
    "The station picks the best protocol among those that it speaks",
    sut=Role.STATION,
    cites=("V2G20-167", "V2G20-169"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_best_common_protocol_is_picked(bench: Bench, judge: Judge) -> None:
    """Best liked is an unknown protocol; DC is offered twice, the better of the two last: filter first, then rank."""
    worse, best = entry(ISO20_DC, schema_id=33, priority=3), entry(ISO20_DC, schema_id=22, priority=2)
    offer = (worse, entry(UNKNOWN, schema_id=11, priority=1), best)

    trace = await bench.run(
        bench.ev.but(SupportedAppProtocolReq, app_protocol=offer), until=answered(SupportedAppProtocolRes)
    )

    reply = judge.answered(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes)
    if reply:
        judge.among("response code", reply.message.response_code, AGREED, at=reply)
        judge.equal("schema id picked", reply.message.schema_id, 22, at=reply)


@case(
    "ISO20-STN-SAP-002",
    "Nothing in common is said plainly",
    sut=Role.STATION,
    cites=("V2G2-172",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_nothing_in_common_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV offers one protocol that nobody speaks."""
    ev = bench.ev.but(SupportedAppProtocolReq, app_protocol=(entry(UNKNOWN, schema_id=1, priority=1),))

    trace = await bench.run(ev, until=answered(SupportedAppProtocolRes))

    reply = judge.answered(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes)
    if reply:
        code = reply.message.response_code
        judge.equal("response code", code, AppProtocolResponseCode.FAILED_NO_NEGOTIATION, at=reply)
        judge.equal("schema id picked", reply.message.schema_id, None, at=reply)


@case(
    "ISO20-STN-SAP-003",
    "A protocol of another major version is not picked",
    sut=Role.STATION,
    cites=("V2G20-169",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_other_major_version_is_not_picked(bench: Bench, judge: Judge) -> None:
    """ISO 15118-20 DC is offered twice: as version 9 with priority 1, as version 1 with priority 2."""
    offer = (entry(ISO20_DC, schema_id=5, priority=1, major=9), entry(ISO20_DC, schema_id=6, priority=2))

    trace = await bench.run(
        bench.ev.but(SupportedAppProtocolReq, app_protocol=offer), until=answered(SupportedAppProtocolRes)
    )

    reply = judge.answered(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes)
    if reply:
        judge.among("response code", reply.message.response_code, AGREED, at=reply)
        judge.equal("schema id picked", reply.message.schema_id, 6, at=reply)
