"""Plug and Charge of ISO 15118-2: contracts installed and updated over the charging cable, and used to pay."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from harness.messages.field import Message
from harness.messages.iso2.certificates import (
    CertificateChain,
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateReq,
    CertificateUpdateRes,
    ContractSignatureCertChain,
    ContractSignatureEncryptedPrivateKey,
    DhPublicKey,
    ListOfRootCertificateIDs,
    SignedEmaid,
    SubCertificates,
)
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.payment import AuthorizationReq, PaymentDetailsReq
from harness.messages.xmldsig import Signature
from harness.pki.credentials import Credentials
from harness.pki.recipe import ChainKind, Profile
from harness.security.assessment import Trust, chain_objections, chain_of
from harness.security.authorization import common_name
from harness.security.contract_key import KeyFlaw
from harness.security.contract_key_iso2 import SealedIso2, open_sealed, seal
from harness.security.flaw import SignatureFlaw
from harness.security.installation import Installed
from harness.security.keys import Chance, issuer_serial
from harness.security.message import SignedBody, signature_for, signed_parts
from harness.security.objection import Objection, deviation, invalid, refusal
from harness.security.verify import verify

_PARTS = ("id1", "id2", "id3", "id4")
"""The Ids of the four parts of a response that are signed."""


def payment_details(contract: Credentials) -> PaymentDetailsReq:
    """The contract as the EV shows it before it signs; the account is what the certificate names [V2G2-108]."""
    return PaymentDetailsReq(
        emaid=common_name(contract.chain[0]), contract_signature_cert_chain=_contract_chain(contract, None)
    )


def authorization_request(
    challenge: bytes, contract: Credentials, *, id_: str = "id1", flaw: SignatureFlaw | None = None
) -> SignedBody:
    """The challenge of PaymentDetailsRes, signed with the contract key [V2G2-684].

    Args:
        challenge: the 16 octets of GenChallenge.
        contract: the contract and its key.
        id_: the Id that the reference names.
        flaw: what to do wrong; a stale challenge is another one, rightly signed.
    """
    stale = flaw is SignatureFlaw.STALE_CHALLENGE
    given = bytes(octet ^ 0xFF for octet in challenge) if stale else challenge
    return _by(contract, AuthorizationReq(id=id_, gen_challenge=given), None if stale else flaw)


def installation_request(
    provisioning: Credentials, roots: Sequence[bytes], *, id_: str = "id1", flaw: SignatureFlaw | None = None
) -> SignedBody:
    """The request of an EV for a contract certificate, signed with its provisioning key.

    Args:
        provisioning: the OEM provisioning chain and key; only the leaf has a place in the message.
        roots: DER of the V2G roots that the EV has.
        id_: the Id that the reference names.
        flaw: what to do wrong.
    """
    body = CertificateInstallationReq(
        id=id_, oem_provisioning_cert=provisioning.chain[0], list_of_root_certificate_ids=_root_ids(roots)
    )
    return _by(provisioning, body, flaw)


def update_request(
    contract: Credentials, roots: Sequence[bytes], *, id_: str = "id1", flaw: SignatureFlaw | None = None
) -> SignedBody:
    """The request of an EV for the successor of its contract certificate, signed with the present contract key."""
    body = CertificateUpdateReq(
        id=id_,
        contract_signature_cert_chain=_contract_chain(contract, None),
        emaid=common_name(contract.chain[0]),
        list_of_root_certificate_ids=_root_ids(roots),
    )
    return _by(contract, body, flaw)


def installation_response(
    recipient: bytes,
    contract: Credentials,
    service: Credentials,
    *,
    update: bool = False,
    response_code: ResponseCode = ResponseCode.OK,
    chance: Chance = os.urandom,
    flaw: SignatureFlaw | KeyFlaw | None = None,
) -> SignedBody:
    """A contract certificate with its encrypted key, four parts of it signed by the provisioning service.

    Args:
        recipient: DER of the certificate that the key is encrypted for: provisioning, or the old contract's.
        contract: the new contract chain and its key.
        service: chain and key of the certificate provisioning service.
        update: whether it answers CertificateUpdateReq.
        response_code: what the station says.
        chance: source of the ephemeral key and of the IV.
        flaw: what to do wrong, with the signature or with the key.
    """
    sealed = seal(contract, recipient, chance=chance, flaw=flaw if isinstance(flaw, KeyFlaw) else None)
    kind = CertificateUpdateRes if update else CertificateInstallationRes
    body = kind(
        response_code=response_code,
        sa_provisioning_certificate_chain=CertificateChain(
            certificate=service.chain[0], sub_certificates=_above(service)
        ),
        contract_signature_cert_chain=_contract_chain(contract, _PARTS[0]),
        contract_signature_encrypted_private_key=ContractSignatureEncryptedPrivateKey(
            id=_PARTS[1], value=sealed.encrypted
        ),
        dh_public_key=DhPublicKey(id=_PARTS[2], value=sealed.dh_public_key),
        emaid=SignedEmaid(id=_PARTS[3], value=common_name(contract.chain[0])),
    )
    return _by(service, body, flaw if isinstance(flaw, SignatureFlaw) else None)


def install(
    body: CertificateInstallationRes | CertificateUpdateRes,
    signature: Signature | None,
    recipient: Credentials,
    trust: Trust,
    at: float,
) -> Installed:
    """Check a response as an EV does, and take the contract out of it [V2G2-823][V2G2-891].

    Never raises for what the peer sent.

    Args:
        body: as received.
        signature: what stood in its header.
        recipient: certificate and key that the contract key was asked for with.
        trust: V2G roots, strictness.
        at: Unix time.
    """
    objections = list(_service(body, signature, trust, at))
    chain = body.contract_signature_cert_chain
    sealed = SealedIso2(
        dh_public_key=body.dh_public_key.value, encrypted=body.contract_signature_encrypted_private_key.value
    )
    opened = open_sealed(sealed, recipient, chain.certificate)
    if isinstance(opened, Objection):
        return Installed(objections=(*objections, opened))
    if refusal(objections, strict=trust.strict) is not None:
        return Installed(objections=tuple(objections))
    above = chain.sub_certificates.certificate if chain.sub_certificates is not None else None
    label = f"contract {common_name(chain.certificate)}, installed"
    contract = Credentials(chain=chain_of(chain.certificate, above), key=opened, label=label)
    return Installed(objections=tuple(objections), contract=contract)


def _service(
    body: CertificateInstallationRes | CertificateUpdateRes, signature: Signature | None, trust: Trust, at: float
) -> Iterator[Objection]:
    own = body.sa_provisioning_certificate_chain
    yield from verify(signature, signed_parts(body), own.certificate, schema="iso2")
    above = own.sub_certificates.certificate if own.sub_certificates is not None else None
    chain = chain_of(own.certificate, above)
    yield from chain_objections(chain, ChainKind.CPS, trust, at, profile=Profile.ISO2)
    if len(signed_parts(body)) < len(_PARTS):
        yield invalid("installation.parts", "a part of the response has no Id, so it is not signed", "V2G2-891")
    named = common_name(body.contract_signature_cert_chain.certificate)
    if _plain(named) != _plain(body.emaid.value):
        text = f"eMAID says {body.emaid.value!r}, the contract certificate names {named!r}"
        yield deviation("installation.emaid", text, "V2G2-108")


def _by(signer: Credentials, body: Message, flaw: SignatureFlaw | None) -> SignedBody:
    return SignedBody(body=body, signature=signature_for(body, signer.key.reveal(), flaw=flaw))


def _contract_chain(contract: Credentials, id_: str | None) -> ContractSignatureCertChain:
    return ContractSignatureCertChain(id=id_, certificate=contract.chain[0], sub_certificates=_above(contract))


def _above(credentials: Credentials) -> SubCertificates | None:
    return SubCertificates(certificate=credentials.chain[1:]) if credentials.chain[1:] else None


def _root_ids(roots: Sequence[bytes]) -> ListOfRootCertificateIDs:
    return ListOfRootCertificateIDs(root_certificate_id=tuple(issuer_serial(root) for root in roots))


def _plain(emaid: str) -> str:
    return emaid.replace("-", "").upper()
