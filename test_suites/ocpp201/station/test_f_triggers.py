"""Block F: the backend wants to be told something now."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.messages.ocpp import (
    BootNotification,
    FirmwareStatusNotification,
    Heartbeat,
    LogStatusNotification,
    MeterValues,
    NotifyEvent,
    StatusNotification,
    TransactionEvent,
    TriggerMessage,
)

EVSE = {"id": 1}
CONNECTOR = {"id": 1, "connectorId": 1}
LIMIT = 10.0
"""Seconds that a station gets for what was asked of it; no requirement names one."""


def triggering(wanted: str, **evse: Any) -> tuple[scene.Step, ...]:
    """The backend asks for a message, and waits for it."""
    more = {"evse": evse} if evse else {}
    return scene.asks(TriggerMessage(requestedMessage=wanted, **more)) + scene.passes(LIMIT)


def triggered(judge: Judge, trace: Trace, wanted: Any) -> list[Entry]:
    """The request is accepted, and what it asked for comes behind the answer; what came."""
    reply = judge.status(trace, trace.last(TriggerMessage), "Accepted")
    told = list(trace.since(reply).all(wanted, sent_by=Role.STATION))
    judge.some(f"{wanted.name} on demand", told)
    return told


def contexts(entries: list[Entry]) -> set[str]:
    """Why the samples in these messages were taken."""
    values = [value for entry in entries for value in entry.payload.get("meterValue", [])]
    return {sample.get("context", "Sample.Periodic") for value in values for sample in value["sampledValue"]}


@case(
    "TC_F_11_CS",
    "Meter values of one EVSE are told on demand",
    sut=Role.STATION,
    cites=("F06.FR.02", "F06.FR.04", "F06.FR.05", "F06.FR.06", "F06.FR.10"),
    needs=Feature.OCPP201,
)
async def test_meter_values_of_an_evse(bench: Bench, judge: Judge) -> None:
    """They say that they were asked for, and of which EVSE they are."""
    trace = await bench.play(triggering("MeterValues", **EVSE))

    told = triggered(judge, trace, MeterValues)
    judge.equal("EVSEs", {entry.payload["evseId"] for entry in told}, {1}, at=told)
    judge.equal("contexts of the samples", contexts(told), {"Trigger"}, at=told)


@case(
    "TC_F_12_CS",
    "Meter values of every EVSE are told on demand",
    sut=Role.STATION,
    cites=("F06.FR.04", "F06.FR.05", "F06.FR.06", "F06.FR.10", "F06.FR.11"),
    needs=Feature.OCPP201,
)
async def test_meter_values_of_all(bench: Bench, judge: Judge) -> None:
    """The request names no EVSE, so all of them are meant."""
    trace = await bench.play(triggering("MeterValues"))

    told = triggered(judge, trace, MeterValues)
    judge.holds("an EVSE among them", any(one.payload["evseId"] > 0 for one in told), "none", at=told)
    judge.equal("contexts of the samples", contexts(told), {"Trigger"}, at=told)


def judge_the_event(judge: Judge, trace: Trace) -> None:
    """The event tells the state of a car that charges, with samples taken for it."""
    told = triggered(judge, trace, TransactionEvent)
    events = [entry for entry in told if conversation.trigger(entry) == "Trigger"]
    if judge.any("events with trigger Trigger", events):
        judge.equal("chargingState", conversation.info(events[0], "chargingState"), "Charging", at=events[0])
        judge.equal("contexts of the samples", contexts(events[:1]), {"Trigger"}, at=events[0])


@case(
    "TC_F_13_CS",
    "The state of one EVSE's transaction is told on demand",
    sut=Role.STATION,
    cites=("F06.FR.02", "F06.FR.04", "F06.FR.05", "F06.FR.07", "F06.FR.10"),
    needs=Feature.OCPP201,
)
async def test_transaction_of_an_evse(bench: Bench, judge: Judge) -> None:
    """A car charges; the event must tell its state and what the meter reads."""
    trace = await bench.play(ocpp_states.charging() + triggering("TransactionEvent", **EVSE))

    judge_the_event(judge, trace)


@case(
    "TC_F_14_CS",
    "The state of every transaction is told on demand",
    sut=Role.STATION,
    cites=("F06.FR.04", "F06.FR.05", "F06.FR.07", "F06.FR.10", "F06.FR.11"),
    needs=Feature.OCPP201,
)
async def test_all_transactions(bench: Bench, judge: Judge) -> None:
    """The request names no EVSE; one transaction runs."""
    trace = await bench.play(ocpp_states.charging() + triggering("TransactionEvent"))

    judge_the_event(judge, trace)


@case(
    "TC_F_15_CS",
    "A station that uploads no log says Idle on demand",
    sut=Role.STATION,
    cites=("F06.FR.04", "F06.FR.05", "F06.FR.10", "F06.FR.15"),
    needs=Feature.OCPP201,
)
async def test_log_status(bench: Bench, judge: Judge) -> None:
    """Nothing was asked for that could be going on."""
    trace = await bench.play(triggering("LogStatusNotification"))

    told = triggered(judge, trace, LogStatusNotification)
    judge.equal("status", {entry.payload["status"] for entry in told}, {"Idle"}, at=told)


@case(
    "TC_F_18_CS",
    "A station that updates no firmware says Idle on demand",
    sut=Role.STATION,
    cites=("F06.FR.04", "F06.FR.05", "F06.FR.10", "F06.FR.16"),
    needs=Feature.OCPP201,
)
async def test_firmware_status(bench: Bench, judge: Judge) -> None:
    """Nothing was asked for that could be going on."""
    trace = await bench.play(triggering("FirmwareStatusNotification"))

    told = triggered(judge, trace, FirmwareStatusNotification)
    judge.equal("status", {entry.payload["status"] for entry in told}, {"Idle"}, at=told)


@case(
    "TC_F_17_CS",
    "An EVSE named beside a demand that has nothing to do with EVSEs is passed over",
    sut=Role.STATION,
    cites=("F06.FR.03", "F06.FR.04", "F06.FR.05", "F06.FR.10"),
    needs=Feature.OCPP201,
)
async def test_evse_without_a_meaning(bench: Bench, judge: Judge) -> None:
    """The status of the firmware is asked for, and EVSE 1 is named."""
    trace = await bench.play(triggering("FirmwareStatusNotification", **EVSE))

    told = triggered(judge, trace, FirmwareStatusNotification)
    judge.equal("status", {entry.payload["status"] for entry in told}, {"Idle"}, at=told)


@case(
    "TC_F_20_CS",
    "A heartbeat is sent on demand",
    sut=Role.STATION,
    cites=("F06.FR.04", "F06.FR.05", "F06.FR.10"),
    needs=Feature.OCPP201,
)
async def test_heartbeat(bench: Bench, judge: Judge) -> None:
    """The usual interval is far longer than the case."""
    trace = await bench.play(triggering("Heartbeat"))

    triggered(judge, trace, Heartbeat)


def states_told(trace: Trace) -> list[str]:
    """What was told of the connector behind the last demand, by either message."""
    after = trace.since(trace.last(TriggerMessage))
    plain = [one.payload["connectorStatus"] for one in after.all(StatusNotification, sent_by=Role.STATION)]
    events = [data for one in after.all(NotifyEvent, sent_by=Role.STATION) for data in one.payload["eventData"]]
    return plain + [one["actualValue"] for one in events if one["variable"]["name"] == "AvailabilityState"]


def judge_the_state(judge: Judge, trace: Trace, wanted: str) -> None:
    """The request is accepted, and the connector is told to be so."""
    judge.status(trace, trace.last(TriggerMessage), "Accepted")
    judge.equal("what is told of the connector", set(states_told(trace)), {wanted})


@case(
    "TC_F_23_CS",
    "A free connector is told as Available on demand",
    sut=Role.STATION,
    cites=("F06.FR.02", "F06.FR.04", "F06.FR.05", "F06.FR.10"),
    needs=Feature.OCPP201,
)
async def test_status_of_a_free_connector(bench: Bench, judge: Judge) -> None:
    """Nothing is plugged in, and nothing has changed."""
    trace = await bench.play(triggering("StatusNotification", **CONNECTOR))

    judge_the_state(judge, trace, "Available")


@case(
    "TC_F_24_CS",
    "A connector with a cable in it is told as Occupied on demand",
    sut=Role.STATION,
    cites=("F06.FR.02", "F06.FR.04", "F06.FR.05", "F06.FR.10"),
    needs=Feature.OCPP201,
)
async def test_status_of_a_plugged_connector(bench: Bench, judge: Judge) -> None:
    """A car is plugged in, nobody was authorized."""
    plugged = ocpp_states.plugged_in(draws=False) + scene.passes(5.0)

    trace = await bench.play(plugged + triggering("StatusNotification", **CONNECTOR))

    judge_the_state(judge, trace, "Occupied")


@case(
    "TC_F_26_CS",
    "An accepted station does not boot on demand",
    sut=Role.STATION,
    cites=("F06.FR.04", "F06.FR.17"),
    needs=Feature.OCPP201,
)
async def test_boot_once_accepted(bench: Bench, judge: Judge) -> None:
    """There is nothing left to be accepted for."""
    trace = await bench.play(triggering("BootNotification"))

    asked = trace.last(TriggerMessage)
    judge.status(trace, asked, "Rejected")
    judge.silence("boots", trace.since(asked).all(BootNotification))


@case(
    "TC_F_27_CS",
    "A demand for a message that the station does not know is told to be so",
    sut=Role.STATION,
    cites=("F06.FR.08",),
    needs=Feature.OCPP201,
)
async def test_unknown_demand(bench: Bench, judge: Judge) -> None:
    """A combined certificate is nothing that this station could ask for; it says so instead of an error."""
    trace = await bench.play(triggering("SignCombinedCertificate"))

    judge.status(trace, trace.last(TriggerMessage), "NotImplemented")
