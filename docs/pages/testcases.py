"""The page of the published OCPP test cases: which are written here, who asks for each, what conditions mean."""

from __future__ import annotations

from collections.abc import Iterator

from harness.core.case import Role
from harness.standards.condition import AllOf, AnyOf, Condition, MoreThan, Named, Not
from harness.standards.listing import Row, case_coverage
from harness.standards.pics import all_questions
from harness.standards.testcases import PROFILE_TITLE, ListedCase, all_listed_cases
from pages.collect import Found
from pages.text import NOTICE, cell

_SIDES = {Role.STATION: "station", Role.CSMS: "backend"}


def testcases_page(found: list[Found]) -> str:
    """Figures, questions, then every case."""
    ours = {one.case.id.partition("[")[0] for one in found}
    covered = case_coverage(ours)
    lines = [
        "# The published catalogue of OCPP test cases",
        "",
        NOTICE,
        "Ids, conditions and requirement ids are facts of the public catalogue (OCPP 2.0.1, Parts 5 and 6; ids of 2.1",
        "as public material names them); purposes are in our own words, and no step is taken from it. Passing these",
        "cases is no certification.",
        "",
        f"**{covered.written} of {covered.total}** cases are written; the others are *not yet written*.",
        "",
        "## By certification profile",
        "",
        "A case that several profiles ask for counts in each.",
        "",
        "| profile | side | mandatory: written | of | all: written | of |",
        "|---|---|---|---|---|---|",
        *(_profile_row(row) for row in covered.profiles),
        "",
        "## By block",
        "",
        "| block | side | written | of |",
        "|---|---|---|---|",
        *(f"| {row.name} | {_SIDES[row.side]} | {row.written} | {row.total} |" for row in covered.blocks),
        "",
        "## What conditions ask",
        "",
        "Answered in `[ocpp.answers]` of a device profile. *Derived*: no public material was found that tells the",
        "meaning in words; it was concluded from the cases that ask. *Not found*: not even that.",
        "",
        "| question | asked of | meaning | known how |",
        "|---|---|---|---|",
        *_questions(),
        "",
        "## The cases",
        "",
        "| id | OCPP | asked for by | use cases | purpose | here |",
        "|---|---|---|---|---|---|",
        *(_case_row(one, ours) for one in all_listed_cases()),
    ]
    return "\n".join(lines) + "\n"


def _profile_row(row: Row) -> str:
    mandatory = f"{row.mandatory_written} | {row.mandatory}" if row.mandatory else " | "
    return f"| {row.name} | {_SIDES[row.side]} | {mandatory} | {row.written} | {row.total} |"


def _questions() -> Iterator[str]:
    for one in all_questions():
        sides = ", ".join(_SIDES[side] for side in one.sides)
        yield f"| {one.id} | {sides} | {cell(one.meaning)} | {one.basis.value} |"


def _case_row(one: ListedCase, ours: set[str]) -> str:
    asked = "; ".join(
        f"{PROFILE_TITLE[profile]}{'' if condition is None else ': ' + told(condition)}"
        for profile, condition in one.asked_by.items()
    )
    here = "written" if one.id in ours else "not yet written"
    return f"| {one.id} | {one.version} | {asked} | {' '.join(one.use_cases)} | {cell(one.purpose)} | {here} |"


def told(condition: Condition, *, inner: bool = False) -> str:
    """A condition as text."""
    match condition:
        case Named(name=name):
            return name
        case MoreThan(name=name, number=number):
            return f"{name} > {number}"
        case Not(part=part):
            return f"not {told(part, inner=True)}"
        case AllOf(parts=parts):
            text = " and ".join(told(part, inner=True) for part in parts)
        case AnyOf(parts=parts):
            text = " or ".join(told(part, inner=True) for part in parts)
    return f"({text})" if inner else text
