"""Requests of ISO 15118-2 and DIN SPEC 70121 that are good in themselves, wherever in a session they are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment, Say
from harness.endpoints.ev.din import charging as din_ev_charging
from harness.endpoints.ev.din import opening as din_ev_opening
from harness.endpoints.ev.iso2 import charging as ev_charging
from harness.endpoints.ev.iso2 import delivery, parameters
from harness.endpoints.ev.iso2.certificates import sub_certificates
from harness.endpoints.ev.iso2.journey import Iso2Journey, Steps
from harness.endpoints.station.refusals import filled
from harness.messages.din import charging as din_charging
from harness.messages.din import dc as din_dc
from harness.messages.din import payment as din_payment
from harness.messages.din import session as din_session
from harness.messages.din import types as din_types
from harness.messages.din.codes import PaymentOption as DinPaymentOption
from harness.messages.envelope import body_of, wrap
from harness.messages.field import Message
from harness.messages.iso2 import types
from harness.messages.iso2.certificates import ContractSignatureCertChain
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryReq,
    ChargeProgress,
    MeteringReceiptReq,
    PowerDeliveryReq,
)
from harness.messages.iso2.codes import PaymentOption
from harness.messages.iso2.dc import CurrentDemandReq, PreChargeReq
from harness.messages.iso2.payment import (
    PaymentDetailsReq,
    PaymentServiceSelectionReq,
    SelectedService,
    SelectedServiceList,
)
from harness.messages.iso2.service import ServiceDetailReq
from harness.messages.iso2.session import ChargingSession, SessionSetupReq, SessionStopReq
from harness.messages.iso2.types import MeterInfo
from harness.security.authorization import common_name
from harness.sessions.v2g.tables.din import READY

Maker = Callable[[Iso2Journey, Moment, str], Message]


def is_older(kind: type[Message]) -> bool:
    """Whether a class of messages is of ISO 15118-2 or DIN SPEC 70121."""
    return issubclass(kind, types.BodyElement | din_types.BodyElement)


def older_request(kind: type[Message], journey: Iso2Journey, moment: Moment, variant: str = "") -> Message:
    """A request of a kind in its envelope, with sensible content for this EV.

    Args:
        kind: the class of the request.
        journey: what the EV remembers; what it does not know yet it makes up.
        moment: now.
        variant: what the request wants, as `Table.variant_of` tells it.
    """
    make = _MAKERS.get(kind)
    body = filled(kind) if make is None else make(journey, moment, variant)
    return wrap(body_of(body), moment.session_id)


def _said(steps: Steps) -> Message:
    """The message of the one step that says something."""
    return next(step.message for step in steps if isinstance(step, Say))  # type: ignore[no-any-return]


def _steps_of(steps: Callable[[Iso2Journey, Moment], Steps]) -> Maker:
    return lambda journey, moment, _: _said(steps(journey, moment))


def _set_up(journey: Iso2Journey, moment: Moment, _: str) -> Message:
    return SessionSetupReq(evcc_id=journey.terms.evcc_id)


def _selection(journey: Iso2Journey, moment: Moment, variant: str) -> Message:
    return PaymentServiceSelectionReq(
        selected_payment_option=PaymentOption(variant or PaymentOption.EXTERNAL_PAYMENT),
        selected_service_list=SelectedServiceList(
            selected_service=(SelectedService(service_id=journey.charge_service),)
        ),
    )


def _details(journey: Iso2Journey, moment: Moment, _: str) -> Message:
    contract = journey.contract
    if contract is None:
        return filled(PaymentDetailsReq)
    chain = ContractSignatureCertChain(certificate=contract.chain[0], sub_certificates=sub_certificates(contract))
    return PaymentDetailsReq(emaid=common_name(contract.chain[0]), contract_signature_cert_chain=chain)


def _power(journey: Iso2Journey, moment: Moment, variant: str) -> Message:
    progress = ChargeProgress(variant or ChargeProgress.START)
    if progress is ChargeProgress.START:
        return _said(delivery.start(journey, moment))
    return PowerDeliveryReq(charge_progress=progress, sa_schedule_tuple_id=1)


def _receipt(journey: Iso2Journey, moment: Moment, _: str) -> Message:
    return MeteringReceiptReq(
        id="id1", session_id=moment.session_id, sa_schedule_tuple_id=1, meter_info=MeterInfo(meter_id="METER")
    )


def _cycle(journey: Iso2Journey, moment: Moment, _: str) -> Message:
    said = body_of(_said(ev_charging.next_cycle(journey, moment)))
    return said if isinstance(said, CurrentDemandReq) else filled(CurrentDemandReq)


def _detail(journey: Iso2Journey, moment: Moment, _: str) -> Message:
    return ServiceDetailReq(service_id=journey.charge_service)


def _stop(journey: Iso2Journey, moment: Moment, variant: str) -> Message:
    return SessionStopReq(charging_session=ChargingSession(variant or ChargingSession.TERMINATE))


def _din_selection(journey: Iso2Journey, moment: Moment, _: str) -> Message:
    chosen = din_payment.SelectedService(service_id=1)
    return filled(
        din_payment.ServicePaymentSelectionReq,
        selected_payment_option=DinPaymentOption.EXTERNAL_PAYMENT,
        selected_service_list=din_payment.SelectedServiceList(selected_service=(chosen,)),
    )


def _din_power(journey: Iso2Journey, moment: Moment, variant: str) -> Message:
    body: Any = body_of(_said(din_ev_charging.deliver(journey, moment, ready=True)))
    changed: Message = replace(body, ready_to_charge_state=variant in {"", READY})
    return changed


_MAKERS: Mapping[type[Message], Maker] = {
    SessionSetupReq: _set_up,
    ServiceDetailReq: _detail,
    PaymentServiceSelectionReq: _selection,
    PaymentDetailsReq: _details,
    ChargeParameterDiscoveryReq: _steps_of(parameters.ask_parameters),
    PreChargeReq: _steps_of(ev_charging.ask_pre_charge),
    PowerDeliveryReq: _power,
    CurrentDemandReq: _cycle,
    MeteringReceiptReq: _receipt,
    SessionStopReq: _stop,
    din_session.SessionSetupReq: _steps_of(din_ev_opening.begin),
    din_payment.ServicePaymentSelectionReq: _din_selection,
    din_charging.ChargeParameterDiscoveryReq: _steps_of(din_ev_opening.ask_parameters),
    din_dc.PreChargeReq: _steps_of(din_ev_charging.ask_pre_charge),
    din_dc.CurrentDemandReq: _steps_of(din_ev_charging.next_cycle),
    din_charging.PowerDeliveryReq: _din_power,
}
"""How to make what has content of its own; everything else is filled with what the schema asks for."""
