"""ServiceDiscovery: what is on offer, and what the EV's own list changes about it."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, case
from harness.messages.iso20.common import ResponseCode, ServiceDiscoveryReq, ServiceDiscoveryRes, ServiceIDList
from harness.messages.iso20.energy import FIRST_VALUE_ADDED_SERVICE, EnergyService, ValueAddedService, flow_of

CLAIMS = {
    Feature.ISO20_DC: EnergyService.DC,
    Feature.ISO20_DC_BPT: EnergyService.DC_BPT,
    Feature.ISO20_MCS: EnergyService.MCS,
    Feature.ISO20_MCS_BPT: EnergyService.MCS_BPT,
}
"""What must be on offer where a device claims it, and the messages of direct current were agreed on."""
FILTERS = (
    pytest.param((ValueAddedService.INTERNET,), id="one_value_added_service"),
    pytest.param((EnergyService.WPT,), id="one_energy_service"),
    pytest.param(tuple(range(200, 216)), id="as_many_as_the_schema_allows"),
)


@case(
    "ISO20-STN-SDI-001",
    "Every energy transfer service that the device claims is on offer",
    sut=Role.STATION,
    cites=("V2G20-1249", "V2G20-1980"),
    needs=Feature.ISO20_DC,
)
async def test_claimed_services_are_offered(bench: Bench, judge: Judge) -> None:
    """The EV tells nothing of the services that it knows, which asks for all of them."""
    trace = await bench.run(bench.ev, until=answered(ServiceDiscoveryRes))

    reply = judge.coded(trace, trace.first(ServiceDiscoveryReq), ServiceDiscoveryRes, ResponseCode.OK)
    if reply:
        offered = {each.service_id for each in reply.message.energy_transfer_service_list.service}
        for feature, service in CLAIMS.items():
            if bench.device.offers(feature):
                judge.among(f"service {service:d}, {service.name}", service, offered, at=reply)


@pytest.mark.parametrize("known", FILTERS)
@case(
    "ISO20-STN-SDI-002",
    "The EV's list of services hides no energy transfer service",
    sut=Role.STATION,
    cites=("V2G20-1248", "V2G20-1249"),
    needs=Feature.ISO20_DC,
)
async def test_filter_leaves_energy_services(bench: Bench, judge: Judge, known: tuple[int, ...]) -> None:
    """One EV asks for everything, one names services that it knows; both may charge in the same ways."""
    picky = bench.ev.but(ServiceDiscoveryReq, supported_service_ids=ServiceIDList(service_id=known))

    plain = await bench.run(bench.ev, until=answered(ServiceDiscoveryRes))
    filtered = await bench.run(picky, until=answered(ServiceDiscoveryRes))

    wanted = plain.first(ServiceDiscoveryRes).message.energy_transfer_service_list
    reply = judge.coded(filtered, filtered.first(ServiceDiscoveryReq), ServiceDiscoveryRes, ResponseCode.OK)
    if reply:
        judge.equal("energy transfer services", reply.message.energy_transfer_service_list, wanted, at=reply)


@case(
    "ISO20-STN-SDI-003",
    "No service is listed twice, or among those of the other kind",
    sut=Role.STATION,
    cites=("V2G20-1249",),
    needs=Feature.ISO20_DC,
)
async def test_services_are_listed_once_and_in_their_place(bench: Bench, judge: Judge) -> None:
    """Energy transfer services stand in one list, value-added services in the other."""
    trace = await bench.run(bench.ev, until=answered(ServiceDiscoveryRes))

    reply = trace.first(ServiceDiscoveryRes)
    energy = [each.service_id for each in reply.message.energy_transfer_service_list.service]
    beside = reply.message.vas_list
    added = [] if beside is None else [each.service_id for each in beside.service]
    judge.equal("services listed once", len({*energy, *added}), len(energy) + len(added), at=reply)
    judge.holds("energy services", all(each < FIRST_VALUE_ADDED_SERVICE for each in energy), f"{energy}", at=reply)
    judge.holds("value-added services", not any(map(flow_of, added)), f"{added}", at=reply)
