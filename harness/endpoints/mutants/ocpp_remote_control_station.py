"""Stations with one fault each in how they obey their backend from afar, or in what they tell on demand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.careless_events import telling
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.deed import Deed, Payload, done
from harness.endpoints.station.ocpp.remote_control import RemoteControl
from harness.endpoints.station.ocpp.triggering import Triggering
from harness.endpoints.station.station import Station
from harness.messages.ocpp import (
    Authorize,
    FirmwareStatusNotification,
    Heartbeat,
    LogStatusNotification,
    MeterValues,
    OcppMessage,
    RequestStartTransaction,
    StatusNotification,
    TriggerMessage,
    UnlockConnector,
)

_mutant = series(Station, Role.STATION, ids="ocpp-station-remote-", cases="TC_F_")


class Forgetful(RemoteControl):
    """Begins another transaction with a remote start, whatever runs already."""

    def _start(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        deed = super()._start(call, payload, at)
        answer = {key: value for key, value in deed.answer.payload.items() if key != "transactionId"}
        return Deed(answer=replace(deed.answer, payload=answer), then=deed.then)


class AlwaysAsks(RemoteControl):
    """Asks about the token of every remote start."""

    def _start(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        self.parts.tuning.authorize_remote_start = True
        return super()._start(call, payload, at)


class StopsAnything(RemoteControl):
    """Stops its transaction whichever the backend names."""

    def _stop(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        running = self.parts.transactions.running
        named = payload if running is None else {"transactionId": running.transaction_id}
        return super()._stop(call, named, at)


class Obstinate(RemoteControl):
    """Accepts a remote stop and goes on."""

    def _stop(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return Deed(answer=super()._stop(call, payload, at).answer)


class SaysNothing(Triggering):
    """Accepts a demand and sends nothing."""

    def _trigger(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return Deed(answer=super()._trigger(call, payload, at).answer)


class MindsTheEvse(Triggering):
    """Takes an EVSE in a demand for part of it, whatever is asked for."""

    def _trigger(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        about_none = payload["requestedMessage"] in {"FirmwareStatusNotification", "Heartbeat"}
        if "evse" in payload and about_none:
            return done(call, "Rejected")
        return super()._trigger(call, payload, at)


class BootsOnDemand(Triggering):
    """Boots whenever it is asked to."""

    def _boot(self, _payload: Payload, _at: float) -> Callable[[], None]:
        return lambda: self.parts.contact.boot("Triggered")


def _of_nobody(_heard: Any, said: OcppMessage) -> Payload:
    """A sample that does not say that it was asked for."""
    values = [
        {**value, "sampledValue": [{**one, "context": "Sample.Periodic"} for one in value["sampledValue"]]}
        for value in said.payload["meterValue"]
    ]
    return {**said.payload, "meterValue": values}


def _untriggered(event: Payload) -> Payload:
    triggered = event["triggerReason"] == "Trigger"
    return {**event, "triggerReason": "MeterValuePeriodic"} if triggered else event


def _without_values(event: Payload) -> Payload:
    triggered = event["triggerReason"] == "Trigger"
    return {key: value for key, value in event.items() if not (triggered and key == "meterValue")}


def _never_too_late(event: Payload) -> Payload:
    late = event["triggerReason"] == "EVConnectTimeout"
    return {**event, "triggerReason": "Deauthorized"} if late else event


def _another_start(event: Payload) -> Payload:
    info = event["transactionInfo"]
    if "remoteStartId" not in info:
        return event
    return {**event, "transactionInfo": {**info, "remoteStartId": info["remoteStartId"] + 1}}


_DEMANDS = ("11_CS", "12_CS", "13_CS", "14_CS", "15_CS", "17_CS", "18_CS", "20_CS", "23_CS", "24_CS", "16_CS", "19_CS")

MUTANTS = (
    _mutant(
        "forgets-transaction",
        "The station accepts a remote start without naming the transaction that runs already",
        ("01_CS",),
        with_block(RemoteControl, Forgetful),
    ),
    _mutant(
        "other-start-id",
        "The station tells a remote start under another id",
        ("01_CS", "02_CS", "03_CS", "04_CS"),
        telling(_another_start),
    ),
    _mutant(
        "start-rejected",
        "The station rejects every remote start and starts all the same",
        ("01_CS", "04_CS"),
        lambda good: good.but(RequestStartTransaction.response, status="Rejected"),
    ),
    _mutant(
        "never-asks",
        "The station never asks about a token",
        ("02_CS",),
        lambda good: good.silent_on(Authorize),
    ),
    _mutant(
        "always-asks",
        "The station asks about the token of a remote start though it was told not to",
        ("03_CS",),
        with_block(RemoteControl, AlwaysAsks),
    ),
    _mutant(
        "no-plug-timeout", "The station calls a missing cable something else", ("04_CS",), telling(_never_too_late)
    ),
    _mutant(
        "obstinate", "The station accepts a remote stop and goes on", ("08_CS",), with_block(RemoteControl, Obstinate)
    ),
    _mutant(
        "stops-anything",
        "The station stops its transaction whichever the backend names",
        ("09_CS",),
        with_block(RemoteControl, StopsAnything),
    ),
    _mutant(
        "unlocks-always",
        "The station unlocks whatever it is asked to, a charging car and unknown connectors included",
        ("05_CS", "10_CS"),
        lambda good: good.but(UnlockConnector.response, status="Unlocked"),
    ),
    _mutant(
        "never-unlocks",
        "The station never unlocks",
        ("06_CS", "07_CS"),
        lambda good: good.but(UnlockConnector.response, status="UnlockFailed"),
    ),
    _mutant(
        "says-nothing", "The station accepts demands and sends nothing", _DEMANDS, with_block(Triggering, SaysNothing)
    ),
    _mutant(
        "refuses-demands",
        "The station rejects every demand and answers it all the same",
        _DEMANDS,
        lambda good: good.but(TriggerMessage.response, status="Rejected"),
    ),
    _mutant(
        "minds-evse",
        "The station rejects a demand for the state of its firmware where an EVSE is named",
        ("17_CS",),
        with_block(Triggering, MindsTheEvse),
    ),
    _mutant("boots-on-demand", "The station boots whenever asked", ("26_CS",), with_block(Triggering, BootsOnDemand)),
    _mutant(
        "does-not-know",
        "The station rejects a demand that it does not know instead of saying so",
        ("27_CS",),
        lambda good: good.but(TriggerMessage.response, status="Rejected"),
    ),
    _mutant(
        "sample-of-nobody",
        "The station does not say that samples were taken on demand",
        ("11_CS", "12_CS"),
        lambda good: good.answering(MeterValues, _of_nobody),
    ),
    _mutant(
        "event-of-nobody",
        "The station tells an event on demand as a periodic one",
        ("13_CS", "14_CS"),
        telling(_untriggered),
    ),
    _mutant(
        "event-without-values",
        "The station tells an event on demand without samples",
        ("13_CS", "14_CS"),
        telling(_without_values),
    ),
    _mutant(
        "idle-on-demand",
        "The station says on demand that it does nothing while it brings or fetches a file",
        ("16_CS", "19_CS"),
        lambda good: good.but(LogStatusNotification, nth=2, status="Idle").but(
            FirmwareStatusNotification, nth=2, status="Idle"
        ),
    ),
    _mutant(
        "always-uploading",
        "The station says that it uploads a log when it does not",
        ("15_CS",),
        lambda good: good.but(LogStatusNotification, status="Uploading"),
    ),
    _mutant(
        "always-downloading",
        "The station says that it downloads firmware when it does not",
        ("17_CS", "18_CS"),
        lambda good: good.but(FirmwareStatusNotification, status="Downloading"),
    ),
    _mutant(
        "no-heartbeat",
        "The station sends no heartbeat, not even on demand",
        ("20_CS",),
        lambda good: good.silent_on(Heartbeat),
    ),
    _mutant(
        "always-faulted",
        "The station tells every state of its connector as Faulted",
        ("23_CS", "24_CS"),
        lambda good: good.but(StatusNotification, connectorStatus="Faulted"),
    ),
)
