"""The report says what the store says: no more, no less, and never better."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.core.case import Role
from harness.report.build import build, subject
from harness.report.document import ReportError, dump, load, problems, schema
from harness.standards.catalogue import requirement
from harness.store.reader import RunReader
from harness.store.records import DeviceRecord

CANARY = "hunter2-hunter2-hunter2"


@pytest.fixture
def report(run_folder: Path) -> dict[str, Any]:
    return build(RunReader.verified(run_folder))


def _result(report: dict[str, Any], case_id: str) -> dict[str, Any]:
    return next(dict(result) for result in report["results"] if result["id"] == case_id)


def test_it_keeps_to_its_schema(report: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(report, schema(), format_checker=jsonschema.FormatChecker())
    assert problems(report) == []


def test_the_schema_refuses_what_is_no_report(report: dict[str, Any]) -> None:
    spoils: list[Callable[[Any], Any]] = [
        lambda r: r.pop("limits"),
        lambda r: r["results"][0].update(verdict="MAYBE"),
        lambda r: r["results"][0]["attempts"][0].update(remark="x"),
        lambda r: r["integrity"]["records"].update(sha256="x"),
    ]
    for spoil in spoils:
        spoilt = json.loads(dump(report))
        spoil(spoilt)
        assert problems(spoilt)


def test_the_same_run_gives_the_same_report(run_folder: Path, report: dict[str, Any]) -> None:
    assert dump(build(RunReader.verified(run_folder))) == dump(report)
    assert json.loads(dump(report)) == report


def test_statement_and_its_parts(report: dict[str, Any]) -> None:
    conformity = report["conformity"]
    parts = {part["scope"]: part["statement"] for part in conformity["parts"]}

    assert conformity["statement"] == "does-not-conform"
    assert parts == {
        "message sequence": "does-not-conform",
        "TLS chain": "not-determined",
        "interruption and resumption": "does-not-conform",
        "data availability": "conforms",
        "OCPP conversation": "not-determined",
        "rules over every trace": "does-not-conform",
    }
    assert "3 of 6 parts do not conform" in conformity["text"]
    assert report["report"]["exit_code"] == 2


def test_a_known_failure_stays_a_failure(report: dict[str, Any]) -> None:
    outage = _result(report, "RES-STN-004")

    assert outage["verdict"] == "FAIL"
    assert outage["known_failure"]["expires"] == "2027-01-31"
    assert report["summary"]["known_failures"] == ["RES-STN-004"]


def test_every_attempt_is_there_and_one_counts(report: dict[str, Any]) -> None:
    attempts = _result(report, "ISO20-STN-SSU-003")["attempts"]

    assert [(a["attempt"], a["verdict"], a["counted"]) for a in attempts] == [
        (1, "INCONCLUSIVE", False),
        (2, "FAIL", True),
    ]
    assert attempts[0]["traces"] == []
    assert [row["n"] for row in attempts[1]["traces"][0]["rows"]] == list(range(1, 14))


def test_what_did_not_run_is_listed_with_its_reason(report: dict[str, Any]) -> None:
    assert _result(report, "ISO20-STN-AUT-009")["verdict"] == "NOT_APPLICABLE"
    assert "does not claim pnc" in _result(report, "ISO20-STN-AUT-009")["reason"]
    assert _result(report, "OCPP-STN-006")["verdict"] == "NOT_TESTED"
    assert [line["feature"] for line in report["plan"] if not line["runs"]] == ["pnc"]


def test_requirements_are_met_only_if_all_of_their_cases_passed(report: dict[str, Any]) -> None:
    statuses = {requirement["id"]: requirement["status"] for requirement in report["requirements"]}

    assert statuses == {
        "B11.FR.01": "inconclusive",
        "E01.FR.07": "not-met",
        "E04.FR.01": "not-met",
        "F03.FR.01": "not-covered",
        "K15.FR.01": "met",
        "V2G20-443": "not-met",
        "V2G20-999": "not-covered",
    }


def test_requirements_say_what_they_ask_and_how_well_that_is_known(report: dict[str, Any]) -> None:
    told = {requirement["id"]: requirement for requirement in report["requirements"]}

    for name in ("V2G20-443", "F03.FR.01"):
        known = requirement(name)
        assert known is not None
        assert (told[name]["gist"], told[name]["document"]) == (known.gist, known.document)
        assert told[name]["confidence"] == known.confidence.value
    assert told["V2G20-443"]["hint"] == ""
    assert "not verified" in told["F03.FR.01"]["hint"]
    assert (told["V2G20-999"]["gist"], told["V2G20-999"]["confidence"]) == ("", "")


def test_a_requirement_that_only_a_finding_cites_is_listed_with_what_the_finding_says(report: dict[str, Any]) -> None:
    told = {requirement["id"]: requirement["cases"] for requirement in report["requirements"]}

    assert {"id": "RES-STN-004", "verdict": "FAIL"} in told["V2G20-443"]


def test_response_times_are_reported_beside_their_limits(report: dict[str, Any]) -> None:
    (taken,) = report["response_times"]

    assert (taken["role"], taken["message"], taken["count"]) == ("station", "DC_ChargeLoopReq", 40)
    assert (taken["longest"], taken["performance"], taken["timeout"]) == (0.31, 0.25, 0.5)


def test_several_emulated_subjects_share_a_short_title() -> None:
    def device(role: Role, *, emulated: bool = True) -> DeviceRecord:
        return DeviceRecord(id=role.value, title=f"The {role}", role=role, emulated=emulated)

    trio = tuple(map(device, (Role.STATION, Role.EV, Role.CSMS)))

    assert subject(trio) == "Emulated trio: station, EV, backend"
    assert subject(trio[:2]) == "Emulated pair: station, EV"
    assert subject(trio[:1]) == "The station"
    assert subject((*trio[:1], device(Role.EV, emulated=False))) == "The station and The ev"
    assert subject(()) == "no device named"


def test_attention_is_in_plain_words_and_worst_first(report: dict[str, Any]) -> None:
    told = report["attention"]

    assert [item["verdict"] for item in told] == [
        "FAIL",
        "FAIL",
        "FAIL",
        "ERROR",
        "INCONCLUSIVE",
        "NOT_TESTED",
        "REPORTED",
    ]
    assert told[0]["headline"] == "An unknown session id opens a new session"
    assert "(entry 11, SessionSetupRes, 0.200 s into the session)" in told[0]["seen"][0]
    assert told[2]["known"].startswith("Known: the queue holds ten events")
    assert "denied in the device profile, seen in the run" in told[6]["headline"]


def test_availability_tells_how_far_each_datum_got(report: dict[str, Any]) -> None:
    matrix = {
        row["name"]: (row["offered_by_ev"], row["reached_charger"], row["reached_csms"], row["ok"])
        for row in report["availability"]
    }

    assert matrix == {
        "state of charge": (True, True, True, True),
        "departure time": (True, True, False, False),
        "battery capacity": (False, False, False, False),
        "discharge power": (True, True, False, False),
    }


def test_self_validation_names_who_caught_what(report: dict[str, Any]) -> None:
    validation = report["self_validation"]

    assert {row["id"]: row["killed_by"] for row in validation["mutants"]} == {
        "joins-strangers": ["ISO20-STN-SSU-003"],
        "mute-soc": ["AVL-STN-001"],
    }
    assert (validation["killed"], validation["total"]) == (2, 2)
    assert "RES-STN-004" in validation["cases_never_seen_to_fail"]


def test_long_loops_are_folded_but_never_what_a_finding_cites(report: dict[str, Any]) -> None:
    trace = _result(report, "AVL-STN-001")["attempts"][0]["traces"][0]
    folds = [row for row in trace["rows"] if "fold" in row]
    shown = {row["n"] for row in trace["rows"] if "fold" not in row}

    assert folds
    assert {15, 34} <= shown
    assert len(shown) + sum(fold["fold"]["count"] for fold in folds) == trace["entries"]
    assert len(trace["rows"]) < trace["entries"]


def test_no_secret_is_told(run_folder: Path, report: dict[str, Any]) -> None:
    assert CANARY not in dump(report)
    assert all(CANARY.encode() not in path.read_bytes() for path in run_folder.rglob("*") if path.is_file())


def test_a_broken_run_concludes_nothing(run_folder: Path) -> None:
    path = run_folder / "run.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))

    report = build(RunReader.open(run_folder))

    assert problems(report) == []
    assert report["report"]["state"] == "broken"
    assert report["conformity"]["statement"] == "not-determined"
    assert "footer is missing" in report["conformity"]["text"]
    assert not report["integrity"]["complete"]


def test_a_spoilt_trace_is_named_not_shown(run_folder: Path) -> None:
    trace = run_folder / "evidence/AVL-STN-001/attempt-1/trace.jsonl"
    trace.write_bytes(trace.read_bytes().replace(b"40", b"41"))

    report = build(RunReader.open(run_folder))
    shown = _result(report, "AVL-STN-001")["attempts"][0]["traces"][0]

    assert shown["rows"] == []
    assert "does not follow" in shown["problem"]
    assert report["report"]["exit_code"] == 2


def test_a_large_run_stays_within_its_budget(make_run: Callable[..., Path]) -> None:
    report = build(RunReader.verified(make_run(cases=60)))

    assert len(dump(report)) < 2_000_000
    assert problems(report) == []


def test_a_large_run_shows_all_of_its_failures_and_what_passing_findings_rest_on(make_run: Callable[..., Path]) -> None:
    report = build(RunReader.verified(make_run(cases=60)))

    for case_id in ("ISO20-STN-SSU-003", "RES-STN-004"):
        assert _result(report, case_id)["attempts"][-1]["traces"][0]["views_omitted"] == 0
    last = _result(report, "AVL-STN-060")["attempts"][0]["traces"][0]
    assert {row["n"] for row in last["rows"] if "view" in row} >= {15, 34}
    assert last["views_omitted"] > 0


def test_loading_says_what_is_wrong(run_folder: Path, report: dict[str, Any]) -> None:
    path = run_folder / "report.json"
    path.write_text(dump(report), encoding="utf-8")

    assert load(path) == report
    path.write_text("{")
    with pytest.raises(ReportError, match="is no JSON"):
        load(path)
    path.write_text("{}")
    with pytest.raises(ReportError, match="required property"):
        load(path)
    with pytest.raises(ReportError, match="cannot be read"):
        load(run_folder / "nowhere.json")
