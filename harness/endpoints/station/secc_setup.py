"""The station from the first byte to the selected service."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import NO_SESSION, Desk, Handlers, Reply
from harness.endpoints.station.offers import control_mode_of, energy_services, parameter_sets
from harness.endpoints.station.plant import ACCEPTED, NONE, REJECTED
from harness.endpoints.station.resumption import Visit
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    EimAsResAuthorizationMode,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.types import MessageHeader, Processing, ResponseCode
from harness.messages.namespaces import DC
from harness.messages.sap import (
    AppProtocol,
    AppProtocolResponseCode,
    SupportedAppProtocolReq,
    SupportedAppProtocolRes,
)
from harness.sessions.v2g.timers import ONGOING_PERFORMANCE

_MAJOR, _MINOR = 1, 0
"""The version of the DC schema that this station speaks."""
_FIRST_VALUE_ADDED_SERVICE = 60
"""From here on a service id means no transfer of energy."""


def on_protocols(desk: Desk, ask: SupportedAppProtocolReq, moment: Moment) -> Reply:
    """Of the protocols that both speak, the one the EV likes best (V2G20-169); none without TLS 1.3 (V2G20-2356)."""
    usable = [offer for offer in ask.app_protocol if _speaks(desk, offer)]
    if not usable:
        return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)
    best = min(usable, key=lambda offer: offer.priority)
    code = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
    if best.version_number_minor != _MINOR:
        code = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION
    return SupportedAppProtocolRes(response_code=code, schema_id=best.schema_id)


def on_session_setup(desk: Desk, ask: SessionSetupReq, moment: Moment) -> Reply:
    """Join the session that this very EV paused (V2G20-2545), or open a new one (V2G20-2626)."""
    wanted, plant = ask.header.session_id, desk.plant
    visit = desk.paused.join(wanted, desk.identity_as(ask.evcc_id)) if wanted != NO_SESSION else None
    code = ResponseCode.OK_OLD_SESSION_JOINED
    if visit is None:
        code = ResponseCode.OK_NEW_SESSION_ESTABLISHED
        if plant.paused:
            # Whoever was paused here did not come back: that session is over.
            plant.session_stopped("terminate", moment.at)
        reading = plant.meter.reading(moment.at)
        visit = Visit(
            session_id=desk.new_session_id(wanted),
            evcc_id=ask.evcc_id,
            import_wh=reading.import_wh,
            export_wh=reading.export_wh,
        )
    desk.visit = visit
    plant.ev_connected_hlc(ask.evcc_id, moment.at)
    header = MessageHeader(session_id=visit.session_id, time_stamp=int(moment.at))
    return SessionSetupRes(header=header, response_code=code, evse_id=plant.settings.evse_id)


def on_authorization_setup(desk: Desk, ask: AuthorizationSetupReq, moment: Moment) -> Reply:
    """External identification means is all there is (V2G20-2567)."""
    return AuthorizationSetupRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        authorization_services=(Authorization.EIM,),
        certificate_installation_service=False,
        authorization_mode=EimAsResAuthorizationMode(),
    )


def on_authorization(desk: Desk, ask: AuthorizationReq, moment: Moment) -> Reply:
    """Tell how far the authorization has come (V2G20-1200, V2G20-2219)."""
    code, processing = ResponseCode.OK, Processing.FINISHED
    if ask.selected_authorization_service is not Authorization.EIM:
        code = ResponseCode.WARNING_AUTHORIZATION_SELECTION_INVALID
        return AuthorizationRes(header=desk.header(moment), response_code=code, evse_processing=processing)
    desk.plant.authorisation_wanted(moment.at)
    state = desk.plant.authorisation
    if state == REJECTED or (state != ACCEPTED and _took_too_long(desk, moment.at)):
        code = ResponseCode.WARNING_EIM_AUTHORIZATION_FAILURE
        # The EV may ask again; the next question starts from nothing (V2G20-2230).
        desk.authorising_since = None
        desk.plant.authorise(NONE, moment.at)
    elif state != ACCEPTED:
        processing = _waiting(desk)
    return AuthorizationRes(header=desk.header(moment), response_code=code, evse_processing=processing)


def on_service_discovery(desk: Desk, ask: ServiceDiscoveryReq, moment: Moment) -> Reply:
    """List the energy transfer services; there are no others to be filtered (V2G20-1249)."""
    return ServiceDiscoveryRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        service_renegotiation_supported=False,
        energy_transfer_service_list=energy_services(desk.plant.settings),
    )


def on_service_detail(desk: Desk, ask: ServiceDetailReq, moment: Moment) -> Reply:
    """The parameter sets of a service that was offered (V2G20-425)."""
    settings = desk.plant.settings
    if ask.service_id not in settings.services:
        return ResponseCode.FAILED_SERVICE_ID_INVALID
    return ServiceDetailRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        service_id=ask.service_id,
        service_parameter_list=parameter_sets(settings, ask.service_id),
    )


def on_service_selection(desk: Desk, ask: ServiceSelectionReq, moment: Moment) -> Reply:
    """Take a pair that was offered (V2G20-433, V2G20-1618)."""
    settings, chosen = desk.plant.settings, ask.selected_energy_transfer_service
    if chosen.service_id >= _FIRST_VALUE_ADDED_SERVICE:
        return ResponseCode.FAILED_NO_ENERGY_TRANSFER_SERVICE_SELECTED
    mode = control_mode_of(settings, chosen.parameter_set_id)
    if chosen.service_id not in settings.services or mode is None or ask.selected_vas_list is not None:
        return ResponseCode.FAILED_SERVICE_SELECTION_INVALID
    visit = desk.visit
    visit.service_id, visit.parameter_set_id, visit.control_mode = chosen.service_id, chosen.parameter_set_id, mode
    desk.plant.service_selected(chosen.service_id, mode, moment.at)
    return ServiceSelectionRes(header=desk.header(moment), response_code=ResponseCode.OK)


def _speaks(desk: Desk, offer: AppProtocol) -> bool:
    allowed = desk.secure or desk.plant.settings.allow_plain_tcp
    return allowed and offer.protocol_namespace == DC and offer.version_number_major == _MAJOR


def _took_too_long(desk: Desk, at: float) -> bool:
    """Whether the EV's own timer would soon end the wait; waiting for a customer has no end."""
    if desk.authorising_since is None:
        desk.authorising_since = at
    return _by_itself(desk) and at - desk.authorising_since >= ONGOING_PERFORMANCE.limit


def _waiting(desk: Desk) -> Processing:
    return Processing.ONGOING if _by_itself(desk) else Processing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION


def _by_itself(desk: Desk) -> bool:
    """Whether a token comes without a customer, so that the EV's timer may run."""
    return desk.plant.settings.token is not None


HANDLERS: Handlers = {
    SupportedAppProtocolReq: on_protocols,
    SessionSetupReq: on_session_setup,
    AuthorizationSetupReq: on_authorization_setup,
    AuthorizationReq: on_authorization,
    ServiceDiscoveryReq: on_service_discovery,
    ServiceDetailReq: on_service_detail,
    ServiceSelectionReq: on_service_selection,
}
