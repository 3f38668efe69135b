"""A run folder that was touched, cut or told twice does not pass for a whole one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.verdict import Verdict
from harness.store.errors import StoreError
from harness.store.reader import RunReader
from harness.store.records import CaseResult, ResponseTime, RuleResult
from harness.store.writer import RunWriter
from harness.trace.chain import Chain

Make = Callable[..., CaseResult]
Runs = Callable[..., Path]


def _rewrite(folder: Path, change: Callable[[list[dict[str, object]]], None]) -> None:
    """Forge the records, digests and all."""
    path = folder / "run.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        del line["prev_sha256"]
    change(lines)
    chain = Chain()
    path.write_bytes(b"".join(chain.line(line) for line in lines))


def test_a_whole_run_comes_back(make: Runs) -> None:
    run = RunReader.verified(make({"A-1": Verdict.PASS, "A-2": Verdict.NOT_APPLICABLE, "A-3": None}))

    assert run.broken == ()
    assert run.header.run == "r-1"
    assert [(s.case.id, s.verdict) for s in run.standings()] == [
        ("A-1", Verdict.PASS),
        ("A-2", Verdict.NOT_APPLICABLE),
        ("A-3", Verdict.NOT_TESTED),
    ]
    assert "ended before its turn" in run.standings()[2].reason
    assert run.footer is not None
    assert run.footer.counts[Verdict.NOT_TESTED] == 1


def test_attempts_are_kept_and_one_counts(writer: RunWriter, folder: Path, result: Make) -> None:
    writer.result(result("A-1", Verdict.INCONCLUSIVE, attempt=1, counted=False))
    writer.result(result("A-1", Verdict.PASS, attempt=2))
    writer.finish(9.0)
    run = RunReader.verified(folder)

    assert [attempt.verdict for attempt in run.attempts("A-1")] == [Verdict.INCONCLUSIVE, Verdict.PASS]
    assert run.counted["A-1"].attempt == 2
    assert [standing.verdict for standing in run.standings()] == [Verdict.PASS]


def test_a_missing_footer_is_told(writer: RunWriter, folder: Path, result: Make) -> None:
    writer.result(result("A-1"))
    writer.close()

    run = RunReader.open(folder)

    assert "footer is missing" in run.broken[0]
    assert run.counted["A-1"].verdict is Verdict.PASS
    with pytest.raises(StoreError, match="footer is missing"):
        RunReader.verified(folder)


def test_a_line_cut_by_a_crash_keeps_the_ones_before(writer: RunWriter, folder: Path, result: Make) -> None:
    writer.result(result("A-1"))
    writer.result(result("A-2"))
    writer.close()
    path = folder / "run.jsonl"
    path.write_bytes(path.read_bytes()[:-40])

    run = RunReader.open(folder)

    assert list(run.counted) == ["A-1"]
    assert any("cut off" in problem for problem in run.broken)


def test_a_changed_verdict_is_noticed(make: Runs) -> None:
    path = make({"A-1": Verdict.FAIL}) / "run.jsonl"
    path.write_text(path.read_text().replace('"verdict":"FAIL"', '"verdict":"PASS"', 1))

    assert any("does not follow" in problem for problem in RunReader.open(path.parent).broken)


def test_a_line_taken_out_is_noticed(make: Runs) -> None:
    path = make({"A-1": Verdict.FAIL, "A-2": Verdict.PASS}) / "run.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], *lines[3:]]))

    broken = RunReader.open(path.parent).broken

    assert any("does not follow" in problem for problem in broken)
    assert any("footer counts" in problem for problem in broken)


def test_lines_told_twice_are_noticed_although_the_digests_fit(make: Runs) -> None:
    folder = make({"A-1": Verdict.PASS}, rules={"R-1": Verdict.PASS})

    def double(lines: list[dict[str, object]]) -> None:
        lines[1:1] = [lines[1], lines[2], lines[3]]

    _rewrite(folder, double)
    broken = " | ".join(RunReader.open(folder).broken)

    assert "A-1 is planned twice" in broken
    assert "A-1 has two results for attempt 1" in broken
    assert "2 attempts of A-1 count" in broken
    assert "rule R-1 is judged twice" in broken


def test_a_case_without_a_counted_attempt_is_noticed(writer: RunWriter, folder: Path, result: Make) -> None:
    writer.result(result("A-1", counted=False))
    writer.finish(9.0)

    assert RunReader.open(folder).broken == ("0 attempts of A-1 count, it must be one",)


def test_changed_or_missing_evidence_is_noticed(writer: RunWriter, folder: Path, result: Make) -> None:
    refs = tuple(writer.evidence("A-1", 1, name, b"data") for name in ("a.log", "b.log"))
    writer.result(result("A-1", evidence=refs))
    writer.finish(9.0)
    (folder / refs[0].path).write_bytes(b"atad")
    (folder / refs[1].path).unlink()

    broken = RunReader.open(folder).broken

    assert "a.log was changed" in broken[0]
    assert "b.log cannot be read" in broken[1]


def test_evidence_outside_the_folder_is_not_followed(make: Runs) -> None:
    folder = make({"A-1": Verdict.PASS})

    def point_away(lines: list[dict[str, object]]) -> None:
        lines[2]["evidence"] = [{"path": "../../etc/passwd", "sha256": "0" * 64, "media_type": "x", "size": 1}]

    _rewrite(folder, point_away)

    assert RunReader.open(folder).broken == ("../../etc/passwd lies outside the run's evidence",)


def test_a_record_of_another_form_is_noticed(make: Runs) -> None:
    folder = make({"A-1": Verdict.PASS})

    def spoil(lines: list[dict[str, object]]) -> None:
        lines[2]["verdict"] = "MAYBE"

    _rewrite(folder, spoil)

    assert any("is no record of a run" in problem for problem in RunReader.open(folder).broken)


def test_a_folder_without_a_run_is_an_error_to_act_on(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"run\.jsonl cannot be read"):
        RunReader.open(tmp_path)
    (tmp_path / "run.jsonl").write_text("hello\n")
    with pytest.raises(StoreError, match="does not begin with the header"):
        RunReader.open(tmp_path)


def test_a_run_of_another_version_is_refused(make: Runs) -> None:
    folder = make({"A-1": Verdict.PASS})

    def age(lines: list[dict[str, object]]) -> None:
        lines[0]["format_version"] = 99

    _rewrite(folder, age)

    with pytest.raises(StoreError, match="format v2x-run 99"):
        RunReader.open(folder)


def test_results_without_a_plan_count_too(writer: RunWriter, folder: Path, result: Make) -> None:
    writer.result(result("A-9"))
    writer.rule(RuleResult(id="R-1", title="R", verdict=Verdict.PASS))
    writer.finish(9.0)

    assert [standing.case.id for standing in RunReader.verified(folder).standings()] == ["A-9"]


def test_response_times_come_back(writer: RunWriter, folder: Path) -> None:
    measured = ResponseTime(
        device="d", message="SessionSetupReq", count=3, median=0.1, longest=0.4, performance=1.5, timeout=2.0
    )
    writer.response_time(measured)
    writer.finish(9.0)

    assert RunReader.verified(folder).response_times == (measured,)
