"""The megawatt system: the messages of direct current, with services of its own."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, case, finished, parameter
from harness.messages.iso20.common import ResponseCode, ServiceDetailRes, ServiceDiscoveryRes
from harness.messages.iso20.dc import (
    BptDcCpdResEnergyTransferMode,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcCpdResEnergyTransferMode,
)
from harness.messages.iso20.energy import EnergyService

BOTH = (Feature.ISO20_MCS, Feature.ISO20_MCS_BPT)
EVERY_WAY = (*BOTH, Feature.SCHEDULED, Feature.DYNAMIC)
CONNECTORS = set(range(1, 8))


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-MCS-001",
    "A whole session of the megawatt system runs in each control mode and direction",
    sut=Role.STATION,
    cites=("V2G20-1600", "V2G20-2315"),
    needs=EVERY_WAY,
)
async def test_whole_session(bench: Bench, judge: Judge, mode: str, direction: str) -> None:
    """A lorry with a battery of 600 kWh charges with service 8, or 9 where it can discharge."""
    ev = getattr(bench.ev, mode)().on_megawatts(bidirectional=direction == "both_ways")

    trace = await bench.run(ev, until=finished())

    trace.first(DcChargeLoopRes)
    judge.ran_to_the_end(trace)
    judge.no_failures(trace, sent_by=Role.STATION)


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@case(
    "ISO20-STN-MCS-002",
    "The megawatt system tells the limits that belong to its service",
    sut=Role.STATION,
    cites=("V2G20-2314",),
    needs=BOTH,
)
async def test_block_of_the_service(bench: Bench, judge: Judge, direction: str) -> None:
    """With service 9 there are limits in both directions, with service 8 those of charging alone."""
    both = direction == "both_ways"

    trace = await bench.run(bench.ev.on_megawatts(bidirectional=both), until=answered(DcChargeParameterDiscoveryRes))

    asked = trace.first(DcChargeParameterDiscoveryReq)
    reply = judge.coded(trace, asked, DcChargeParameterDiscoveryRes, ResponseCode.OK)
    if reply:
        wanted = BptDcCpdResEnergyTransferMode if both else DcCpdResEnergyTransferMode
        judge.equal("block of the answer", type(reply.message.energy_transfer_mode).name, wanted.name, at=reply)


@case(
    "ISO20-STN-MCS-003",
    "The megawatt system is on offer, with a connector of its own",
    sut=Role.STATION,
    cites=("V2G20-1249", "V2G20-1251"),
    needs=Feature.ISO20_MCS,
)
async def test_service_is_offered(bench: Bench, judge: Judge) -> None:
    """The EV asks for the details of service 8."""
    trace = await bench.run(bench.ev.on_megawatts(bidirectional=False), until=answered(ServiceDetailRes))

    offered = trace.first(ServiceDiscoveryRes)
    ids = {each.service_id for each in offered.message.energy_transfer_service_list.service}
    judge.among("service", EnergyService.MCS, ids, at=offered)
    detail = trace.first(ServiceDetailRes)
    for one in detail.message.service_parameter_list.parameter_set:
        judge.among(f"Connector of set {one.parameter_set_id}", parameter(one, "Connector"), CONNECTORS, at=detail)


@case(
    "ISO20-STN-MCS-004",
    "The current of the megawatt system stays within what the lorry allows",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=(Feature.ISO20_MCS, Feature.DYNAMIC),
)
async def test_current_within_the_limits_of_the_ev(bench: Bench, judge: Judge) -> None:
    """The lorry bears 30 A where it usually takes 1500 A."""
    ev = bench.ev.dynamic().on_megawatts(bidirectional=False, max_charge_current=30.0)

    trace = await bench.run(ev, until=finished())

    judge.every(
        "current within 30 A",
        trace.all(DcChargeLoopRes),
        lambda entry: float(entry.message.evse_present_current) <= 30.5,
        "more",
    )
