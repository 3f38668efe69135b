"""The EV of DIN SPEC 70121 from SessionSetup to the limits of both sides."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.din.ending import leave
from harness.endpoints.ev.din.status import ev_status
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.messages.din.charging import ChargeParameterDiscoveryReq, ChargeParameterDiscoveryRes
from harness.messages.din.codes import EvRequestedEnergyTransferType, EvseProcessing, PaymentOption
from harness.messages.din.dc import CableCheckReq, DcEvChargeParameter, DcEvseChargeParameter
from harness.messages.din.payment import (
    ContractAuthenticationReq,
    ContractAuthenticationRes,
    SelectedService,
    SelectedServiceList,
    ServicePaymentSelectionReq,
    ServicePaymentSelectionRes,
)
from harness.messages.din.physical import amperes, volts, watt_hours, watts
from harness.messages.din.schedule import SAScheduleList
from harness.messages.din.service import ServiceDiscoveryReq, ServiceDiscoveryRes
from harness.messages.din.session import SessionSetupReq, SessionSetupRes


def begin(journey: Iso2Journey, moment: Moment) -> Steps:
    """Open a session."""
    return journey.say(SessionSetupReq(evcc_id=journey.terms.evcc_id), moment)


def on_session(journey: Iso2Journey, answer: SessionSetupRes, moment: Moment) -> Steps:
    """Ask what there is."""
    journey.common.evse_id = answer.evse_id.hex().upper()
    return journey.say(ServiceDiscoveryReq(), moment)


def on_services(journey: Iso2Journey, answer: ServiceDiscoveryRes, moment: Moment) -> Steps:
    """Take the charging service, if somebody else may pay for it."""
    if PaymentOption.EXTERNAL_PAYMENT not in answer.payment_options.payment_option:
        return leave(journey, moment, "no way of paying that this EV has")
    chosen = SelectedService(service_id=answer.charge_service.service_tag.service_id)
    request = ServicePaymentSelectionReq(
        selected_payment_option=PaymentOption.EXTERNAL_PAYMENT,
        selected_service_list=SelectedServiceList(selected_service=(chosen,)),
    )
    return journey.say(request, moment)


def on_payment_selection(journey: Iso2Journey, answer: ServicePaymentSelectionRes, moment: Moment) -> Steps:
    """Ask for leave to charge."""
    return journey.say(ContractAuthenticationReq(), moment)


def on_authentication(journey: Iso2Journey, answer: ContractAuthenticationRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing; then say what the EV can bear."""
    if answer.evse_processing is not EvseProcessing.FINISHED:
        return journey.say(ContractAuthenticationReq(), moment, after=journey.ev.poll_interval)
    return ask_parameters(journey, moment)


def ask_parameters(journey: Iso2Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    """Say what the EV can bear and what it needs."""
    return journey.say(_parameters(journey), moment, after=after)


def on_parameters(journey: Iso2Journey, answer: ChargeParameterDiscoveryRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing (V2G-DC-493); then have the cable checked."""
    said, limits, offered = answer.evse_charge_parameter, journey.common.limits, answer.sa_schedules
    if isinstance(said, DcEvseChargeParameter):
        limits.charge_current = float(said.evse_maximum_current_limit)
        if said.evse_maximum_power_limit is not None:
            limits.charge_power = float(said.evse_maximum_power_limit)
    if answer.evse_processing is not EvseProcessing.FINISHED:
        return ask_parameters(journey, moment, after=journey.ev.poll_interval)
    if isinstance(offered, SAScheduleList):
        journey.din_schedule = offered.sa_schedule_tuple[0]
    return journey.say(CableCheckReq(dc_ev_status=ev_status(journey)), moment)


def _parameters(journey: Iso2Journey) -> ChargeParameterDiscoveryReq:
    car, battery = journey.car, journey.battery
    return ChargeParameterDiscoveryReq(
        ev_requested_energy_transfer_type=EvRequestedEnergyTransferType.DC_EXTENDED,
        ev_charge_parameter=DcEvChargeParameter(
            dc_ev_status=ev_status(journey),
            ev_maximum_current_limit=amperes(car.max_charge_current),
            ev_maximum_power_limit=watts(car.max_charge_power),
            ev_maximum_voltage_limit=volts(car.max_voltage),
            ev_energy_capacity=watt_hours(car.capacity),
            ev_energy_request=watt_hours(round(max(0.0, battery.energy_to(car.target_soc)))),
            full_soc=round(car.max_soc),
            bulk_soc=round(car.target_soc),
        ),
    )


HANDLERS: Handlers = {
    SessionSetupRes: on_session,
    ServiceDiscoveryRes: on_services,
    ServicePaymentSelectionRes: on_payment_selection,
    ContractAuthenticationRes: on_authentication,
    ChargeParameterDiscoveryRes: on_parameters,
}
