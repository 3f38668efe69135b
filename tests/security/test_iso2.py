"""Plug and Charge of ISO 15118-2: signed bodies under their envelope, contracts installed and updated."""

from __future__ import annotations

import pytest
from msgspec import structs

from harness.messages.envelope import body_of, signature_of, wrap
from harness.messages.field import Message
from harness.messages.iso2.certificates import (
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateReq,
    CertificateUpdateRes,
)
from harness.messages.iso2.charging import MeteringReceiptReq
from harness.messages.iso2.payment import AuthorizationReq
from harness.messages.iso2.types import MeterInfo
from harness.messages.problems import problems
from harness.messages.schema import decode, encode
from harness.messages.xmldsig import Reference
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.recipe import Profile
from harness.security import installation_iso2 as iso2
from harness.security.assessment import Trust
from harness.security.contract_key import KeyFlaw
from harness.security.contract_key_iso2 import FLAWS
from harness.security.flaw import SignatureFlaw
from harness.security.installation import Installed
from harness.security.message import SignedBody, signature_for, signed_parts, verify_message
from harness.security.objection import Weight, refusal
from harness.security.signature import sign
from harness.security.verify import verify
from tests.security.parties import AT, CHALLENGE, pki

PKI = pki(Profile.ISO2)
CAR, CONTRACT, SERVICE = PKI.provisioning_chain(), PKI.contract_chain(), PKI.cps_chain()
NEW = PKI.contract_chain("DEHAR000000002")
SIGNABLE = [
    flaw for flaw in SignatureFlaw if flaw not in {SignatureFlaw.STALE_CHALLENGE, SignatureFlaw.SHA256}
]  # SHA-256 is no flaw here


def over_the_wire(sent: SignedBody) -> Message:
    message = wrap(sent.body, bytes(8), signature=sent.signature)
    assert problems(message) == ()
    got = decode("iso2", encode(message))
    assert got == message
    return got


def installed(got: Message, recipient: Credentials = CAR, *, strict: bool = True) -> Installed:
    body = body_of(got)
    assert isinstance(body, CertificateInstallationRes | CertificateUpdateRes)
    return iso2.install(body, signature_of(got), recipient, Trust(roots=PKI.v2g_roots, strict=strict), AT)


def response(flaw: SignatureFlaw | KeyFlaw | None = None, service: Credentials = SERVICE) -> SignedBody:
    return iso2.installation_response(CAR.chain[0], CONTRACT, service, flaw=flaw)


def test_a_signed_authorization_survives_the_wire() -> None:
    got = over_the_wire(iso2.authorization_request(CHALLENGE, CONTRACT))

    assert isinstance(body_of(got), AuthorizationReq)
    assert verify_message(got, CONTRACT.chain[0]) == ()
    assert verify(signature_of(got), [body_of(got)], CONTRACT.chain[0], schema="iso2") == ()


@pytest.mark.parametrize("flaw", [*SIGNABLE, SignatureFlaw.STALE_CHALLENGE])
def test_a_flawed_authorization_is_told(flaw: SignatureFlaw) -> None:
    sent = iso2.authorization_request(CHALLENGE, CONTRACT, flaw=flaw)
    message = wrap(sent.body, bytes(8), signature=sent.signature)
    found = verify_message(message, CONTRACT.chain[0])

    stale = flaw is SignatureFlaw.STALE_CHALLENGE
    assert isinstance(sent.body, AuthorizationReq)
    assert (sent.body.gen_challenge != CHALLENGE) is stale
    assert (refusal(found) is None) is stale
    assert (refusal(found, strict=False) is not None) is (flaw.fatal and not stale)
    assert {cite.partition("-")[0] for one in found for cite in one.cites} <= {"V2G2"}


def test_payment_details_show_the_account_that_the_certificate_names() -> None:
    details = iso2.payment_details(CONTRACT)

    assert details.emaid == "DEHAR123456789"
    assert problems(details) == ()
    assert signed_parts(details) == ()


