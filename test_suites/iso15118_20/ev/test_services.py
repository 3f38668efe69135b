"""Services: the EV asks only for what there is, and bears what it does not know."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, case, closed, either, finished, parameter, replace, seen
from harness.kit.reactions import departures
from harness.kit.station_preambles import multiplied
from harness.messages.iso20.common import (
    BoolValue,
    FiniteString,
    IntValue,
    Parameter,
    RationalNumberValue,
    Service,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceList,
    ServiceSelectionReq,
)

NOBODYS = 59
"""An energy transfer service that no edition of the standard knows."""
STRANGE_SERVICES = ServiceList(service=tuple(Service(service_id=each, free_service=False) for each in (65, 66, 4711)))
STRANGE_PARAMETERS = (
    Parameter(parameter_name="HarnessText", value=FiniteString(value="anything")),
    Parameter(parameter_name="HarnessSwitch", value=BoolValue(value=True)),
    Parameter(parameter_name="HarnessNumber", value=IntValue(value=-7)),
    Parameter(parameter_name="HarnessRational", value=RationalNumberValue(exponent=-1, value=15)),
)
CHOICE = either(seen(ServiceSelectionReq), closed())
CONTROL_MODES = {"scheduled": 1, "dynamic": 2}


def offered(trace_entry: Entry) -> set[int]:
    """Ids of all services that a ServiceDiscoveryRes offers."""
    said = trace_entry.message
    beside = said.vas_list.service if said.vas_list else ()
    return {one.service_id for one in (*said.energy_transfer_service_list.service, *beside)}


def with_strange_parameters(_: object, usual: ServiceDetailRes) -> ServiceDetailRes:
    """Four parameters more in each set, of as many types."""
    sets = usual.service_parameter_list.parameter_set
    more = tuple(replace(one, parameter=(*STRANGE_PARAMETERS, *one.parameter)) for one in sets)
    return replace(usual, service_parameter_list=replace(usual.service_parameter_list, parameter_set=more))


@case(
    "ISO20-EV-SVC-002",
    "The EV asks for the details of offered services only",
    sut=Role.EV,
    cites=("V2G20-1216", "V2G20-425"),
    needs=Feature.ISO20,
)
async def test_details_of_offered_services(bench: Bench, judge: Judge) -> None:
    """A whole session of the EV's own making."""
    trace = await bench.run(until=finished())

    there = offered(trace.first(ServiceDiscoveryRes))
    asked = trace.all(ServiceDetailReq)
    judge.every("service asked about", asked, lambda entry: entry.message.service_id in there, "was not offered")


