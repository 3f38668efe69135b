"""Readings of an OCPP conversation: who called, what was answered, what a transaction told."""

from __future__ import annotations

import math
from typing import Any

import pytest

from harness.checks import conversation
from harness.core.case import Role
from harness.messages.ocpp_time import timestamp
from tests.checks.scene import EPOCH, Scene, check_req


def test_calls_are_those_of_one_side_known_or_not() -> None:
    scene = Scene()
    scene.ev(check_req())
    beat, _ = scene.heartbeat()
    odd = scene.call(Role.CSMS, "Nonsense", {}, id_="n")
    scene.error(Role.STATION, "NotImplemented", id_="n")
    assert conversation.calls(scene.trace, Role.STATION) == (beat,)
    assert conversation.calls(scene.trace, Role.CSMS) == (odd,)
    assert conversation.calls(scene.trace, Role.EV) == ()


@pytest.mark.parametrize("payload", [[], "x", None, {"meterValue": 3, "transactionInfo": [], "eventData": ["x", {}]}])
def test_a_payload_that_is_none_tells_nothing(payload: Any) -> None:
    scene = Scene()
    entry = scene.call(Role.STATION, "TransactionEvent", payload)
    scene.call(Role.STATION, "NotifyEvent", payload, id_="2")
    assert conversation.events(scene.trace) == (entry,)
    assert conversation.info(entry, "transactionId") is None
    assert conversation.trigger(entry) is None
    assert math.isnan(conversation.moment(entry))
    assert conversation.sampled(entry, "SoC") == ()
    assert conversation.reported_connectors(scene.trace) == ()


def test_an_answer_may_be_an_error_or_missing() -> None:
    scene = Scene()
    beat, result = scene.heartbeat()
    odd = scene.call(Role.CSMS, "Nonsense", {}, id_="n")
    error = scene.error(Role.STATION, "NotImplemented", id_="n")
    lost = scene.call(Role.CSMS, "ClearCache", {}, id_="c")
    assert conversation.answer(scene.trace, beat) == result
    assert conversation.answer(scene.trace, odd) == error
    assert conversation.answer(scene.trace, lost) is None
    assert conversation.refused(error)
    assert not conversation.refused(result)
    assert not conversation.refused(scene.ev(check_req()))


def test_an_event_told_again_counts_once() -> None:
    scene = Scene()
    first = scene.event(0, "Started", told={"timestamp": timestamp(EPOCH)})
    scene.event(0, "Started", told={"timestamp": timestamp(EPOCH), "offline": True})
    second = scene.event(1, told={"timestamp": timestamp(EPOCH)})
    assert conversation.events(scene.trace) == (first, second)


def test_what_an_event_tells() -> None:
    scene = Scene()
    values = [
        {"timestamp": timestamp(EPOCH), "sampledValue": [{"value": 7}, {"value": 8, "measurand": "SoC"}]},
        {
            "timestamp": timestamp(EPOCH),
            "sampledValue": [{"value": 9, "measurand": "SoC", "context": "Transaction.Begin"}],
        },
    ]
    entry = scene.event(0, told={"meterValue": values, "timestamp": timestamp(EPOCH)})
    assert conversation.info(entry, "transactionId") == "T1"
    assert conversation.info(entry, "chargingState") is None
    assert conversation.trigger(entry) == "MeterValuePeriodic"
    assert conversation.moment(entry) == EPOCH
    assert math.isnan(conversation.moment(scene.event(1, told={"timestamp": "soon"})))
    assert conversation.sampled(entry, "SoC") == (8.0, 9.0)
    assert conversation.sampled(entry, "SoC", "Transaction.Begin") == (9.0,)
    assert conversation.sampled(entry, "Energy.Active.Import.Register") == (7.0,)


def test_connectors_are_reported_in_either_way() -> None:
    scene = Scene()
    scene.call(Role.STATION, "StatusNotification", {"evseId": 1, "connectorId": 2})
    place = {"name": "Connector", "evse": {"id": 3, "connectorId": 4}}
    events = [
        {"component": place, "variable": {"name": "AvailabilityState"}},
        {"component": place, "variable": {"name": "Temperature"}},
        {"component": {"name": "ChargingStation"}, "variable": {"name": "AvailabilityState"}},
    ]
    scene.call(Role.STATION, "NotifyEvent", {"eventData": events}, id_="2")
    assert conversation.reported_connectors(scene.trace) == ((1, 2), (3, 4))
