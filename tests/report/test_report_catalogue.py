"""The section about the published catalogue of OCPP test cases: its figures are those of the catalogue and the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Case, Kind, Role
from harness.core.verdict import Finding, Verdict
from harness.report.build import build
from harness.report.html import render_html
from harness.standards.listing import case_coverage
from harness.standards.testcases import PROFILE_TITLE, CertificationProfile
from harness.store.reader import RunReader
from harness.store.records import CaseResult, PlanLine
from harness.store.writer import RunWriter
from tests.report.made_run import a_case, header
from tests.report.story import EPOCH

ENDED = {
    "TC_B_01_CS": Verdict.PASS,
    "TC_C_37_CS[one]": Verdict.PASS,
    "TC_C_37_CS[two]": Verdict.FAIL,
    "TC_K_01_CS": Verdict.PASS,
    "TC_F_20_CS": Verdict.NOT_TESTED,
    "TC_B_28_CS": Verdict.NOT_APPLICABLE,
    "TC_Q_100_CS": Verdict.PASS,
}
CORE = PROFILE_TITLE[CertificationProfile.CORE]


def _case(case_id: str) -> Case:
    return a_case(case_id, f"A title of {case_id}", Kind.OCPP)


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    writer = RunWriter.create(tmp_path / "run", header())
    for case_id, verdict in ENDED.items():
        runs = verdict is not Verdict.NOT_APPLICABLE
        writer.plan(PlanLine(case=_case(case_id), runs=runs, reason="" if runs else "C-13 is answered yes"))
    for case_id, verdict in ENDED.items():
        if verdict is Verdict.NOT_APPLICABLE:
            continue
        told = verdict is Verdict.NOT_TESTED
        finding = Finding(verdict=Verdict.INCONCLUSIVE if told else verdict, what="it", notice=told)
        reason = "nobody could do this: Plug in." if told else ""
        writer.result(
            CaseResult(
                case=_case(case_id),
                verdict=verdict,
                findings=(finding,),
                reason=reason,
                attempt=1,
                counted=True,
                started=EPOCH,
                ended=EPOCH + 1,
                duration=1.0,
            )
        )
    writer.finish(EPOCH + 9)
    return build(RunReader.open(tmp_path / "run"))


def _line(report: dict[str, Any], profile: str) -> dict[str, Any]:
    (found,) = (line for line in report["catalogue"] if line["profile"] == profile)
    return dict(found)


def test_the_figures_are_those_of_the_catalogue(report: dict[str, Any]) -> None:
    rows = [row for row in case_coverage(ENDED).profiles if row.side is Role.STATION]
    assert [(line["profile"], line["written"], line["total"]) for line in report["catalogue"]] == [
        (row.name, row.written, row.total) for row in rows
    ]
    assert {line["side"] for line in report["catalogue"]} == {"station"}


def test_a_case_counts_once_and_passes_with_all_its_variants(report: dict[str, Any]) -> None:
    core = _line(report, CORE)
    assert (core["total"], core["mandatory"]) == (222, 104)
    assert (core["written"], core["mandatory_written"]) == (4, 2)
    assert (core["applicable"], core["judged"], core["passed"]) == (3, 2, 1)
    charging = _line(report, PROFILE_TITLE[CertificationProfile.SMART_CHARGING])
    assert (charging["written"], charging["judged"], charging["passed"]) == (1, 1, 1)
    assert _line(report, "OCPP 2.1 without a profile")["passed"] == 1


def test_the_page_shows_it_and_why_a_case_was_not_tested(report: dict[str, Any]) -> None:
    page = render_html(report)
    assert 'href="#catalogue"' in page
    assert "The published catalogue of OCPP test cases" in page
    assert "nobody could do this: Plug in." in page
    told = next(result for result in report["results"] if result["id"] == "TC_F_20_CS")
    assert (told["verdict"], told["reason"]) == ("NOT_TESTED", "nobody could do this: Plug in.")


def test_a_run_without_such_cases_has_no_section(run_folder: Path) -> None:
    made = build(RunReader.open(run_folder))
    assert made["catalogue"] == []
    assert "#catalogue" not in render_html(made)
