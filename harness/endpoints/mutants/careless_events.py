"""TransactionEvents with one fault each, as a careless station tells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.behaviour import Silence
from harness.endpoints.station.station import Station
from harness.messages.ocpp import TransactionEvent

Payload = dict[str, Any]
EventChange = Callable[[Payload], Payload | Silence]


def telling(change: EventChange) -> Callable[[Station], Station]:
    """A station whose TransactionEvents are changed."""

    def make(good: Station) -> Station:
        return good.answering(TransactionEvent, lambda _, said: change(said.payload))

    return make


def stuck_number(event: Payload) -> Payload:
    """No event has a number above 1."""
    return {**event, "seqNo": min(1, event["seqNo"])}


def without_state(event: Payload) -> Payload:
    """A change of state is told without the state."""
    info = {key: value for key, value in event["transactionInfo"].items() if key != "chargingState"}
    return {**event, "transactionInfo": info} if event["triggerReason"] == "ChargingStateChanged" else event


def blames_power_loss(event: Payload) -> Payload:
    """Every transaction ends by a loss of power."""
    if event["eventType"] != "Ended":
        return event
    return {**event, "transactionInfo": {**event["transactionInfo"], "stoppedReason": "PowerLoss"}}


def calls_it_local(event: Payload) -> Payload:
    """A remote stop is told as one at the reader."""
    trigger = "StopAuthorized" if event["triggerReason"] == "RemoteStop" else event["triggerReason"]
    return {**event, "triggerReason": trigger}


def without_start_id(event: Payload) -> Payload:
    """The id of a remote start does not come back."""
    info = {key: value for key, value in event["transactionInfo"].items() if key != "remoteStartId"}
    return {**event, "transactionInfo": info}


def no_end_reading(event: Payload) -> Payload:
    """The last event has no meter values."""
    ended = event["eventType"] == "Ended"
    return {key: value for key, value in event.items() if not (ended and key == "meterValue")}


def loses_every_other_sample(event: Payload) -> Payload | Silence:
    """Every second periodic sample is not told at all."""
    lost = event["triggerReason"] == "MeterValuePeriodic" and event["seqNo"] % 2 == 0
    return Silence() if lost else event


def in_kwh(event: Payload) -> Payload:
    """Registers are told in kWh under the name of Wh."""
    samples = [
        {**sample, "sampledValue": [_thousandth(value) for value in sample["sampledValue"]]}
        for sample in event.get("meterValue", [])
    ]
    return {**event, "meterValue": samples} if samples else event


def _thousandth(value: Payload) -> Payload:
    energy = value["measurand"].endswith(".Register")
    return {**value, "value": value["value"] / 1000} if energy else value
