"""What our station answers to the calls of a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.profiles import ProfilePolicy, transaction_profile
from harness.endpoints.station.station import Station
from harness.messages import ocpp
from harness.messages.ocpp import Action, OcppMessage

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play

PROFILE = transaction_profile(ProfilePolicy(stack_level=3), "?", profile_id=99, at=1767225600.0)


def asked(play: Play, *calls: OcppMessage, plugged: bool = False, station: Station | None = None) -> Lab:
    """A lab in which the backend made these calls one after the other."""

    async def script(lab: Lab) -> None:
        if plugged:
            await lab.plug()
            await lab.wait(1)
        for call in calls:
            lab.csms.ask(call)
            await lab.wait(1)
        await lab.wait(5)

    return play(script, station=station or Station())


def answer(play: Play, call: OcppMessage, **terms: Any) -> dict[str, Any]:
    lab = asked(play, call, **terms)
    (payload,) = lab.trace.messages(Action(call.action).response)
    return dict(payload)


def variable(component: str, name: str, **more: Any) -> dict[str, Any]:
    return {"component": {"name": component}, "variable": {"name": name}, **more}


@pytest.mark.parametrize(
    ("asked_for", "status", "value"),
    [
        (variable("OCPPCommCtrlr", "OfflineThreshold"), "Accepted", "60"),
        (variable("OCPPCommCtrlr", "HeartbeatInterval"), "Accepted", "300"),
        (variable("TxCtrlr", "TxStartPoint"), "Accepted", "EVConnected,Authorized"),
        (variable("AuthCtrlr", "AuthorizeRemoteStart"), "Accepted", "false"),
        (variable("SampledDataCtrlr", "TxUpdatedMeasurands"), "Accepted", None),
        (variable("ClockCtrlr", "DateTime"), "Accepted", None),
        (variable("Nonsense", "OfflineThreshold"), "UnknownComponent", None),
        (variable("OCPPCommCtrlr", "Nonsense"), "UnknownVariable", None),
        (
            variable("OCPPCommCtrlr", "OfflineThreshold", attributeType="Target"),
            "NotSupportedAttributeType",
            None,
        ),
    ],
)
def test_variables_are_read(play: Play, asked_for: dict[str, Any], status: str, value: str | None) -> None:
    (result,) = answer(play, ocpp.GetVariables(getVariableData=[asked_for]))["getVariableResult"]
    assert result["attributeStatus"] == status
    assert ("attributeValue" in result) == (status == "Accepted")
    assert (result["component"], result["variable"]) == (asked_for["component"], asked_for["variable"])
    if value is not None:
        assert result["attributeValue"] == value


@pytest.mark.parametrize(
    ("component", "name", "value", "status"),
    [
        ("SampledDataCtrlr", "TxUpdatedInterval", "20", "Accepted"),
        ("SampledDataCtrlr", "TxUpdatedInterval", "-1", "Rejected"),
        ("SampledDataCtrlr", "TxUpdatedInterval", "often", "Rejected"),
        ("SampledDataCtrlr", "TxUpdatedMeasurands", "SoC", "Accepted"),
        ("SampledDataCtrlr", "TxUpdatedMeasurands", "Mood", "Rejected"),
        ("AuthCtrlr", "AuthorizeRemoteStart", "true", "Accepted"),
        ("AuthCtrlr", "AuthorizeRemoteStart", "maybe", "Rejected"),
        ("TxCtrlr", "TxStartPoint", "EVConnected", "Accepted"),
        ("TxCtrlr", "TxStartPoint", "Somewhere", "Rejected"),
        ("TxCtrlr", "Nonsense", "1", "UnknownVariable"),
    ],
)
def test_variables_are_written(play: Play, component: str, name: str, value: str, status: str) -> None:
    data = variable(component, name)
    lab = asked(
        play,
        ocpp.SetVariables(setVariableData=[{**data, "attributeValue": value}]),
        ocpp.GetVariables(getVariableData=[data]),
    )
    (written,) = lab.trace.one(ocpp.SetVariables.response).payload["setVariableResult"]
    (read,) = lab.trace.one(ocpp.GetVariables.response).payload["getVariableResult"]
    assert written["attributeStatus"] == status
    assert (read.get("attributeValue") == value) == (status == "Accepted")


def test_a_written_interval_takes_effect(play: Play) -> None:
    async def script(lab: Lab) -> None:
        data = variable("SampledDataCtrlr", "TxUpdatedInterval", attributeValue="10")
        lab.csms.ask(ocpp.SetVariables(setVariableData=[data]))
        await lab.wait(1)
        await lab.plug()
        await lab.charge(35)

    lab = play(script)
    assert [event["triggerReason"] for event in lab.events].count("MeterValuePeriodic") == 3


def test_availability_changes_at_once_when_idle(play: Play) -> None:
    lab = asked(
        play,
        ocpp.ChangeAvailability(operationalStatus="Inoperative"),
        ocpp.ChangeAvailability(operationalStatus="Inoperative"),
        ocpp.ChangeAvailability(operationalStatus="Inoperative", evse={"id": 7}),
        ocpp.ChangeAvailability(operationalStatus="Operative", evse={"id": 1}),
        ocpp.ChangeAvailability(operationalStatus="Operative"),
    )
    statuses = [one["status"] for one in lab.trace.messages(ocpp.ChangeAvailability.response)]
    assert statuses == ["Accepted", "Accepted", "Rejected", "Accepted", "Accepted"]
    told = [one["connectorStatus"] for one in lab.trace.messages(ocpp.StatusNotification)]
    assert told == ["Available", "Unavailable", "Available"]


def test_availability_waits_for_the_end_of_a_transaction(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        lab.csms.ask(ocpp.ChangeAvailability(operationalStatus="Inoperative"))
        await lab.wait(1)
        await lab.leave()

    lab = play(script)
    assert lab.trace.one(ocpp.ChangeAvailability.response).payload["status"] == "Scheduled"
    assert lab.known.statuses == {(1, 1): "Unavailable"}
    last = lab.trace.last(ocpp.StatusNotification)
    assert last.at >= lab.trace.last(ocpp.TransactionEvent).at


@pytest.mark.parametrize(
    ("wanted", "plugged", "status", "follows"),
    [
        ("Heartbeat", False, "Accepted", ocpp.Heartbeat),
        ("StatusNotification", False, "Accepted", ocpp.StatusNotification),
        ("MeterValues", False, "Accepted", ocpp.MeterValues),
        ("TransactionEvent", True, "Accepted", ocpp.TransactionEvent),
        ("TransactionEvent", False, "Rejected", None),
        ("BootNotification", False, "Rejected", None),
        ("LogStatusNotification", False, "Accepted", ocpp.LogStatusNotification),
    ],
)
def test_messages_are_triggered(play: Play, wanted: str, plugged: bool, status: str, follows: Action | None) -> None:
    lab = asked(play, ocpp.TriggerMessage(requestedMessage=wanted), plugged=plugged)
    reply = lab.trace.one(ocpp.TriggerMessage.response)
    assert reply.payload["status"] == status
    after = [entry for entry in lab.trace.since(reply) if getattr(entry.message, "kind", "") == "request"]
    assert [entry.message.action for entry in after] == ([follows.name] if follows else [])
    if follows is ocpp.TransactionEvent:
        payload = after[0].payload
        assert payload["triggerReason"] == "Trigger"
        assert payload["transactionInfo"]["chargingState"] == "EVConnected"
        assert payload["meterValue"][0]["sampledValue"][0]["context"] == "Trigger"


def test_a_pending_station_can_be_made_to_boot(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.csms.ask(ocpp.RequestStartTransaction(idToken={"idToken": "X", "type": "Central"}, remoteStartId=1))
        lab.csms.ask(ocpp.RequestStopTransaction(transactionId="X"))
        await lab.wait(1)
        lab.csms.ask(ocpp.TriggerMessage(requestedMessage="BootNotification"))
        await lab.wait(1)

    lab = play(script, csms=Csms(boots=("Pending", "Accepted"), boot_retry_interval=100))
    reasons = [boot["reason"] for boot in lab.trace.messages(ocpp.BootNotification)]
    assert reasons == ["PowerUp", "Triggered"]
    assert lab.trace.one(ocpp.RequestStartTransaction.response).payload["status"] == "Rejected"
    assert lab.trace.one(ocpp.RequestStopTransaction.response).payload["status"] == "Rejected"


def test_an_idle_station_resets(play: Play) -> None:
    lab = asked(play, ocpp.Reset(type="OnIdle"))
    assert lab.trace.one(ocpp.Reset.response).payload["status"] == "Accepted"
    assert [boot["reason"] for boot in lab.trace.messages(ocpp.BootNotification)] == ["PowerUp", "RemoteReset"]
    events = [one["type"] for one in lab.trace.messages(ocpp.SecurityEventNotification)]
    assert events == ["StartupOfTheDevice", "ResetOrReboot"]


def test_an_immediate_reset_ends_the_transaction_first(play: Play) -> None:
    lab = asked(play, ocpp.Reset(type="Immediate"), plugged=True)
    ended = lab.trace.last(ocpp.TransactionEvent)
    assert ended.payload["triggerReason"] == "ResetCommand"
    assert ended.payload["transactionInfo"]["stoppedReason"] == "ImmediateReset"
    assert ended.at <= lab.trace.last(ocpp.BootNotification).at


def test_a_reset_on_idle_waits_for_the_transaction(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        lab.csms.ask(ocpp.Reset(type="OnIdle"))
        await lab.wait(10)
        assert len(lab.trace.all(ocpp.BootNotification)) == 1
        await lab.leave()
        await lab.wait(10)

    lab = play(script)
    assert lab.trace.one(ocpp.Reset.response).payload["status"] == "Scheduled"
    assert lab.trace.last(ocpp.BootNotification).payload["reason"] == "ScheduledReset"


def test_what_the_station_cannot_do_is_not_supported(play: Play) -> None:
    assert answer(play, ocpp.Reset(type="OnIdle", evseId=2))["status"] == "Rejected"
    assert answer(play, ocpp.DataTransfer(vendorId="x"))["status"] == "UnknownVendorId"
    lab = asked(play, ocpp.UnpublishFirmware(checksum="0" * 32))
    (refusal,) = [entry for entry in lab.trace if getattr(entry.message, "kind", "") == "error"]
    assert refusal.payload["code"] == "NotSupported"


def test_the_status_of_a_transaction_is_told(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.csms.ask(ocpp.GetTransactionStatus())
        await lab.wait(1)
        await lab.plug()
        await lab.wait(1)
        running = lab.known.running
        assert running is not None
        for transaction_id in (running.transaction_id, "other"):
            lab.csms.ask(ocpp.GetTransactionStatus(transactionId=transaction_id))
            await lab.wait(1)

    lab = play(script)
    assert lab.trace.messages(ocpp.GetTransactionStatus.response) == (
        {"messagesInQueue": False},
        {"messagesInQueue": False, "ongoingIndicator": True},
        {"messagesInQueue": False, "ongoingIndicator": False},
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"evseId": 7},
        {"chargingProfile": PROFILE},
        {"chargingProfile": {**PROFILE, "chargingProfilePurpose": "TxDefaultProfile"}},
    ],
)
def test_a_remote_start_that_does_not_fit_is_rejected(play: Play, changes: dict[str, Any]) -> None:
    call = ocpp.RequestStartTransaction(
        **{"idToken": {"idToken": "X", "type": "Central"}, "remoteStartId": 1, **changes}
    )
    assert answer(play, call)["status"] == "Rejected"


def test_a_station_out_of_service_starts_nothing(play: Play) -> None:
    lab = asked(
        play,
        ocpp.ChangeAvailability(operationalStatus="Inoperative"),
        ocpp.RequestStartTransaction(idToken={"idToken": "X", "type": "Central"}, remoteStartId=1),
    )
    assert lab.trace.one(ocpp.RequestStartTransaction.response).payload["status"] == "Rejected"
