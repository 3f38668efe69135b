"""What an emulated backend learns of updates, uploads, customers and monitors, and a vendor's messages both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.endpoints.csms.upkeep import ECHO, VENDOR, Upkeep, data_transfer
from harness.messages import ocpp
from harness.messages.ocpp import Action, DataTransfer, OcppMessage

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play


def told(action: Action, **payload: Any) -> OcppMessage:
    return action(**payload)


def test_steps_are_kept_by_request() -> None:
    upkeep = Upkeep()
    for status in ("Downloading", "Downloaded"):
        upkeep.learn(told(ocpp.FirmwareStatusNotification, status=status, requestId=1))
    upkeep.learn(told(ocpp.FirmwareStatusNotification, status="Idle"))
    upkeep.learn(told(ocpp.LogStatusNotification, status="Uploading", requestId=2))
    assert upkeep.firmware == {1: ["Downloading", "Downloaded"]}
    assert upkeep.logs == {2: ["Uploading"]}


def test_parts_are_put_together_and_a_new_report_begins_anew() -> None:
    upkeep = Upkeep()
    named = {"requestId": 1, "generatedAt": "2026-01-01T00:00:00Z"}
    for number, data in ((0, "a"), (1, "b")):
        upkeep.learn(told(ocpp.NotifyCustomerInformation, data=data, seqNo=number, **named))
        upkeep.learn(told(ocpp.NotifyMonitoringReport, monitor=[{"part": number}], seqNo=number, **named))
    assert upkeep.customers == {1: "ab"}
    assert upkeep.monitors == {1: [{"part": 0}, {"part": 1}]}
    upkeep.learn(told(ocpp.NotifyCustomerInformation, data="c", seqNo=0, **named))
    assert upkeep.customers == {1: "c"}


def test_events_are_bounded() -> None:
    upkeep = Upkeep()
    for number in range(30):
        upkeep.learn(told(ocpp.NotifyEvent, eventData=[{"eventId": 50 * number + each} for each in range(50)]))
    assert [upkeep.events[0]["eventId"], upkeep.events[-1]["eventId"], len(upkeep.events)] == [500, 1499, 1000]


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        ({"vendorId": VENDOR, "messageId": ECHO, "data": [1]}, {"status": "Accepted", "data": [1]}),
        ({"vendorId": VENDOR, "messageId": ECHO}, {"status": "Accepted"}),
        ({"vendorId": VENDOR}, {"status": "UnknownMessageId"}),
        ({"vendorId": "x"}, {"status": "UnknownVendorId"}),
    ],
)
def test_messages_of_vendors(payload: dict[str, Any], answer: dict[str, Any]) -> None:
    assert data_transfer(told(DataTransfer, **payload)).payload == answer


def test_a_station_may_ask_as_well(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.link.half.say(DataTransfer(vendorId=VENDOR, messageId=ECHO, data="there and back"))
        await lab.wait(1)

    assert play(script).trace.one(DataTransfer.response).payload["data"] == "there and back"
