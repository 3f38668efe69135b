"""What a report concludes, and what it takes to conclude it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from harness.core.case import Kind, Role
from harness.core.feature import Feature
from harness.core.verdict import Finding, Verdict
from harness.report.build import build
from harness.report.document import problems
from harness.report.html import render_html
from harness.report.markdown import render_markdown
from harness.report.words import listed, plural
from harness.store.reader import RunReader
from harness.store.records import (
    CaseResult,
    DeviceRecord,
    Interruption,
    KnownFailureNote,
    PlanLine,
    RuleFinding,
    RuleResult,
)
from harness.store.writer import RunWriter
from tests.report.made_run import a_case, header
from tests.report.story import EPOCH

_EV = DeviceRecord(id="ev", title="Test car", role=Role.EV, emulated=True)


def _report(folder: Path, *results: CaseResult, rules: tuple[RuleResult, ...] = (), **terms: Any) -> dict[str, Any]:
    devices = (*header().devices, *terms.pop("devices", ()))
    head = header(devices=devices, **terms.pop("header", {}))
    writer = RunWriter.create(folder, head)
    for result in results:
        writer.plan(PlanLine(case=result.case, runs=True))
        writer.result(result)
    for rule in rules:
        writer.rule(rule)
    if "stopped" in terms:
        writer.interrupted(Interruption(at=EPOCH + 3, why=terms["stopped"], case="X-1"))
    writer.finish(EPOCH + 4, interrupted="stopped" in terms)
    report = build(RunReader.verified(folder))
    assert problems(report) == []
    return report


def _result(case_id: str, verdict: Verdict = Verdict.PASS, **terms: Any) -> CaseResult:
    case = a_case(case_id, "Something holds", terms.pop("kind", Kind.SEQUENCE), sut=terms.pop("sut", Role.STATION))
    findings = (Finding(verdict=verdict, what="something", detail="was seen", entries=(3,)),)
    return CaseResult(case=case, verdict=verdict, findings=findings, started=EPOCH, ended=EPOCH + 1, **terms)


def test_all_passed_conforms_and_needs_no_attention(tmp_path: Path) -> None:
    rule = RuleResult(id="R-1", title="R", verdict=Verdict.PASS, traces=2)

    report = _report(tmp_path, _result("A-1"), _result("A-2"), rules=(rule,))

    assert report["conformity"]["statement"] == "conforms"
    assert report["conformity"]["text"] == "Every applicable case of the programme passed."
    assert [part["text"] for part in report["conformity"]["parts"]] == [
        "All 2 applicable cases passed.",
        "Every rule held over every trace that had something for it.",
    ]
    assert report["attention"] == []
    page = render_html(report)
    assert "Nothing needs attention." in page
    assert "Every applicable case passed: 2 cases." in page
    assert "Every rule held in every session that had something for it: 1 rule." in page
    assert "Faulty on purpose" not in page
    assert "Nothing needs attention" in render_markdown(report)


def test_nothing_judged_is_not_determined(tmp_path: Path) -> None:
    assert _report(tmp_path)["conformity"]["statement"] == "not-determined"
    assert _report(tmp_path / "b", _result("A-1", Verdict.INCONCLUSIVE))["conformity"]["statement"] == "not-determined"


def test_what_the_programme_only_lists_does_not_block(tmp_path: Path) -> None:
    programme = structs.replace(header().programme, inconclusive_blocks=False)

    report = _report(tmp_path, _result("A-1"), _result("A-2", Verdict.INCONCLUSIVE), header={"programme": programme})

    assert report["conformity"]["statement"] == "conforms"
    assert "Cases that are not tested or in error block" in report["conformity"]["decision_rule"]
    assert report["report"]["exit_code"] == 0


def test_a_rule_without_a_verdict_blocks(tmp_path: Path) -> None:
    rule = RuleResult(id="R-1", title="R", verdict=Verdict.ERROR)

    parts = _report(tmp_path, _result("A-1"), rules=(rule,))["conformity"]["parts"]

    assert parts[1]["statement"] == "not-determined"
    assert parts[1]["text"] == "1 rule without a verdict: R-1."


def test_several_subjects_get_a_statement_each(tmp_path: Path) -> None:
    report = _report(tmp_path, _result("A-1"), _result("A-2", Verdict.FAIL, sut=Role.EV), devices=(_EV,))

    assert {part["scope"]: part["statement"] for part in report["conformity"]["by_party"]} == {
        "electric vehicle": "does-not-conform",
        "charging station": "conforms",
    }
    assert any("Test car: emulated by this harness" in limit for limit in report["limits"])
    assert "Test car" in render_html(report)


def test_known_failures_alone_end_well_but_conform_to_nothing(tmp_path: Path) -> None:
    known = KnownFailureNote(mechanism="a slow relay")

    report = _report(tmp_path, _result("A-1"), _result("A-2", Verdict.FAIL, known_failure=known))

    assert report["report"]["exit_code"] == 0
    assert report["report"]["known_failures_only"]
    assert report["conformity"]["statement"] == "does-not-conform"
    assert "All failures of this run were known beforehand (A-2)" in render_html(report)


def test_a_known_failure_that_passes_needs_attention(tmp_path: Path) -> None:
    known = KnownFailureNote(mechanism="a slow relay")

    report = _report(tmp_path, _result("A-1", known_failure=known, unexpected_pass=True))

    assert report["report"]["exit_code"] == 1
    assert report["attention"][0]["seen"] == ["a slow relay"]


def test_an_interruption_is_told(tmp_path: Path) -> None:
    report = _report(tmp_path, _result("A-1"), stopped="Ctrl-C")

    assert report["report"]["state"] == "interrupted"
    assert "was interrupted" in report["conformity"]["text"]
    assert "Ctrl-C" in render_html(report)


def test_virtual_time_is_told(tmp_path: Path) -> None:
    report = _report(tmp_path, _result("A-1"), header={"virtual_time": True})

    assert any("virtual clock" in limit for limit in report["limits"])


def test_findings_beyond_a_few_are_counted(tmp_path: Path) -> None:
    many = tuple(Finding(verdict=Verdict.FAIL, what=f"f{n}") for n in range(7))
    offences = tuple(RuleFinding(case="A-1", attempt=1, finding=finding) for finding in many * 4)
    rule = RuleResult(id="R-1", title="R", verdict=Verdict.FAIL, findings=offences)
    result = structs.replace(_result("A-1", Verdict.FAIL), findings=many)

    report = _report(tmp_path, result, rules=(rule,))

    assert [item["seen"][-1] for item in report["attention"]] == ["and 3 more findings", "and 24 more findings"]
    assert report["rules"][0]["findings_omitted"] == 8


def test_features_are_compared_with_what_was_seen(tmp_path: Path) -> None:
    report = _report(tmp_path, _result("A-1"))

    assert {line["feature"]: (line["declared"], line["mismatch"]) for line in report["pics"]} == {
        Feature.ISO20_DC_BPT: (True, False),
        Feature.PAUSE: (True, False),
        Feature.PNC: (False, False),
    }


@pytest.mark.parametrize(
    ("names", "told"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abcdefgh"), "a, b, c, d, e, f and 2 more")],
)
def test_lists_in_sentences(names: list[str], told: str) -> None:
    assert listed(names) == told


def test_plurals() -> None:
    assert (plural(1, "case"), plural(2, "case"), plural(0, "entry", "entries")) == ("1 case", "2 cases", "0 entries")


def test_no_strict_verdict_on_tls_with_a_lenient_tester(tmp_path: Path) -> None:
    lenient = structs.replace(_EV, id="car", emulated=False, lenient=("TLS of any suite",))

    report = _report(tmp_path, _result("A-1"), _result("TLS-1", kind=Kind.TLS), devices=(lenient,))

    statements = {part["scope"]: part["statement"] for part in report["conformity"]["parts"]}
    assert statements == {Kind.SEQUENCE.value: "conforms", Kind.TLS.value: "not-determined"}
    assert report["conformity"]["statement"] == "not-determined"
    assert any("TLS of any suite" in sentence for sentence in report["limits"])
