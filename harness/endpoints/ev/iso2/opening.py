"""The EV of ISO 15118-2 from SessionSetup to the choice of services and payment."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.iso2.ending import leave
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.endpoints.ev.iso2.payment import ask_authorization, show_contract
from harness.messages.iso2.codes import PaymentOption, ResponseCode, ServiceCategory
from harness.messages.iso2.payment import (
    PaymentServiceSelectionReq,
    PaymentServiceSelectionRes,
    SelectedService,
    SelectedServiceList,
)
from harness.messages.iso2.service import ServiceDetailReq, ServiceDetailRes, ServiceDiscoveryReq, ServiceDiscoveryRes
from harness.messages.iso2.session import SessionSetupReq, SessionSetupRes

_SETS = {"installation": 1, "update": 2}
"""Parameter sets of the service ContractCertificate."""


def begin(journey: Iso2Journey, moment: Moment) -> Steps:
    """Open or resume a session."""
    return journey.say(SessionSetupReq(evcc_id=journey.terms.evcc_id), moment)


def on_session(journey: Iso2Journey, answer: SessionSetupRes, moment: Moment) -> Steps:
    """A session that was joined begins anew as well, with the same choices (V2G2-740)."""
    ev, journey.common.evse_id = journey.ev, answer.evse_id
    if answer.response_code is ResponseCode.OK_OLD_SESSION_JOINED:
        if ev.resume is None or moment.session_id != ev.resume:
            return journey.break_off("the station joined a session that was not asked for")
        if ev.resume_evse_id not in {"", answer.evse_id}:
            return journey.break_off(f"paused at {ev.resume_evse_id}, resumed at {answer.evse_id}")
    return journey.say(ServiceDiscoveryReq(), moment)


def on_services(journey: Iso2Journey, answer: ServiceDiscoveryRes, moment: Moment) -> Steps:
    """Settle on a way of paying and on energy transfer; ask for details first where the EV wants any (V2G2-422)."""
    journey.offered = answer.charge_service.supported_energy_transfer_mode.energy_transfer_mode
    if journey.mode not in journey.offered:
        return leave(journey, moment, f"{journey.mode} is not among {', '.join(journey.offered)}")
    journey.payment = _payment(journey, answer.payment_option_list.payment_option)
    if journey.payment is None:
        return leave(journey, moment, "no way of paying that this EV has")
    beside = answer.service_list.service if answer.service_list is not None else ()
    journey.services = {each.service_category: each.service_id for each in beside}
    journey.charge_service = answer.charge_service.service_id
    journey.details = list(journey.terms.details_of)
    return _go_on(journey, moment)


def on_service_detail(journey: Iso2Journey, answer: ServiceDetailRes, moment: Moment) -> Steps:
    """Ask for the next details, or choose."""
    return _go_on(journey, moment)


def on_payment_selection(journey: Iso2Journey, answer: PaymentServiceSelectionRes, moment: Moment) -> Steps:
    """Show the contract, or wait for somebody to pay."""
    if journey.payment is PaymentOption.CONTRACT:
        return show_contract(journey, moment)
    return ask_authorization(journey, moment)


def _payment(journey: Iso2Journey, offered: tuple[PaymentOption, ...]) -> PaymentOption | None:
    """A contract only where TLS protects it, whatever the station offers (V2G2-633)."""
    contract = journey.contract is not None or journey.terms.get == "installation"
    if contract and journey.common.papers.protected and PaymentOption.CONTRACT in offered:
        return PaymentOption.CONTRACT
    return PaymentOption.EXTERNAL_PAYMENT if PaymentOption.EXTERNAL_PAYMENT in offered else None


def _go_on(journey: Iso2Journey, moment: Moment) -> Steps:
    if journey.details:
        return journey.say(ServiceDetailReq(service_id=journey.details.pop(0)), moment)
    chosen = [SelectedService(service_id=journey.charge_service)]
    certificates = journey.services.get(ServiceCategory.CONTRACT_CERTIFICATE)
    if journey.payment is PaymentOption.CONTRACT and certificates is not None and journey.terms.get in _SETS:
        chosen.append(SelectedService(service_id=certificates, parameter_set_id=_SETS[journey.terms.get]))
    internet = journey.services.get(ServiceCategory.INTERNET)
    if journey.terms.internet and internet is not None:
        chosen.append(SelectedService(service_id=internet, parameter_set_id=4))
    request = PaymentServiceSelectionReq(
        selected_payment_option=journey.payment or PaymentOption.EXTERNAL_PAYMENT,
        selected_service_list=SelectedServiceList(selected_service=tuple(chosen)),
    )
    return journey.say(request, moment)


HANDLERS: Handlers = {
    SessionSetupRes: on_session,
    ServiceDiscoveryRes: on_services,
    ServiceDetailRes: on_service_detail,
    PaymentServiceSelectionRes: on_payment_selection,
}
