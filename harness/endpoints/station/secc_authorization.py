"""The station while it finds out whether an EV may charge."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.plant import ACCEPTED, NONE, REJECTED
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    EimAsResAuthorizationMode,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.sessions.v2g.timers import ONGOING_PERFORMANCE


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
    AuthorizationSetupReq: on_authorization_setup,
    AuthorizationReq: on_authorization,
}
