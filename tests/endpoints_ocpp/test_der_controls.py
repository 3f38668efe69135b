"""DER controls of OCPP 2.1: set, superseded, begun, ended, reported, cleared, kept over a reboot; alarms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints import operations as do
from harness.endpoints.ocpp_terms import LinkTerms
from harness.framing.ocppj import Dialect
from harness.kit.scene import Scene, asks, does, passes
from harness.kit.workshop import Workshop
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp21 import (
    BootNotification,
    ClearDERControl,
    GetDERControl,
    NotifyDERAlarm,
    NotifyDERStartStop,
    ReportDERControl,
    SetDERControl,
)
from harness.messages.ocpp_time import timestamp
from harness.profile.load import load_device
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]
NEWER = LinkTerms(versions=(Dialect.OCPP21,))


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop((load_device(ROOT / "profiles" / "devices" / "emulated-csms.toml"),))


def played(workshop: Workshop, scene: Scene) -> Trace:
    bench = workshop.bench(Role.CSMS)
    stage = bench._stage
    stage.subject = bench.csms.having(link=NEWER)
    trace = run(bench.play(scene, bench.station.having(link=NEWER)), virtual=True)
    problems = [
        problem for entry in trace if isinstance(entry.message, OcppMessage) for problem in entry.message.problems()
    ]
    assert problems == []
    return trace


def default(name: str, percent: float = 50.0, priority: int = 1) -> Scene:
    said = {"priority": priority, "pctMaxDischargePower": percent}
    return asks(SetDERControl(isDefault=True, controlId=name, controlType="LimitMaxDischarge", limitMaxDischarge=said))


def scheduled(name: str, after: float, lasting: float, priority: int = 1) -> Scene:
    def call(trace: Trace) -> OcppMessage:
        start = timestamp(next(iter(trace)).at + after)
        said = {"priority": priority, "pctMaxDischargePower": 10.0, "startTime": start, "duration": lasting}
        return SetDERControl(isDefault=False, controlId=name, controlType="LimitMaxDischarge", limitMaxDischarge=said)

    return asks(call)


def answers(trace: Trace, action: Any) -> list[dict[str, Any]]:
    return [entry.payload for entry in trace.all(action.response)]


def told(trace: Trace) -> list[tuple[str, bool]]:
    return [(entry.payload["controlId"], entry.payload["started"]) for entry in trace.all(NotifyDERStartStop)]


def test_a_scheduled_control_begins_and_ends(workshop: Workshop) -> None:
    trace = played(workshop, scheduled("one", 60.0, 30.0) + passes(120.0))

    assert told(trace) == [("one", True), ("one", False)]
    begun, ended = trace.all(NotifyDERStartStop)
    assert ended.at - begun.at == pytest.approx(30.0, abs=1.5)


def test_a_new_control_supersedes_its_equals_and_betters_prevail(workshop: Workshop) -> None:
    scene = scheduled("weak", 60.0, 30.0, 5) + scheduled("strong", 70.0, 60.0, 1) + scheduled("late", 80.0, 10.0, 3)

    trace = played(workshop, scene + passes(200.0) + asks(GetDERControl(requestId=1)))

    assert [one.get("supersededIds") for one in answers(trace, SetDERControl)] == [None, ["weak"], None]
    assert told(trace) == [("strong", True), ("strong", False)]
    assert answers(trace, GetDERControl) == [{"status": "NotFound"}]


def test_what_is_set_is_reported_and_outlives_a_boot(workshop: Workshop) -> None:
    curve = {"priority": 0, "yUnit": "PctMaxW", "curveData": [{"x": 60.2, "y": 100}, {"x": 61.5, "y": 0}]}
    watt = asks(SetDERControl(isDefault=True, controlId="f", controlType="FreqWatt", curve=curve))
    more = tuple(step for number in range(4) for step in scheduled(f"s{number}", 1000.0 + 100 * number, 50.0))
    ask = asks(GetDERControl(requestId=9)) + passes(2.0)

    trace = played(workshop, watt + default("d") + more + does(do.reboot()) + passes(30.0) + ask)

    reports = [entry.payload for entry in trace.all(ReportDERControl)]
    assert [report["tbc"] for report in reports] == [True, False]
    assert len(trace.all(BootNotification)) == 2
    found = [one["id"] for report in reports for part in ("curve", "limitMaxDischarge") for one in report.get(part, [])]
    assert sorted(found) == ["d", "f", "s0", "s1", "s2", "s3"]


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (SetDERControl(isDefault=True, controlId="x", controlType="WattPF"), "NotSupported"),
        (SetDERControl(isDefault=True, controlId="x", controlType="VoltVar"), "Rejected"),
        (
            SetDERControl(
                isDefault=False, controlId="x", controlType="LimitMaxDischarge", limitMaxDischarge={"priority": 1}
            ),
            "Rejected",
        ),
        (GetDERControl(requestId=1, controlType="WattPF"), "NotSupported"),
        (ClearDERControl(isDefault=True), "NotFound"),
    ],
)
def test_what_is_refused(workshop: Workshop, call: OcppMessage, status: str) -> None:
    trace = played(workshop, asks(call))

    entry = next(one for one in trace if one.message is not None and one.message.action == call.action)
    assert trace.answer_to(entry).payload["status"] == status


def test_what_is_cleared_while_in_force_ends(workshop: Workshop) -> None:
    clear = asks(ClearDERControl(isDefault=False, controlId="one"))

    trace = played(workshop, scheduled("one", 10.0, 300.0) + passes(20.0) + clear + passes(5.0))

    assert told(trace) == [("one", True), ("one", False)]


def test_an_alarm_is_told_once_and_once_over(workshop: Workshop) -> None:
    event, over = do.grid_event("VoltWatt", "OverVoltage"), do.grid_event_over("VoltWatt", "OverVoltage")

    trace = played(workshop, does(event) + does(event) + does(over) + does(over) + passes(2.0))

    assert [entry.payload.get("alarmEnded", False) for entry in trace.all(NotifyDERAlarm)] == [False, True]
