"""Every flaw, in every kind of chain that it fits: our rules name it, and nothing is named in the good chain."""

from __future__ import annotations

from functools import cache

import pytest

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.lint import first_error, lint_chain
from harness.pki.objection import Objection, Severity
from harness.pki.oracle import Assessment, Judgement, Voice, assess
from harness.pki.path import check_path
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.rules import rules_for
from harness.pki.rules_codes import CODES

AT = 1_767_225_600.0

CHAINS = [
    (profile, kind, flaw)
    for profile in Profile
    for kind in ChainKind
    for flaw in Flaw
    if flaw.fits(kind, profile) and (profile is Profile.STRICT_20 or kind not in {ChainKind.CSMS, ChainKind.STATION})
]
"""Chains of OCPP are the same in all profiles."""


@cache
def pki(profile: Profile, edition: Edition = Edition.AMD1) -> Pki:
    return Pki.generate(AT, profile=profile, edition=edition)


def found(profile: Profile, kind: ChainKind, flaw: Flaw | None, edition: Edition = Edition.AMD1) -> list[Objection]:
    """What the linter and the path check say."""
    made = pki(profile, edition)
    chain = made.chain(kind, flaw=flaw).chain
    return [*lint_chain(chain, rules_for(kind, profile, edition)), *check_path(chain, made.roots(kind), AT)]


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("kind", ChainKind)
def test_a_good_chain_has_no_flaw(kind: ChainKind, profile: Profile, edition: Edition) -> None:
    assert found(profile, kind, None, edition) == []


@pytest.mark.parametrize(("profile", "kind", "flaw"), CHAINS)
def test_a_flaw_is_named(profile: Profile, kind: ChainKind, flaw: Flaw) -> None:
    objections = found(profile, kind, flaw)

    assert objections != []
    assert {one.code for one in objections} <= set(CODES)
    refused = first_error(objections) is not None
    assert refused or flaw.severity is Severity.NOTICE


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_fits_something(flaw: Flaw) -> None:
    assert any(flaw is one for _, _, one in CHAINS)


@pytest.mark.parametrize("kind", [ChainKind.SECC, ChainKind.VEHICLE])
@pytest.mark.parametrize("flaw", Flaw)
def test_the_2022_edition_finds_the_same_flaws(kind: ChainKind, flaw: Flaw) -> None:
    """Except for what it does not ask for yet."""
    if not flaw.fits(kind, Profile.STRICT_20):
        return
    objections = found(Profile.STRICT_20, kind, flaw, Edition.ED2022)

    assert (objections == []) is (flaw in ONLY_AMENDED)
    if flaw.severity is Severity.ERROR:
        assert (first_error(objections) is None) is ((kind, flaw) in ONLY_NOTICED)


ONLY_AMENDED = {Flaw.CRITICAL_IDENTIFIERS}
"""No flaw in the 2022 edition."""
ONLY_NOTICED = {
    (ChainKind.VEHICLE, Flaw.NO_EXTENDED_KEY_USAGE),
    (ChainKind.VEHICLE, Flaw.EXTENDED_KEY_USAGE_NOT_CRITICAL),
    (ChainKind.VEHICLE, Flaw.SUB_CA_EXTENDED_KEY_USAGE),
    (ChainKind.SECC, Flaw.SUB_CA_EXTENDED_KEY_USAGE),
}
"""What the 2022 edition recommends, or is silent about."""


@cache
def said(kind: ChainKind, flaw: Flaw) -> Assessment:
    made = pki(Profile.STRICT_20)
    return assess(made.chain(kind, flaw=flaw).chain, rules=rules_for(kind), roots=made.roots(kind), at=AT)


@pytest.mark.parametrize("kind", [ChainKind.VEHICLE, ChainKind.CSMS])
@pytest.mark.parametrize("flaw", Flaw)
def test_the_oracle_hears_everybody_about_every_flaw(kind: ChainKind, flaw: Flaw) -> None:
    if not flaw.fits(kind, Profile.STRICT_20):
        return

    heard = said(kind, flaw)

    assert heard.verdict is (Judgement.REFUSE if first_error(heard.objections) else Judgement.NOTICE)
    assert [one.voice for one in heard.opinions] == ([] if flaw is Flaw.MOUNTAIN else list(Voice))


def test_no_foreign_validator_sees_what_we_see() -> None:
    """What the matrix in the documentation is about: each of them takes chains that a strict party refuses."""
    taken: dict[Voice, set[Flaw]] = {voice: set() for voice in Voice}
    for flaw in Flaw:
        if flaw.severity is not Severity.ERROR or not flaw.fits(ChainKind.VEHICLE):
            continue
        for one in said(ChainKind.VEHICLE, flaw).opinions:
            if one.accepts:
                taken[one.voice].add(flaw)
    everywhere = set.intersection(*taken.values())
    assert {Flaw.THIRD_SUB_CA, Flaw.LEAF_ON_P256, Flaw.EVCCID_SHORT, Flaw.EXTRA_UNIT} <= everywhere
    assert all(len(flaws) > 10 for flaws in taken.values())
