"""What becomes of every known requirement: judged by which cases and rules, out of reach here, or still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from harness.standards.catalogue import Proof, Requirement, all_requirements

NOT_TESTABLE = {
    Proof.HARDWARE: "needs the pilot line, a contactor or a meter of one's own, which this harness does not have",
    Proof.INSIDE: "shows on no wire: only who built the device can tell",
}
"""Why some requirements cannot be tested here."""


class Coverage(StrEnum):
    """What is done about a requirement."""

    COVERED = "covered"
    NOT_TESTABLE = "not testable here"
    OPEN = "open"
    """It could be tested, and no case or rule does so yet."""


class Covered(Struct, frozen=True, kw_only=True):
    """One requirement, and what is done about it."""

    requirement: Requirement
    coverage: Coverage
    by: tuple[str, ...] = ()
    """Ids of the cases and rules that cite it."""
    why: str = ""
    """Why it cannot be tested here."""


def covered(citing: Mapping[str, Sequence[str]]) -> tuple[Covered, ...]:
    """Every requirement of the catalogues; `citing` names, for a requirement's id, the cases and rules that cite it."""
    return tuple(_one(requirement, tuple(citing.get(requirement.id, ()))) for requirement in all_requirements())


def by_document(lines: Iterable[Covered]) -> dict[str, list[Covered]]:
    """The same, document by document."""
    found: dict[str, list[Covered]] = {}
    for line in lines:
        found.setdefault(line.requirement.document, []).append(line)
    return found


def _one(requirement: Requirement, by: tuple[str, ...]) -> Covered:
    if by:
        return Covered(requirement=requirement, coverage=Coverage.COVERED, by=by)
    why = NOT_TESTABLE.get(requirement.proof, "")
    coverage = Coverage.NOT_TESTABLE if why else Coverage.OPEN
    return Covered(requirement=requirement, coverage=coverage, why=why)
