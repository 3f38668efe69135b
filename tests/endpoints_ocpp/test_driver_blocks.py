"""What an emulated station does for drivers at its backend's wish: keeps an EVSE, shows messages and costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints import operations as do
from harness.kit.ocpp_states import CARD, charging, running, stopped_remotely
from harness.kit.scene import Scene, asks, does, passes
from harness.kit.workshop import Workshop
from harness.messages.ocpp import (
    CancelReservation,
    ClearDisplayMessage,
    CostUpdated,
    GetDisplayMessages,
    NotifyDisplayMessages,
    OcppMessage,
    ReservationStatusUpdate,
    ReserveNow,
    SetDisplayMessage,
    StatusNotification,
)
from harness.messages.ocpp_time import timestamp
from harness.profile.load import load_device
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop((load_device(ROOT / "profiles" / "devices" / "emulated-station.toml"),))


def played(workshop: Workshop, scene: Scene) -> Trace:
    return run(workshop.bench(Role.STATION).play(scene), virtual=True)


def statuses(trace: Trace, action: Any) -> list[str]:
    return [entry.payload.get("status", "") for entry in trace.all(action.response)]


def reserving(number: int = 1, seconds: float = 60.0, **more: Any) -> Scene:
    def call(trace: Trace) -> OcppMessage:
        expires = timestamp(tuple(trace)[-1].at + seconds)
        return ReserveNow(id=number, expiryDateTime=expires, idToken=CARD, **more)

    return asks(call)


def states(trace: Trace) -> list[str]:
    return [entry.payload["connectorStatus"] for entry in trace.all(StatusNotification)]


def test_a_reservation_runs_out(workshop: Workshop) -> None:
    trace = played(workshop, reserving() + passes(70.0))

    assert statuses(trace, ReserveNow) == ["Accepted"]
    assert states(trace) == ["Available", "Reserved", "Available"]
    assert trace.one(ReservationStatusUpdate).payload == {"reservationId": 1, "reservationUpdateStatus": "Expired"}


def test_a_reservation_is_cancelled_once(workshop: Workshop) -> None:
    cancel = asks(CancelReservation(reservationId=1))

    trace = played(workshop, reserving() + cancel + cancel + passes(5.0))

    assert statuses(trace, CancelReservation) == ["Accepted", "Rejected"]
    assert states(trace) == ["Available", "Reserved", "Available"]


@pytest.mark.parametrize(
    ("before", "more", "status"),
    [
        (reserving(7), {}, "Occupied"),
        (does(do.plug_in(draws=False)), {}, "Occupied"),
        ((), {"evseId": 9}, "Rejected"),
        ((), {"seconds": -1.0}, "Rejected"),
        (reserving(1), {}, "Accepted"),
    ],
    ids=["taken", "plugged", "elsewhere", "past", "replaced"],
)
def test_what_speaks_against_a_reservation(
    workshop: Workshop, before: Scene, more: dict[str, Any], status: str
) -> None:
    trace = played(workshop, before + reserving(1, **more))

    assert statuses(trace, ReserveNow)[-1] == status


def shown(number: int, **more: Any) -> OcppMessage:
    text = {"format": "UTF8", "content": "Bienvenue"}
    return SetDisplayMessage(message={"id": number, "priority": "NormalCycle", "message": text, **more})


def test_messages_are_shown_told_and_cleared(workshop: Workshop) -> None:
    every = tuple(step for number in range(1, 7) for step in asks(shown(number)))
    ask = asks(GetDisplayMessages(requestId=5)) + passes(2.0)
    clear = asks(ClearDisplayMessage(id=1)) + asks(ClearDisplayMessage(id=1))

    trace = played(workshop, every + ask + clear)

    told = [entry.payload for entry in trace.all(NotifyDisplayMessages)]
    assert [len(one["messageInfo"]) for one in told] == [4, 2]
    assert [one["tbc"] for one in told] == [True, False]
    assert statuses(trace, ClearDisplayMessage) == ["Accepted", "Unknown"]


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (shown(1, transactionId="none"), "UnknownTransaction"),
        (
            SetDisplayMessage(
                message={"id": 1, "priority": "NormalCycle", "message": {"format": "HTML", "content": "x"}}
            ),
            "NotSupportedMessageFormat",
        ),
    ],
    ids=["transaction", "format"],
)
def test_what_cannot_be_shown(workshop: Workshop, message: OcppMessage, status: str) -> None:
    assert statuses(played(workshop, asks(message)), SetDisplayMessage) == [status]


def test_a_message_goes_with_its_transaction(workshop: Workshop) -> None:
    show = asks(lambda trace: shown(1, transactionId=running(trace)))
    cost = asks(lambda trace: CostUpdated(totalCost=1.25, transactionId=running(trace)))
    ask = asks(GetDisplayMessages(requestId=1))

    trace = played(
        workshop, charging() + show + cost + ask + stopped_remotely() + does(do.unplug()) + passes(5.0) + ask
    )

    assert statuses(trace, GetDisplayMessages) == ["Accepted", "Unknown"]
    assert trace.answer_to(trace.one(CostUpdated)).payload == {}
