"""Flaws of validity."""

from __future__ import annotations

from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import ISO, TWENTY, Trait, edit, issuer, leaf
from harness.pki.objection import Severity
from harness.pki.recipe import DAY

TRAITS = {
    Flaw.EXPIRED: Trait(description="the leaf ran out yesterday", bend=leaf(valid_from=-60 * DAY, valid_until=-DAY)),
    Flaw.NOT_YET_VALID: Trait(description="the leaf becomes valid tomorrow", bend=leaf(valid_from=DAY)),
    Flaw.SUB_CA_EXPIRED: Trait(
        description="the CA that issued the leaf ran out yesterday", bend=issuer(-1, valid_until=-DAY)
    ),
    Flaw.SUB_CA_NOT_YET_VALID: Trait(
        description="the CA that issued the leaf becomes valid tomorrow", bend=issuer(-1, valid_from=DAY)
    ),
    Flaw.UPPER_CA_EXPIRED: Trait(description="the upper CA ran out yesterday", bend=issuer(1, valid_until=-DAY)),
    Flaw.INVERTED_VALIDITY: Trait(description="the leaf ends before it begins", bend=edit("inverted_validity")),
    Flaw.OUTLIVES_ISSUER: Trait(
        description="the leaf is valid for longer than the CA that issued it",
        bend=leaf(valid_until=400 * DAY),
        kinds=ISO,
        profiles=TWENTY,
        cites=("V2G20-1004",),
    ),
    Flaw.GENERALIZED_TIME: Trait(
        description="a date before 2050 is written in the form of those behind it",
        bend=edit("generalized_time"),
        severity=Severity.NOTICE,
    ),
}
