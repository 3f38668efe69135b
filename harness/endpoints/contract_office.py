"""Whoever hands out contract certificates, be it behind a station itself or behind its backend."""

from __future__ import annotations

from cryptography import x509
from msgspec.structs import replace

from harness.endpoints.station.iso2.contracts import chain_refusal
from harness.endpoints.station.iso2.provider import Provider
from harness.messages.field import Message
from harness.messages.iso2 import certificates as iso2
from harness.messages.iso2.codes import ResponseCode as Iso2Code
from harness.messages.iso20.common import CertificateInstallationReq, CertificateInstallationRes
from harness.messages.iso20.types import MessageHeader, ResponseCode
from harness.messages.xmldsig import Signature
from harness.pki.credentials import Credentials
from harness.security import installation_iso2
from harness.security.assessment import Assessment, Trust
from harness.security.authorization import common_name
from harness.security.contract_key import agreement_key
from harness.security.installation import check_request, installation_response
from harness.security.keys import Chance, key_name
from harness.security.message import SignedBody
from harness.security.objection import refusal
from harness.security.verify import verify

Contracts = tuple[Credentials, ...]


def contracts_for(provider: Provider, ask: CertificateInstallationReq, at: float) -> Contracts | ResponseCode:
    """The contracts of an EV of ISO 15118-20, as many as it takes, those first that it wants first; or why none."""
    found = _assessment(provider, ask, at)
    if not found.accepted:
        return found.response_code
    leaf = ask.oem_provisioning_certificate_chain.certificate
    contracts = _ordered(_fitting(provider.contracts[found.name], leaf), ask)
    if not contracts or provider.service is None:
        return ResponseCode.WARNING_NO_CERTIFICATE_AVAILABLE
    return contracts[: max(1, ask.maximum_contract_certificate_chains)]


def handed_out(
    provider: Provider,
    ask: CertificateInstallationReq,
    contracts: Contracts,
    header: MessageHeader,
    *,
    before: int,
    chance: Chance,
) -> CertificateInstallationRes:
    """One of the contracts, sealed and signed; whoever asks for more than there are gets the last one again.

    Args:
        provider: has a provisioning service.
        ask: the request.
        contracts: as `contracts_for` found them.
        header: of the response.
        before: how many were handed out in this session before.
        chance: source of the ephemeral key.
    """
    if provider.service is None:
        raise ValueError("contracts without a provisioning service")
    place = min(before, len(contracts) - 1)
    leaf = ask.oem_provisioning_certificate_chain.certificate
    remaining = len(contracts) - 1 - place
    return installation_response(header, leaf, contracts[place], provider.service, remaining=remaining, chance=chance)


def installed_iso2(
    provider: Provider, ask: iso2.CertificateInstallationReq, signature: Signature | None, at: float, chance: Chance
) -> SignedBody | Iso2Code:
    """A contract for an EV of ISO 15118-2, sealed for the key that the manufacturer put into it; or why none."""
    leaf = ask.oem_provisioning_cert
    if not _proven(provider, ask, leaf, signature):
        return Iso2Code.FAILED_SIGNATURE_ERROR
    chain = (leaf, *provider.provisioning_intermediates)
    refused = chain_refusal(chain, provider.provisioning_roots, provider.revoked, at)
    if refused is not None:
        return refused
    if provider.contract is None or provider.service is None:
        return Iso2Code.FAILED_NO_CERTIFICATE_AVAILABLE
    return installation_iso2.installation_response(leaf, provider.contract, provider.service, chance=chance)


def updated_iso2(
    provider: Provider, ask: iso2.CertificateUpdateReq, signature: Signature | None, at: float, chance: Chance
) -> SignedBody | Iso2Code:
    """The successor of a contract of ISO 15118-2, sealed for the key of the old one; or why there is none."""
    shown = ask.contract_signature_cert_chain
    leaf, above = shown.certificate, shown.sub_certificates.certificate if shown.sub_certificates is not None else ()
    if not _proven(provider, ask, leaf, signature):
        return Iso2Code.FAILED_SIGNATURE_ERROR
    refused = chain_refusal((leaf, *above), provider.contract_roots, provider.revoked, at)
    if refused is not None:
        return refused
    if ask.emaid in provider.cancelled:
        return Iso2Code.FAILED_CONTRACT_CANCELED
    if provider.contract is None or provider.service is None:
        return Iso2Code.FAILED_NO_CERTIFICATE_AVAILABLE
    return installation_iso2.installation_response(
        leaf, provider.contract, provider.service, update=True, chance=chance
    )


def with_retry(signed: SignedBody, days: int) -> Message:
    """The body of an update with its RetryCounter, which is not signed; none for nought days."""
    body: Message = replace(signed.body, retry_counter=days or None)
    return body


def plain(emaid: str) -> str:
    """An EMAID as it is compared."""
    return emaid.replace("-", "").upper()


def _proven(provider: Provider, ask: Message, leaf: bytes, signature: Signature | None) -> bool:
    return refusal(verify(signature, (ask,), leaf, schema="iso2"), strict=provider.strict) is None


def _assessment(provider: Provider, ask: CertificateInstallationReq, at: float) -> Assessment:
    """What is held against the request, its signature and the provisioning certificate."""
    trust = Trust(roots=provider.provisioning_roots, revoked=provider.revoked, strict=provider.strict)
    return check_request(ask, trust, at, known=tuple(provider.contracts))


def _fitting(contracts: Contracts, provisioning: bytes) -> Contracts:
    """The contracts whose key can be sealed for a provisioning certificate: those on the same curve."""
    car = x509.load_der_x509_certificate(provisioning)
    if agreement_key(car) is None:
        return ()
    curve = key_name(car.public_key())
    return tuple(one for one in contracts if key_name(one.key.reveal()) == curve)


def _ordered(contracts: Contracts, ask: CertificateInstallationReq) -> Contracts:
    """The contracts of an EV, those first that it wants first."""
    wanted = () if ask.prioritized_emaids is None else tuple(map(plain, ask.prioritized_emaids.emaid))
    places = {emaid: place for place, emaid in reversed(tuple(enumerate(wanted)))}
    return tuple(sorted(contracts, key=lambda one: places.get(plain(common_name(one.chain[0])), len(wanted))))
