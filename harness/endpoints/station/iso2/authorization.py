"""The station of ISO 15118-2 while it finds out whether an EV may charge: by contract, or by somebody beside it."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.central import anchors
from harness.endpoints.station.iso2.contracts import contract_refusal, expires_soon
from harness.endpoints.station.iso2.desk import Handlers, Iso2Desk, Reply
from harness.endpoints.station.plant import ACCEPTED, NONE, REJECTED
from harness.endpoints.station.quantities import Token
from harness.messages.iso2.codes import EvseProcessing, PaymentOption, ResponseCode
from harness.messages.iso2.payment import AuthorizationReq, AuthorizationRes, PaymentDetailsReq, PaymentDetailsRes
from harness.security.objection import refusal
from harness.security.verify import verify
from harness.sessions.v2g.timers_iso2 import ONGOING_PERFORMANCE

CHALLENGE = 16
"""Octets of GenChallenge (V2G2-697, V2G2-825)."""


def on_payment_details(desk: Iso2Desk, ask: PaymentDetailsReq, moment: Moment) -> Reply:
    """Look at the contract, and give the EV something to sign (V2G2-467, V2G2-697)."""
    shown = ask.contract_signature_cert_chain
    above = shown.sub_certificates.certificate if shown.sub_certificates is not None else ()
    chain = (shown.certificate, *above)
    known = replace(desk.provider, contract_roots=anchors(desk.plant, desk.provider.contract_roots, chain))
    refused = contract_refusal(known, chain, ask.emaid, moment.at)
    if refused is not None:
        return refused
    desk.visit.contract, desk.visit.emaid = chain, ask.emaid
    desk.challenge = desk.entropy(CHALLENGE)
    soon = expires_soon(chain[0], moment.at)
    code = ResponseCode.OK_CERTIFICATE_EXPIRES_SOON if soon else ResponseCode.OK
    return PaymentDetailsRes(response_code=code, gen_challenge=desk.challenge, evse_time_stamp=int(moment.at))


def on_authorization(desk: Iso2Desk, ask: AuthorizationReq, moment: Moment) -> Reply:
    """Tell how far the authorization has come; a contract is proven with the first request (V2G2-684)."""
    at, contract = moment.at, desk.visit.payment is PaymentOption.CONTRACT
    if contract and not desk.granted:
        refused = _unproven(desk, ask, moment)
        if refused is not None:
            return refused
        desk.granted = True
        _ask_for(desk, at)
    if not contract:
        desk.plant.authorisation_wanted(at)
    granted = is_granted(desk, at)
    if granted is False:
        desk.plant.authorise(NONE, at)
        return ResponseCode.FAILED
    processing = EvseProcessing.FINISHED
    if granted is None:
        processing = EvseProcessing.ONGOING
        if not _by_itself(desk):
            processing = EvseProcessing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION
    return AuthorizationRes(response_code=ResponseCode.OK, evse_processing=processing)


def is_granted(desk: Iso2Desk, at: float) -> bool | None:
    """Whether the EV may charge; None while nobody has decided, False as well once that took too long."""
    state = desk.plant.authorisation
    if state == ACCEPTED:
        return True
    return False if state == REJECTED or _took_too_long(desk, at) else None


def _unproven(desk: Iso2Desk, ask: AuthorizationReq, moment: Moment) -> ResponseCode | None:
    """Why a request does not prove that the EV holds the contract's key; None if it does."""
    if ask.gen_challenge != desk.challenge:
        return ResponseCode.FAILED_CHALLENGE_INVALID
    found = verify(moment.header.signature, (ask,), desk.visit.contract[0], schema="iso2")
    if refusal(found, strict=desk.provider.strict) is not None:
        return ResponseCode.FAILED_SIGNATURE_ERROR
    return None


def _ask_for(desk: Iso2Desk, at: float) -> None:
    """Have the account of the contract authorised as if its owner held a token to the reader."""
    if desk.plant.authorisation != ACCEPTED:
        desk.plant.authorise("pending", at)
        visit, roots = desk.visit, desk.provider.contract_roots
        token = Token(id_token=visit.emaid, type="eMAID", chain=visit.contract, roots=roots)
        desk.plant.token_presented(token, at)


def _took_too_long(desk: Iso2Desk, at: float) -> bool:
    """Whether the EV's own timer would soon end the wait; waiting for a customer has no end."""
    common = desk.common
    if common.authorising_since is None:
        common.authorising_since = at
    return _by_itself(desk) and at - common.authorising_since >= ONGOING_PERFORMANCE.limit


def _by_itself(desk: Iso2Desk) -> bool:
    """Whether authorization comes without a customer, so that the EV's timer may run (V2G2-845)."""
    return desk.visit.payment is PaymentOption.CONTRACT or desk.plant.settings.token is not None


HANDLERS: Handlers = {PaymentDetailsReq: on_payment_details, AuthorizationReq: on_authorization}
