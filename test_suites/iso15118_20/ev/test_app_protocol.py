"""SupportedAppProtocol: what the EV offers, and what it makes of a refusal."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, closed, seen
from harness.messages.iso20.types import V2gRequest
from harness.messages.namespaces import DC as ISO20_DC
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes


@case(
    "ISO20-EV-SAP-001",
    "The EV's offer is well-formed and names ISO 15118-20 DC",
    sut=Role.EV,
    cites=("V2G20-167",),
    needs=Feature.ISO20_DC,
)
async def test_offer(bench: Bench, judge: Judge) -> None:
    """At most 20 entries, priorities and schema ids used once each, DC among them."""
    trace = await bench.run(until=seen(SupportedAppProtocolReq))

    asked = trace.first(SupportedAppProtocolReq)
    offer = asked.message.app_protocol
    priorities = [one.priority for one in offer]
    ids = [one.schema_id for one in offer]
    judge.between("number of entries", len(offer), 1, 20, at=asked)
    judge.holds("priorities 1 to 20", all(1 <= one <= 20 for one in priorities), f"{priorities}", at=asked)
    judge.equal("different priorities", len(set(priorities)), len(priorities), at=asked)
    judge.equal("different schema ids", len(set(ids)), len(ids), at=asked)
    judge.among("DC offered", ISO20_DC, {one.protocol_namespace for one in offer}, at=asked)


@case(
    "ISO20-EV-SAP-002",
    "Where no protocol is shared, the EV leaves",
    sut=Role.EV,
    needs=Feature.ISO20_DC,
)
async def test_no_negotiation_ends_the_connection(bench: Bench, judge: Judge) -> None:
    """The station says Failed_NoNegotiation; there is nothing left that both could speak."""
    refusal = AppProtocolResponseCode.FAILED_NO_NEGOTIATION
    station = bench.station.but(SupportedAppProtocolRes, response_code=refusal, schema_id=None)

    trace = await bench.run(station, until=closed(), limit=90.0)

    after = trace.since(trace.one(SupportedAppProtocolRes))
    judge.silence("requests after the refusal", after.all(V2gRequest, sent_by=Role.EV))
    judge.any("the EV hangs up", after.all(LinkSeen, sent_by=Role.EV))
