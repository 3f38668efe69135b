"""Every flaw has its family, and so its case."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.pki.flaws import Flaw
from harness.pki.flaws.families import Family, family, family_of
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind


@pytest.mark.parametrize("kind", [ChainKind.VEHICLE, ChainKind.SECC])
def test_every_flaw_of_a_chain_shown_in_tls_has_one_family(kind: ChainKind) -> None:
    counted = Counter(flaw for name in Family for flaw in family(name, kind))

    assert counted == {flaw: 1 for flaw in Flaw if flaw.fits(kind)}


@pytest.mark.parametrize("kind", list(ChainKind))
def test_the_disputed_are_those_that_are_notices(kind: ChainKind) -> None:
    assert {flaw.severity for flaw in family(Family.DISPUTED, kind)} <= {Severity.NOTICE}
    others = {flaw.severity for name in Family if name is not Family.DISPUTED for flaw in family(name, kind)}
    assert others <= {Severity.ERROR}


def test_which_family_a_flaw_is_of() -> None:
    assert family_of(Flaw.EXPIRED, ChainKind.SECC) is Family.COMMON
    assert family_of(Flaw.EVCCID_LETTER, ChainKind.VEHICLE) is Family.NAMES
    assert family_of(Flaw.EVCCID_LETTER, ChainKind.SECC) is None
