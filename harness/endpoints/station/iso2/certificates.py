"""The station of ISO 15118-2 when contract certificates come over the charging cable: installation and update."""

from __future__ import annotations

from collections.abc import Sequence

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.iso2.contracts import chain_refusal
from harness.endpoints.station.iso2.desk import Handlers, Iso2Desk, Reply
from harness.messages.iso2.certificates import (
    CertificateChain,
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateReq,
    CertificateUpdateRes,
    ContractSignatureCertChain,
    ContractSignatureEncryptedPrivateKey,
    DhPublicKey,
    SignedEmaid,
    SubCertificates,
)
from harness.messages.iso2.codes import ResponseCode
from harness.pki.credentials import Credentials
from harness.security.authorization import common_name
from harness.security.contract_key_iso2 import seal
from harness.security.objection import refusal
from harness.security.signature import sign
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
    parts = _delivered(desk, provider.contract, leaf)
    return CertificateInstallationRes(
        response_code=ResponseCode.OK,
        sa_provisioning_certificate_chain=_chain(provider.service),
        contract_signature_cert_chain=parts[0],
        contract_signature_encrypted_private_key=parts[1],
        dh_public_key=parts[2],
        emaid=parts[3],
    )


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
    parts = _delivered(desk, provider.contract, shown.certificate)
    return CertificateUpdateRes(
        response_code=ResponseCode.OK,
        sa_provisioning_certificate_chain=_chain(provider.service),
        contract_signature_cert_chain=parts[0],
        contract_signature_encrypted_private_key=parts[1],
        dh_public_key=parts[2],
        emaid=parts[3],
        retry_counter=desk.terms.renew_after or None,
    )


Delivered = tuple[ContractSignatureCertChain, ContractSignatureEncryptedPrivateKey, DhPublicKey, SignedEmaid]


def _delivered(desk: Iso2Desk, contract: Credentials, recipient: bytes) -> Delivered:
    """The four parts of a contract, signed by the provisioning service (V2G2-909)."""
    sealed = seal(contract, recipient, chance=desk.entropy)
    parts: Delivered = (
        ContractSignatureCertChain(id="id1", certificate=contract.chain[0], sub_certificates=_above(contract.chain)),
        ContractSignatureEncryptedPrivateKey(id="id2", value=sealed.encrypted),
        DhPublicKey(id="id3", value=sealed.dh_public_key),
        SignedEmaid(id="id4", value=common_name(contract.chain[0])),
    )
    if desk.provider.service is not None:
        desk.signature = sign(parts, desk.provider.service.key.reveal(), schema="iso2")
    return parts


def _chain(credentials: Credentials) -> CertificateChain:
    return CertificateChain(certificate=credentials.chain[0], sub_certificates=_above(credentials.chain))


def _above(chain: Sequence[bytes]) -> SubCertificates | None:
    return SubCertificates(certificate=tuple(chain[1:])) if len(chain) > 1 else None


HANDLERS: Handlers = {CertificateInstallationReq: on_installation, CertificateUpdateReq: on_update}
