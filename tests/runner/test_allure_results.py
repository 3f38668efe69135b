"""Allure results carry what a verdict was made of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from harness.runner.options import Options
from harness.trace import jsonl
from tests.runner.conftest import Go, finish

SUITE = '''
@declared(1, cites=("V2G20-459", "V2G20-460"))
async def test_passes(bench, judge):
    """A station is asked."""
    trace = await bench.run(until=seen(SessionSetupRes))
    judge.some("responses", trace.all(SessionSetupRes))
    judge.notice("by the way", "it is quick")


@declared(2)
async def test_fails(bench, judge):
    """It does not."""
    judge.holds("good", True, "as it should be")
    judge.holds("bad", False, "as it should not be")


@declared(3)
async def test_awaits(bench, judge):
    """It waits."""
    trace = await bench.run(until=seen(SessionSetupRes))
    trace.one(Heartbeat)


@declared(4)
async def test_breaks(bench, judge):
    """It breaks."""
    raise RuntimeError("oops")


@pytest.mark.parametrize("word", ["a"], ids=["variant"])
@declared(5)
async def test_variant(bench, judge, word):
    """It varies."""
    judge.holds("good", True)
'''


@pytest.fixture
def results(go: Go, tmp_path: Path) -> dict[str, dict[str, Any]]:
    folder = tmp_path / "allure"
    go(SUITE, allure=folder)
    found = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    return {one["name"].split()[0].removeprefix("ISO20-STN-TST-"): one for one in found}


def labels(result: dict[str, Any], name: str) -> list[str]:
    return [label["value"] for label in result["labels"] if label["name"] == name]


def test_every_verdict_has_its_colour(results: dict[str, dict[str, Any]]) -> None:
    assert {name: (one["status"], labels(one, "verdict")) for name, one in results.items()} == {
        "001": ("passed", ["PASS"]),
        "002": ("failed", ["FAIL"]),
        "003": ("skipped", ["INCONCLUSIVE"]),
        "004": ("broken", ["ERROR"]),
        "005[variant]": ("passed", ["PASS"]),
    }


def test_a_result_is_labelled_by_the_case(results: dict[str, dict[str, Any]]) -> None:
    passed = results["001"]
    assert passed["name"] == "ISO20-STN-TST-001 The station does it 1"
    assert passed["description"] == "A station is asked."
    assert labels(passed, "as_id") == ["ISO20-STN-TST-001"]
    assert labels(passed, "feature") == ["message sequence"]
    assert labels(passed, "sut") == ["station"]
    assert labels(passed, "requirement") == ["V2G20-459", "V2G20-460"]


def test_every_finding_is_a_step(results: dict[str, dict[str, Any]]) -> None:
    assert [(step["name"], step["status"]) for step in results["002"]["steps"]] == [
        ("good: as it should be", "passed"),
        ("bad: as it should not be", "failed"),
    ]
    assert results["001"]["steps"][1]["name"] == "by the way: it is quick"
    assert results["003"]["steps"][0]["name"] == "what was awaited: Heartbeat was never seen"


def test_traces_are_attached_and_can_be_read(results: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    (attached,) = results["001"]["attachments"]
    assert (attached["name"], attached["type"]) == ("trace 1", "application/jsonl")
    assert len(jsonl.read_file(tmp_path / "allure" / attached["source"])) > 5
    assert "attachments" not in results["004"]


def test_the_event_loop_is_no_parameter_of_a_case(results: dict[str, dict[str, Any]]) -> None:
    shown = {
        name: [one["name"] for one in result["parameters"] if one.get("mode") != "hidden"]
        for name, result in results.items()
    }
    assert shown == {"001": [], "002": [], "003": [], "004": [], "005[variant]": ["word"]}


def test_a_case_has_one_history_over_all_runs(prepare: Callable[..., Options], tmp_path: Path) -> None:
    options = prepare(SUITE)
    histories = []
    for name in ("one", "two"):
        finish(replace(options, folder=tmp_path / name), allure=tmp_path / f"allure-{name}")
        found = (tmp_path / f"allure-{name}").glob("*-result.json")
        histories.append({json.loads(path.read_text())["historyId"] for path in found})
    assert histories[0] == histories[1]
    assert len(histories[0]) == 5
