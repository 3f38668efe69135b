"""Block F: the backend wants to be told something now, and takes what it is told."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.messages.ocpp import (
    Action,
    FirmwareStatusNotification,
    Heartbeat,
    LogStatusNotification,
    MeterValues,
    StatusNotification,
    TransactionEvent,
    TriggerMessage,
)

EVSE = {"id": 1}
CONNECTOR = {"id": 1, "connectorId": 1}
LIMIT = 10.0
"""Seconds in which our station has said long since what was asked of it."""


def triggering(wanted: Action, **evse: Any) -> tuple[scene.Step, ...]:
    """The backend asks for a message, and gets it."""
    more = {"evse": evse} if evse else {}
    return scene.asks(TriggerMessage(requestedMessage=wanted.name, **more)) + scene.passes(LIMIT)


def judge_the_demand(judge: Judge, trace: Trace, wanted: Action, **evse: Any) -> None:
    """It names what it was told to, and what comes of it is answered."""
    asked = trace.first(TriggerMessage)
    judge.equal("message asked for", asked.payload.get("requestedMessage"), wanted.name, at=asked)
    judge.equal("EVSE asked about", asked.payload.get("evse"), evse or None, at=asked)
    told = trace.since(trace.answer_to(asked)).first(wanted, sent_by=Role.STATION)
    reply = conversation.answer(trace, told)
    accepted = reply is not None and not conversation.refused(reply)
    judge.holds("what was asked for is answered", accepted, "no answer, or an error", at=told)


@case(
    "TC_F_11_CSMS",
    "A backend asks for the meter values of one EVSE",
    sut=Role.CSMS,
    cites=("F06.FR.01", "F06.FR.02"),
    needs=Feature.OCPP201,
)
async def test_meter_values_of_an_evse(bench: Bench, judge: Judge) -> None:
    """Its operator names EVSE 1."""
    trace = await bench.play(triggering(MeterValues, **EVSE))

    judge_the_demand(judge, trace, MeterValues, **EVSE)


@case(
    "TC_F_12_CSMS",
    "A backend asks for the meter values of every EVSE",
    sut=Role.CSMS,
    cites=("F06.FR.01",),
    needs=Feature.OCPP201,
)
async def test_meter_values_of_all(bench: Bench, judge: Judge) -> None:
    """Its operator names no EVSE."""
    trace = await bench.play(triggering(MeterValues))

    judge_the_demand(judge, trace, MeterValues)


@case(
    "TC_F_13_CSMS",
    "A backend asks for the state of one EVSE's transaction",
    sut=Role.CSMS,
    cites=("F06.FR.01", "F06.FR.02"),
    needs=Feature.OCPP201,
)
async def test_transaction_of_an_evse(bench: Bench, judge: Judge) -> None:
    """A car charges there."""
    trace = await bench.play(ocpp_states.charging() + triggering(TransactionEvent, **EVSE))

    judge_the_demand(judge, trace, TransactionEvent, **EVSE)


@case(
    "TC_F_14_CSMS",
    "A backend asks for the state of every transaction",
    sut=Role.CSMS,
    cites=("F06.FR.01",),
    needs=Feature.OCPP201,
)
async def test_all_transactions(bench: Bench, judge: Judge) -> None:
    """A car charges; no EVSE is named."""
    trace = await bench.play(ocpp_states.charging() + triggering(TransactionEvent))

    judge_the_demand(judge, trace, TransactionEvent)


@case(
    "TC_F_15_CSMS",
    "A backend asks how far the upload of a log is",
    sut=Role.CSMS,
    cites=("F06.FR.01",),
    needs=Feature.OCPP201,
)
async def test_log_status(bench: Bench, judge: Judge) -> None:
    """None goes on, and the station says so."""
    trace = await bench.play(triggering(LogStatusNotification))

    judge_the_demand(judge, trace, LogStatusNotification)


@case(
    "TC_F_18_CSMS",
    "A backend asks how far the update of the firmware is",
    sut=Role.CSMS,
    cites=("F06.FR.01",),
    needs=Feature.OCPP201,
)
async def test_firmware_status(bench: Bench, judge: Judge) -> None:
    """None goes on, and the station says so."""
    trace = await bench.play(triggering(FirmwareStatusNotification))

    judge_the_demand(judge, trace, FirmwareStatusNotification)


@case(
    "TC_F_20_CSMS",
    "A backend asks for a heartbeat, and answers it with its time",
    sut=Role.CSMS,
    cites=("F06.FR.01",),
    needs=Feature.OCPP201,
)
async def test_heartbeat(bench: Bench, judge: Judge) -> None:
    """As an operator does who wants to know whether a station is there."""
    trace = await bench.play(triggering(Heartbeat))

    judge_the_demand(judge, trace, Heartbeat)


@case(
    "TC_F_23_CSMS",
    "A backend asks for the state of a connector, and names it",
    sut=Role.CSMS,
    cites=("F06.FR.01", "F06.FR.02", "F06.FR.13"),
    needs=Feature.OCPP201,
)
async def test_status(bench: Bench, judge: Judge) -> None:
    """A demand for the state of an EVSE as a whole would mean nothing."""
    trace = await bench.play(triggering(StatusNotification, **CONNECTOR))

    judge_the_demand(judge, trace, StatusNotification, **CONNECTOR)


@case(
    "TC_F_24_CSMS",
    "A backend that asks for the state of a connector hears that a cable is in it",
    sut=Role.CSMS,
    cites=("F06.FR.01", "F06.FR.02", "F06.FR.13"),
    needs=Feature.OCPP201,
)
async def test_status_of_a_plugged_connector(bench: Bench, judge: Judge) -> None:
    """The state was told when it changed, and is told again."""
    plugged = ocpp_states.plugged_in(draws=False) + scene.passes(5.0)

    trace = await bench.play(plugged + triggering(StatusNotification, **CONNECTOR))

    judge_the_demand(judge, trace, StatusNotification, **CONNECTOR)
    told = trace.last(StatusNotification)
    judge.equal("state told", told.payload["connectorStatus"], "Occupied", at=told)


@case(
    "TC_F_27_CSMS",
    "A backend goes on when a station does not know what it was asked for",
    sut=Role.CSMS,
    cites=("F06.FR.08",),
    needs=Feature.OCPP201,
)
async def test_unknown_demand(bench: Bench, judge: Judge) -> None:
    """Our station says NotImplemented to the demand, and goes about its business."""
    station = bench.station.but(TriggerMessage.response, status="NotImplemented")
    ask = scene.asks(TriggerMessage(requestedMessage="LogStatusNotification"))

    trace = await bench.play(ask + scene.says(Heartbeat(), within=LIMIT), station)

    asked = trace.first(TriggerMessage)
    judge.equal("message asked for", asked.payload.get("requestedMessage"), "LogStatusNotification", at=asked)
    beat = trace.since(trace.answer_to(asked)).first(Heartbeat)
    judge.holds("the next call is answered", conversation.answer(trace, beat) is not None, "no answer", at=beat)
