"""ServiceDetail: every offered service can be described, in parameter sets that an EV can read."""

from __future__ import annotations

import pytest

from harness.kit import (
    Bench,
    Feature,
    Judge,
    Role,
    Trace,
    answered,
    asking_for_every_service,
    case,
    parameter,
    unoffered,
)
from harness.messages.iso20.common import (
    ParameterSet,
    ResponseCode,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
)
from harness.messages.iso20.energy import Flow, flow_of, is_bidirectional
from harness.messages.problems import problems

SCHEDULED, DYNAMIC = 1, 2
NEEDS_OF_STATION = 2
COMMON = {"ControlMode": {1, 2}, "MobilityNeedsMode": {1, 2}, "Pricing": {0, 1, 2}}
CONNECTORS = set(range(1, 8))
BIDIRECTIONAL = {"BPTChannel": {1, 2}, "GeneratorMode": {1, 2}}
HIGHEST_ID = 65535


def allowed(service_id: int) -> dict[str, set[int]]:
    """The parameters of an energy transfer service by conductor, and the values of each."""
    found = COMMON | {"Connector": CONNECTORS}
    return found | BIDIRECTIONAL if is_bidirectional(service_id) else found


def described(trace: Trace) -> list[tuple[int, ParameterSet]]:
    """Each service with each of its parameter sets."""
    return [
        (entry.message.service_id, one)
        for entry in trace.all(ServiceDetailRes, response_code=ResponseCode.OK)
        for one in entry.message.service_parameter_list.parameter_set
    ]


@case(
    "ISO20-STN-SDE-001",
    "Every energy transfer service on offer is described when the EV asks",
    sut=Role.STATION,
    cites=("V2G20-1251", "V2G20-1981"),
    needs=Feature.ISO20_DC,
)
async def test_every_service_is_described(bench: Bench, judge: Judge) -> None:
    """The EV asks for the details of one service after another before it selects its own."""
    trace = await bench.run(asking_for_every_service(bench.ev), until=answered(ServiceSelectionRes))

    trace.first(ServiceDetailReq)
    for asked in trace.all(ServiceDetailReq):
        reply = judge.coded(trace, asked, ServiceDetailRes, ResponseCode.OK)
        if reply:
            judge.equal("service described", reply.message.service_id, asked.message.service_id, at=reply)
            ids = [one.parameter_set_id for one in reply.message.service_parameter_list.parameter_set]
            judge.equal("different parameter set ids", len(set(ids)), len(ids), at=reply)


@case(
    "ISO20-STN-SDE-002",
    "A service that is described twice is described alike",
    sut=Role.STATION,
    cites=("V2G20-1644", "V2G20-1956", "V2G20-1981", "V2G20-1985"),
    needs=Feature.ISO20_DC,
)
async def test_details_do_not_change(bench: Bench, judge: Judge) -> None:
    """Where the EV would select a service, it asks once more for the details of that very service."""
    ev = bench.ev.answering(
        ServiceSelectionReq,
        lambda heard, usual: ServiceDetailReq(header=usual.header, service_id=heard.service_id),
        nth=1,
    )

    trace = await bench.run(ev, until=answered(ServiceDetailRes, times=2))

    first, again = trace.first(ServiceDetailRes), trace.nth(ServiceDetailReq, 2)
    reply = judge.coded(trace, again, ServiceDetailRes, ResponseCode.OK)
    if reply:
        before, now = first.message.service_parameter_list, reply.message.service_parameter_list
        judge.holds("the same parameter sets", now == before, "they changed", at=(first, reply))


@case(
    "ISO20-STN-SDE-003",
    "Parameter sets name what an EV must know, in values that have a meaning",
    sut=Role.STATION,
    cites=("V2G20-1251",),
    needs=Feature.ISO20_DC,
)
async def test_parameters_are_complete(bench: Bench, judge: Judge) -> None:
    """The sets of each service of AC and DC are read; the two ways to number three phases are told apart."""
    trace = await bench.run(asking_for_every_service(bench.ev), until=answered(ServiceSelectionRes))

    detail = trace.first(ServiceDetailRes)
    for service, one in described(trace):
        if flow_of(service) not in {Flow.AC, Flow.DC}:
            continue
        for name, values in allowed(service).items():
            judge.among(f"{name} of service {service}, set {one.parameter_set_id}", parameter(one, name), values)
        if flow_of(service) is Flow.AC and parameter(one, "Connector") != 1:
            told = f"Connector is {parameter(one, 'Connector')}; implementers call three phases 2 or 3"
            judge.notice(f"service {service}, set {one.parameter_set_id}", told, at=detail)


