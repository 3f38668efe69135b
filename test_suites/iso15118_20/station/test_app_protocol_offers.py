"""SupportedAppProtocol: offers at the edge of what an EV may send, and what an agreement is worth."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, State, answered, asks_for, case, insists, stopping_in
from harness.messages.iso20.common import ServiceDiscoveryRes, SessionSetupReq, SessionSetupRes
from harness.messages.namespaces import AC, DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.namespaces import DC as ISO20_DC
from harness.messages.sap import (
    AppProtocol,
    AppProtocolResponseCode,
    SupportedAppProtocolReq,
    SupportedAppProtocolRes,
)

MINOR_DEVIATION = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION
REFUSED = AppProtocolResponseCode.FAILED_NO_NEGOTIATION
NEAR_MISSES = {
    "lower_case": ISO20_DC.lower(),
    "one_more": f"{ISO20_DC}C",
    "one_less": ISO20_DC[:-1],
    "common_messages": "urn:iso:std:iso:15118:-20:CommonMessages",
}
"""Namespaces that look like that of direct current."""
AC_SERVICES = {1, 5}


def offered(namespace: str = ISO20_DC, **fields: Any) -> AppProtocol:
    """One line of an offer; version 1.0, SchemaID and priority 1 unless told otherwise."""
    line: dict[str, Any] = {"version_number_major": 1, "version_number_minor": 0, "schema_id": 1, "priority": 1}
    return AppProtocol(protocol_namespace=namespace, **(line | fields))


@case(
    "ISO20-STN-SAP-004",
    "Another minor version is agreed on as a minor deviation",
    sut=Role.STATION,
    cites=("V2G20-169",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_minor_deviation(bench: Bench, judge: Judge) -> None:
    """The EV offers version 1.9 of ISO 15118-20 DC, and nothing else."""
    ev = bench.ev.but(SupportedAppProtocolReq, app_protocol=(offered(version_number_minor=9, schema_id=7),))

    trace = await bench.run(ev, until=answered(SupportedAppProtocolRes))

    asked = trace.one(SupportedAppProtocolReq)
    reply = judge.coded(trace, asked, SupportedAppProtocolRes, MINOR_DEVIATION)
    if reply:
        judge.equal("schema id picked", reply.message.schema_id, 7, at=reply)


@case(
    "ISO20-STN-SAP-005",
    "An offer of twenty lines is read to its end",
    sut=Role.STATION,
    cites=("V2G20-167", "V2G20-169"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_twenty_lines(bench: Bench, judge: Judge) -> None:
    """Nineteen protocols that nobody speaks are liked better; the one that counts comes last."""
    strange = [offered(f"urn:example:strange:{n}", schema_id=n, priority=n) for n in range(1, 20)]
    offer = (*strange, offered(schema_id=20, priority=20))

    trace = await bench.run(
        bench.ev.but(SupportedAppProtocolReq, app_protocol=offer), until=answered(SupportedAppProtocolRes)
    )

    reply = judge.answered(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes)
    if reply:
        judge.equal("schema id picked", reply.message.schema_id, 20, at=reply)


@pytest.mark.parametrize("schema_id", [0, 128, 255])
@case(
    "ISO20-STN-SAP-006",
    "The schema id is the EV's to choose",
    sut=Role.STATION,
    cites=("V2G20-169",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_schema_id_comes_back(bench: Bench, judge: Judge, schema_id: int) -> None:
    """The id is a byte; the answer names the very one, zero among them."""
    ev = bench.ev.but(SupportedAppProtocolReq, app_protocol=(offered(schema_id=schema_id),))

    trace = await bench.run(ev, until=answered(SupportedAppProtocolRes))

    reply = judge.answered(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes)
    if reply:
        judge.equal("schema id picked", reply.message.schema_id, schema_id, at=reply)


@pytest.mark.parametrize("namespace", NEAR_MISSES.values(), ids=tuple(NEAR_MISSES))
@case(
    "ISO20-STN-SAP-007",
    "A namespace that is nearly right is not picked",
    sut=Role.STATION,
    cites=("V2G20-169", "V2G2-172"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_near_miss(bench: Bench, judge: Judge, namespace: str) -> None:
    """Namespaces are compared whole and letter by letter."""
    ev = bench.ev.but(SupportedAppProtocolReq, app_protocol=(offered(namespace),))

    trace = await bench.run(ev, until=answered(SupportedAppProtocolRes))

    judge.coded(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes, REFUSED)


@case(
    "ISO20-STN-SAP-008",
    "A fallback in the offer does not keep the station from ISO 15118-20",
    sut=Role.STATION,
    cites=("V2G20-167", "V2G20-169"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_fallback_is_not_preferred(bench: Bench, judge: Judge) -> None:
    """As real cars do, the EV offers DIN SPEC 70121 and ISO 15118-2 as well, first in the list and last in priority."""
    offer = (
        offered(DIN_MESSAGE, version_number_major=2, schema_id=3, priority=3),
        offered(ISO2_MESSAGE, version_number_major=2, schema_id=2, priority=2),
        offered(schema_id=1, priority=1),
    )

    trace = await bench.run(
        bench.ev.but(SupportedAppProtocolReq, app_protocol=offer), until=answered(SupportedAppProtocolRes)
    )

    reply = judge.answered(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes)
    if reply:
        judge.equal("schema id picked", reply.message.schema_id, 1, at=reply)


@case(
    "ISO20-STN-SAP-009",
    "Without an agreement there is no session",
    sut=Role.STATION,
    cites=("V2G2-172", "V2G20-459"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_no_session_without_agreement(bench: Bench, judge: Judge) -> None:
    """The EV offers what nobody speaks, is refused, and asks for a session all the same."""
    ev = stopping_in(bench.ev, State.FAILED, asks_for(SessionSetupReq), insists)
    ev = ev.but(SupportedAppProtocolReq, app_protocol=(offered("urn:example:a-protocol-nobody-speaks"),))

    trace = await bench.run(ev)

    judge.coded(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes, REFUSED)
    judge.nothing_served(trace.since(trace.first(SessionSetupReq)))
    judge.silence("sessions", trace.all(SessionSetupRes, where=lambda entry: entry.message.response_code[:2] == "OK"))


@case(
    "ISO20-STN-SAP-010",
    "Who agrees on alternating current has it",
    sut=Role.STATION,
    cites=("V2G20-169",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_agreement_is_kept(bench: Bench, judge: Judge) -> None:
    """The EV offers ISO 15118-20 AC alone: a station refuses, or it has an AC service to show later."""
    ev = bench.ev.but(SupportedAppProtocolReq, app_protocol=(offered(AC),))

    trace = await bench.run(ev)

    reply = judge.answered(trace, trace.one(SupportedAppProtocolReq), SupportedAppProtocolRes)
    if reply and reply.message.response_code is not REFUSED:
        shown = trace.first(ServiceDiscoveryRes)
        services = {one.service_id for one in shown.message.energy_transfer_service_list.service}
        judge.holds("AC services", bool(services & AC_SERVICES), f"offers {sorted(services)}", at=(reply, shown))
