"""Flaws of what is sent, and in which order."""

from __future__ import annotations

from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import ISO, Trait, whole
from harness.pki.objection import Severity
from harness.pki.recipe import Arrangement

_TOO_MUCH = frozenset({10, 22, 40, 47, 50, 80})
"""What stacks say when a message is more than they take."""


def _order(description: str, arrangement: Arrangement, *cites: str) -> Trait:
    return Trait(description=description, bend=whole(arrangement=arrangement), severity=Severity.NOTICE, cites=cites)


TRAITS = {
    Flaw.SWAPPED: _order("the CAs come in the wrong order", Arrangement.SWAPPED),
    Flaw.REPEATED: _order("a CA comes twice", Arrangement.REPEATED),
    Flaw.WITH_STRANGER: _order("a CA comes along that has nothing to do with the leaf", Arrangement.WITH_STRANGER),
    Flaw.WITH_ROOT: _order("the root comes along", Arrangement.WITH_ROOT, "V2G20-2379"),
    Flaw.HEAP: Trait(
        description="twenty certificates come",
        bend=whole(arrangement=Arrangement.HEAP),
        kinds=ISO,
        alerts=_TOO_MUCH,
        cites=("V2G20-1003",),
    ),
    Flaw.MOUNTAIN: Trait(
        description="60 kB of certificates come",
        bend=whole(arrangement=Arrangement.MOUNTAIN),
        kinds=ISO,
        alerts=_TOO_MUCH,
        cites=("V2G20-1003",),
    ),
}
