"""What becomes of a transaction when its station goes down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints import operations as do
from harness.kit.ocpp_states import charging
from harness.kit.scene import Scene, breaks, does, passes
from harness.kit.workshop import Workshop
from harness.messages.ocpp import TransactionEvent
from harness.profile.load import load_device
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]


def ends_of(scene: Scene) -> list[dict[str, Any]]:
    names = ("emulated-station", "emulated-csms")
    workshop = Workshop(tuple(load_device(ROOT / "profiles" / "devices" / f"{name}.toml") for name in names))
    trace = run(workshop.bench(Role.STATION).play(scene), virtual=True)
    events = [entry.payload for entry in trace.all(TransactionEvent)]
    numbers = {event["seqNo"] for event in events}
    assert numbers == set(range(len(numbers)))
    return [event for event in events if event["eventType"] == "Ended"]


def test_a_loss_of_power_is_told_once_the_station_is_back() -> None:
    (ended,) = ends_of(charging() + passes(5.0) + does(do.cut_power(20.0)) + passes(60.0))

    assert (ended["triggerReason"], ended["offline"]) == ("AbnormalCondition", True)
    assert ended["transactionInfo"]["stoppedReason"] == "PowerLoss"


@pytest.mark.parametrize(
    ("away", "offline"), [((), None), (breaks(30.0) + passes(5.0), True)], ids=["online", "offline"]
)
def test_a_boot_is_told_as_what_it_was(away: Scene, *, offline: bool | None) -> None:
    (ended,) = ends_of(charging() + passes(5.0) + away + does(do.reboot()) + passes(90.0))

    told = (ended["triggerReason"], ended["transactionInfo"]["stoppedReason"], ended.get("offline"))
    assert told == (("AbnormalCondition", "Reboot", True) if offline else ("ResetCommand", "ImmediateReset", None))
