"""Plug and Charge authorization of ISO 15118-20: the EV's signed request, and the station's check of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import structs

from harness.messages.iso20.authorization import Authorization, AuthorizationReq, PncAReqAuthorizationMode
from harness.messages.iso20.certificates import ContractCertificateChain, SubCertificates
from harness.messages.iso20.codes import ResponseCode
from harness.messages.iso20.types import MessageHeader
from harness.pki.credentials import Credentials
from harness.pki.identifiers import emaid_problem
from harness.pki.recipe import DAY, ChainKind
from harness.security.assessment import Assessing, Assessment, Trust, chain_objections, chain_of
from harness.security.flaw import SignatureFlaw
from harness.security.keys import read_certificate
from harness.security.message import signed, verify_message
from harness.security.objection import Objection, invalid, notice

SOON = 14 * DAY
"""Seconds before its end from which on a contract certificate expires soon [V2G20-2218]."""

_BOTH = (Authorization.EIM, Authorization.PNC)


def contract_chain(contract: Credentials) -> ContractCertificateChain:
    """A contract chain as messages carry it; the schema wants more than a leaf: one that is alone is repeated."""
    above = SubCertificates(certificate=contract.chain[1:] or contract.chain)
    return ContractCertificateChain(certificate=contract.chain[0], sub_certificates=above)


def contract_block(challenge: bytes, contract: Credentials, *, id_: str = "id1") -> PncAReqAuthorizationMode:
    """What Plug and Charge signs: the challenge of the station and the contract chain."""
    chain = contract_chain(contract)
    return PncAReqAuthorizationMode(id=id_, gen_challenge=challenge, contract_certificate_chain=chain)


def authorization_request(
    header: MessageHeader,
    challenge: bytes,
    contract: Credentials,
    *,
    id_: str = "id1",
    flaw: SignatureFlaw | None = None,
) -> AuthorizationReq:
    """The request of an EV that pays by its contract, signed with the contract key.

    Args:
        header: session id and time; the signature is put in here.
        challenge: the 16 octets of GenChallenge, as the station gave them [V2G20-2565].
        contract: the contract chain and its key.
        id_: the Id that the reference names.
        flaw: what to do wrong; a stale challenge is another one, rightly signed.
    """
    stale = flaw is SignatureFlaw.STALE_CHALLENGE
    given = bytes(octet ^ 0xFF for octet in challenge) if stale else challenge
    request = AuthorizationReq(
        header=header,
        selected_authorization_service=Authorization.PNC,
        authorization_mode=contract_block(given, contract, id_=id_),
    )
    return signed(request, contract.key.reveal(), flaw=None if stale else flaw)


def check_authorization(
    request: AuthorizationReq,
    challenge: bytes,
    trust: Trust,
    at: float,
    *,
    offered: Collection[Authorization] = _BOTH,
    providers: Collection[str] | None = None,
) -> Assessment:
    """What a station holds against a request, and the code it answers with.

    Looked at in this order, and the first thing that refuses decides: the way that was selected [V2G20-2209], the
    challenge [V2G20-2565], the signature [V2G20-461], the contract chain, the provider. Which of the warnings
    belongs to which fault is read off their names; public sources give the ids [V2G20-2211] to [V2G20-2216] alone.
    Never raises for what the EV sent.

    Args:
        request: as received.
        challenge: the GenChallenge that the station gave in this session.
        trust: roots of the mobility operators (and V2G roots), known revocations, strictness.
        at: Unix time.
        offered: ways of authorization that the station offered.
        providers: ids of the providers that the station knows (country and provider); None for all.
    """
    assessing = Assessing(strict=trust.strict)
    if request.selected_authorization_service not in offered:
        text = f"{request.selected_authorization_service} was selected and not offered"
        found = invalid("authorization.selection", text, "V2G20-2209")
        assessing.add([found], ResponseCode.WARNING_AUTHORIZATION_SELECTION_INVALID)
    if request.selected_authorization_service is Authorization.EIM:
        return assessing.result(ResponseCode.OK)
    block = request.authorization_mode
    if not isinstance(block, PncAReqAuthorizationMode):
        text = "PnC was selected, and the request has no block for it"
        assessing.add([invalid("authorization.block", text)], ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR)
        return assessing.result(ResponseCode.OK)
    _contract(assessing, request, block, challenge, trust, at)
    leaf = block.contract_certificate_chain.certificate
    name = common_name(leaf)
    assessing.add(_provider(name, providers), ResponseCode.WARNING_EMSP_UNKNOWN)
    soon = expires_soon(leaf, at)
    return assessing.result(ResponseCode.OK_CERTIFICATE_EXPIRES_SOON if soon else ResponseCode.OK, name)


def _contract(
    assessing: Assessing,
    request: AuthorizationReq,
    block: PncAReqAuthorizationMode,
    challenge: bytes,
    trust: Trust,
    at: float,
) -> None:
    """The challenge, the signature, the contract chain."""
    if block.gen_challenge != challenge:
        found = invalid("authorization.challenge", "GenChallenge is not what the station gave", "V2G20-2565")
        assessing.add([found], ResponseCode.WARNING_CHALLENGE_INVALID)
    leaf = block.contract_certificate_chain.certificate
    assessing.add(verify_message(request, leaf), ResponseCode.FAILED_SIGNATURE_ERROR)
    chain = chain_of(leaf, block.contract_certificate_chain.sub_certificates.certificate)
    assessing.add_chain(chain_objections(chain, ChainKind.CONTRACT, trust, at))


def repeated(request: AuthorizationReq, header: MessageHeader) -> AuthorizationReq:
    """The same request with another time stamp, as an EV repeats it while the station works on it [V2G20-1582]."""
    new = structs.replace(header, signature=request.header.signature)
    return structs.replace(request, header=new)


def common_name(certificate: bytes) -> str:
    """Common name of a certificate (DER): EMAID of a contract, PCID of a provisioning certificate; else empty."""
    read = read_certificate(certificate)
    if isinstance(read, Objection):
        return ""
    names = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def expires_soon(certificate: bytes, at: float, within: float = SOON) -> bool:
    """Whether a certificate (DER) has no more than `within` seconds to go at `at` (Unix time)."""
    read = read_certificate(certificate)
    return isinstance(read, x509.Certificate) and read.not_valid_after_utc.timestamp() - at <= within


def provider_of(emaid: str) -> str:
    """Country and provider of an EMAID, without hyphens."""
    return emaid.replace("-", "")[:5].upper()


def _provider(emaid: str, providers: Collection[str] | None) -> Iterator[Objection]:
    if problem := emaid_problem(emaid):
        yield notice("authorization.emaid", f"{emaid!r} is no EMAID: {problem}")
    if providers is not None and provider_of(emaid) not in {provider_of(one) for one in providers}:
        yield invalid("authorization.provider", f"the provider {provider_of(emaid)} is not known here")
