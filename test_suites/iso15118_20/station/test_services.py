"""ServiceDiscovery, ServiceDetail and ServiceSelection: only what was offered can be had."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case, parameter
from harness.messages.iso20.common import (
    ResponseCode,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
)

NOT_OFFERED = 64000
SCHEDULED, DYNAMIC = 1, 2


@case(
    "ISO20-STN-SVC-001",
    "Details of a service that was not offered are refused",
    sut=Role.STATION,
    cites=("V2G20-425", "V2G20-464"),
    needs=Feature.ISO20_DC,
)
async def test_details_of_an_unoffered_service_are_refused(bench: Bench, judge: Judge) -> None:
    """The EV asks for a service id that no list named."""
    ev = bench.ev.but(ServiceDetailReq, service_id=NOT_OFFERED)

    trace = await bench.run(ev, until=answered(ServiceDetailRes))

    reply = judge.answered(trace, trace.first(ServiceDetailReq), ServiceDetailRes)
    if reply:
        code = reply.message.response_code
        judge.equal("response code", code, ResponseCode.FAILED_SERVICE_ID_INVALID, at=reply)


@case(
    "ISO20-STN-SVC-002",
    "A parameter set that was not offered cannot be selected",
    sut=Role.STATION,
    cites=("V2G20-433", "V2G20-467"),
    needs=Feature.ISO20_DC,
)
async def test_unoffered_parameter_set_is_refused(bench: Bench, judge: Judge) -> None:
    """The service is right, the parameter set is one that no ServiceDetailRes named."""
    ev = bench.ev.but(ServiceSelectionReq, selected_energy_transfer_service__parameter_set_id=NOT_OFFERED)

    trace = await bench.run(ev, until=answered(ServiceSelectionRes))

    reply = judge.answered(trace, trace.one(ServiceSelectionReq), ServiceSelectionRes)
    if reply:
        code = reply.message.response_code
        judge.equal("response code", code, ResponseCode.FAILED_SERVICE_SELECTION_INVALID, at=reply)


@case(
    "ISO20-STN-SVC-003",
    "Both control modes are on offer",
    sut=Role.STATION,
    cites=("V2G20-2656",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_both_control_modes_are_offered(bench: Bench, judge: Judge) -> None:
    """The parameter sets of the EV's energy service are read for ControlMode."""
    trace = await bench.run(bench.ev, until=answered(ServiceDetailRes))

    offered, detail = trace.first(ServiceDiscoveryRes), trace.first(ServiceDetailRes)
    services = {service.service_id for service in offered.message.energy_transfer_service_list.service}
    judge.among("service described", detail.message.service_id, services, at=(offered, detail))
    sets = detail.message.service_parameter_list.parameter_set
    modes = {parameter(one, "ControlMode") for one in sets}
    judge.equal("control modes (1 Scheduled, 2 Dynamic)", modes, {SCHEDULED, DYNAMIC}, at=detail)
    ids = [one.parameter_set_id for one in sets]
    judge.equal("different parameter set ids", len(set(ids)), len(ids), at=detail)
