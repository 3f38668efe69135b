"""The RPC cases against a station and a backend of the PyPI package `ocpp`: what deviates is found, nothing errs."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.runner.execute import execute
from harness.trace.jsonl import read
from tests.interop_ocpp.package_sides import ROOT, runnables, tried, workshop

RECORDED = ROOT / "fixtures" / "traces" / "ocpp"
DEVIATIONS = {
    "002[id_as_number]": "answers with the number for an id",
    "002[id_null]": "answers with null for an id",
    "002[id_empty]": "answers with an empty id",
    "002[id_too_long]": "answers with an id of 37 characters",
    "002[no_payload]": "drops a call whose id it could read",
    "002[five_elements]": "drops a call whose id it could read",
    "002[action_as_number]": "says NotSupported of what does not exist",
    "002[action_with_suffix]": "says NotSupported of what does not exist",
    "002[action_in_capitals]": "says NotSupported of what does not exist",
    "003[timestamp]": "takes any text for a timestamp",
    "004[unknown]": "says NotSupported of what does not exist",
    "004[unsupported]": "says NotImplemented of what it has no handler for",
}
"""What the package does otherwise than Part 4 has it, by the ends of case ids; both sides share its RPC layer."""
PREFIX = {Role.CSMS: "OCPP-CSMS-RPC-", Role.STATION: "OCPP-STN-RPC-"}
CASES = [(role, case_id) for role in PREFIX for case_id in runnables(role)]


def expected(role: Role, case_id: str) -> Verdict:
    return Verdict.FAIL if case_id.removeprefix(PREFIX[role]) in DEVIATIONS else Verdict.PASS


@pytest.mark.parametrize(("role", "case_id"), CASES, ids=[case_id for _, case_id in CASES])
def test_what_deviates_is_found(role: Role, case_id: str) -> None:
    outcome = tried(role, case_id)
    told = "\n".join(f"{one.verdict} {one.what}: {one.detail}" for one in outcome.findings)
    assert outcome.verdict is expected(role, case_id), told


def test_every_deviation_has_its_case() -> None:
    found = {case_id.removeprefix(PREFIX[role]) for role, case_id in CASES}
    assert set(DEVIATIONS) <= found


RECORDINGS = sorted(RECORDED.glob("package-*.jsonl"))


def test_there_are_recordings_of_both_sides() -> None:
    assert {path.name.split("-")[1] for path in RECORDINGS} == {"csms", "station"}


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recorded_session_is_judged_as_it_was(path: Path) -> None:
    role = Role(path.stem.split("-")[1])
    case_id = PREFIX[role] + path.stem.split("-", 2)[2].replace(".", "[") + ("]" if "." in path.stem else "")
    bench = workshop(role).bench(role, replay=[read(path.read_bytes())])
    outcome = execute(runnables(role)[case_id], bench, virtual=True)
    assert outcome.verdict is expected(role, case_id)
