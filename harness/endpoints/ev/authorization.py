"""The EV on its way to be authorized."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.services import ask_services
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    EimAReqAuthorizationMode,
)
from harness.messages.iso20.types import Processing


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
    return ask_services(journey, moment)


def _authorization_request(journey: Journey, moment: Moment) -> AuthorizationReq:
    return AuthorizationReq(
        header=journey.header(moment),
        selected_authorization_service=Authorization.EIM,
        authorization_mode=EimAReqAuthorizationMode(),
    )


HANDLERS: Handlers = {
    AuthorizationSetupRes: on_authorization_setup,
    AuthorizationRes: on_authorization,
}
