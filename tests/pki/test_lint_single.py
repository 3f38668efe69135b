"""Roots and OCSP signers have profiles of their own."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.lint_single import lint_root, lint_signer
from harness.pki.objection import Severity
from harness.pki.ocsp import Delegation, Status
from harness.pki.recipe import ChainKind, Edition, KeyKind, KeyUse, Profile
from harness.pki.rules import rules_for

AT = 1_767_225_600.0
PKI = Pki.generate(AT)


def signer(status: Status = Status.GOOD, delegation: Delegation = Delegation.ISSUER, *, pki: Pki = PKI) -> bytes:
    response = pki.ocsp(pki.secc_chain().chain[0], status, delegation=delegation)
    (certificate,) = ocsp.load_der_ocsp_response(response).certificates
    return certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("kind", ChainKind)
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("edition", Edition)
def test_good_roots_have_nothing_wrong(kind: ChainKind, profile: Profile, edition: Edition) -> None:
    pki = Pki.generate(AT, profile=profile, edition=edition)

    for root in pki.roots(kind):
        assert lint_root(root, rules_for(kind, profile, edition)) == ()


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("delegation", [Delegation.ISSUER, Delegation.ROOT])
def test_good_signers_have_nothing_wrong(profile: Profile, delegation: Delegation) -> None:
    pki = Pki.generate(AT, profile=profile)

    found = lint_signer(signer(delegation=delegation, pki=pki), rules_for(ChainKind.SECC, profile))

    assert found == ()


def test_a_signer_has_to_be_meant_for_it() -> None:
    found = lint_signer(signer(Status.SIGNER_WITHOUT_EKU), rules_for(ChainKind.SECC))

    assert [(one.code, one.severity) for one in found] == [("leaf.extended_use", Severity.ERROR)]


def test_a_station_is_no_signer_and_no_root() -> None:
    leaf = PKI.secc_chain().chain[0]

    assert "leaf.extended_use" in {one.code for one in lint_signer(leaf, rules_for(ChainKind.SECC))}
    assert {one.code for one in lint_root(leaf, rules_for(ChainKind.SECC))} == {
        "root.issuer",
        "root.no_authority",
        "root.no_cert_sign",
        "root.extended_use",
    }


def test_a_weak_root_is_told() -> None:
    recipe = PKI.recipe(ChainKind.VEHICLE)
    weak = structs.replace(recipe.issuers[0], key_kind=KeyKind.P256, uses=(KeyUse.CERT_SIGN,), path_length=1)
    made = PKI.make(structs.replace(recipe, leaf=weak, self_signed=True)).chain[0]

    found = {one.code for one in lint_root(made, rules_for(ChainKind.VEHICLE))}

    assert found == {"certificate.key", "certificate.signature", "root.path_length"}


@pytest.mark.parametrize("bytes_", [b"", b"nonsense", bytes(70_000)])
def test_what_is_no_certificate_is_said_so(bytes_: bytes) -> None:
    for found in (lint_root(bytes_, rules_for(ChainKind.SECC)), lint_signer(bytes_, rules_for(ChainKind.SECC))):
        assert [one.severity for one in found] == [Severity.ERROR]
