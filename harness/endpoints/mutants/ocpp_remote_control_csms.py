"""Backends with one fault each in how they control stations from afar, or in what they want to be told."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import (
    Action,
    Authorize,
    FirmwareStatusNotification,
    Heartbeat,
    LogStatusNotification,
    MeterValues,
    OcppMessage,
    RequestStartTransaction,
    StatusNotification,
    TransactionEvent,
    TriggerMessage,
    UnlockConnector,
)

Payload = dict[str, Any]
_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-remote-", cases="TC_F_")

_STRANGER = {"idToken": "DEADBEEF", "type": "ISO14443"}
_STARTS = ("01_CSMS", "02_CSMS", "03_CSMS", "04_CSMS")
_ABOUT_AN_EVSE = ("11_CSMS", "13_CSMS", "23_CSMS", "24_CSMS")


def _without_evse(_heard: Any, said: OcppMessage) -> Payload:
    return {key: value for key, value in said.payload.items() if key != "evse"}


def _with_evse(_heard: Any, said: OcppMessage) -> Payload:
    return {**said.payload, "evse": said.payload.get("evse", {"id": 2})}


def _about_the_boot(_heard: Any, said: OcppMessage) -> Payload:
    return {**said.payload, "requestedMessage": "BootNotification"}


def _unsure(_heard: Any, said: OcppMessage) -> Payload:
    return {**said.payload, "idTokenInfo": {"status": "Unknown"}}


def _silent(*actions: Action) -> Any:
    def make(good: Csms) -> Csms:
        for action in actions:
            good = good.silent_on(action.response)
        return good

    return make


MUTANTS = (
    _mutant(
        "other-token",
        "The backend starts with another token than its operator named",
        _STARTS,
        lambda good: good.but(RequestStartTransaction, idToken=_STRANGER),
    ),
    _mutant(
        "unsure",
        "The backend does not know the token that it started with",
        _STARTS,
        lambda good: good.answering(TransactionEvent.response, _unsure),
    ),
    _mutant(
        "does-not-vouch",
        "The backend does not know the token that it started with when it is asked",
        ("02_CSMS",),
        lambda good: good.answering(Authorize.response, _unsure),
    ),
    _mutant(
        "no-answer-to-timeout",
        "The backend does not answer the third event of a transaction",
        ("04_CSMS",),
        lambda good: good.silent_on(TransactionEvent.response, nth=2),
    ),
    _mutant(
        "other-connector",
        "The backend unlocks another connector than its operator named",
        ("06_CSMS",),
        lambda good: good.but(UnlockConnector, connectorId=2),
    ),
    _mutant(
        "no-evse",
        "The backend leaves out of which EVSE it wants to hear",
        _ABOUT_AN_EVSE,
        lambda good: good.answering(TriggerMessage, _without_evse),
    ),
    _mutant(
        "some-evse",
        "The backend names an EVSE that nobody asked about",
        ("12_CSMS", "14_CSMS"),
        lambda good: good.answering(TriggerMessage, _with_evse),
    ),
    _mutant(
        "other-demand",
        "The backend asks for a boot, whatever its operator wants to know",
        ("15_CSMS", "18_CSMS", "20_CSMS", "27_CSMS"),
        lambda good: good.answering(TriggerMessage, _about_the_boot),
    ),
    _mutant(
        "deaf-to-demands",
        "The backend does not answer what it asked for",
        ("11_CSMS", "12_CSMS", "15_CSMS", "18_CSMS", "20_CSMS"),
        _silent(MeterValues, LogStatusNotification, FirmwareStatusNotification, Heartbeat),
    ),
    _mutant(
        "no-pulse",
        "The backend does not answer heartbeats",
        ("20_CSMS", "27_CSMS"),
        _silent(Heartbeat),
    ),
    _mutant(
        "deaf-to-states",
        "The backend does not answer what it is told of connectors a second time",
        ("23_CSMS",),
        lambda good: good.silent_on(StatusNotification.response, nth=2),
    ),
    _mutant(
        "deaf-to-events",
        "The backend does not answer events of transactions behind the fourth",
        ("13_CSMS", "14_CSMS"),
        lambda good: good.silent_on(TransactionEvent.response, nth=4),
    ),
)
