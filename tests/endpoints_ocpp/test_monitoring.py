"""Monitors of an emulated station: set, refused, listed, cleared; what they tell, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints import operations as do
from harness.endpoints.station.station import Station
from harness.endpoints.station.upkeep_terms import MonitoringTerms
from harness.kit.ocpp_states import charging, plugged_in, stopped_locally
from harness.kit.scene import Scene, asks, breaks, does, passes
from harness.kit.workshop import Workshop
from harness.messages.ocpp import (
    ClearVariableMonitoring,
    GetMonitoringReport,
    NotifyEvent,
    NotifyMonitoringReport,
    SetMonitoringBase,
    SetMonitoringLevel,
    SetVariableMonitoring,
)
from harness.profile.load import load_device
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]
EVSE = {"name": "EVSE", "evse": {"id": 1}}
STATE = {"component": EVSE, "variable": {"name": "AvailabilityState"}}
POWER = {"component": EVSE, "variable": {"name": "Power"}}
UPPER = {**POWER, "type": "UpperThreshold", "value": 1000.0, "severity": 5}
DELTA = {**STATE, "type": "Delta", "value": 1.0, "severity": 5}


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop((load_device(ROOT / "profiles" / "devices" / "emulated-station.toml"),))


def played(workshop: Workshop, scene: Scene, **terms: Any) -> Trace:
    bench = workshop.bench(Role.STATION)
    if terms:
        subject = bench._stage.subject  # the emulated device, as a case never sees it
        assert isinstance(subject, Station)
        bench._stage.subject = subject.set(monitoring=MonitoringTerms(**terms))
    return run(bench.play(scene, limit=900.0), virtual=True)


def setting(*wanted: dict[str, Any]) -> Scene:
    return asks(SetVariableMonitoring(setMonitoringData=list(wanted)))


def seen(trace: Trace) -> list[dict[str, Any]]:
    events = [event for entry in trace.all(NotifyEvent) for event in entry.payload["eventData"]]
    return [event for event in events if "variableMonitoringId" in event]


def results(trace: Trace) -> list[dict[str, Any]]:
    answers = trace.all(SetVariableMonitoring.response)
    return [one for answer in answers for one in answer.payload["setMonitoringResult"]]


def test_a_threshold_is_passed_and_left(workshop: Workshop) -> None:
    trace = played(workshop, setting(UPPER) + charging() + passes(5.0) + stopped_locally() + passes(5.0))
    passed, left = seen(trace)
    assert (passed["trigger"], passed["eventNotificationType"]) == ("Alerting", "CustomMonitor")
    assert float(passed["actualValue"]) > 1000.0
    assert "transactionId" in passed
    assert "cleared" not in passed
    assert left["cleared"] is True
    assert left["cause"] == passed["eventId"]


def test_a_change_is_told(workshop: Workshop) -> None:
    trace = played(workshop, setting(DELTA) + plugged_in() + passes(3.0))
    assert [(one["trigger"], one["actualValue"]) for one in seen(trace)] == [("Delta", "Occupied")]


@pytest.mark.parametrize("kind", ["Periodic", "PeriodicClockAligned"])
def test_a_value_is_told_from_time_to_time(workshop: Workshop, kind: str) -> None:
    trace = played(workshop, setting({**STATE, "type": kind, "value": 10.0, "severity": 8}) + passes(35.0))
    told = seen(trace)
    assert {one["trigger"] for one in told} == {"Periodic"}
    assert len(told) in {3, 4}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"component": {"name": "Nothing"}}, "UnknownComponent"),
        ({"component": {"name": "EVSE", "evse": {"id": 9}}}, "UnknownComponent"),
        ({"variable": {"name": "Nothing"}}, "UnknownVariable"),
        ({"value": -1.0, "type": "Delta"}, "Rejected"),
        ({"value": 1e9}, "Rejected"),
        ({"value": 0.0, "type": "Periodic"}, "Rejected"),
        ({"severity": 10}, "Rejected"),
        ({"id": 4711}, "Rejected"),
        ({**STATE}, "UnsupportedMonitorType"),
        ({"component": {"name": "ChargingStation"}, "variable": {"name": "Model"}}, "UnsupportedMonitorType"),
        ({"value": 1e-9}, "Accepted"),
    ],
)
def test_what_can_be_monitored(workshop: Workshop, changes: dict[str, Any], status: str) -> None:
    (result,) = results(played(workshop, setting({**UPPER, **changes})))
    assert result["status"] == status
    assert ("id" in result) is (status == "Accepted")


def test_the_same_monitor_is_not_set_twice(workshop: Workshop) -> None:
    trace = played(workshop, setting(UPPER) + setting({**UPPER, "value": 5.0}, {**UPPER, "severity": 4}))
    assert [one["status"] for one in results(trace)] == ["Accepted", "Duplicate", "Accepted"]


def test_a_monitor_is_replaced_by_its_number(workshop: Workshop) -> None:
    again = asks(
        lambda trace: SetVariableMonitoring(setMonitoringData=[{**UPPER, "id": results(trace)[0]["id"], "value": 2.0}])
    )
    other = asks(lambda trace: SetVariableMonitoring(setMonitoringData=[{**DELTA, "id": results(trace)[0]["id"]}]))
    trace = played(workshop, setting(UPPER) + again + other + asks(GetMonitoringReport(requestId=1)) + passes(2.0))
    assert [one["status"] for one in results(trace)] == ["Accepted", "Accepted", "Rejected"]
    (monitored,) = trace.one(NotifyMonitoringReport).payload["monitor"]
    assert [one["value"] for one in monitored["variableMonitoring"]] == [2.0]


def test_monitors_are_listed_by_kind_and_place(workshop: Workshop) -> None:
    by_kind = asks(GetMonitoringReport(requestId=1, monitoringCriteria=["DeltaMonitoring"])) + passes(1.0)
    by_place = asks(GetMonitoringReport(requestId=2, componentVariable=[POWER])) + passes(1.0)
    neither = asks(GetMonitoringReport(requestId=3, monitoringCriteria=["PeriodicMonitoring"]))
    trace = played(workshop, setting(UPPER, DELTA) + by_kind + by_place + neither)
    told = [entry.payload["monitor"][0]["variable"]["name"] for entry in trace.all(NotifyMonitoringReport)]
    assert told == ["AvailabilityState", "Power"]
    assert trace.last(GetMonitoringReport.response).payload["status"] == "EmptyResultSet"


def test_what_is_wired_stays(workshop: Workshop) -> None:
    clearing = asks(ClearVariableMonitoring(id=[1, 2, 99]))
    base = asks(SetMonitoringBase(monitoringBase="FactoryDefault"))
    report = asks(GetMonitoringReport(requestId=1)) + passes(1.0)
    trace = played(workshop, clearing + base + report, hard_wired=(UPPER,), factory=(DELTA,))
    statuses = [one["status"] for one in trace.one(ClearVariableMonitoring.response).payload["clearMonitoringResult"]]
    assert statuses == ["Rejected", "Accepted", "NotFound"]
    assert len(trace.one(NotifyMonitoringReport).payload["monitor"]) == 2


def test_less_severe_events_are_left_out(workshop: Workshop) -> None:
    quiet = asks(SetMonitoringLevel(severity=4)) + setting(DELTA, {**DELTA, "severity": 4}) + plugged_in() + passes(3.0)
    trace = played(workshop, quiet + asks(SetMonitoringLevel(severity=10)))
    assert len(seen(trace)) == 1
    assert [one.payload["status"] for one in trace.all(SetMonitoringLevel.response)] == ["Accepted", "Rejected"]


def test_severe_events_wait_for_the_backend(workshop: Workshop) -> None:
    wanted = setting({**DELTA, "severity": 2}, {**DELTA, "severity": 7})
    away = breaks(20.0) + passes(2.0) + does(do.plug_in(draws=False)) + passes(60.0)
    trace = played(workshop, wanted + away)
    numbers = [one["id"] for one in results(trace)]
    assert [one["variableMonitoringId"] for one in seen(trace)] == numbers[:1]


def test_monitors_outlive_a_boot(workshop: Workshop) -> None:
    trace = played(workshop, setting(DELTA) + does(do.reboot()) + passes(20.0) + plugged_in() + passes(3.0))
    assert [one["actualValue"] for one in seen(trace)] == ["Occupied"]


def test_too_many_at_once_are_refused(workshop: Workshop) -> None:
    many = [{**UPPER, "value": float(number)} for number in range(21)]
    trace = played(workshop, setting(*many))
    assert not trace.all(SetVariableMonitoring.response)