def test_a_contract_is_installed() -> None:
    asked = over_the_wire(iso2.installation_request(CAR, PKI.v2g_roots))
    assert isinstance(body_of(asked), CertificateInstallationReq)
    assert verify_message(asked, CAR.chain[0]) == ()

    got = over_the_wire(response())
    assert len(signed_parts(got)) == 4
    result = installed(got)

    assert result.objections == ()
    assert result.contract is not None
    assert result.contract.chain == CONTRACT.chain
    assert result.contract.key.reveal().public_key() == CONTRACT.key.reveal().public_key()


def test_a_contract_is_updated_with_the_key_of_the_old_one() -> None:
    asked = over_the_wire(iso2.update_request(CONTRACT, PKI.v2g_roots))
    assert isinstance(body_of(asked), CertificateUpdateReq)
    assert verify_message(asked, CONTRACT.chain[0]) == ()

    got = over_the_wire(iso2.installation_response(CONTRACT.chain[0], NEW, SERVICE, update=True))
    assert isinstance(body_of(got), CertificateUpdateRes)
    result = installed(got, CONTRACT)

    assert result.objections == ()
    assert result.contract is not None
    assert result.contract.chain == NEW.chain
    assert {one.code for one in installed(got, CAR).objections} == {"key.foreign"}


@pytest.mark.parametrize("flaw", [*SIGNABLE, *sorted(FLAWS)])
def test_a_flawed_response_is_refused(flaw: SignatureFlaw | KeyFlaw) -> None:
    sent = response(flaw)
    message = wrap(sent.body, bytes(8), signature=sent.signature)

    assert installed(message).contract is None
    fatal = flaw.fatal if isinstance(flaw, SignatureFlaw) else True
    assert (installed(message, strict=False).contract is None) is fatal


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, Flaw.WRONG_KEY_USAGE])
def test_a_flawed_chain_of_the_service_is_refused(flaw: Flaw) -> None:
    assert installed(over_the_wire(response(service=PKI.cps_chain(flaw=flaw)))).contract is None


def test_a_station_is_no_provisioning_service() -> None:
    result = installed(over_the_wire(response(service=PKI.secc_chain())))

    assert result.contract is None
    assert {one.code for one in result.objections} == {"leaf.domain"}


def test_a_part_without_an_id_is_not_signed_and_refused() -> None:
    body = response().body
    assert isinstance(body, CertificateInstallationRes)
    chain = structs.replace(body.contract_signature_cert_chain, id=None)
    bare = structs.replace(body, contract_signature_cert_chain=chain)

    result = installed(wrap(bare, bytes(8), signature=signature_for(bare, SERVICE.key.reveal())))

    assert result.contract is None
    assert {one.code for one in result.objections} == {"installation.parts"}


def test_an_account_that_the_certificate_does_not_name_is_a_deviation() -> None:
    body = response().body
    assert isinstance(body, CertificateInstallationRes)
    other = structs.replace(body, emaid=structs.replace(body.emaid, value="DEHAR000000000"))
    message = wrap(other, bytes(8), signature=signature_for(other, SERVICE.key.reveal()))

    assert {one.code: one.weight for one in installed(message).objections} == {"installation.emaid": Weight.DEVIATION}


def test_a_receipt_is_signed_whole() -> None:
    receipt = MeteringReceiptReq(id="id1", session_id=bytes(8), meter_info=MeterInfo(meter_id="M-1"))
    got = over_the_wire(SignedBody(body=receipt, signature=signature_for(receipt, CONTRACT.key.reveal())))

    assert signed_parts(got) == (receipt,)
    assert verify_message(got, CONTRACT.chain[0]) == ()


def test_references_have_no_type_and_are_at_most_four() -> None:
    bodies = [AuthorizationReq(id=f"id{number}", gen_challenge=CHALLENGE) for number in range(5)]
    many = sign(bodies, CONTRACT.key.reveal(), schema="iso2")
    assert [one.code for one in verify(many, bodies, CONTRACT.chain[0], schema="iso2")] == ["reference.count"]
    typed: Reference = structs.replace(many.signed_info.reference[0], type="urn:x")
    info = structs.replace(many.signed_info, reference=(typed,))
    found = verify(structs.replace(many, signed_info=info), bodies[:1], CONTRACT.chain[0], schema="iso2")
    assert [one.code for one in found] == ["reference.type", "value.wrong"]
