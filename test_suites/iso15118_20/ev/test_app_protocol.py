"""SupportedAppProtocol: what the EV offers."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.messages.namespaces import DC as ISO20_DC
from harness.messages.sap import SupportedAppProtocolReq


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
    judge.equal("each priority once", len(set(priorities)), len(priorities), at=asked)
    judge.equal("each schema id once", len(set(ids)), len(ids), at=asked)
    judge.among("DC offered", ISO20_DC, {one.protocol_namespace for one in offer}, at=asked)
