"""Bidirectional charging by OCPP 2.1: setpoints, dynamic schedules, curves, signals, outages; what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.endpoints import operations as do
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ocpp_terms import LinkTerms
from harness.endpoints.station.ocpp.operation_mode import objection, on_curve
from harness.endpoints.station.station import Station
from harness.framing.ocppj import Dialect
from harness.kit.bench import Bench
from harness.kit.ocpp_states import running
from harness.kit.scene import Scene, asks, breaks, does, hears, passes
from harness.kit.workshop import Workshop
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import OcppMessage, TransactionEvent
from harness.messages.ocpp21 import (
    AFRRSignal,
    NotifyAllowedEnergyTransfer,
    NotifyEVChargingNeeds,
    PullDynamicScheduleUpdate,
    SetChargingProfile,
    UpdateDynamicSchedule,
)
from harness.messages.ocpp_time import timestamp
from harness.profile.load import load_device
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]
NEWER = LinkTerms(versions=(Dialect.OCPP21,))
CURVE = [{"frequency": 59.5, "power": -5000.0}, {"frequency": 60.5, "power": 5000.0}]
SIGNALS = [{"signal": -100, "power": -2000.0}, {"signal": 100, "power": 2000.0}]


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop((load_device(ROOT / "profiles" / "devices" / "emulated-station.toml"),))


def played(workshop: Workshop, scene: Scene, csms: Csms | None = None, *, seconds: float = 40.0) -> Trace:
    good = workshop.bench(Role.STATION)
    stage = good._stage
    assert isinstance(stage.subject, Station)
    bench = Bench(replace(stage, subject=stage.subject.set(site_plan=()).having(link=NEWER)))
    backend = (csms or bench.csms).having(link=NEWER, profile=None)
    begun = hears(TransactionEvent, where=_charges, within=60.0)
    return run(bench.play(begun + scene, backend, bench.ev.charging_for(seconds), plug=True), virtual=True)


def _charges(entry: Any) -> bool:
    return bool(entry.payload["transactionInfo"].get("chargingState") == "Charging")


def profile(trace: Trace, period: dict[str, Any], kind: str = "Absolute", **more: Any) -> OcppMessage:
    schedule: dict[str, Any] = {
        "id": 1,
        "chargingRateUnit": "W",
        "chargingSchedulePeriod": [{"startPeriod": 0, **period}],
    }
    if kind == "Absolute":
        schedule["startSchedule"] = timestamp(tuple(trace)[-1].at)
    made = {
        "id": 100,
        "stackLevel": 1,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": kind,
        "transactionId": running(trace),
        "chargingSchedule": [schedule],
        **more,
    }
    return SetChargingProfile(evseId=1, chargingProfile=made)


def central(watts: float, **more: Any) -> dict[str, Any]:
    return {"operationMode": "CentralSetpoint", "setpoint": watts, **more}


def powers(trace: Trace) -> list[int]:
    """What the station shows the EV of the power that flows, a change each."""
    shown = [entry.message for entry in trace.all(DcChargeLoopRes)]
    watts = [round(float(one.evse_present_voltage) * float(one.evse_present_current), -2) for one in shown]
    return [int(one) for number, one in enumerate(watts) if number == 0 or one != watts[number - 1]]


def statuses(trace: Trace, action: Any) -> list[str]:
    return [entry.payload["status"] for entry in trace.all(action.response)]


def test_a_setpoint_turns_the_flow(workshop: Workshop) -> None:
    trace = played(workshop, asks(lambda seen: profile(seen, central(-7000.0, dischargeLimit=-10000.0))) + passes(30.0))

    assert statuses(trace, SetChargingProfile) == ["Accepted"]
    told = trace.one(TransactionEvent, triggerReason="OperationModeChanged")
    assert told.payload["transactionInfo"]["operationMode"] == "CentralSetpoint"
    assert min(powers(trace)) == pytest.approx(-7000, abs=200)


def test_needs_are_told_both_ways(workshop: Workshop) -> None:
    trace = played(workshop, passes(1.0))

    said = trace.first(NotifyEVChargingNeeds)
    needs = said.payload["chargingNeeds"]
    assert said.message.problems() == ()
    assert needs["requestedEnergyTransfer"] == "DC_BPT"
    assert {"DC", "DC_BPT"} <= set(needs["availableEnergyTransfer"])
    both, car = needs["v2xChargingParameters"], workshop.bench(Role.STATION).ev.car
    station = workshop.bench(Role.STATION).station.settings
    assert both["maxDischargePower"] == min(car.max_discharge_power, station.max_discharge_power)
    assert needs["dcChargingParameters"]["evMaxPower"] == car.max_charge_power


def test_rules_judge_a_newer_session_by_its_own_schemas(workshop: Workshop) -> None:
    trace = played(workshop, asks(lambda seen: profile(seen, central(2000.0))) + passes(5.0))

    findings = [finding for rule in ALL_RULES for finding in rule.over(trace)]
    assert {finding.rule for finding in findings if finding.verdict is Verdict.FAIL} == set()
    assert "RULE-OCPP-SCHEMA" in {finding.rule for finding in findings}


def test_nothing_comes_from_the_ev_where_it_may_only_charge(workshop: Workshop) -> None:
    only = {"operationMode": "ChargingOnly", "limit": 3000.0}

    trace = played(workshop, asks(lambda seen: profile(seen, only)) + passes(20.0))

    assert statuses(trace, SetChargingProfile) == ["Accepted"]
    assert 0 < powers(trace)[-1] <= 3000


def test_a_dynamic_schedule_is_pushed_and_no_other(workshop: Workshop) -> None:
    pushed = asks(UpdateDynamicSchedule(chargingProfileId=100, scheduleUpdate={"setpoint": -4000.0}))
    strange = asks(UpdateDynamicSchedule(chargingProfileId=7, scheduleUpdate={"setpoint": 1.0}))

    trace = played(
        workshop,
        asks(lambda seen: profile(seen, central(4000.0, dischargeLimit=-9000.0), "Dynamic"))
        + passes(5.0)
        + pushed
        + strange
        + passes(10.0),
    )

    assert statuses(trace, UpdateDynamicSchedule) == ["Accepted", "Rejected"]
    assert powers(trace)[-1] == pytest.approx(-4000, abs=200)


def test_a_dynamic_schedule_is_pulled(workshop: Workshop) -> None:
    good = workshop.bench(Role.STATION).csms
    csms = good.answering(
        PullDynamicScheduleUpdate.response,
        lambda heard, _said: heard.answered(status="Accepted", scheduleUpdate={"setpoint": -2000.0}),
    )

    trace = played(
        workshop,
        asks(lambda seen: profile(seen, central(2000.0, dischargeLimit=-9000.0), "Dynamic", dynUpdateInterval=5))
        + passes(20.0),
        csms,
    )

    pulls = trace.all(PullDynamicScheduleUpdate)
    assert 3 <= len(pulls) <= 4
    assert powers(trace)[-1] == pytest.approx(-2000, abs=200)


def test_frequency_and_signal_move_the_setpoint(workshop: Workshop) -> None:
    local = {
        "operationMode": "LocalFrequency",
        "v2xBaseline": 1000.0,
        "v2xFreqWattCurve": CURVE,
        "v2xSignalWattCurve": SIGNALS,
    }
    signal = asks(AFRRSignal(timestamp="2026-01-01T00:00:00Z", signal=-50))

    trace = played(
        workshop,
        signal
        + asks(lambda seen: profile(seen, local))
        + passes(5.0)
        + does(do.grid_frequency(59.6))
        + passes(5.0)
        + signal
        + passes(5.0),
    )

    assert statuses(trace, AFRRSignal) == ["Rejected", "Accepted"]
    found = powers(trace)
    assert found[-1] == pytest.approx(1000 - 4000 - 1000, abs=200)
    assert any(abs(one - (1000 - 4000)) <= 200 for one in found)


def test_an_outage_voids_a_profile_for_its_time(workshop: Workshop) -> None:
    scene = asks(lambda seen: profile(seen, central(-3000.0, dischargeLimit=-9000.0), maxOfflineDuration=10))

    trace = played(workshop, scene + passes(5.0) + breaks(25.0) + passes(60.0), seconds=90.0)

    found = powers(trace)
    assert found[-1] == pytest.approx(-3000, abs=200)
    assert max(found[found.index(min(found)) :]) > 0


def test_another_transfer_may_be_allowed_later(workshop: Workshop) -> None:
    allow = asks(
        lambda seen: NotifyAllowedEnergyTransfer(transactionId=running(seen), allowedEnergyTransfer=["DC", "DC_BPT"])
    )
    strange = asks(NotifyAllowedEnergyTransfer(transactionId="none", allowedEnergyTransfer=["DC"]))

    trace = played(workshop, strange + allow + passes(10.0))

    assert statuses(trace, NotifyAllowedEnergyTransfer) == ["Rejected", "Accepted"]


@pytest.mark.parametrize(
    ("period", "kind", "reason"),
    [
        (central(1000.0), "Absolute", ""),
        ({"operationMode": "CentralSetpoint"}, "Absolute", "InvalidSchedule"),
        ({"operationMode": "ChargingOnly"}, "Absolute", "InvalidSchedule"),
        ({"operationMode": "ChargingOnly", "limit": 1.0, "setpoint": 1.0}, "Absolute", "InvalidSchedule"),
        ({"operationMode": "LocalFrequency", "v2xBaseline": 0.0}, "Absolute", "NoFreqWattCurve"),
        ({"operationMode": "LocalFrequency", "v2xFreqWattCurve": CURVE}, "Absolute", "InvalidSchedule"),
        ({"operationMode": "LocalLoadBalancing"}, "Absolute", "UnsupportedParam"),
        (central(1000.0, limit=500.0), "Absolute", "InvalidSchedule"),
        (central(-1000.0, dischargeLimit=5.0), "Absolute", "InvalidSchedule"),
        ({"operationMode": "Idle"}, "Dynamic", ""),
    ],
)
def test_what_a_mode_needs(period: dict[str, Any], kind: str, reason: str) -> None:
    schedule = {"chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, **period}]}

    assert objection({"chargingProfileKind": kind, "chargingSchedule": [schedule]}) == reason


def test_a_dynamic_profile_has_one_period() -> None:
    periods = [{"startPeriod": 0, "limit": 1.0}, {"startPeriod": 9, "limit": 1.0}]
    schedule = {"chargingRateUnit": "W", "chargingSchedulePeriod": periods}

    assert objection({"chargingProfileKind": "Dynamic", "chargingSchedule": [schedule]}) == "InvalidSchedule"


@pytest.mark.parametrize(
    ("hertz", "watts"), [(50.0, -5000.0), (59.5, -5000.0), (60.0, 0.0), (60.25, 2500.0), (99, 5000.0)]
)
def test_a_curve_is_straight_between_its_points(hertz: float, watts: float) -> None:
    assert on_curve(CURVE, "frequency", hertz) == pytest.approx(watts)
