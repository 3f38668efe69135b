"""Services beside the transfer of energy: listed as far as the EV knows them, described, and sold as offered."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, Trace, answered, case, parameter, replace, unoffered
from harness.messages.iso20.common import (
    ResponseCode,
    SelectedServiceList,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
)
from harness.messages.iso20.energy import FIRST_VALUE_ADDED_SERVICE, ValueAddedService

NEEDS = (Feature.ISO20_DC, Feature.VAS)
INVALID = ResponseCode.FAILED_SERVICE_SELECTION_INVALID
HIGHEST_ID = 65535
MEANINGS: dict[ValueAddedService, dict[str, set[Any]]] = {
    ValueAddedService.INTERNET: {"Protocol": {"ftp", "http", "https"}, "Port": {20, 21, 80, 443}},
    ValueAddedService.PARKING_STATUS: {"IntendedService": {1, 2}, "ParkingStatusType": {1, 2, 3, 4}},
}


def listed(trace: Trace) -> tuple[int, ...]:
    """The value-added services on offer."""
    found = trace.first(ServiceDiscoveryRes).message.vas_list
    return () if found is None else tuple(each.service_id for each in found.service)


async def looked_at(bench: Bench) -> Trace:
    """A session in which the EV asks for the details of every value-added service on offer."""
    known = listed(await bench.run(bench.ev, until=answered(ServiceDiscoveryRes)))
    return await bench.run(bench.ev.with_car(wanted_vas=known), until=answered(ServiceSelectionRes))


@case(
    "ISO20-STN-VAS-001",
    "Every value-added service on offer is described and can be had",
    sut=Role.STATION,
    cites=("V2G20-1251", "V2G20-1253", "V2G20-1983"),
    needs=NEEDS,
)
async def test_value_added_services_can_be_had(bench: Bench, judge: Judge) -> None:
    """One EV reads the list, the next asks for the details of everything in it and selects all of it."""
    trace = await looked_at(bench)

    trace.first(ServiceDetailReq)
    judge.some("value-added services", listed(trace))
    for asked in trace.all(ServiceDetailReq):
        reply = judge.coded(trace, asked, ServiceDetailRes, ResponseCode.OK)
        if reply:
            judge.equal("service described", reply.message.service_id, asked.message.service_id, at=reply)
    chosen = trace.first(ServiceSelectionReq)
    judge.coded(trace, chosen, ServiceSelectionRes, ResponseCode.OK)


@case(
    "ISO20-STN-VAS-002",
    "An EV that names the services it knows hears of no others",
    sut=Role.STATION,
    cites=("V2G20-1248", "V2G20-1249"),
    needs=NEEDS,
)
async def test_value_added_services_are_filtered(bench: Bench, judge: Judge) -> None:
    """The EV knows one of the services of the whole list, and one that nobody offers."""
    whole = await bench.run(bench.ev, until=answered(ServiceDiscoveryRes))
    if not listed(whole):
        judge.inconclusive("filter", "the station lists no value-added service at all")
        return
    known = (listed(whole)[0], HIGHEST_ID)

    trace = await bench.run(bench.ev.having(supported_services=known), until=answered(ServiceDiscoveryRes))

    reply = judge.coded(trace, trace.first(ServiceDiscoveryReq), ServiceDiscoveryRes, ResponseCode.OK)
    if reply:
        judge.equal("value-added services", listed(trace), known[:1], at=reply)


@case(
    "ISO20-STN-VAS-003",
    "A parameter set that a value-added service does not have cannot be selected",
    sut=Role.STATION,
    cites=("V2G20-433", "V2G20-467", "V2G20-1216"),
    needs=NEEDS,
)
async def test_unoffered_set_of_a_value_added_service(bench: Bench, judge: Judge) -> None:
    """The EV selects a service that is on offer, in a way that is not."""
    trace = await looked_at(bench)
    details = trace.all(ServiceDetailRes, where=lambda entry: entry.message.service_id >= FIRST_VALUE_ADDED_SERVICE)
    taken = [one.parameter_set_id for each in details for one in each.message.service_parameter_list.parameter_set]

    def select(_: object, usual: ServiceSelectionReq) -> ServiceSelectionReq:
        if usual.selected_vas_list is None:
            return usual
        wrong = replace(usual.selected_vas_list.selected_service[0], parameter_set_id=unoffered(taken))
        return replace(usual, selected_vas_list=SelectedServiceList(selected_service=(wrong,)))

    ev = bench.ev.with_car(wanted_vas=listed(trace)).answering(ServiceSelectionReq, select)
    again = await bench.run(ev, until=answered(ServiceSelectionRes))

    judge.coded(again, again.first(ServiceSelectionReq), ServiceSelectionRes, INVALID)


@pytest.mark.parametrize("service", MEANINGS, ids=lambda one: one.name.lower())
@case(
    "ISO20-STN-VAS-004",
    "The parameters of a well-known service have the values that the standard gives them",
    sut=Role.STATION,
    cites=("V2G20-1251",),
    needs=(*NEEDS, Feature.PARKING_STATUS),
)
async def test_parameters_of_well_known_services(bench: Bench, judge: Judge, service: ValueAddedService) -> None:
    """Internet access names a protocol and a port, parking what it is for and who steers."""
    trace = await looked_at(bench)

    detail = trace.first(ServiceDetailRes)
    if service not in listed(trace):
        judge.notice("service", f"{service.name} is not on offer", at=detail)
    for entry in trace.all(ServiceDetailRes, service_id=service):
        for one in entry.message.service_parameter_list.parameter_set:
            for name, values in MEANINGS[service].items():
                judge.among(f"{name} of set {one.parameter_set_id}", parameter(one, name), values, at=entry)
    judge.excludes("services listed", trace.first(ServiceDiscoveryRes).message.vas_list, {None})
