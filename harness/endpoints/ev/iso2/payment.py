"""The EV of ISO 15118-2 on its way to be authorized, by its contract (got on the way, if it wants) or without."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.iso2.certificates import ask_certificate, installed
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.endpoints.ev.iso2.parameters import ask_parameters
from harness.messages.iso2.certificates import (
    CertificateInstallationRes,
    CertificateUpdateRes,
)
from harness.messages.iso2.codes import EvseProcessing
from harness.messages.iso2.payment import AuthorizationReq, AuthorizationRes, PaymentDetailsRes
from harness.security.installation_iso2 import authorization_request, payment_details


def show_contract(journey: Iso2Journey, moment: Moment) -> Steps:
    """Get a contract first where the EV wants one, then show it."""
    if journey.terms.get != "nothing" and not journey.got:
        journey.got = True
        return ask_certificate(journey, moment)
    contract = journey.contract
    if contract is None:
        return journey.break_off("there is no contract to show")
    return journey.say(payment_details(contract), moment)


def on_certificate(
    journey: Iso2Journey, answer: CertificateInstallationRes | CertificateUpdateRes, moment: Moment
) -> Steps:
    """Take the contract out of the response, if everything about it is right."""
    contract = installed(journey, answer, moment)
    if isinstance(contract, str):
        return journey.break_off(contract)
    journey.contract = contract
    return show_contract(journey, moment)


def on_payment_details(journey: Iso2Journey, answer: PaymentDetailsRes, moment: Moment) -> Steps:
    """Sign the challenge with the contract's key (V2G2-684)."""
    if journey.contract is None:
        return journey.break_off("there is no contract to sign with")
    signed = authorization_request(answer.gen_challenge, journey.contract)
    return journey.say(signed.body, moment, signature=signed.signature)


def ask_authorization(journey: Iso2Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    """Ask for leave to charge."""
    return journey.say(AuthorizationReq(), moment, after=after)


def on_authorization(journey: Iso2Journey, answer: AuthorizationRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing, without the challenge (V2G2-684); go on once authorized."""
    if answer.evse_processing is not EvseProcessing.FINISHED:
        return ask_authorization(journey, moment, after=journey.ev.poll_interval)
    return ask_parameters(journey, moment)


HANDLERS: Handlers = {
    CertificateInstallationRes: on_certificate,
    CertificateUpdateRes: on_certificate,
    PaymentDetailsRes: on_payment_details,
    AuthorizationRes: on_authorization,
}
