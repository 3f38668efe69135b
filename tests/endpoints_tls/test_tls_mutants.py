"""Lax devices: one for each flaw, deaf to what a good one holds against it and to nothing else."""

from __future__ import annotations

from functools import partial

import pytest

from harness.core.case import Role
from harness.endpoints.mutants import tls_flaws
from harness.endpoints.mutants.tls_tolerance import objections_to
from harness.endpoints.station.station import Station
from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.flaws.families import Family, family
from harness.pki.recipe import ChainKind

SIDES = [(Role.STATION, ChainKind.VEHICLE, "station"), (Role.EV, ChainKind.SECC, "ev")]
ELSEWHERE = (Family.OTHERS, Family.BYTES, Family.DISPUTED)
"""Families whose mutants are of another kind."""


def against(role: Role, kind: ChainKind, flaw: Flaw) -> frozenset[str]:
    return objections_to(role, partial(Pki.chain, kind=kind, flaw=flaw))


@pytest.mark.parametrize(("role", "kind", "prefix"), SIDES, ids=["station", "ev"])
def test_every_flaw_has_a_device_that_is_lax_about_it(role: Role, kind: ChainKind, prefix: str) -> None:
    wanted = {
        f"{prefix}-lax-{flaw.value.replace('_', '-')}"
        for name in Family
        if name not in ELSEWHERE
        for flaw in family(name, kind)
    }

    assert {one.id for one in tls_flaws.MUTANTS if one.role is role and "-lax-" in one.id} == wanted


@pytest.mark.parametrize(("role", "kind", "prefix"), SIDES, ids=["station", "ev"])
def test_a_good_device_has_something_against_each_of_them(role: Role, kind: ChainKind, prefix: str) -> None:
    flaws = [flaw for name in (Family.COMMON, Family.DATES) for flaw in family(name, kind)]

    assert [f"{prefix} {flaw}" for flaw in flaws if not against(role, kind, flaw)] == []


def test_who_is_lax_about_dates_is_not_lax_about_names() -> None:
    expired = against(Role.STATION, ChainKind.VEHICLE, Flaw.EXPIRED)

    assert expired == {"openssl.10", "path.expired"}
    assert not expired & against(Role.STATION, ChainKind.VEHICLE, Flaw.EXTRA_COUNTRY)


def test_a_lax_device_is_good_in_all_else() -> None:
    (mutant,) = [one for one in tls_flaws.MUTANTS if one.id == "station-lax-expired"]
    good = Station()

    made = mutant.make(good)

    assert made.having(tls_profile=good.tls_profile) == good
    assert made.tls_profile.tolerates == against(Role.STATION, ChainKind.VEHICLE, Flaw.EXPIRED)


def test_a_good_chain_gives_nobody_a_reason() -> None:
    assert objections_to(Role.EV, Pki.secc_chain) == frozenset()
