"""The station of ISO 15118-2 from SessionSetup to the choice of services and payment."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.iso2.desk import ANYBODY, Handlers, Iso2Desk, Iso2Visit, Reply
from harness.messages.iso2.codes import PaymentOption, ResponseCode, ServiceCategory
from harness.messages.iso2.payment import PaymentServiceSelectionReq, PaymentServiceSelectionRes
from harness.messages.iso2.service import (
    ChargeService,
    IntValue,
    Parameter,
    ParameterSet,
    PaymentOptionList,
    Service,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceList,
    ServiceParameterList,
    StringValue,
    SupportedEnergyTransferMode,
)
from harness.messages.iso2.session import SessionSetupReq, SessionSetupRes

CHARGING, CERTIFICATE, INTERNET = 1, 2, 3
"""Service ids of ISO 15118-2, Table 105."""
_INSTALLATION, _UPDATE = 1, 2
_PORTS = {1: ("ftp", 20), 2: ("ftp", 21), 3: ("http", 80), 4: ("https", 443)}
"""Parameter sets of the Internet service."""


def on_session_setup(desk: Iso2Desk, ask: SessionSetupReq, moment: Moment) -> Reply:
    """Join the session of that id (V2G2-463, V2G2-754), or open a new one (V2G2-462, V2G2-750)."""
    wanted = moment.header.session_id
    old = desk.common.paused.join(wanted, ANYBODY) if any(wanted) else None
    code, plant, evcc_id = ResponseCode.OK_OLD_SESSION_JOINED, desk.plant, ask.evcc_id.hex().upper()
    if isinstance(old, Iso2Visit):
        visit = old
    else:
        code = ResponseCode.OK_NEW_SESSION_ESTABLISHED
        if plant.paused:
            # Whoever was paused here did not come back: that session is over.
            plant.session_stopped("terminate", moment.at)
        reading = plant.meter.reading(moment.at)
        visit = Iso2Visit(
            session_id=desk.common.new_session_id(wanted),
            evcc_id=evcc_id,
            import_wh=reading.import_wh,
            export_wh=reading.export_wh,
        )
    desk.visit = desk.common.visit = visit
    plant.ev_connected_hlc(evcc_id, moment.at)
    return SessionSetupRes(response_code=code, evse_id=plant.settings.evse_id, evse_time_stamp=int(moment.at))


def on_service_discovery(desk: Iso2Desk, ask: ServiceDiscoveryReq, moment: Moment) -> Reply:
    """Ways of paying, the charging service, and what there is beside it, of one category if the EV names one."""
    charge = ChargeService(
        service_id=CHARGING,
        service_category=ServiceCategory.EV_CHARGING,
        free_service=desk.terms.free_service,
        supported_energy_transfer_mode=SupportedEnergyTransferMode(energy_transfer_mode=desk.transfer_modes),
    )
    beside = tuple(each for each in beside_charging(desk) if ask.service_category in {None, each.service_category})
    return ServiceDiscoveryRes(
        response_code=ResponseCode.OK,
        payment_option_list=PaymentOptionList(payment_option=desk.payments),
        charge_service=charge,
        service_list=ServiceList(service=beside) if beside else None,
    )


def beside_charging(desk: Iso2Desk) -> tuple[Service, ...]:
    """The services on offer beside charging; certificates only where TLS protects them."""
    terms, found = desk.terms, []
    if terms.certificate_service and desk.secure and PaymentOption.CONTRACT in desk.payments:
        found.append(
            Service(
                service_id=CERTIFICATE,
                service_name="Certificate",
                service_category=ServiceCategory.CONTRACT_CERTIFICATE,
                free_service=True,
            )
        )
    if terms.internet_service:
        found.append(
            Service(
                service_id=INTERNET,
                service_name="InternetAccess",
                service_category=ServiceCategory.INTERNET,
                free_service=True,
            )
        )
    return tuple(found)


def on_service_detail(desk: Iso2Desk, ask: ServiceDetailReq, moment: Moment) -> Reply:
    """The parameter sets of a service that was offered (V2G2-425, V2G2-464); charging has none."""
    offered = {CHARGING, *(each.service_id for each in beside_charging(desk))}
    if ask.service_id not in offered:
        return ResponseCode.FAILED_SERVICE_ID_INVALID
    sets = _parameter_sets(ask.service_id)
    return ServiceDetailRes(
        response_code=ResponseCode.OK,
        service_id=ask.service_id,
        service_parameter_list=ServiceParameterList(parameter_set=sets) if sets else None,
    )


def on_payment_selection(desk: Iso2Desk, ask: PaymentServiceSelectionReq, moment: Moment) -> Reply:
    """Take a way of paying and services that were offered (V2G2-465), charging among them."""
    if ask.selected_payment_option not in desk.payments:
        return ResponseCode.FAILED_PAYMENT_SELECTION_INVALID
    chosen = {each.service_id: each.parameter_set_id for each in ask.selected_service_list.selected_service}
    beside = {each.service_id for each in beside_charging(desk)}
    if CHARGING not in chosen:
        return ResponseCode.FAILED_NO_CHARGE_SERVICE_SELECTED
    for service_id, set_id in chosen.items():
        sets = {each.parameter_set_id for each in _parameter_sets(service_id)}
        if service_id not in beside | {CHARGING} or (set_id is not None and set_id not in sets):
            return ResponseCode.FAILED_SERVICE_SELECTION_INVALID
    desk.visit.payment = ask.selected_payment_option
    return PaymentServiceSelectionRes(response_code=ResponseCode.OK)


def _parameter_sets(service_id: int) -> tuple[ParameterSet, ...]:
    if service_id == CERTIFICATE:
        names = {_INSTALLATION: "Installation", _UPDATE: "Update"}
        return tuple(_set(number, Service=name) for number, name in names.items())
    if service_id == INTERNET:
        return tuple(_set(number, Protocol=protocol, Port=port) for number, (protocol, port) in _PORTS.items())
    return ()


def _set(number: int, **values: str | int) -> ParameterSet:
    parameters = tuple(
        Parameter(
            parameter_name=name, value=StringValue(value=value) if isinstance(value, str) else IntValue(value=value)
        )
        for name, value in values.items()
    )
    return ParameterSet(parameter_set_id=number, parameter=parameters)


HANDLERS: Handlers = {
    SessionSetupReq: on_session_setup,
    ServiceDiscoveryReq: on_service_discovery,
    ServiceDetailReq: on_service_detail,
    PaymentServiceSelectionReq: on_payment_selection,
}
