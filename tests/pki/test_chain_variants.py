"""Good chains that are built otherwise: foreign voices find a path in each, and each is what its name says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.pki.build import Pki
from harness.pki.credentials import pem
from harness.pki.lint import lint_chain
from harness.pki.objection import Severity
from harness.pki.ocsp import Delegation
from harness.pki.path import check_path
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.revocation import Needed, status_objections
from harness.pki.rules import rules_for
from harness.pki.variants import ChainVariant, fits

AT = 1_767_225_600.0
BUILT = [(kind, variant) for variant in ChainVariant for kind in ChainKind if fits(kind, variant)]
PKI = {profile: Pki.generate(AT, profile=profile) for profile in Profile}


def read(certificates: tuple[bytes, ...]) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(certificate) for certificate in certificates]


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(("kind", "variant"), BUILT)
def test_openssl_finds_a_path(kind: ChainKind, variant: ChainVariant, profile: Profile, tmp_path: Path) -> None:
    pki = PKI[profile]
    chain, roots = pki.chain(kind, variant=variant).chain, pki.roots(kind, variant)
    for name, certificates in (("leaf", chain[:1]), ("above", chain), ("roots", roots)):
        (tmp_path / name).write_bytes(b"".join(map(pem, certificates)))

    done = subprocess.run(
        ["openssl", "verify", "-attime", str(int(AT)), "-CAfile", tmp_path / "roots", "-untrusted", tmp_path / "above",
         tmp_path / "leaf"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.endswith("OK\n"), done.stderr


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("profile", [Profile.STRICT_20, Profile.ED448])
@pytest.mark.parametrize(("kind", "variant"), [built for built in BUILT if built[1] is not ChainVariant.RSA])
def test_path_profile_and_status_are_good(
    kind: ChainKind, variant: ChainVariant, profile: Profile, edition: Edition
) -> None:
    pki = Pki.generate(AT, profile=profile, edition=edition)
    credentials, roots = pki.chain(kind, variant=variant), pki.roots(kind, variant)

    assert check_path(credentials.chain, roots, AT) == ()
    told = lint_chain(credentials.chain, rules_for(kind, profile, edition))
    assert [one for one in told if one.severity is Severity.ERROR] == []
    for delegation in Delegation:
        staples = pki.staples(credentials, delegation=delegation)
        assert status_objections(credentials.chain, roots, staples, AT, needed=Needed.CHAIN) == ()


@pytest.mark.parametrize(
    ("variant", "length"), [("one_sub_ca", 2), ("cross_signed", 4), ("private", 1), ("rollover", 3), ("usual", 3)]
)
def test_chains_have_their_length(variant: str, length: int) -> None:
    assert len(PKI[Profile.STRICT_20].chain(ChainKind.SECC, variant=ChainVariant(variant)).chain) == length


def test_a_cross_certificate_speaks_for_the_usual_root() -> None:
    pki = PKI[Profile.STRICT_20]
    crossed = pki.chain(ChainKind.SECC, variant=ChainVariant.CROSS_SIGNED).chain
    (cross,), (root,) = read(crossed[3:]), read(pki.v2g_roots)

    assert crossed[:3] == pki.secc_chain().chain
    assert (cross.subject, cross.public_key()) == (root.subject, root.public_key())
    (other,) = read(pki.roots(ChainKind.SECC, ChainVariant.CROSS_SIGNED))
    cross.verify_directly_issued_by(other)
    assert other.not_valid_before_utc <= cross.not_valid_before_utc
    assert cross.not_valid_after_utc <= min(other.not_valid_after_utc, root.not_valid_after_utc)
    assert check_path(crossed, pki.v2g_roots, AT) == (), "who trusts the usual root needs no cross certificate"


def test_two_roots_have_one_name_and_the_chain_is_under_the_second() -> None:
    pki = PKI[Profile.STRICT_20]
    chain = pki.chain(ChainKind.SECC, variant=ChainVariant.ROLLOVER).chain
    roots = pki.roots(ChainKind.SECC, ChainVariant.ROLLOVER)
    former, present = read(roots)

    assert roots[:1] == pki.v2g_roots
    assert former.subject == present.subject
    assert former.public_key() != present.public_key()
    assert [one.code for one in check_path(chain, roots[:1], AT)] == ["path.signature"]


def test_a_decoy_root_is_above_no_chain() -> None:
    pki = PKI[Profile.STRICT_20]
    (decoy,), (root,) = read((pki.decoy_root(ChainKind.SECC),)), read(pki.v2g_roots)

    assert decoy.subject == root.subject
    assert [one.code for one in check_path(pki.secc_chain().chain, [pki.decoy_root(ChainKind.SECC)], AT)] == [
        "path.signature"
    ]


@pytest.mark.parametrize("kind", [ChainKind.VEHICLE, ChainKind.CONTRACT])
def test_chains_under_the_v2g_root_are_trusted_with_it(kind: ChainKind) -> None:
    pki = PKI[Profile.STRICT_20]
    assert pki.roots(kind, ChainVariant.V2G_ROOTED) == pki.v2g_roots
    assert check_path(pki.chain(kind).chain, pki.v2g_roots, AT) != ()


def test_ocpp_has_keys_on_rsa_all_the_way_up() -> None:
    pki = PKI[Profile.STRICT_20]
    for kind in (ChainKind.CSMS, ChainKind.STATION):
        line = read((*pki.chain(kind, variant=ChainVariant.RSA).chain, *pki.roots(kind, ChainVariant.RSA)))
        keys = [one.public_key() for one in line]
        assert all(isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048 for key in keys)
    assert pki.roots(ChainKind.CSMS, ChainVariant.RSA) != pki.csms_roots


@pytest.mark.parametrize(
    ("kind", "variant"), [("secc", "rsa"), ("csms", "cross_signed"), ("vehicle", "private"), ("secc", "v2g_rooted")]
)
def test_what_is_never_built_is_refused(kind: str, variant: str) -> None:
    assert not fits(ChainKind(kind), ChainVariant(variant))
    with pytest.raises(ValueError, match=f"{kind} is never {variant}"):
        PKI[Profile.STRICT_20].chain(ChainKind(kind), variant=ChainVariant(variant))


def test_every_root_and_ca_says_that_it_is_for_tests_only() -> None:
    pki = PKI[Profile.STRICT_20]
    for kind, variant in BUILT:
        for one in read((*pki.chain(kind, variant=variant).chain[1:], *pki.roots(kind, variant))):
            assert "TEST ONLY" in one.subject.rfc4514_string()