@case(
    "ISO20-STN-SDE-004",
    "Leaving the driver's needs to the station comes with Dynamic control mode alone",
    sut=Role.STATION,
    cites=("V2G20-2663",),
    needs=Feature.ISO20_DC,
)
async def test_mobility_needs_mode_fits_the_control_mode(bench: Bench, judge: Judge) -> None:
    """A set in which the station plans (MobilityNeedsMode 2) cannot be one in which the EV follows a schedule."""
    trace = await bench.run(asking_for_every_service(bench.ev), until=answered(ServiceSelectionRes))

    trace.first(ServiceDetailRes)
    for service, one in described(trace):
        modes = parameter(one, "ControlMode"), parameter(one, "MobilityNeedsMode")
        told = f"ControlMode {modes[0]}, MobilityNeedsMode {modes[1]}"
        judge.excludes(f"service {service}, set {one.parameter_set_id}: {told}", modes, {(SCHEDULED, NEEDS_OF_STATION)})


@case(
    "ISO20-STN-SDE-005",
    "Each energy transfer service can be had in both control modes",
    sut=Role.STATION,
    cites=("V2G20-2656",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_every_service_has_both_control_modes(bench: Bench, judge: Judge) -> None:
    """ISO20-STN-SVC-003 looks at the EV's own service; this one at all others as well."""
    trace = await bench.run(asking_for_every_service(bench.ev), until=answered(ServiceSelectionRes))

    offered = trace.first(ServiceDiscoveryRes).message.energy_transfer_service_list
    for service in (each.service_id for each in offered.service):
        modes = {parameter(one, "ControlMode") for name, one in described(trace) if name == service}
        judge.equal(f"control modes of service {service} (1 Scheduled, 2 Dynamic)", modes, {SCHEDULED, DYNAMIC})


@pytest.mark.parametrize("which", ["next_to_those_offered", "zero", "highest"])
@case(
    "ISO20-STN-SDE-006",
    "No id beyond the lists is described",
    sut=Role.STATION,
    cites=("V2G20-425", "V2G20-464", "V2G20-1216"),
    needs=Feature.ISO20_DC,
)
async def test_ids_beyond_the_lists_are_refused(bench: Bench, judge: Judge, which: str) -> None:
    """The id is one that the standard gives to another service, or the lowest or highest that can be written."""
    fixed = {"zero": 0, "highest": HIGHEST_ID}
    ev = bench.ev.answering(
        ServiceDetailReq,
        lambda heard, usual: ServiceDetailReq(
            header=usual.header,
            service_id=fixed.get(
                which, unoffered(each.service_id for each in heard.energy_transfer_service_list.service)
            ),
        ),
    )

    trace = await bench.run(ev, until=answered(ServiceDetailRes))

    asked = trace.first(ServiceDetailReq)
    judge.coded(trace, asked, ServiceDetailRes, ResponseCode.FAILED_SERVICE_ID_INVALID)


@case(
    "ISO20-STN-SDE-007",
    "A refusal of details is a whole message by the schema",
    sut=Role.STATION,
    cites=("V2G20-736",),
    needs=Feature.ISO20_DC,
)
async def test_refusal_is_a_whole_message(bench: Bench, judge: Judge) -> None:
    """Having nothing to describe, the station still fills the parameter sets that the message must have."""
    trace = await bench.run(bench.ev.but(ServiceDetailReq, service_id=HIGHEST_ID), until=answered(ServiceDetailRes))

    reply = judge.answered(trace, trace.first(ServiceDetailReq), ServiceDetailRes)
    if reply:
        judge.equal("objections of the schema", [str(one) for one in problems(reply.message)], [], at=reply)
