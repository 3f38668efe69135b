"""The station's services: what is offered, in which variants, and what the EV takes."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.chosen import take_service
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.offers import energy_services, offered, parameter_sets
from harness.messages.iso20.common import (
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
)
from harness.messages.iso20.energy import FIRST_VALUE_ADDED_SERVICE
from harness.messages.iso20.types import ResponseCode


def on_service_discovery(desk: Desk, ask: ServiceDiscoveryReq, moment: Moment) -> Reply:
    """List the energy transfer services, and the others as far as the EV knows them (V2G20-1249)."""
    desk.beside.offer(desk.plant.settings.value_added_services, ask.supported_service_ids)
    return ServiceDiscoveryRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        service_renegotiation_supported=desk.plant.settings.service_renegotiation,
        energy_transfer_service_list=energy_services(desk.plant.settings, desk.flow),
        vas_list=desk.beside.listed(),
    )


def on_service_detail(desk: Desk, ask: ServiceDetailReq, moment: Moment) -> Reply:
    """The parameter sets of a service that was offered (V2G20-425)."""
    settings, beside = desk.plant.settings, desk.beside.offered.get(ask.service_id)
    if beside is None and ask.service_id not in offered(settings, desk.flow):
        return ResponseCode.FAILED_SERVICE_ID_INVALID
    return ServiceDetailRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        service_id=ask.service_id,
        service_parameter_list=beside.parameter_sets() if beside else parameter_sets(settings, ask.service_id),
    )


def on_service_selection(desk: Desk, ask: ServiceSelectionReq, moment: Moment) -> Reply:
    """Take a pair that was offered (V2G20-433, V2G20-1618)."""
    chosen = ask.selected_energy_transfer_service
    if chosen.service_id >= FIRST_VALUE_ADDED_SERVICE:
        return ResponseCode.FAILED_NO_ENERGY_TRANSFER_SERVICE_SELECTED
    beside = desk.beside.selection(ask.selected_vas_list)
    if beside is None:
        return ResponseCode.FAILED_SERVICE_SELECTION_INVALID
    if not take_service(desk, chosen.service_id, chosen.parameter_set_id, moment.at):
        return ResponseCode.FAILED_SERVICE_SELECTION_INVALID
    desk.visit.value_added = beside
    return ServiceSelectionRes(header=desk.header(moment), response_code=ResponseCode.OK)


HANDLERS: Handlers = {
    ServiceDiscoveryReq: on_service_discovery,
    ServiceDetailReq: on_service_detail,
    ServiceSelectionReq: on_service_selection,
}
