"""Backends with one fault each in how they take stations out of service."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.behaviour import Silence
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import ChangeAvailability, NotifyEvent, OcppMessage, StatusNotification, TransactionEvent

Payload = dict[str, Any]
_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-availability-", cases="TC_G_")

_OUT = ("03_CSMS", "05_CSMS", "07_CSMS")
_BACK = ("04_CSMS", "06_CSMS", "08_CSMS")
_LATER = ("11_CSMS", "14_CSMS", "17_CSMS")
_STATION = ("05_CSMS", "06_CSMS", "14_CSMS")
_PARTS = ("03_CSMS", "04_CSMS", "07_CSMS", "08_CSMS", "11_CSMS", "17_CSMS")


def _of_everything(_heard: Any, said: OcppMessage) -> Payload:
    return {key: value for key, value in said.payload.items() if key != "evse"}


def _of_some_evse(_heard: Any, said: OcppMessage) -> Payload:
    return {**said.payload, "evse": said.payload.get("evse", {"id": 1})}


def _not_the_end(heard: OcppMessage, said: OcppMessage) -> OcppMessage | Silence:
    return Silence() if heard.payload["eventType"] == "Ended" else said


MUTANTS = (
    _mutant(
        "never-out",
        "The backend puts in service what its operator wants out of it",
        (*_OUT, *_LATER),
        lambda good: good.but(ChangeAvailability, operationalStatus="Operative"),
    ),
    _mutant(
        "never-back",
        "The backend takes out of service what its operator wants in it",
        _BACK,
        lambda good: good.but(ChangeAvailability, operationalStatus="Inoperative"),
    ),
    _mutant(
        "of-everything",
        "The backend takes the whole station out of service, whatever its operator names",
        _PARTS,
        lambda good: good.answering(ChangeAvailability, _of_everything),
    ),
    _mutant(
        "of-some-evse",
        "The backend names an EVSE where its operator wants the whole station",
        _STATION,
        lambda good: good.answering(ChangeAvailability, _of_some_evse),
    ),
    _mutant(
        "deaf-to-states",
        "The backend does not answer the second and third time that it is told of a connector",
        (*_OUT, *_BACK),
        lambda good: good.silent_on(StatusNotification.response, nth=2).silent_on(StatusNotification.response, nth=3),
    ),
    _mutant(
        "deaf-to-ends",
        "The backend does not answer the end of a transaction",
        _LATER,
        lambda good: good.answering(TransactionEvent.response, _not_the_end),
    ),
    _mutant(
        "talks-back",
        "The backend answers an event with more than there is to say",
        ("20_CSMS",),
        lambda good: good.answering(NotifyEvent.response, lambda _heard, _said: {"status": "Accepted"}),
    ),
)
