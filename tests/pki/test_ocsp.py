"""OCSP responses: what OpenSSL's command line and pyhanko-certvalidator make of them, and that they are lasting."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509 import ocsp
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ValidationError
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

from harness.core.errors import UserError
from harness.pki.build import Pki
from harness.pki.credentials import Credentials, pem
from harness.pki.der import element, integer
from harness.pki.flaws import Flaw
from harness.pki.ocsp import WEEK, Delegation, Status
from harness.pki.recipe import ChainKind, Profile
from harness.pki.variants import ChainVariant
from harness.transports.clock import time_of_day

AT = 1_767_225_600.0
READABLE = tuple(status for status in Status if status not in {Status.GARBAGE, Status.UNSIGNED_ERROR})
SAID = {Status.REVOKED: "revoked", Status.UNKNOWN: "unknown"}


def ask_openssl(pki: Pki, credentials: Credentials, depth: int, response: bytes, folder: Path) -> str:
    """What `openssl ocsp` prints about a response to a question about one certificate of a chain."""
    line = [*credentials.chain, *pki.v2g_roots]
    names = {"certificate": line[depth], "issuer": line[depth + 1], "root": line[-1]}
    files = {name: folder / f"{name}.pem" for name in names}
    for name, certificate in names.items():
        files[name].write_bytes(pem(certificate))
    (folder / "chain.pem").write_bytes(b"".join(map(pem, credentials.chain)))
    (folder / "response.der").write_bytes(response)
    done = subprocess.run(
        ["openssl", "ocsp", "-respin", folder / "response.der", "-issuer", files["issuer"], "-sha256",
         "-cert", files["certificate"], "-CAfile", files["root"], "-verify_other", folder / "chain.pem", "-no_nonce"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("status", [Status.GOOD, Status.REVOKED, Status.UNKNOWN])
def test_openssl_hears_what_was_meant(profile: Profile, depth: int, status: Status, tmp_path: Path) -> None:
    pki = Pki.generate(time_of_day(), profile=profile)
    credentials = pki.secc_chain()

    said = ask_openssl(pki, credentials, depth, pki.staples(credentials, status)[depth], tmp_path)

    assert "Response verify OK" in said
    assert f"certificate.pem: {SAID.get(status, 'good')}" in said
    assert "WARNING" not in said


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.STALE, "Status times invalid"),
        (Status.EARLY, "Status times invalid"),
        (Status.UNSIGNED_ERROR, "Responder Error: trylater"),
        (Status.WRONG_SIGNER, "Response Verify Failure"),
        (Status.SIGNER_WITHOUT_EKU, "Response Verify Failure"),
        (Status.TAMPERED, "Response Verify Failure"),
        (Status.OTHER_CERTIFICATE, "No Status found"),
        (Status.GARBAGE, "Error reading OCSP response"),
    ],
)
def test_openssl_objects_to_what_is_wrong(status: Status, words: str, tmp_path: Path) -> None:
    pki = Pki.generate(time_of_day())
    credentials = pki.secc_chain()

    assert words.lower() in ask_openssl(pki, credentials, 0, pki.staples(credentials, status)[0], tmp_path).lower()


async def pyhanko_refuses(pki: Pki, credentials: Credentials, responses: tuple[bytes, ...]) -> str:
    """Why pyhanko-certvalidator refuses a chain whose status it must know; empty if it does not.

    OCSP signers say of none who would know their own status, so that it is asked where a certificate says who does.
    """
    leaf, *others = (asn1_x509.Certificate.load(certificate) for certificate in credentials.chain)
    asked = RevocationCheckingRule.CHECK_IF_DECLARED
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root) for root in pki.v2g_roots],
        ocsps=[asn1_ocsp.OCSPResponse.load(response) for response in responses],
        moment=datetime.fromtimestamp(pki.at, tz=UTC),
        allow_fetching=False,
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(asked, asked)),
    )
    validator: Any = CertificateValidator(leaf, others, validation_context=context)
    try:
        await validator.async_validate_usage({"digital_signature"})
    except ValidationError as problem:
        return str(problem)
    return ""


@pytest.mark.parametrize("profile", Profile)
async def test_pyhanko_is_content_with_good_staples(profile: Profile) -> None:
    pki = Pki.generate(AT, profile=profile)
    credentials = pki.secc_chain()

    assert await pyhanko_refuses(pki, credentials, pki.staples(credentials)) == ""
    assert await pyhanko_refuses(pki, credentials, ()) != ""


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.REVOKED, "revoked"),
        (Status.UNKNOWN, "revocation checks failed"),
        (Status.STALE, "not recent enough"),
        (Status.EARLY, "too recent"),
        (Status.WRONG_SIGNER, "response signing certificate could not be validated"),
        (Status.SIGNER_WITHOUT_EKU, "signed by an unauthorized certificate"),
        (Status.TAMPERED, "Unable to verify OCSP response signature"),
        (Status.OTHER_CERTIFICATE, "serial number does not match"),
    ],
)
async def test_pyhanko_refuses_the_others_for_what_is_wrong(status: Status, words: str, depth: int) -> None:
    pki = Pki.generate(AT)
    credentials = pki.secc_chain()

    assert words in await pyhanko_refuses(pki, credentials, pki.staples(credentials, status, depth))


@pytest.mark.parametrize("status", READABLE)
def test_a_response_holds_around_the_moment_of_the_pki(status: Status) -> None:
    pki = Pki.generate(AT)
    response = ocsp.load_der_ocsp_response(pki.ocsp(pki.vehicle_chain().chain[0], status))

    assert response.next_update_utc is not None
    start, end = response.this_update_utc.timestamp(), response.next_update_utc.timestamp()
    assert response.produced_at_utc.timestamp() == start
    assert (start <= AT <= end) is (status not in {Status.STALE, Status.EARLY})
    assert (end - start <= WEEK) is (status is not Status.TOO_LONG)


def test_asking_twice_gives_the_same_bytes() -> None:
    pki = Pki.generate(AT)
    (leaf, *_) = pki.secc_chain().chain

    assert pki.ocsp(leaf) == pki.ocsp(leaf)
    assert pki.ocsp(leaf, at=AT) == pki.ocsp(leaf)
    assert pki.ocsp(leaf, at=AT + 60) != pki.ocsp(leaf)
    assert len({pki.ocsp(leaf, status) for status in Status}) == len(Status)


def test_one_certificate_alone_may_have_another_status() -> None:
    pki = Pki.generate(AT)
    credentials = pki.secc_chain()
    good, bent = pki.staples(credentials), pki.staples(credentials, Status.REVOKED, depth=1)

    assert [ours == theirs for ours, theirs in zip(good, bent, strict=True)] == [True, False, True]
    assert len(set(good)) == len(credentials.chain) == 3


@pytest.mark.parametrize(
    ("delegation", "signed_by"), [(Delegation.ISSUER, 1), (Delegation.ROOT, 3), (Delegation.ITSELF, None)]
)
def test_who_signs_is_a_choice(delegation: Delegation, signed_by: int | None) -> None:
    pki = Pki.generate(AT)
    line = [*pki.secc_chain().chain, *pki.v2g_roots]
    response = ocsp.load_der_ocsp_response(pki.ocsp(line[0], delegation=delegation))

    if signed_by is None:
        assert response.certificates == []
    else:
        (signer,) = response.certificates
        signer.verify_directly_issued_by(x509.load_der_x509_certificate(line[signed_by]))
        assert signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).critical
        assert "TEST ONLY" in signer.subject.rfc4514_string()


def test_nobody_answers_for_strangers() -> None:
    pki, other = Pki.generate(AT), Pki.generate(AT)
    theirs = other.secc_chain()

    with pytest.raises(UserError, match="of no chain of this PKI"):
        pki.ocsp(theirs.chain[0])
    assert pki.staples(theirs) == (b"", b"", b"")
    assert not pki.issued(theirs.chain[0])
    assert other.issued(theirs.chain[0])


@pytest.mark.parametrize("kind", [ChainKind.SECC, ChainKind.VEHICLE])
def test_however_flawed_a_chain_is_the_rest_of_it_has_staples(kind: ChainKind) -> None:
    pki = Pki.generate(AT)
    for flaw in Flaw:
        if not flaw.fits(kind):
            continue
        chain = pki.chain(kind, flaw=flaw)
        staples = pki.staples(chain)
        assert len(staples) == len(chain.chain)
        assert len(chain.chain) < 3 or any(staples), flaw


def test_nobody_answers_for_what_cannot_be_read() -> None:
    pki = Pki.generate(AT)
    (noise, *_) = pki.vehicle_chain(flaw=Flaw.NOISE).chain

    with pytest.raises(UserError, match="cannot be read"):
        pki.ocsp(noise)
    with pytest.raises(UserError, match="cannot be read"):
        pki.crl(noise)


def test_keys_of_ocpp_sign_as_well(tmp_path: Path) -> None:
    pki = Pki.generate(time_of_day())
    for variant in (ChainVariant.USUAL, ChainVariant.RSA):
        credentials = pki.chain(ChainKind.STATION, variant=variant)
        response = ocsp.load_der_ocsp_response(pki.staples(credentials)[0])
        assert response.certificate_status is ocsp.OCSPCertStatus.GOOD


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_535, 65_536])
def test_lengths_are_written_as_der_wants_them(size: int) -> None:
    made = element(0x04, bytes(size))

    assert core.OctetString.load(made, strict=True).native == bytes(size)


@pytest.mark.parametrize("value", [0, 1, -1, 127, 128, -128, -129, 255, 256, 2**159 - 1, 2**159])
def test_integers_are_written_as_der_wants_them(value: int) -> None:
    assert core.Integer.load(integer(value), strict=True).native == value
    assert core.Integer(value).dump() == integer(value)
