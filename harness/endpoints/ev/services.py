"""The EV among the services of a station: what is offered, in which variants, and which it takes."""

from __future__ import annotations

import msgspec

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.parking import arrive
from harness.endpoints.ev.wishes import pick, settled
from harness.endpoints.variant import CONTROL_MODES
from harness.messages.iso20.common import (
    ByteValue,
    IntValue,
    ParameterSet,
    SelectedService,
    SelectedServiceList,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceIDList,
    ServiceSelectionReq,
    ServiceSelectionRes,
    ShortValue,
)
from harness.messages.iso20.energy import ValueAddedService


def ask_services(journey: Journey, moment: Moment) -> Steps:
    """Ask which services there are, of those that the EV names if it names any (V2G20-1248)."""
    ids = journey.ev.supported_services
    known = None if ids is None else ServiceIDList(service_id=ids)
    return say(ServiceDiscoveryReq(header=journey.header(moment), supported_service_ids=known))


def on_services(journey: Journey, answer: ServiceDiscoveryRes, moment: Moment) -> Steps:
    """Ask for the details of the wanted services, that of energy first."""
    offered = [service.service_id for service in answer.energy_transfer_service_list.service]
    wanted = next((each for each in (journey.car.service, *journey.car.other_services) if each in offered), None)
    if wanted is None:
        wanted = journey.car.service
        return journey.leave(moment, f"service {wanted} is not among those offered: {offered}")
    journey.car = msgspec.structs.replace(journey.car, service=wanted)
    beside = set() if answer.vas_list is None else {service.service_id for service in answer.vas_list.service}
    journey.between.renegotiable = answer.service_renegotiation_supported
    journey.value_added = []
    journey.details_wanted = [wanted, *(each for each in journey.car.wanted_vas if each in beside)]
    return _ask_details(journey, moment)


def on_service_detail(journey: Journey, answer: ServiceDetailRes, moment: Moment) -> Steps:
    """Pick a parameter set of each service; once there is one for all, select them."""
    asked = journey.details_wanted.pop(0) if journey.details_wanted else journey.car.service
    if asked == journey.car.service:
        return _take_energy(journey, answer, moment)
    if answer.service_id == asked:
        _take_beside(journey, answer)
    return _ask_details(journey, moment)


def _ask_details(journey: Journey, moment: Moment) -> Steps:
    """Ask for the next details, or select when there are no more to ask for."""
    if not journey.details_wanted:
        return say(_selection(journey, moment))
    return say(ServiceDetailReq(header=journey.header(moment), service_id=journey.details_wanted[0]))


def _take_beside(journey: Journey, answer: ServiceDetailRes) -> None:
    """Take the first parameter set; of ParkingStatus one for each service that is intended."""
    kinds: set[int | None] = set()
    for parameters in answer.service_parameter_list.parameter_set:
        kind = _value(parameters, "IntendedService") if answer.service_id == ValueAddedService.PARKING_STATUS else None
        if kind not in kinds:
            chosen = SelectedService(service_id=answer.service_id, parameter_set_id=parameters.parameter_set_id)
            journey.value_added.append(chosen)
        kinds.add(kind)
    journey.parking |= {kind for kind in kinds if kind is not None}


def _take_energy(journey: Journey, answer: ServiceDetailRes, moment: Moment) -> Steps:
    """Pick the parameter set that suits best; one of the other control mode only if the car takes that as well."""
    if answer.service_id != journey.car.service:
        return journey.leave(moment, f"asked about service {journey.car.service}, told about {answer.service_id}")
    picked = pick(journey.car, answer.service_parameter_list.parameter_set)
    if picked is not None:
        parameters, journey.variant = picked
        journey.car = msgspec.structs.replace(journey.car, control_mode=settled(journey.car, journey.variant))
        journey.parameter_set_id = parameters.parameter_set_id
        return _ask_details(journey, moment)
    code = CONTROL_MODES[journey.car.control_mode]
    return journey.leave(moment, f"no parameter set of service {answer.service_id} has ControlMode {code}")


def on_service_selection(journey: Journey, answer: ServiceSelectionRes, moment: Moment) -> Steps:
    """Arrive at the parking space, if that was selected, and set out on the way of the energy."""
    return arrive(journey, moment)


def _selection(journey: Journey, moment: Moment) -> ServiceSelectionReq:
    chosen = SelectedService(service_id=journey.car.service, parameter_set_id=journey.parameter_set_id)
    beside = SelectedServiceList(selected_service=tuple(journey.value_added)) if journey.value_added else None
    return ServiceSelectionReq(
        header=journey.header(moment), selected_energy_transfer_service=chosen, selected_vas_list=beside
    )


def _value(parameters: ParameterSet, name: str) -> int | None:
    for parameter in parameters.parameter:
        if parameter.parameter_name == name and isinstance(parameter.value, ByteValue | ShortValue | IntValue):
            return parameter.value.value
    return None


HANDLERS: Handlers = {
    ServiceDiscoveryRes: on_services,
    ServiceDetailRes: on_service_detail,
    ServiceSelectionRes: on_service_selection,
}
