"""The page of all cases."""

from __future__ import annotations

from collections.abc import Iterator

from harness.core.case import Kind, Role
from harness.endpoints.mutants.catalogue import mutants_of
from harness.report.words import KIND_MEANING, SHORT_PARTY
from pages.collect import Found
from pages.text import CAUTION, NOTICE, cell, requirements_cited


def cases_page(found: list[Found]) -> str:
    """The page of all cases."""
    total = sum(max(1, len(one.variants)) for one in found)
    lines = [
        "# Cases",
        "",
        NOTICE,
        f"{len(found)} cases, {total} with their variants. A case provokes the device in one way and judges one thing.",
        "What every recorded session is asked as well stands in [rules](rules.md); what the verdicts mean, in",
        "[verdicts](../explanation/verdicts.md).",
        "",
        "*Needs* are questions of the [device profile](profiles.md#features): a device that answers no to one is not",
        "asked. *Control* is the case that must have passed in the same run. *Caught* are the deliberately faulty",
        "devices on which the case is seen to fail.",
    ]
    for kind in Kind:
        mine = [one for one in found if one.case.kind is kind]
        if mine:
            lines += ["", f"## {kind.value[0].upper()}{kind.value[1:]}", "", KIND_MEANING[kind]]
            for role in Role:
                lines += _cases_of(role, [one for one in mine if one.case.sut is role])
    lines += ["", "## What the cited requirements ask", "", CAUTION, ""]
    lines += requirements_cited({one.case.id: one.case.cites for one in found})
    return "\n".join(lines) + "\n"


def _cases_of(role: Role, found: list[Found]) -> Iterator[str]:
    if not found:
        return
    yield from ("", f"### {SHORT_PARTY[role]}", "", "| case | what must hold | scene | needs | caught |")
    yield "|---|---|---|---|---|"
    for one in found:
        case = one.case
        scene = cell(case.purpose)
        if one.variants:
            scene += f" Variants: {', '.join(name.replace('_', ' ') for name in one.variants)}."
        if case.control:
            scene += f" Control: `{case.control}`."
        needs = ", ".join(f"`{feature}`" for feature in case.needs) or "nothing"
        caught = ", ".join(f"`{name}`" for name in _mutants(one))
        yield f"| `{case.id}` | {case.title} | {scene} | {needs} | {caught} |"


def _mutants(one: Found) -> list[str]:
    ids = (one.case.id, *(f"{one.case.id}[{name}]" for name in one.variants))
    return list(dict.fromkeys(mutant.id for case_id in ids for mutant in mutants_of(case_id)))
