"""The station of DIN SPEC 70121 from SessionSetup to the granted authorization."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.din.answer import DinHandlers, Reply
from harness.endpoints.station.iso2.authorization import is_granted
from harness.endpoints.station.iso2.desk import Iso2Desk, Iso2Visit
from harness.endpoints.station.plant import NONE
from harness.messages.din.codes import (
    EvseProcessing,
    EvseSupportedEnergyTransferType,
    PaymentOption,
    ResponseCode,
    ServiceCategory,
)
from harness.messages.din.payment import (
    ContractAuthenticationReq,
    ContractAuthenticationRes,
    ServicePaymentSelectionReq,
    ServicePaymentSelectionRes,
)
from harness.messages.din.service import (
    PaymentOptions,
    ServiceCharge,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceTag,
)
from harness.messages.din.session import SessionSetupReq, SessionSetupRes

CHARGING = 1
"""Id of the one service."""


def on_session_setup(desk: Iso2Desk, ask: SessionSetupReq, moment: Moment) -> Reply:
    """Open a session; there is no coming back to an old one (V2G-DC-872)."""
    plant, evcc_id = desk.plant, ask.evcc_id.hex().upper()
    if plant.paused:
        plant.session_stopped("terminate", moment.at)
    reading = plant.meter.reading(moment.at)
    session_id = desk.common.new_session_id(moment.header.session_id)
    desk.visit = desk.common.visit = Iso2Visit(
        session_id=session_id, evcc_id=evcc_id, import_wh=reading.import_wh, export_wh=reading.export_wh
    )
    plant.ev_connected_hlc(evcc_id, moment.at)
    return SessionSetupRes(
        response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED,
        evse_id=desk.terms.din_evse_id,
        date_time_now=int(moment.at),
    )


def on_service_discovery(desk: Iso2Desk, ask: ServiceDiscoveryReq, moment: Moment) -> Reply:
    """Direct current, paid for beside the session (V2G-DC-252)."""
    charge = ServiceCharge(
        service_tag=ServiceTag(service_id=CHARGING, service_category=ServiceCategory.EV_CHARGING),
        free_service=desk.terms.free_service,
        energy_transfer_type=EvseSupportedEnergyTransferType.DC_EXTENDED,
    )
    return ServiceDiscoveryRes(
        response_code=ResponseCode.OK,
        payment_options=PaymentOptions(payment_option=(PaymentOption.EXTERNAL_PAYMENT,)),
        charge_service=charge,
    )


def on_payment_selection(desk: Iso2Desk, ask: ServicePaymentSelectionReq, moment: Moment) -> Reply:
    """Take the one way of paying and the one service."""
    if ask.selected_payment_option is not PaymentOption.EXTERNAL_PAYMENT:
        return ResponseCode.FAILED_PAYMENT_SELECTION_INVALID
    if {each.service_id for each in ask.selected_service_list.selected_service} != {CHARGING}:
        return ResponseCode.FAILED_SERVICE_SELECTION_INVALID
    desk.visit.payment = ask.selected_payment_option
    return ServicePaymentSelectionRes(response_code=ResponseCode.OK)


def on_authentication(desk: Iso2Desk, ask: ContractAuthenticationReq, moment: Moment) -> Reply:
    """Tell whether somebody has paid."""
    desk.plant.authorisation_wanted(moment.at)
    granted = is_granted(desk, moment.at)
    if granted is False:
        desk.plant.authorise(NONE, moment.at)
        return ResponseCode.FAILED
    processing = EvseProcessing.ONGOING if granted is None else EvseProcessing.FINISHED
    return ContractAuthenticationRes(response_code=ResponseCode.OK, evse_processing=processing)


HANDLERS: DinHandlers = {
    SessionSetupReq: on_session_setup,
    ServiceDiscoveryReq: on_service_discovery,
    ServicePaymentSelectionReq: on_payment_selection,
    ContractAuthenticationReq: on_authentication,
}
