"""What the suites do about every requirement that the catalogues know, cited or not."""

from __future__ import annotations

from collections import Counter
from typing import Any

from harness.standards.coverage import Coverage, Covered, by_document, covered
from harness.store.run import Run


def coverage(run: Run) -> list[dict[str, Any]]:
    """Document by document: how many requirements are covered, and which are out of reach or open."""
    return [_document(name, members) for name, members in by_document(covered(_citing(run))).items()]


def _citing(run: Run) -> dict[str, list[str]]:
    """The cases of the plan, those left out included, and the rules, by what they cite."""
    found: dict[str, list[str]] = {}
    for name, cites in [
        *((line.case.id, line.case.cites) for line in run.plan),
        *((rule.id, rule.cites) for rule in run.rules),
    ]:
        for cite in cites:
            found.setdefault(cite, []).append(name)
    return found


def _document(name: str, members: list[Covered]) -> dict[str, Any]:
    count = Counter(one.coverage for one in members)
    return {
        "document": name,
        "total": len(members),
        "covered": count[Coverage.COVERED],
        "not_testable": count[Coverage.NOT_TESTABLE],
        "open": count[Coverage.OPEN],
        "requirements": [
            {
                "id": one.requirement.id,
                "gist": one.requirement.gist,
                "coverage": one.coverage.value,
                "by": list(one.by),
                "why": one.why,
            }
            for one in members
        ],
    }
