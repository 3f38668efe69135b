"""The linter sees what generic validators miss, and has nothing to say about good chains."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.lint import first_error, lint_chain
from harness.pki.objection import Severity
from harness.pki.recipe import DAY, ChainKind, ChainRecipe, Edition, ExtendedUse, KeyUse, Profile, Subject
from harness.pki.rules import rules_for

AT = 1_767_225_600.0
PKI = Pki.generate(AT)
VEHICLE = rules_for(ChainKind.VEHICLE)
SECC = rules_for(ChainKind.SECC)


def codes(recipe: ChainRecipe) -> list[tuple[str, Severity]]:
    found = lint_chain(PKI.make(recipe).chain, rules_for(recipe.kind))
    return [(objection.code, objection.severity) for objection in found]


def leaf(kind: ChainKind, **changes: object) -> ChainRecipe:
    good = PKI.recipe(kind)
    return structs.replace(good, leaf=structs.replace(good.leaf, **changes))


def vehicle_named(**parts: str) -> ChainRecipe:
    subject = structs.replace(PKI.recipe(ChainKind.VEHICLE).leaf.subject, **parts)
    return leaf(ChainKind.VEHICLE, subject=subject)


@pytest.mark.parametrize("kind", ChainKind)
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("edition", Edition)
def test_good_chains_have_nothing_wrong(kind: ChainKind, profile: Profile, edition: Edition) -> None:
    pki = Pki.generate(AT, profile=profile, edition=edition)

    assert lint_chain(pki.chain(kind).chain, rules_for(kind, profile, edition)) == ()


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        (Flaw.LEAF_IS_CA, "leaf.authority"),
        (Flaw.SUB_CA_NOT_CA, "certificate.no_authority"),
        (Flaw.SUB_CA_WITHOUT_CERT_SIGN, "certificate.no_cert_sign"),
        (Flaw.THIRD_SUB_CA, "chain.depth"),
        (Flaw.WRONG_KEY_USAGE, "leaf.key_usage"),
        (Flaw.WRONG_EXTENDED_KEY_USAGE, "leaf.extended_use"),
        (Flaw.WRONG_CURVE, "certificate.key"),
        (Flaw.SUB_CA_EXPIRED, "chain.validity"),
    ],
)
@pytest.mark.parametrize("kind", [ChainKind.SECC, ChainKind.VEHICLE])
def test_flaws_of_form_are_errors(flaw: Flaw, code: str, kind: ChainKind) -> None:
    found = lint_chain(PKI.chain(kind, flaw=flaw).chain, rules_for(kind))

    assert code in {objection.code for objection in found if objection.severity is Severity.ERROR}


@pytest.mark.parametrize(
    ("parts", "code", "severity"),
    [
        ({"country": "DE"}, "leaf.subject", Severity.ERROR),
        ({"organisation": ""}, "leaf.subject", Severity.ERROR),
        ({"domain": "HARNESSOEM"}, "leaf.domain", Severity.ERROR),
        ({"common_name": "HRN12345678901234X"}, "leaf.evccid", Severity.ERROR),
        ({"common_name": "HRNV1234567890ABCDE3"}, "leaf.evccid_check", Severity.NOTICE),
    ],
)
def test_the_subject_of_a_vehicle_is_read(parts: dict[str, str], code: str, severity: Severity) -> None:
    assert codes(vehicle_named(**parts)) == [(code, severity)]


@pytest.mark.parametrize("domain", ["", "HARNESSCPS", "OEM", "MO"])
def test_a_secc_of_another_domain_is_an_error(domain: str) -> None:
    subject = structs.replace(PKI.recipe(ChainKind.SECC).leaf.subject, domain=domain)

    assert codes(leaf(ChainKind.SECC, subject=subject)) == [("leaf.domain", Severity.ERROR)]


def test_the_key_of_a_leaf_must_not_sign_certificates() -> None:
    bent = leaf(ChainKind.SECC, uses=(KeyUse.DIGITAL_SIGNATURE, KeyUse.CERT_SIGN))

    assert codes(bent) == [("leaf.key_usage", Severity.ERROR)]


def test_the_extended_use_is_due_since_amendment_1() -> None:
    bent = leaf(ChainKind.VEHICLE, extended_uses=())
    chain = PKI.make(bent).chain

    assert [found.code for found in lint_chain(chain, VEHICLE)] == ["leaf.extended_use"]
    literal = lint_chain(chain, rules_for(ChainKind.VEHICLE, edition=Edition.ED2022))
    assert "leaf.extended_use" not in {found.code for found in literal}


def test_both_uses_together_are_fine() -> None:
    both = leaf(ChainKind.VEHICLE, extended_uses=(ExtendedUse.CLIENT, ExtendedUse.SERVER))

    assert codes(both) == []


def test_what_the_editions_disagree_on_is_a_notice() -> None:
    literal = Pki.generate(AT, edition=Edition.ED2022).secc_chain().chain

    found = lint_chain(literal, SECC)

    assert {objection.code for objection in found} == {"certificate.edition"}
    assert {objection.severity for objection in found} == {Severity.NOTICE}
    assert first_error(found) is None


def test_an_oversized_certificate_is_an_error() -> None:
    name = PKI.recipe(ChainKind.SECC).leaf.subject.common_name
    padded = Subject(common_name=name, organisation="Y" * 60, country="DE", domain="Z" * 700 + "CSO")

    assert codes(leaf(ChainKind.SECC, subject=padded, ocsp="http://o.invalid/" + "a" * 500)) == [
        ("certificate.size", Severity.ERROR)
    ]


def test_missing_revocation_pointers_and_foreign_extensions_are_told() -> None:
    assert codes(leaf(ChainKind.SECC, ocsp="")) == [("certificate.no_revocation", Severity.NOTICE)]
    assert codes(leaf(ChainKind.VEHICLE, ocsp="")) == [("certificate.no_revocation", Severity.ERROR)]
    assert codes(leaf(ChainKind.VEHICLE, unknown_extension=True)) == [("certificate.extension", Severity.NOTICE)]


def test_a_leaf_that_outlives_its_issuer_is_an_error() -> None:
    assert codes(leaf(ChainKind.SECC, valid_until=4000 * DAY)) == [("chain.validity", Severity.ERROR)]


def test_order_duplicates_strays_and_the_root_are_notices() -> None:
    good = PKI.secc_chain().chain

    def told(*chain: bytes) -> set[str]:
        found = lint_chain(chain, SECC)
        assert first_error(found) is None
        return {one.code for one in found}

    assert told(good[0], good[2], good[1]) == {"chain.order"}
    assert told(*good, good[2]) == {"chain.duplicate", "chain.order"}
    assert told(*good, *PKI.v2g_roots) == {"chain.root"}
    assert told(*good, PKI.cps_chain().chain[1]) == {"chain.order", "chain.unrelated"}


def test_a_heap_of_certificates_is_an_error() -> None:
    found = lint_chain((*PKI.secc_chain().chain, *PKI.vehicle_chain().chain * 3), SECC)

    assert [one.code for one in found if one.severity is Severity.ERROR] == ["chain.count"]


def test_weak_keys_are_errors_of_ocpp() -> None:
    found = lint_chain(PKI.csms_chain(flaw=Flaw.WRONG_CURVE).chain, rules_for(ChainKind.CSMS))

    assert [(objection.code, objection.depth) for objection in found] == [("certificate.key_strength", 1)]


def test_no_chain_at_all_is_an_error() -> None:
    assert [found.code for found in lint_chain((), SECC)] == ["chain.empty"]


def test_iso2_has_its_own_limits() -> None:
    rules = rules_for(ChainKind.SECC, Profile.ISO2)

    found = {objection.code: objection for objection in lint_chain(PKI.secc_chain().chain, rules)}

    assert found["certificate.key"].cites == ("V2G2-006", "V2G2-007")
    assert found["leaf.domain"].cites == ("V2G2-925",)


@settings(max_examples=300, deadline=None)
@given(some.data())
def test_mutilated_certificates_are_objected_to_or_read_and_never_raise(data: some.DataObject) -> None:
    good = PKI.secc_chain().chain[0]
    bytes_ = bytearray(good[: data.draw(some.integers(0, len(good)))])
    for _ in range(data.draw(some.integers(0, 4))):
        if bytes_:
            bytes_[data.draw(some.integers(0, len(bytes_) - 1))] = data.draw(some.integers(0, 255))

    found = lint_chain((bytes(bytes_), *PKI.secc_chain().chain[1:]), SECC)

    if len(bytes_) < len(good):
        assert [objection.code for objection in found] == ["certificate.unreadable"]


def test_a_contract_is_meant_for_no_end_of_a_connection() -> None:
    found = codes(leaf(ChainKind.CONTRACT, extended_uses=(ExtendedUse.CLIENT,)))

    assert found == [("leaf.extended_use", Severity.ERROR)]


@pytest.mark.parametrize("profile", Profile)
def test_a_provisioning_key_has_to_agree_on_secrets(profile: Profile) -> None:
    good = PKI.recipe(ChainKind.PROVISIONING)
    uses = (KeyUse.DIGITAL_SIGNATURE,)
    chain = (
        Pki.generate(AT, profile=profile).make(structs.replace(good, leaf=structs.replace(good.leaf, uses=uses))).chain
    )

    found = lint_chain(chain, rules_for(ChainKind.PROVISIONING, profile))

    cites = [one.cites for one in found if one.code == "leaf.key_usage"]
    assert cites == [("V2G2-822",) if profile is Profile.ISO2 else ("V2G20-822",)]


@pytest.mark.parametrize("profile", Profile)
def test_a_provisioning_service_is_known_by_its_domain(profile: Profile) -> None:
    pki = Pki.generate(AT, profile=profile)

    found = {one.code for one in lint_chain(pki.secc_chain().chain, rules_for(ChainKind.CPS, profile))}

    assert "leaf.domain" in found


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        (ChainKind.SECC, "SECCCert", "leaf.secc_id"),
        (ChainKind.PROVISIONING, "OEMProvCert", "leaf.pcid"),
        (ChainKind.CONTRACT, "DEHAR1234567890", "leaf.emaid"),
    ],
)
def test_a_name_of_another_form_is_told_and_not_judged(kind: ChainKind, name: str, code: str) -> None:
    subject = structs.replace(PKI.recipe(kind).leaf.subject, common_name=name)

    assert codes(leaf(kind, subject=subject)) == [(code, Severity.NOTICE)]


def test_more_than_the_emaid_in_a_contract_is_told_and_not_judged() -> None:
    subject = structs.replace(PKI.recipe(ChainKind.CONTRACT).leaf.subject, country="DE")

    assert codes(leaf(ChainKind.CONTRACT, subject=subject)) == [("leaf.subject_more", Severity.NOTICE)]
