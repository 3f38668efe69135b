"""The EV from the first byte to the selected service."""

from __future__ import annotations

import msgspec

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.parameters import ask_parameters
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    EimAReqAuthorizationMode,
    IntValue,
    ParameterSet,
    SelectedService,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes

_CODES = {SCHEDULED: 1, DYNAMIC: 2}
"""Values of the service parameter ControlMode."""


def begin(journey: Journey, moment: Moment) -> Steps:
    """Offer the protocols."""
    return say(SupportedAppProtocolReq(app_protocol=journey.ev.protocols))


def on_protocol(journey: Journey, answer: SupportedAppProtocolRes, moment: Moment) -> Steps:
    """Open or resume a session, if the station chose one of the protocols offered."""
    if answer.response_code is AppProtocolResponseCode.FAILED_NO_NEGOTIATION:
        return journey.break_off("the station speaks none of the protocols offered")
    offered = {protocol.schema_id for protocol in journey.ev.protocols}
    if answer.schema_id not in offered:
        return journey.break_off(f"the station chose SchemaID {answer.schema_id}, which was not offered")
    return say(SessionSetupReq(header=journey.header(moment), evcc_id=journey.car.evcc_id))


def on_session(journey: Journey, answer: SessionSetupRes, moment: Moment) -> Steps:
    """Go on where the old session was left, or start over (V2G20-1032, V2G20-2615)."""
    journey.evse_id = answer.evse_id
    if answer.response_code is not ResponseCode.OK_OLD_SESSION_JOINED:
        return say(AuthorizationSetupReq(header=journey.header(moment)))
    if journey.ev.resume is None or answer.header.session_id != journey.ev.resume:
        return journey.break_off("the station joined a session that was not asked for")
    if journey.ev.resume_evse_id not in {"", answer.evse_id}:
        # V2G20-2539, V2G20-2613: the same station, or no session.
        return journey.break_off(f"paused at {journey.ev.resume_evse_id}, resumed at {answer.evse_id}")
    return ask_parameters(journey, moment)


def on_authorization_setup(journey: Journey, answer: AuthorizationSetupRes, moment: Moment) -> Steps:
    """Take external identification means, the one way this EV knows."""
    if Authorization.EIM not in answer.authorization_services:
        return journey.leave(moment, "the station offers no external identification means")
    return say(_authorization_request(journey, moment))


def on_authorization(journey: Journey, answer: AuthorizationRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing (V2G20-1582); go on once authorized."""
    if answer.evse_processing is not Processing.FINISHED:
        return say(_authorization_request(journey, moment), after=journey.ev.poll_interval)
    if answer.response_code.startswith("WARNING"):
        return journey.leave(moment, f"not authorized: {answer.response_code}")
    return say(ServiceDiscoveryReq(header=journey.header(moment)))


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
    """Say what the battery can bear."""
    return ask_parameters(journey, moment)


def _modes(car: Car) -> tuple[str, ...]:
    others = tuple(mode for mode in _CODES if mode != car.control_mode)
    return (car.control_mode, *others) if car.either_mode else (car.control_mode,)


def _authorization_request(journey: Journey, moment: Moment) -> AuthorizationReq:
    return AuthorizationReq(
        header=journey.header(moment),
        selected_authorization_service=Authorization.EIM,
        authorization_mode=EimAReqAuthorizationMode(),
    )


def _selection(journey: Journey, moment: Moment) -> ServiceSelectionReq:
    chosen = SelectedService(service_id=journey.car.service, parameter_set_id=journey.parameter_set_id)
    return ServiceSelectionReq(header=journey.header(moment), selected_energy_transfer_service=chosen)


def _value(parameters: ParameterSet, name: str) -> int | None:
    for parameter in parameters.parameter:
        if parameter.parameter_name == name and isinstance(parameter.value, IntValue):
            return parameter.value.value
    return None


HANDLERS: Handlers = {
    SupportedAppProtocolRes: on_protocol,
    SessionSetupRes: on_session,
    AuthorizationSetupRes: on_authorization_setup,
    AuthorizationRes: on_authorization,
    ServiceDiscoveryRes: on_services,
    ServiceDetailRes: on_service_detail,
    ServiceSelectionRes: on_service_selection,
}
