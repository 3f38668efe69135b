"""The page of all requirements, and what is done about each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from harness.checks.rules import ALL_RULES
from harness.standards.coverage import Coverage, Covered, by_document, covered
from pages.collect import Found
from pages.text import CAUTION, NOTICE, cell


def requirements_page(found: list[Found]) -> str:
    """Document by document: covered by which cases and rules, not testable here and why, or open."""
    citing: dict[str, list[str]] = defaultdict(list)
    for name, cites in [
        *((one.case.id, one.case.cites) for one in found),
        *((rule.id, rule.cites) for rule in ALL_RULES),
    ]:
        for cite in cites:
            citing[cite].append(name)
    parts = by_document(covered(citing)).items()
    lines = [
        "# Requirements",
        "",
        NOTICE,
        "Every requirement that public sources name, and what is done about it here. *Covered*: cases or rules cite",
        "it. *Not testable here*: no test over the wire can show it. *Open*: it could be tested, and nothing",
        "does so yet.",
        "",
        CAUTION,
        "",
        "| document | known | covered | not testable here | open |",
        "|---|---|---|---|---|",
        *(_summary(name, members) for name, members in parts),
    ]
    for name, members in parts:
        lines += ["", f"## {name}", "", *_table(members)]
    return "\n".join(lines) + "\n"


def _summary(name: str, members: list[Covered]) -> str:
    count = Counter(one.coverage for one in members)
    figures = " | ".join(str(count[kind]) for kind in (Coverage.COVERED, Coverage.NOT_TESTABLE, Coverage.OPEN))
    return f"| {name} | {len(members)} | {figures} |"


def _table(members: list[Covered]) -> Iterator[str]:
    yield "| requirement | gist | known by | here |"
    yield "|---|---|---|---|"
    for one in members:
        asked = one.requirement
        here = ", ".join(f"`{name}`" for name in one.by) or (f"not testable: {one.why}" if one.why else "open")
        yield f"| {asked.id} | {cell(asked.gist)} | {asked.confidence.value} | {here} |"
