"""What of the published catalogue of OCPP test cases this run was about, by certification profile and side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.core.verdict import Verdict
from harness.report.words import PARTY
from harness.standards.listing import Row, case_coverage
from harness.standards.testcases import PROFILE_TITLE, is_catalogue_id, listed_case
from harness.store.run import Run, Standing

_APART = frozenset({Verdict.NOT_APPLICABLE, Verdict.NOT_TESTED})


def catalogue(run: Run) -> list[dict[str, Any]]:
    """A line for each certification profile and side under test; empty if no case of the catalogue was asked for."""
    standings = [one for one in run.standings() if is_catalogue_id(one.case.id)]
    tested = {one.case.sut for one in standings}
    covered = case_coverage(one.case.id for one in standings)
    return [_line(row, standings) for row in covered.profiles if row.side in tested]


def _line(row: Row, standings: Iterable[Standing]) -> dict[str, Any]:
    mine = [one for one in standings if one.case.sut is row.side and _belongs(one.case.id, row)]
    judged = [one for one in mine if one.verdict not in _APART]
    return {
        "profile": row.name,
        "side": row.side.value,
        "party": PARTY[row.side],
        "total": row.total,
        "written": row.written,
        "mandatory": row.mandatory,
        "mandatory_written": row.mandatory_written,
        "applicable": _cases(one for one in mine if one.verdict is not Verdict.NOT_APPLICABLE),
        "judged": _cases(judged),
        "passed": _cases(judged) - _cases(one for one in judged if one.verdict is not Verdict.PASS),
    }


def _belongs(case_id: str, row: Row) -> bool:
    listed = listed_case(case_id)
    if listed is None:
        return False
    titles = {PROFILE_TITLE[profile] for profile in listed.asked_by}
    return row.name in titles or (not titles and row.name.startswith(f"OCPP {listed.version} "))


def _cases(standings: Iterable[Standing]) -> int:
    """How many cases they are, whose variants count once."""
    return len({one.case.id.partition("[")[0] for one in standings})
