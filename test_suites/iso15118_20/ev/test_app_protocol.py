"""SupportedAppProtocol: what the EV offers, and what it makes of a refusal."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, closed, either, replace, seen
from harness.kit.reactions import gives_up, goes_on
from harness.messages.iso20.common import SessionSetupReq
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


def refusing_by_name(ask: SupportedAppProtocolReq, usual: SupportedAppProtocolRes) -> SupportedAppProtocolRes:
    """A refusal that names an entry of the offer all the same, as some codecs do."""
    refusal = AppProtocolResponseCode.FAILED_NO_NEGOTIATION
    return replace(usual, response_code=refusal, schema_id=ask.app_protocol[0].schema_id)


def choosing_another(ask: SupportedAppProtocolReq, usual: SupportedAppProtocolRes) -> SupportedAppProtocolRes:
    """An agreement on an entry that the offer does not have."""
    offered = {one.schema_id for one in ask.app_protocol}
    return replace(usual, schema_id=next(number for number in range(255, -1, -1) if number not in offered))


@case(
    "ISO20-EV-SAP-003",
    "A SchemaID that was not offered ends the connection",
    sut=Role.EV,
    cites=("V2G20-169",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_schema_id_that_was_not_offered(bench: Bench, judge: Judge) -> None:
    """The station agrees, and names an id that stands nowhere in the EV's offer."""
    station = bench.station.having(patient=True).answering(SupportedAppProtocolRes, choosing_another)

    trace = await bench.run(station, until=closed(), limit=30.0)

    gives_up(judge, trace, trace.first(SupportedAppProtocolRes))


@case(
    "ISO20-EV-SAP-004",
    "A refusal that names a SchemaID is a refusal",
    sut=Role.EV,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_refusal_with_a_schema_id(bench: Bench, judge: Judge) -> None:
    """Failed_NoNegotiation comes with the id of the EV's first entry."""
    station = bench.station.having(patient=True).answering(SupportedAppProtocolRes, refusing_by_name)

    trace = await bench.run(station, until=closed(), limit=30.0)

    gives_up(judge, trace, trace.first(SupportedAppProtocolRes))


@case(
    "ISO20-EV-SAP-005",
    "An agreement with a minor deviation is an agreement",
    sut=Role.EV,
    needs=Feature.ISO20,
)
async def test_minor_deviation(bench: Bench, judge: Judge) -> None:
    """The station speaks the protocol that the EV wants, in another minor version."""
    deviating = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION
    station = bench.station.but(SupportedAppProtocolRes, response_code=deviating)

    trace = await bench.run(station, until=either(seen(SessionSetupReq), closed()), limit=30.0)

    goes_on(judge, trace, trace.first(SupportedAppProtocolRes))


@case(
    "ISO20-EV-SAP-006",
    "An agreement without a SchemaID does not make the EV speak a protocol that it did not offer",
    sut=Role.EV,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_agreement_without_a_schema_id(bench: Bench, judge: Judge) -> None:
    """OK_SuccessfulNegotiation names nothing: only an EV with a single entry may know what is meant."""
    station = bench.station.having(patient=True).but(SupportedAppProtocolRes, schema_id=None)

    trace = await bench.run(station, until=either(seen(SessionSetupReq), closed()), limit=30.0)

    offer, reply = trace.first(SupportedAppProtocolReq), trace.first(SupportedAppProtocolRes)
    if trace.since(reply).all(SessionSetupReq) and len(offer.message.app_protocol) == 1:
        judge.holds("reaction", condition=True, detail="the EV goes on with its only protocol", at=reply)
        judge.notice("reaction", "the EV takes the entry that was not named for its only one", at=reply)
    else:
        gives_up(judge, trace, reply)
