"""The station while it finds out whether an EV may charge: by somebody beside it, or by its contract."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.central import anchors
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.papers import CHALLENGE
from harness.endpoints.station.plant import ACCEPTED, NONE, PENDING, REJECTED
from harness.endpoints.station.quantities import Token
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    EimAsResAuthorizationMode,
    PncAReqAuthorizationMode,
    PncAsResAuthorizationMode,
    SupportedProvidersList,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.security.assessment import Assessment, Trust, chain_of
from harness.security.authorization import check_authorization
from harness.sessions.v2g.timers import ONGOING_PERFORMANCE

_BY_STATUS = {
    "CertChainError": ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR,
    "CertificateExpired": ResponseCode.WARNING_CERTIFICATE_EXPIRED,
    "CertificateRevoked": ResponseCode.WARNING_CERTIFICATE_REVOKED,
    "SignatureError": ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR,
}
"""What the EV hears of a contract that the backend would not have."""
_WAYS = {"eim": Authorization.EIM, "pnc": Authorization.PNC}


def on_authorization_setup(desk: Desk, ask: AuthorizationSetupReq, moment: Moment) -> Reply:
    """Offer the ways there are, with the block of Plug and Charge if that is one of them (V2G20-2567, V2G20-2568)."""
    papers, settings = desk.papers, desk.plant.settings
    papers.offered = _offered(desk)
    contracts = Authorization.PNC in papers.offered
    papers.installs = contracts and settings.certificate_installation
    mode: EimAsResAuthorizationMode | PncAsResAuthorizationMode = EimAsResAuthorizationMode()
    if contracts:
        # Never the same twice (V2G20-2608).
        papers.challenge = desk.chance(CHALLENGE)
        known = SupportedProvidersList(provider_id=settings.emsp_ids) if settings.emsp_ids else None
        mode = PncAsResAuthorizationMode(gen_challenge=papers.challenge, supported_providers=known)
    return AuthorizationSetupRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        authorization_services=papers.offered,
        certificate_installation_service=papers.installs,
        authorization_mode=mode,
    )


def on_authorization(desk: Desk, ask: AuthorizationReq, moment: Moment) -> Reply:
    """Tell how far the authorization has come (V2G20-1200, V2G20-2219)."""
    if ask.selected_authorization_service not in desk.papers.offered:
        return _told(desk, moment, ResponseCode.WARNING_AUTHORIZATION_SELECTION_INVALID)
    if ask.selected_authorization_service is Authorization.PNC:
        return _by_contract(desk, ask, moment)
    desk.plant.authorisation_wanted(moment.at)
    by_itself = desk.plant.settings.token is not None
    refused = ResponseCode.WARNING_EIM_AUTHORIZATION_FAILURE
    return _state(desk, moment, ResponseCode.OK, refused, by_itself=by_itself)


def _by_contract(desk: Desk, ask: AuthorizationReq, moment: Moment) -> Reply:
    """Check the contract, and have its account authorised as if its owner held a token to the reader."""
    found = _assessment(desk, ask, moment.at)
    code = found.response_code
    if code.startswith("FAILED"):
        return code
    block = ask.authorization_mode
    if not found.accepted or not isinstance(block, PncAReqAuthorizationMode):
        return _told(desk, moment, code)
    shown = block.contract_certificate_chain
    chain = chain_of(shown.certificate, shown.sub_certificates.certificate)
    _ask_about(desk, found.name, chain, moment.at)
    refused = _BY_STATUS.get(desk.plant.contract_status, ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR)
    reply = _state(desk, moment, code, refused, by_itself=True)
    if desk.plant.authorisation == ACCEPTED:
        desk.visit.contract = chain
    return reply


def _assessment(desk: Desk, ask: AuthorizationReq, at: float) -> Assessment:
    """What is held against a contract and its signature."""
    provider, papers, block = desk.provider, desk.papers, ask.authorization_mode
    roots = provider.contract_roots
    if isinstance(block, PncAReqAuthorizationMode):
        shown = block.contract_certificate_chain
        roots = anchors(desk.plant, roots, chain_of(shown.certificate, shown.sub_certificates.certificate))
    trust = Trust(roots=roots, revoked=provider.revoked, strict=provider.strict)
    providers = desk.plant.settings.emsp_ids or None
    return check_authorization(ask, papers.challenge, trust, at, offered=papers.offered, providers=providers)


def _ask_about(desk: Desk, emaid: str, chain: tuple[bytes, ...], at: float) -> None:
    """Have a contract decided on, once; a request that comes again only wants to know what came of it."""
    plant, papers = desk.plant, desk.papers
    if plant.authorisation == ACCEPTED or (plant.authorisation in {PENDING, REJECTED} and papers.asked_about == emaid):
        return
    papers.asked_about = emaid
    plant.authorise(PENDING, at)
    if not _has_account(desk, emaid):
        plant.authorise(REJECTED, at)
        return
    plant.token_presented(Token(id_token=emaid, type="eMAID", chain=chain, roots=desk.provider.contract_roots), at)


def _has_account(desk: Desk, emaid: str) -> bool:
    """Whether the station itself knows nothing against a contract."""
    cancelled, accounts = desk.provider.cancelled, desk.provider.accounts
    if _plain(emaid) in {_plain(one) for one in cancelled}:
        return False
    return accounts is None or _plain(emaid) in {_plain(one) for one in accounts}


def _plain(emaid: str) -> str:
    return emaid.replace("-", "").upper()


def _state(desk: Desk, moment: Moment, good: ResponseCode, refused: ResponseCode, *, by_itself: bool) -> Reply:
    """The answer to whoever waits for somebody to decide; `by_itself` if no customer is needed."""
    state = desk.plant.authorisation
    if state == REJECTED or (state != ACCEPTED and _took_too_long(desk, moment.at, by_itself=by_itself)):
        # The EV may ask again; the next question starts from nothing (V2G20-2230).
        desk.authorising_since, desk.papers.asked_about = None, ""
        desk.plant.authorise(NONE, moment.at)
        return _told(desk, moment, refused)
    if state == ACCEPTED:
        return _told(desk, moment, good)
    waiting = Processing.ONGOING if by_itself else Processing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION
    return _told(desk, moment, ResponseCode.OK, waiting)


def _told(
    desk: Desk, moment: Moment, code: ResponseCode, processing: Processing = Processing.FINISHED
) -> AuthorizationRes:
    return AuthorizationRes(header=desk.header(moment), response_code=code, evse_processing=processing)


def _took_too_long(desk: Desk, at: float, *, by_itself: bool) -> bool:
    """Whether the EV's own timer would soon end the wait; waiting for a customer has no end."""
    if desk.authorising_since is None:
        desk.authorising_since = at
    return by_itself and at - desk.authorising_since >= ONGOING_PERFORMANCE.limit


def _offered(desk: Desk) -> tuple[Authorization, ...]:
    """What the settings name, but no Plug and Charge without TLS; external means are always left."""
    named = (_WAYS[each] for each in desk.plant.settings.authorization_services)
    return tuple(each for each in named if desk.protected or each is not Authorization.PNC) or (Authorization.EIM,)


HANDLERS: Handlers = {
    AuthorizationSetupReq: on_authorization_setup,
    AuthorizationReq: on_authorization,
}
