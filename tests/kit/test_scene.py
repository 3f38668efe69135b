"""A scene is played step by step between an emulated station and an emulated backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.case import Role
from harness.endpoints import operations as do
from harness.kit.ocpp_states import charging, plugged_in, started_remotely, stopped_locally, stopped_remotely, unplugged
from harness.kit.scene import PLAYED, Scene, asks, breaks, does, hears, passes, says, when
from harness.kit.workshop import Workshop
from harness.messages.ocpp import BootNotification, DataTransfer, GetVariables, Heartbeat, TransactionEvent
from harness.profile.load import load_device
from harness.trace.entry import Note
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]
ASKED = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    names = ("emulated-station", "emulated-csms")
    return Workshop(tuple(load_device(ROOT / "profiles" / "devices" / f"{name}.toml") for name in names))


def played(workshop: Workshop, role: Role, scene: Scene) -> Trace:
    return run(workshop.bench(role).play(scene), virtual=True)


def notes(trace: Trace) -> list[str]:
    return [entry.body.text for entry in trace if isinstance(entry.body, Note)]


@pytest.mark.parametrize("role", [Role.STATION, Role.CSMS])
def test_a_whole_visit(workshop: Workshop, role: Role) -> None:
    trace = played(workshop, role, charging() + stopped_locally() + unplugged())

    events = [entry.payload for entry in trace.all(TransactionEvent)]
    assert [event["eventType"] for event in events][:: len(events) - 1] == ["Started", "Ended"]
    assert notes(trace)[-1] == PLAYED


@pytest.mark.parametrize("role", [Role.STATION, Role.CSMS])
def test_the_backend_starts_and_stops(workshop: Workshop, role: Role) -> None:
    trace = played(workshop, role, plugged_in() + started_remotely() + passes(30.0) + stopped_remotely())

    assert trace.last(TransactionEvent, eventType="Ended").payload["transactionInfo"]["stoppedReason"] == "Remote"


def test_what_never_comes_ends_the_scene(workshop: Workshop) -> None:
    scene = hears(TransactionEvent, within=7.0) + asks(GetVariables(getVariableData=[ASKED]))

    trace = played(workshop, Role.STATION, scene)

    assert notes(trace)[-2] == "the scene stops: TransactionEvent did not come within 7 s"
    assert not trace.all(GetVariables)


def test_a_broken_line_comes_back(workshop: Workshop) -> None:
    for role in (Role.STATION, Role.CSMS):
        trace = played(workshop, role, breaks(40.0) + passes(100.0) + asks(GetVariables(getVariableData=[ASKED])))

        assert trace.answer_to(trace.one(GetVariables)).payload["getVariableResult"][0]["attributeStatus"] == "Accepted"


def test_our_station_speaks_at_our_bidding(workshop: Workshop) -> None:
    trace = played(workshop, Role.CSMS, says(DataTransfer(vendorId="nobody")))

    assert trace.answer_to(trace.one(DataTransfer)).payload["status"] == "UnknownVendorId"


def test_steps_may_depend_on_what_was_seen(workshop: Workshop) -> None:
    beat = when(lambda seen: not seen.all(Heartbeat), asks(GetVariables(getVariableData=[ASKED])))

    trace = played(workshop, Role.STATION, beat + passes(400.0) + beat)

    assert len(trace.all(GetVariables)) == 1


@pytest.mark.parametrize("cut", [do.reboot(), do.cut_power(20.0)])
def test_a_station_boots_again(workshop: Workshop, cut: do.Operation) -> None:
    trace = played(workshop, Role.STATION, does(cut) + passes(60.0))

    reasons = [entry.payload["reason"] for entry in trace.all(BootNotification)]
    assert reasons == ["PowerUp", "LocalReset" if cut.name == do.REBOOT else "PowerUp"]
