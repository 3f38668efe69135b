"""Paths to a root: good ones are trusted, and of each flaw the walk says what it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.path import check_path
from harness.pki.recipe import DAY, ChainKind, Edition, Profile

AT = 1_767_225_600.0
PKI = Pki.generate(AT)


def codes(flaw: Flaw | None, *, at: float = AT, profile: Profile = Profile.STRICT_20) -> list[tuple[str, int]]:
    pki = PKI if profile is Profile.STRICT_20 else Pki.generate(AT, profile=profile)
    return [(one.code, one.depth) for one in check_path(pki.contract_chain(flaw=flaw).chain, pki.mo_roots, at)]


@pytest.mark.parametrize("kind", ChainKind)
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("edition", Edition)
def test_good_chains_are_trusted(kind: ChainKind, profile: Profile, edition: Edition) -> None:
    pki = Pki.generate(AT, profile=profile, edition=edition)
    roots = (*pki.v2g_roots, *pki.oem_roots, *pki.mo_roots, *pki.csms_roots)

    assert check_path(pki.chain(kind).chain, roots, AT) == ()


@pytest.mark.parametrize(
    ("flaw", "code", "depth"),
    [
        (Flaw.EXPIRED, "path.expired", 0),
        (Flaw.NOT_YET_VALID, "path.not_yet_valid", 0),
        (Flaw.SUB_CA_EXPIRED, "path.expired", 1),
        (Flaw.UNKNOWN_ROOT, "path.unknown_issuer", 2),
        (Flaw.DECOY_ROOT, "path.signature", 2),
        (Flaw.MISSING_SUB_CA, "path.unknown_issuer", 0),
        (Flaw.SELF_SIGNED, "path.unknown_issuer", 0),
        (Flaw.SUB_CA_NOT_CA, "path.no_authority", 1),
        (Flaw.SUB_CA_WITHOUT_CERT_SIGN, "path.no_cert_sign", 1),
        (Flaw.PATH_LENGTH, "path.length", 2),
        (Flaw.TAMPERED_SIGNATURE, "path.signature", 0),
        (Flaw.UNKNOWN_CRITICAL_EXTENSION, "path.critical_extension", 0),
    ],
)
@pytest.mark.parametrize("profile", Profile)
def test_a_flaw_is_found_where_it_is(flaw: Flaw, code: str, depth: int, profile: Profile) -> None:
    assert codes(flaw, profile=profile) == [(code, depth)]


def test_time_is_an_argument() -> None:
    chain = PKI.contract_chain().chain

    assert check_path(chain, PKI.mo_roots, AT + 59 * DAY) == ()
    assert [one.code for one in check_path(chain, PKI.mo_roots, AT + 61 * DAY)] == ["path.expired"]
    late = check_path(chain, PKI.mo_roots, AT + 6 * 365 * DAY)
    assert [(one.code, one.depth) for one in late] == [("path.expired", depth) for depth in range(4)]


def test_who_knows_of_a_revocation_says_so() -> None:
    chain = PKI.contract_chain().chain

    found = check_path(chain, PKI.mo_roots, AT, revoked=frozenset({chain[1]}))

    assert [(one.code, one.depth) for one in found] == [("path.revoked", 1)]


def test_the_order_does_not_matter_and_a_root_that_is_sent_is_not_trusted_for_it() -> None:
    leaf, sub2, sub1 = PKI.contract_chain().chain

    assert check_path((leaf, sub1, sub2), PKI.mo_roots, AT) == ()
    assert [one.code for one in check_path((leaf, sub2, sub1, *PKI.mo_roots), PKI.v2g_roots, AT)] == [
        "path.unknown_issuer"
    ]


def test_chains_that_are_none_are_objected_to() -> None:
    assert [one.code for one in check_path((), PKI.mo_roots, AT)] == ["chain.empty"]
    assert [one.code for one in check_path((b"garbage",), PKI.mo_roots, AT)] == ["certificate.unreadable"]


def test_a_certificate_issued_by_itself_ends_the_walk() -> None:
    (alone,) = PKI.contract_chain(flaw=Flaw.SELF_SIGNED).chain

    found = check_path((alone, alone, alone), PKI.mo_roots, AT)

    assert [(one.code, one.depth) for one in found][-1] == ("path.unknown_issuer", 2)


@settings(max_examples=200, deadline=None)
@given(some.data())
def test_mutilated_certificates_are_never_trusted_and_never_raise(data: some.DataObject) -> None:
    chain = [bytearray(one) for one in PKI.contract_chain().chain]
    place = data.draw(some.integers(0, 2))
    for _ in range(data.draw(some.integers(1, 4))):
        chain[place][data.draw(some.integers(0, len(chain[place]) - 1))] ^= data.draw(some.integers(1, 255))

    changed = tuple(bytes(one) for one in chain)

    if changed != PKI.contract_chain().chain:
        assert check_path(changed, PKI.mo_roots, AT) != ()
