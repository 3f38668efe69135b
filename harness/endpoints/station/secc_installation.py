"""The station handing out contract certificates over the charging cable."""

from __future__ import annotations

from cryptography import x509

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.refusals import filled
from harness.messages.iso20.common import CertificateInstallationReq, CertificateInstallationRes
from harness.messages.iso20.types import Processing, ResponseCode
from harness.pki.credentials import Credentials
from harness.security.assessment import Assessment, Trust
from harness.security.authorization import common_name
from harness.security.contract_key import agreement_key
from harness.security.installation import check_request, installation_response
from harness.security.keys import key_name


def on_installation(desk: Desk, ask: CertificateInstallationReq, moment: Moment) -> Reply:
    """Work on it for a while, then hand out one contract, or tell why there is none."""
    if not desk.papers.installs:
        return ResponseCode.FAILED_SEQUENCE_ERROR
    found = _assessment(desk, ask, moment.at)
    if found.response_code.startswith("FAILED"):
        return found.response_code
    if not found.accepted:
        return _without(desk, ask, moment, found.response_code)
    leaf = ask.oem_provisioning_certificate_chain.certificate
    contracts, service = _ordered(_fitting(desk.provider.contracts[found.name], leaf), ask), desk.provider.service
    if not contracts or service is None:
        return _without(desk, ask, moment, ResponseCode.WARNING_NO_CERTIFICATE_AVAILABLE)
    if _ongoing(desk):
        return _without(desk, ask, moment, ResponseCode.OK, Processing.ONGOING)
    # Whoever asks for more than there are gets the last one again.
    wanted = contracts[: max(1, ask.maximum_contract_certificate_chains)]
    place = min(desk.papers.handed_out, len(wanted) - 1)
    desk.papers.handed_out += 1
    return installation_response(
        desk.header(moment),
        leaf,
        wanted[place],
        service,
        remaining=len(wanted) - 1 - place,
        chance=desk.chance,
    )


def _assessment(desk: Desk, ask: CertificateInstallationReq, at: float) -> Assessment:
    """What is held against the request, its signature and the provisioning certificate."""
    provider = desk.provider
    trust = Trust(roots=provider.provisioning_roots, revoked=provider.revoked, strict=provider.strict)
    return check_request(ask, trust, at, known=tuple(provider.contracts))


def _fitting(contracts: tuple[Credentials, ...], provisioning: bytes) -> tuple[Credentials, ...]:
    """The contracts whose key can be sealed for a provisioning certificate: those on the same curve."""
    car = x509.load_der_x509_certificate(provisioning)
    if agreement_key(car) is None:
        return ()
    curve = key_name(car.public_key())
    return tuple(one for one in contracts if key_name(one.key.reveal()) == curve)


def _ordered(contracts: tuple[Credentials, ...], ask: CertificateInstallationReq) -> tuple[Credentials, ...]:
    """The contracts of an EV, those first that it wants first."""
    wanted = () if ask.prioritized_emaids is None else tuple(map(_plain, ask.prioritized_emaids.emaid))
    places = {emaid: place for place, emaid in reversed(tuple(enumerate(wanted)))}
    return tuple(sorted(contracts, key=lambda one: places.get(_plain(common_name(one.chain[0])), len(wanted))))


def _plain(emaid: str) -> str:
    return emaid.replace("-", "").upper()


def _ongoing(desk: Desk) -> bool:
    """Whether it takes longer; the next contract takes its rounds anew."""
    papers = desk.papers
    if papers.installation_rounds is None:
        papers.installation_rounds = desk.plant.settings.installation_rounds
    if papers.installation_rounds > 0:
        papers.installation_rounds -= 1
        return True
    papers.installation_rounds = None
    return False


def _without(
    desk: Desk,
    ask: CertificateInstallationReq,
    moment: Moment,
    code: ResponseCode,
    processing: Processing = Processing.FINISHED,
) -> CertificateInstallationRes:
    """A response that brings nothing: the schema asks for all the parts in any case."""
    header = desk.header(moment)
    reply = filled(CertificateInstallationRes, ask, header=header, response_code=code, evse_processing=processing)
    assert isinstance(reply, CertificateInstallationRes)  # noqa: S101 - what was asked for
    return reply


HANDLERS: Handlers = {CertificateInstallationReq: on_installation}
