"""ServiceSelection: each pair on offer can be had, and nothing else."""

from __future__ import annotations

from typing import Any

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
    replace,
    unoffered,
)
from harness.messages.iso20.common import (
    ResponseCode,
    SelectedService,
    SelectedServiceList,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
)
from harness.messages.iso20.energy import Flow, ValueAddedService, flow_of

INVALID = ResponseCode.FAILED_SERVICE_SELECTION_INVALID
NO_ENERGY = ResponseCode.FAILED_NO_ENERGY_TRANSFER_SERVICE_SELECTED
HIGHEST_ID = 65535
MANY = 12
"""Pairs that are tried at most."""


def pairs_of(trace: Trace) -> list[SelectedService]:
    """The pairs of a DC service and a parameter set that were offered."""
    return [
        SelectedService(service_id=entry.message.service_id, parameter_set_id=one.parameter_set_id)
        for entry in trace.all(ServiceDetailRes, response_code=ResponseCode.OK)
        if flow_of(entry.message.service_id) is Flow.DC
        for one in entry.message.service_parameter_list.parameter_set
    ]


def selecting(ev: Any, pair: SelectedService) -> Any:
    """The same EV, which reads the details of every service and then selects this pair."""

    def select(_: Any, usual: Any) -> Any:
        chosen = isinstance(usual, ServiceSelectionReq)
        return replace(usual, selected_energy_transfer_service=pair) if chosen else usual

    return asking_for_every_service(ev).answering(ServiceSelectionReq, select)


@case(
    "ISO20-STN-SSE-001",
    "Every parameter set on offer can be selected",
    sut=Role.STATION,
    cites=("V2G20-1253", "V2G20-1983"),
    needs=Feature.ISO20_DC,
)
async def test_every_offered_pair_can_be_selected(bench: Bench, judge: Judge) -> None:
    """One EV after another reads all parameter sets, and each selects another pair of service and set."""
    looked = await bench.run(asking_for_every_service(bench.ev), until=answered(ServiceSelectionRes))

    looked.first(ServiceDetailRes)
    for pair in pairs_of(looked)[:MANY]:
        trace = await bench.run(selecting(bench.ev, pair), until=answered(ServiceSelectionRes))
        judge.coded(trace, trace.first(ServiceSelectionReq), ServiceSelectionRes, ResponseCode.OK)


@case(
    "ISO20-STN-SSE-002",
    "An energy transfer service that was not offered cannot be selected",
    sut=Role.STATION,
    cites=("V2G20-433", "V2G20-467", "V2G20-1216"),
    needs=Feature.ISO20_DC,
)
async def test_unoffered_service_is_refused(bench: Bench, judge: Judge) -> None:
    """The parameter set is one of those described, the service is the first of the standard that is not on offer."""
    offered: list[int] = []

    def select(_: object, usual: ServiceSelectionReq) -> ServiceSelectionReq:
        chosen = usual.selected_energy_transfer_service
        stranger = SelectedService(service_id=unoffered(offered), parameter_set_id=chosen.parameter_set_id)
        return ServiceSelectionReq(header=usual.header, selected_energy_transfer_service=stranger)

    look = await bench.run(bench.ev, until=answered(ServiceDiscoveryRes))
    listed = look.first(ServiceDiscoveryRes).message.energy_transfer_service_list
    offered += [each.service_id for each in listed.service]
    trace = await bench.run(bench.ev.answering(ServiceSelectionReq, select), until=answered(ServiceSelectionRes))

    judge.coded(trace, trace.first(ServiceSelectionReq), ServiceSelectionRes, INVALID)


@case(
    "ISO20-STN-SSE-003",
    "A selection without a service for energy is refused",
    sut=Role.STATION,
    cites=("V2G20-1618",),
    needs=Feature.ISO20_DC,
)
async def test_selection_without_energy_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV names Internet access where the energy transfer service belongs."""
    ev = bench.ev.but(ServiceSelectionReq, selected_energy_transfer_service__service_id=ValueAddedService.INTERNET)

    trace = await bench.run(ev, until=answered(ServiceSelectionRes))

    reply = judge.coded(trace, trace.first(ServiceSelectionReq), ServiceSelectionRes, NO_ENERGY, INVALID)
    if reply and reply.message.response_code is INVALID:
        judge.notice("refusal", "the pair was not offered either, so that the station may say this", at=reply)


@case(
    "ISO20-STN-SSE-004",
    "A value-added service that was not offered cannot be selected",
    sut=Role.STATION,
    cites=("V2G20-433", "V2G20-467", "V2G20-1216"),
    needs=Feature.ISO20_DC,
)
async def test_unoffered_value_added_service_is_refused(bench: Bench, judge: Judge) -> None:
    """The energy transfer service is a good one; beside it the EV picks a service of the highest id."""
    stranger = SelectedService(service_id=HIGHEST_ID, parameter_set_id=1)
    ev = bench.ev.but(ServiceSelectionReq, selected_vas_list=SelectedServiceList(selected_service=(stranger,)))

    trace = await bench.run(ev, until=answered(ServiceSelectionRes))

    judge.coded(trace, trace.first(ServiceSelectionReq), ServiceSelectionRes, INVALID)


@pytest.mark.parametrize("which", ["next_to_those_offered", "highest"])
@case(
    "ISO20-STN-SSE-005",
    "No parameter set beside those described can be selected",
    sut=Role.STATION,
    cites=("V2G20-433", "V2G20-467", "V2G20-1216"),
    needs=Feature.ISO20_DC,
)
async def test_neighbouring_parameter_set_is_refused(bench: Bench, judge: Judge, which: str) -> None:
    """Sets may count from 0 or from 1; the first id that is free above zero is no set of this service."""

    def select(heard: ServiceDetailRes, usual: ServiceSelectionReq) -> ServiceSelectionReq:
        taken = (one.parameter_set_id for one in heard.service_parameter_list.parameter_set)
        number = HIGHEST_ID if which == "highest" else unoffered(taken)
        chosen = usual.selected_energy_transfer_service
        pair = SelectedService(service_id=chosen.service_id, parameter_set_id=number)
        return ServiceSelectionReq(header=usual.header, selected_energy_transfer_service=pair)

    trace = await bench.run(bench.ev.answering(ServiceSelectionReq, select), until=answered(ServiceSelectionRes))

    judge.coded(trace, trace.first(ServiceSelectionReq), ServiceSelectionRes, INVALID)
