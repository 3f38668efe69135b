"""The EV among the services of a station: what is offered, in which variants, and which it takes."""

from __future__ import annotations

import msgspec

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.messages.iso20.common import (
    IntValue,
    ParameterSet,
    SelectedService,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
)

_CODES = {SCHEDULED: 1, DYNAMIC: 2}
"""Values of the service parameter ControlMode."""


def on_services(journey: Journey, answer: ServiceDiscoveryRes, moment: Moment) -> Steps:
    """Ask for the details of the wanted service."""
    offered = [service.service_id for service in answer.energy_transfer_service_list.service]
    wanted = journey.car.service
    if wanted not in offered:
        return journey.leave(moment, f"service {wanted} is not among those offered: {offered}")
    return say(ServiceDetailReq(header=journey.header(moment), service_id=wanted))


def on_service_detail(journey: Journey, answer: ServiceDetailRes, moment: Moment) -> Steps:
    """Pick the parameter set with the wanted control mode, or with the other one if the car takes that as well."""
    sets = answer.service_parameter_list.parameter_set
    usable = [one for one in sets if _value(one, "MobilityNeedsMode") in {None, 1}]
    for mode in _modes(journey.car):
        for parameters in usable:
            if _value(parameters, "ControlMode") == _CODES[mode]:
                journey.car = msgspec.structs.replace(journey.car, control_mode=mode)
                journey.parameter_set_id = parameters.parameter_set_id
                return say(_selection(journey, moment))
    code = _CODES[journey.car.control_mode]
    return journey.leave(moment, f"no parameter set of service {answer.service_id} has ControlMode {code}")


def on_service_selection(journey: Journey, answer: ServiceSelectionRes, moment: Moment) -> Steps:
    """Set out on the way of the selected service."""
    return journey.way.begin(journey, moment)


def _modes(car: Car) -> tuple[str, ...]:
    others = tuple(mode for mode in _CODES if mode != car.control_mode)
    return (car.control_mode, *others) if car.either_mode else (car.control_mode,)


def _selection(journey: Journey, moment: Moment) -> ServiceSelectionReq:
    chosen = SelectedService(service_id=journey.car.service, parameter_set_id=journey.parameter_set_id)
    return ServiceSelectionReq(header=journey.header(moment), selected_energy_transfer_service=chosen)


def _value(parameters: ParameterSet, name: str) -> int | None:
    for parameter in parameters.parameter:
        if parameter.parameter_name == name and isinstance(parameter.value, IntValue):
            return parameter.value.value
    return None


HANDLERS: Handlers = {
    ServiceDiscoveryRes: on_services,
    ServiceDetailRes: on_service_detail,
    ServiceSelectionRes: on_service_selection,
}
