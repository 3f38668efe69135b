"""JUnit, CSV and Markdown say the same as the report, and everything is made from `report.json` alone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]

from harness.core.errors import UserError
from harness.report.build import build
from harness.report.example import keep, main
from harness.report.junit import render_junit
from harness.report.markdown import render_markdown
from harness.report.printable import outline, printable
from harness.report.render import render, render_again, renderings
from harness.report.tables import render_requirements_csv, render_results_csv
from harness.store.reader import RunReader


@pytest.fixture
def report(run_folder: Path) -> dict[str, Any]:
    return build(RunReader.verified(run_folder))


def test_junit_counts_and_keeps_the_true_verdict(report: dict[str, Any]) -> None:
    root = etree.fromstring(render_junit(report))
    cases = {case.find("properties/property[@name='id']").get("value"): case for case in root.iter("testcase")}

    assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "9",
        "failures": "3",
        "errors": "1",
        "skipped": "3",
    }
    assert "must be OK_NewSessionEstablished" in cases["ISO20-STN-SSU-003"].find("failure").text
    assert cases["OCPP-STN-007"].find("error") is not None
    assert cases["ISO20-STN-AUT-009"].find("skipped").get("message").startswith("N/A: the device does not claim")
    assert cases["TLS-STN-014[expired]"].find("properties/property[@name='verdict']").get("value") == "INCONCLUSIVE"
    assert cases["AVL-STN-001"].find("failure") is None
    assert cases["RULE-OCPP-SEQ"].find("failure") is not None


def test_csv_has_a_line_for_each_attempt_and_each_case_that_did_not_run(report: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(render_results_csv(report))))

    assert [(row["case"], row["attempt"], row["verdict"]) for row in rows][:3] == [
        ("ISO20-STN-SSU-003", "1", "INCONCLUSIVE"),
        ("ISO20-STN-SSU-003", "2", "FAIL"),
        ("AVL-STN-001", "1", "PASS"),
    ]
    assert {row["case"] for row in rows if not row["attempt"]} == {"OCPP-STN-006", "ISO20-STN-AUT-009"}


def test_cells_are_never_formulas(report: dict[str, Any]) -> None:
    report["results"][0]["title"] = '=HYPERLINK("x")'

    rows = list(csv.DictReader(io.StringIO(render_results_csv(report))))

    assert rows[0]["title"] == '\'=HYPERLINK("x")'


def test_the_requirement_matrix_pairs_requirements_with_cases(report: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(render_requirements_csv(report))))

    assert {(row["requirement"], row["case"], row["verdict"]) for row in rows} >= {
        ("V2G20-443", "ISO20-STN-SSU-003", "FAIL"),
        ("V2G20-443", "AVL-STN-001", "PASS"),
        ("V2G20-999", "ISO20-STN-AUT-009", "NOT_APPLICABLE"),
    }


def test_markdown_lets_nothing_through_as_markup(report: dict[str, Any]) -> None:
    text = render_markdown(report)

    assert text.startswith("# Nordlicht BX-60: Does not conform\n")
    assert "\\<script\\>alert" in text
    assert "| data availability |" in text
    assert "TLS-STN-014\\[expired\\]" in text


def test_render_writes_all_and_the_manifest_holds(run_folder: Path) -> None:
    paths = render(run_folder)

    assert set(paths) == {
        "report.json",
        "report.html",
        "junit.xml",
        "results.csv",
        "requirements.csv",
        "summary.md",
        "manifest-sha256.txt",
    }
    lines = paths["manifest-sha256.txt"].read_text().splitlines()
    for line in lines:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((run_folder / name).read_bytes()).hexdigest() == digest
    assert {"run.jsonl", "report.html", "evidence/AVL-STN-001/attempt-1/trace.jsonl"} <= {
        line.split("  ", 1)[1] for line in lines
    }


def test_rendering_again_changes_nothing(run_folder: Path) -> None:
    before = {name: path.read_bytes() for name, path in render(run_folder).items()}

    render_again(run_folder / "report.json")
    render(run_folder)

    assert {name: (run_folder / name).read_bytes() for name in before} == before


def test_report_json_alone_is_enough(run_folder: Path, tmp_path: Path) -> None:
    paths = render(run_folder)
    alone = tmp_path / "alone" / "report.json"
    alone.parent.mkdir()
    alone.write_bytes(paths["report.json"].read_bytes())

    again = render_again(alone)

    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: paths[name].read_bytes() for name in again
    }


def test_a_run_can_be_kept_as_the_example(run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = tmp_path / "example"

    assert main([str(run_folder), str(example)]) == 0
    assert "report.html" in capsys.readouterr().out
    assert (example / "run.jsonl").read_bytes() == (run_folder / "run.jsonl").read_bytes()
    assert not (example / "evidence").exists()
    assert main([str(tmp_path / "nowhere"), str(example)]) == 2
    assert "cannot be read" in capsys.readouterr().err
    (run_folder / "run.jsonl").write_text("")
    with pytest.raises(UserError):
        keep(run_folder, example)


def test_the_example_of_the_project_is_what_this_code_renders() -> None:
    example = Path(__file__).parents[2] / "reports" / "example"
    report = json.loads((example / "report.json").read_text(encoding="utf-8"))

    for name, data in renderings(report).items():
        assert (example / name).read_bytes() == data, f"{name}: run `python -m harness.report.example`"


def test_acting_characters_are_shown() -> None:
    told = {"a\x00": ["b\x1b[31m", "c\u202ed", "\ud800", 1, None, "tab\tline\n"]}

    assert printable(told) == {"a␀": ["b␛[31m", "c⟨U+202E⟩d", "⟨U+D800⟩", 1, None, "tab\tline\n"]}


def test_outline_of_nested_values() -> None:
    value = {"a": {"b": [1, {"c": None}], "d": {}}, "e": True}

    assert outline(value) == "a:\n  b:\n    - 1\n    - c: null\n  d: (empty)\ne: true"
    assert outline({"a": "x\nResponseCode: OK"}) == "a: x⏎ResponseCode: OK"
