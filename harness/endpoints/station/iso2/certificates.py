"""The station of ISO 15118-2 when contract certificates come over the charging cable: installation and update."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.iso2.contracts import chain_refusal
from harness.endpoints.station.iso2.desk import Handlers, Iso2Desk, Reply
from harness.messages.field import Message
from harness.messages.iso2.certificates import CertificateInstallationReq, CertificateUpdateReq
from harness.messages.iso2.codes import ResponseCode
from harness.security.installation_iso2 import installation_response
from harness.security.message import SignedBody
from harness.security.objection import refusal
from harness.security.verify import verify


def on_installation(desk: Iso2Desk, ask: CertificateInstallationReq, moment: Moment) -> Reply:
    """Hand out a contract, sealed for the key that the manufacturer put into the EV."""
    provider, leaf = desk.provider, ask.oem_provisioning_cert
    found = verify(moment.header.signature, (ask,), leaf, schema="iso2")
    if refusal(found, strict=provider.strict) is not None:
        return ResponseCode.FAILED_SIGNATURE_ERROR
    chain = (leaf, *provider.provisioning_intermediates)
    refused = chain_refusal(chain, provider.provisioning_roots, provider.revoked, moment.at)
    if refused is not None:
        return refused
    if provider.contract is None or provider.service is None:
        return ResponseCode.FAILED_NO_CERTIFICATE_AVAILABLE
    return _delivered(desk, installation_response(leaf, provider.contract, provider.service, chance=desk.entropy))


def on_update(desk: Iso2Desk, ask: CertificateUpdateReq, moment: Moment) -> Reply:
    """Hand out the successor of a contract, sealed for the key of the old one."""
    provider, shown = desk.provider, ask.contract_signature_cert_chain
    above = shown.sub_certificates.certificate if shown.sub_certificates is not None else ()
    found = verify(moment.header.signature, (ask,), shown.certificate, schema="iso2")
    if refusal(found, strict=provider.strict) is not None:
        return ResponseCode.FAILED_SIGNATURE_ERROR
    refused = chain_refusal((shown.certificate, *above), provider.contract_roots, provider.revoked, moment.at)
    if refused is not None:
        return refused
    if ask.emaid in provider.cancelled:
        return ResponseCode.FAILED_CONTRACT_CANCELED
    if provider.contract is None or provider.service is None:
        return ResponseCode.FAILED_NO_CERTIFICATE_AVAILABLE
    recipient = shown.certificate
    signed = installation_response(recipient, provider.contract, provider.service, update=True, chance=desk.entropy)
    return replace(_delivered(desk, signed), retry_counter=desk.terms.renew_after or None)


def _delivered(desk: Iso2Desk, signed: SignedBody) -> Message:
    """The body of a response, whose signature goes into the header (V2G2-909)."""
    desk.signature = signed.signature
    return signed.body


HANDLERS: Handlers = {CertificateInstallationReq: on_installation, CertificateUpdateReq: on_update}
