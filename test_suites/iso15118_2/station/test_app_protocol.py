"""Which protocol the station settles on, where ISO 15118-2 and DIN SPEC 70121 are on offer."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, case, replace
from harness.kit.older import DIN, ISO2, on_iso2
from harness.messages.sap import AppProtocol, AppProtocolResponseCode, SupportedAppProtocolRes

AGREED = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
DEVIATES = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION
REFUSED = AppProtocolResponseCode.FAILED_NO_NEGOTIATION
DONE = answered(SupportedAppProtocolRes)
STRANGE = "urn:example:protocol:2042"
UNSPOKEN = {
    "another_namespace": replace(ISO2, protocol_namespace=STRANGE),
    "an_older_major_version": replace(ISO2, version_number_major=1),
    "a_newer_major_version": replace(ISO2, version_number_major=3),
}
"""Offers of one line that no station of ISO 15118-2 can take."""


@pytest.mark.parametrize("favourite", [ISO2, DIN], ids=["iso2_first", "din_first"])
@case(
    "ISO2-STN-SAP-001",
    "Of the protocols that both speak, the station takes the one the EV likes best",
    sut=Role.STATION,
    cites=("V2G2-167", "V2G2-169"),
    needs=(Feature.ISO2, Feature.ISO2_DC, Feature.DIN),
)
async def test_priority_decides(bench: Bench, judge: Judge, favourite: AppProtocol) -> None:
    """Without TLS the EV offers both, and before them a protocol that nobody speaks."""
    other = DIN if favourite is ISO2 else ISO2
    strange = replace(ISO2, protocol_namespace=STRANGE, schema_id=1, priority=1)
    offers = (strange, replace(other, priority=3), replace(favourite, priority=2))
    ev = on_iso2(bench.ev).having(tls=False, protocols=offers)

    trace = await bench.run(ev, until=DONE)

    reply = trace.one(SupportedAppProtocolRes)
    judge.equal("response code", reply.message.response_code, AGREED, at=reply)
    judge.equal("SchemaID", reply.message.schema_id, favourite.schema_id, at=reply)


@pytest.mark.parametrize("offer", UNSPOKEN.values(), ids=list(UNSPOKEN))
@case(
    "ISO2-STN-SAP-002",
    "An offer of nothing that the station speaks is refused with Failed_NoNegotiation",
    sut=Role.STATION,
    cites=("V2G2-172",),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_nothing_in_common(bench: Bench, judge: Judge, offer: AppProtocol) -> None:
    """The one line of the offer names another namespace, or another major version of ISO 15118-2."""
    trace = await bench.run(on_iso2(bench.ev).having(protocols=(offer,)), until=DONE)

    reply = trace.one(SupportedAppProtocolRes)
    judge.equal("response code", reply.message.response_code, REFUSED, at=reply)


@case(
    "ISO2-STN-SAP-003",
    "Another minor version of ISO 15118-2 is agreed on, with a word of the deviation",
    sut=Role.STATION,
    cites=("V2G2-169",),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_minor_deviation(bench: Bench, judge: Judge) -> None:
    """The EV offers version 2.1; a station that says plain OK is told, for some write no deviation."""
    ev = on_iso2(bench.ev).having(protocols=(replace(ISO2, version_number_minor=1),))

    trace = await bench.run(ev, until=DONE)

    reply = trace.one(SupportedAppProtocolRes)
    judge.among("response code", reply.message.response_code, {AGREED, DEVIATES}, at=reply)
    judge.equal("SchemaID", reply.message.schema_id, ISO2.schema_id, at=reply)
    if reply.message.response_code is AGREED:
        judge.notice("deviation", "not named in the response code", at=reply)