@case(
    "ISO20-EV-SVC-003",
    "Value-added services that the EV does not know are no obstacle",
    sut=Role.EV,
    cites=("V2G20-1249", "V2G20-1216"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_strange_services(bench: Bench, judge: Judge) -> None:
    """Beside energy the station offers internet, parking status, and a service 4711 of its own."""
    station = bench.station.but(ServiceDiscoveryRes, vas_list=STRANGE_SERVICES)

    trace = await bench.run(station, until=CHOICE)

    told = trace.first(ServiceDiscoveryRes)
    asked = trace.since(told).all(ServiceDetailReq)
    judge.every(
        "service asked about", asked, lambda entry: entry.message.service_id in offered(told), "was not offered"
    )
    judge.any("a selection", trace.since(told).all(ServiceSelectionReq))


@case(
    "ISO20-EV-SVC-004",
    "Parameters that the EV does not know are no obstacle",
    sut=Role.EV,
    cites=("V2G20-1251",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_strange_parameters(bench: Bench, judge: Judge) -> None:
    """In front of the usual ones each parameter set holds a text, a switch, a number and a rational number."""
    station = bench.station.answering(ServiceDetailRes, with_strange_parameters)

    trace = await bench.run(station, until=CHOICE)

    judge.any("a selection", trace.since(trace.first(ServiceDetailRes)).all(ServiceSelectionReq))


@case(
    "ISO20-EV-SVC-005",
    "A parameter set with the id zero is a parameter set",
    sut=Role.EV,
    cites=("V2G20-1216",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_parameter_set_zero(bench: Bench, judge: Judge) -> None:
    """The station numbers its sets from 0, as one widespread stack does; another one begins with 1."""
    trace = await bench.run(bench.station.set(parameter_set_base=0), until=CHOICE)

    told = trace.first(ServiceDetailRes)
    there = {one.parameter_set_id for one in told.message.service_parameter_list.parameter_set}
    chosen = trace.since(told).all(ServiceSelectionReq)
    for entry in chosen:
        judge.among("parameter set", entry.message.selected_energy_transfer_service.parameter_set_id, there, at=entry)
    if not chosen and judge.any("the EV leaves in order", departures(trace, told)):
        judge.notice("parameter set 0", "is not taken; implementations differ in whether 0 is an id", at=told)


@case(
    "ISO20-EV-SVC-006",
    "Where no service suits the EV, it selects none and leaves",
    sut=Role.EV,
    cites=("V2G20-1216",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_no_usable_service(bench: Bench, judge: Judge) -> None:
    """The only service on offer is one that no edition of the standard knows."""
    nothing = ServiceList(service=(Service(service_id=NOBODYS, free_service=True),))
    station = bench.station.having(patient=True).but(ServiceDiscoveryRes, energy_transfer_service_list=nothing)

    trace = await bench.run(station, until=closed(), limit=60.0)

    told = trace.first(ServiceDiscoveryRes)
    judge.silence("selections", trace.since(told).all(ServiceSelectionReq))
    asked = [one for one in trace.since(told).all(ServiceDetailReq) if one.message.service_id not in offered(told)]
    judge.silence("questions about what was not offered", asked)
    judge.any("the EV leaves", departures(trace, told))


@case(
    "ISO20-EV-SVC-007",
    "As many parameter sets as the schema allows are read",
    sut=Role.EV,
    cites=("V2G20-1251", "V2G20-1216"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_many_parameter_sets(bench: Bench, judge: Judge) -> None:
    """32 sets, the station's usual ones over and over."""
    station = bench.station.answering(ServiceDetailRes, multiplied(32))

    trace = await bench.run(station, until=CHOICE)

    told = trace.first(ServiceDetailRes)
    if judge.any("a selection", trace.since(told).all(ServiceSelectionReq)):
        pick = trace.since(told).first(ServiceSelectionReq)
        chosen = pick.message.selected_energy_transfer_service.parameter_set_id
        judge.between("parameter set", chosen, 1, 32, at=pick)


@pytest.mark.parametrize("mode", CONTROL_MODES)
@case(
    "ISO20-EV-SVC-008",
    "Where one control mode is offered, the EV takes that one or leaves",
    sut=Role.EV,
    cites=("V2G20-1216",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_one_control_mode(bench: Bench, judge: Judge, mode: str) -> None:
    """All parameter sets of the station are of one control mode."""
    trace = await bench.run(bench.station.set(control_modes=(mode,)), until=CHOICE)

    told = trace.first(ServiceDetailRes)
    sets = told.message.service_parameter_list.parameter_set
    modes = {one.parameter_set_id: parameter(one, "ControlMode") for one in sets}
    chosen = trace.since(told).all(ServiceSelectionReq)
    for entry in chosen:
        picked = entry.message.selected_energy_transfer_service.parameter_set_id
        judge.equal("control mode of the selected set", modes.get(picked), CONTROL_MODES[mode], at=entry)
    judge.any("a selection, or a farewell", (*chosen, *departures(trace, told)))


@case(
    "ISO20-EV-SVC-009",
    "An answer about another service than the one asked about is not taken",
    sut=Role.EV,
    cites=("V2G20-1251",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
    maturity="watch",
)
async def test_details_of_another_service(bench: Bench, judge: Judge) -> None:
    """ServiceDetailRes names a service that nobody asked about; its parameter sets are not those of the EV's choice."""
    station = bench.station.having(patient=True).but(ServiceDetailRes, service_id=NOBODYS)

    trace = await bench.run(station, until=CHOICE, limit=30.0)

    told = trace.first(ServiceDetailRes)
    judge.any("the EV asks again, or leaves", (*trace.since(told).all(ServiceDetailReq), *departures(trace, told)))
    judge.silence("selections", trace.since(told).all(ServiceSelectionReq))
