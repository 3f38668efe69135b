"""The EV on its way to be authorized: by its contract, or by somebody beside it."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.installation import ask_contract, take_contract
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.services import ask_services
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    CertificateInstallationReq,
    CertificateInstallationRes,
    EimAReqAuthorizationMode,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.security.authorization import authorization_request

CALLS_FOR_A_CONTRACT = frozenset(
    {
        ResponseCode.WARNING_CERTIFICATE_EXPIRED,
        ResponseCode.WARNING_CERTIFICATE_REVOKED,
        ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR,
        ResponseCode.WARNING_NO_CERTIFICATE_AVAILABLE,
    }
)
"""Warnings that another contract certificate helps against (V2G20-2221)."""


def on_authorization_setup(journey: Journey, answer: AuthorizationSetupRes, moment: Moment) -> Steps:
    """Of the ways on offer, take the one that the EV likes best and has the papers for."""
    journey.papers.hear(answer)
    return _choose(journey, moment)


def on_authorization(journey: Journey, answer: AuthorizationRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing (V2G20-1582); go on once authorized; after a warning try what is left."""
    if answer.evse_processing is not Processing.FINISHED:
        return _again(journey, moment)
    papers = journey.papers
    by_contract = _selected(journey) is Authorization.PNC
    if not answer.response_code.startswith("WARNING"):
        papers.paying = by_contract
        return ask_services(journey, moment)
    papers.failed.add("pnc" if by_contract else "eim")
    papers.renew = by_contract and answer.response_code in CALLS_FOR_A_CONTRACT
    papers.why = f"not authorized: {answer.response_code}"
    # Whoever is refused by external means has nothing else to try: a contract would have come first.
    return _choose(journey, moment) if by_contract else journey.leave(moment, papers.why)


def on_installation(journey: Journey, answer: CertificateInstallationRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing; take the contract if everything about it is right, and pay by it."""
    if answer.evse_processing is not Processing.FINISHED:
        return _again(journey, moment)
    return take_contract(journey, answer, moment) or _choose(journey, moment)


def _choose(journey: Journey, moment: Moment) -> Steps:
    papers = journey.papers
    if papers.can_pay and papers.contract is not None:
        papers.said = authorization_request(journey.header(moment), papers.challenge, papers.contract)
        return say(papers.said)
    if papers.can_install:
        return ask_contract(journey, moment)
    if papers.can_be_identified:
        papers.said = AuthorizationReq(
            header=journey.header(moment),
            selected_authorization_service=Authorization.EIM,
            authorization_mode=EimAReqAuthorizationMode(),
        )
        return say(papers.said)
    if papers.wish == "eim":
        return journey.leave(moment, "the station offers no external identification means")
    return journey.leave(moment, papers.why or "there is no contract to pay by")


def _again(journey: Journey, moment: Moment) -> Steps:
    """The same request with another time stamp, some time later."""
    said = journey.papers.said
    if not isinstance(said, AuthorizationReq | CertificateInstallationReq):
        return journey.break_off("the station works on something that nobody asked for")
    later = moment.later(journey.ev.poll_interval)
    header = replace(journey.header(later), signature=said.header.signature)
    return say(replace(said, header=header), after=journey.ev.poll_interval)


def _selected(journey: Journey) -> Authorization | None:
    """How the EV asked to be authorized."""
    said = journey.papers.said
    return said.selected_authorization_service if isinstance(said, AuthorizationReq) else None


HANDLERS: Handlers = {
    AuthorizationSetupRes: on_authorization_setup,
    AuthorizationRes: on_authorization,
    CertificateInstallationRes: on_installation,
}
