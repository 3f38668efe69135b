"""Installation of contract certificates over the charging cable in ISO 15118-20, from both ends."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from harness.messages.iso20.certificates import (
    CertificateChain,
    CertificateInstallationReq,
    CertificateInstallationRes,
    EcdhCurve,
    EmaidList,
    Secp521EncryptedPrivateKey,
    SignedCertificateChain,
    SignedInstallationData,
    SubCertificates,
    TpmEncryptedPrivateKey,
    X448EncryptedPrivateKey,
)
from harness.messages.iso20.codes import Processing, ResponseCode
from harness.messages.iso20.types import ListOfRootCertificateIDs, MessageHeader
from harness.pki.credentials import Credentials
from harness.pki.recipe import ChainKind
from harness.security.assessment import Assessing, Assessment, Trust, chain_objections, chain_of
from harness.security.authorization import common_name, contract_chain
from harness.security.contract_key import KeyFlaw, Sealed, open_sealed, seal
from harness.security.flaw import SignatureFlaw
from harness.security.keys import Chance, issuer_serial
from harness.security.message import signed, verify_message
from harness.security.objection import Objection, invalid, refusal


class Installed(Struct, frozen=True, kw_only=True):
    """What an EV got out of a response: the contract, unless something refuses it."""

    objections: tuple[Objection, ...]
    contract: Credentials | None = None


def installation_request(
    header: MessageHeader,
    provisioning: Credentials,
    roots: Sequence[bytes],
    *,
    most: int = 1,
    emaids: Sequence[str] = (),
    id_: str = "id1",
    flaw: SignatureFlaw | None = None,
) -> CertificateInstallationReq:
    """The request of an EV for contract certificates, signed with its provisioning key.

    Args:
        header: session id and time; the signature is put in here.
        provisioning: the OEM provisioning chain and key.
        roots: DER of the V2G roots that the EV has.
        most: how many contract chains it takes.
        emaids: contracts that it wants first.
        id_: the Id that the reference names.
        flaw: what to do wrong.
    """
    request = CertificateInstallationReq(
        header=header,
        oem_provisioning_certificate_chain=SignedCertificateChain(
            id=id_, certificate=provisioning.chain[0], sub_certificates=_above(provisioning)
        ),
        list_of_root_certificate_ids=ListOfRootCertificateIDs(
            root_certificate_id=tuple(issuer_serial(root) for root in roots)
        ),
        maximum_contract_certificate_chains=most,
        prioritized_emaids=EmaidList(emaid=tuple(emaids)) if emaids else None,
    )
    return signed(request, provisioning.key.reveal(), flaw=flaw)


def installation_response(
    header: MessageHeader,
    provisioning: bytes,
    contract: Credentials,
    service: Credentials,
    *,
    response_code: ResponseCode = ResponseCode.OK,
    remaining: int = 0,
    id_: str = "id1",
    chance: Chance = os.urandom,
    flaw: SignatureFlaw | KeyFlaw | None = None,
) -> CertificateInstallationRes:
    """A contract certificate with its encrypted key, signed by the provisioning service [V2G20-1077].

    Args:
        header: session id and time; the signature is put in here.
        provisioning: DER of the EV's provisioning certificate, for which the key is encrypted.
        contract: the contract chain and its key.
        service: chain and key of the certificate provisioning service.
        response_code: a warning travels with the same parts, which the schema wants in any case.
        remaining: contract chains that can still be asked for.
        id_: the Id that the reference names.
        chance: source of the ephemeral key and of the IV.
        flaw: what to do wrong, with the signature or with the key.
    """
    key_flaw = flaw if isinstance(flaw, KeyFlaw) else None
    sealed = seal(contract, provisioning, chance=chance, flaw=key_flaw)
    kind = X448EncryptedPrivateKey if sealed.curve is EcdhCurve.X448 else Secp521EncryptedPrivateKey
    data = SignedInstallationData(
        id=id_,
        contract_certificate_chain=contract_chain(contract),
        ecdh_curve=sealed.curve,
        dh_public_key=sealed.dh_public_key,
        encrypted_private_key=kind(value=sealed.encrypted),
    )
    response = CertificateInstallationRes(
        header=header,
        response_code=response_code,
        evse_processing=Processing.FINISHED,
        cps_certificate_chain=CertificateChain(certificate=service.chain[0], sub_certificates=_above(service)),
        signed_installation_data=data,
        remaining_contract_certificate_chains=remaining,
    )
    return signed(response, service.key.reveal(), flaw=flaw if isinstance(flaw, SignatureFlaw) else None)


def check_request(
    request: CertificateInstallationReq, trust: Trust, at: float, *, known: Collection[str] | None = None
) -> Assessment:
    """What a station, or the back end behind it, holds against a request, and the code it answers with.

    Args:
        request: as received.
        trust: OEM roots (and V2G roots), known revocations, strictness.
        at: Unix time.
        known: PCIDs that there are contracts for; None for all.
    """
    assessing = Assessing(strict=trust.strict)
    own = request.oem_provisioning_certificate_chain
    assessing.add(verify_message(request, own.certificate), ResponseCode.FAILED_SIGNATURE_ERROR)
    above = own.sub_certificates.certificate if own.sub_certificates is not None else None
    assessing.add_chain(chain_objections(chain_of(own.certificate, above), ChainKind.PROVISIONING, trust, at))
    pcid = common_name(own.certificate)
    if known is not None and pcid not in known:
        found = invalid("installation.pcid", f"there is no contract for {pcid or 'a car without a name'}")
        assessing.add([found], ResponseCode.WARNING_NO_CONTRACT_MATCHING_PCID_FOUND)
    return assessing.result(ResponseCode.OK, pcid)


def install(response: CertificateInstallationRes, provisioning: Credentials, trust: Trust, at: float) -> Installed:
    """Check a response as an EV does, and take the contract out of it [V2G20-1078].

    The signature and its chain, without revocation [V2G20-2648][V2G20-2649], then the key and whether it belongs to
    its certificate [V2G20-2507]. The contract chain itself is judged by whoever the EV shows it to. Never raises for
    what the peer sent.

    Args:
        response: as received.
        provisioning: the EV's own provisioning chain and keys.
        trust: V2G roots, strictness.
        at: Unix time.
    """
    objections = list(_service(response, trust, at))
    data = response.signed_installation_data
    leaf = data.contract_certificate_chain.certificate
    sealed = sealed_of(data)
    opened = sealed if isinstance(sealed, Objection) else open_sealed(sealed, provisioning, leaf)
    if isinstance(opened, Objection):
        return Installed(objections=(*objections, opened))
    if refusal(objections, strict=trust.strict) is not None:
        return Installed(objections=tuple(objections))
    chain = chain_of(leaf, data.contract_certificate_chain.sub_certificates.certificate)
    contract = Credentials(chain=chain, key=opened, label=f"contract {common_name(leaf)}, installed")
    return Installed(objections=tuple(objections), contract=contract)


def sealed_of(data: SignedInstallationData) -> Sealed | Objection:
    """The sealed key in new contract data, if its parts agree on the curve.

    A key for a trusted platform module is not opened here: its structures are hand-made and no car of ours has one.
    """
    key = data.encrypted_private_key
    if isinstance(key, TpmEncryptedPrivateKey):
        return invalid("key.tpm", "the key is encrypted for a trusted platform module, which this EV does not have")
    fits = X448EncryptedPrivateKey if data.ecdh_curve is EcdhCurve.X448 else Secp521EncryptedPrivateKey
    if not isinstance(key, fits):
        return invalid("key.curve", f"ECDHCurve says {data.ecdh_curve}, the key came as {type(key).name}")
    return Sealed(curve=data.ecdh_curve, dh_public_key=data.dh_public_key, encrypted=key.value)


def _service(response: CertificateInstallationRes, trust: Trust, at: float) -> Iterator[Objection]:
    own = response.cps_certificate_chain
    above = own.sub_certificates.certificate if own.sub_certificates is not None else None
    yield from verify_message(response, own.certificate)
    yield from chain_objections(chain_of(own.certificate, above), ChainKind.CPS, trust, at)


def _above(credentials: Credentials) -> SubCertificates | None:
    return SubCertificates(certificate=credentials.chain[1:]) if credentials.chain[1:] else None
