"""Backends with one fault each in how they receive, configure and reset stations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.behaviour import Silence
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import (
    Action,
    GetBaseReport,
    GetReport,
    GetVariables,
    Heartbeat,
    NotifyReport,
    OcppMessage,
    Reset,
    SetNetworkProfile,
    SetVariables,
    StatusNotification,
    TransactionEvent,
)
from harness.sessions.ocpp.csms import CsmsSession

Payload = dict[str, Any]
_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-provisioning-", cases="TC_B_")

_LISTS = ("getVariableData", "setVariableData")
_OTHER = {"name": "HeartbeatInterval"}
_RESETS = ("20_CSMS", "21_CSMS", "22_CSMS")
_REPORTS = ("12_CSMS", "13_CSMS", "14_CSMS", "18_CSMS")


class ListensToAll(CsmsSession):
    """Takes whatever comes."""

    def _gate(self, call: OcppMessage, _at: float) -> tuple[str, str] | None:
        return None


def _saying(action: Action, change: Callable[[Payload], Payload]) -> Callable[[Csms], Csms]:
    return lambda good: good.answering(action, lambda _, usual: change(usual.payload))


def _variables(change: Callable[[list[Payload]], list[Payload]]) -> Callable[[Csms], Csms]:
    """A backend whose requests to read and write are changed."""

    def changed(_heard: Any, usual: OcppMessage) -> Payload:
        return {key: change(value) if key in _LISTS else value for key, value in usual.payload.items()}

    return lambda good: good.answering(GetVariables, changed).answering(SetVariables, changed)


def _silent(*actions: Action) -> Callable[[Csms], Csms]:
    def make(good: Csms) -> Csms:
        for action in actions:
            good = good.silent_on(action.response)
        return good

    return make


def _other_base(payload: Payload) -> Payload:
    full = payload["reportBase"] == "FullInventory"
    return {**payload, "reportBase": "ConfigurationInventory" if full else "FullInventory"}


def _without(key: str) -> Callable[[Payload], Payload]:
    return lambda payload: {name: value for name, value in payload.items() if name != key}


def _only_beginnings(heard: Any, usual: OcppMessage) -> Any:
    return Silence() if heard.payload["eventType"] == "Ended" else usual


MUTANTS = (
    _mutant(
        "never-sure",
        "The backend leaves every station pending",
        ("01_CSMS",),
        lambda good: good.having(boots=("Pending",)),
    ),
    _mutant(
        "not-twice",
        "The backend leaves a station pending that boots a second time",
        _RESETS,
        lambda good: good.having(boots=("Accepted", "Pending")),
    ),
    _mutant(
        "deaf-to-states",
        "The backend does not answer what it is told of connectors",
        ("01_CSMS", "20_CSMS"),
        _silent(StatusNotification),
    ),
    _mutant(
        "other-variable",
        "The backend reads and writes another variable than its operator named",
        ("06_CSMS", "07_CSMS", "09_CSMS", "10_CSMS"),
        _variables(lambda data: [{**one, "variable": _OTHER} for one in data]),
    ),
    _mutant(
        "one-variable",
        "The backend reads and writes the first of several variables alone",
        ("07_CSMS", "10_CSMS"),
        _variables(lambda data: data[:1]),
    ),
    _mutant(
        "other-report",
        "The backend asks for another report than its operator wants",
        ("12_CSMS", "13_CSMS", "14_CSMS"),
        _saying(GetBaseReport, _other_base),
    ),
    _mutant("deaf-to-reports", "The backend does not answer reports", _REPORTS, _silent(NotifyReport)),
    _mutant(
        "uncritical",
        "The backend leaves out the state that components are to be in",
        ("18_CSMS",),
        _saying(GetReport, _without("componentCriteria")),
    ),
    _mutant(
        "other-reset",
        "The backend resets on idle where it should at once, and at once where it should on idle",
        (*_RESETS, "25_CSMS", "26_CSMS", "27_CSMS"),
        _saying(Reset, lambda said: {**said, "type": "OnIdle" if said["type"] == "Immediate" else "Immediate"}),
    ),
    _mutant(
        "resets-all",
        "The backend resets the whole station where it should reset one EVSE",
        ("25_CSMS", "26_CSMS", "27_CSMS"),
        _saying(Reset, _without("evseId")),
    ),
    _mutant(
        "deaf-to-ends",
        "The backend does not answer the end of a transaction",
        ("21_CSMS", "22_CSMS", "26_CSMS", "27_CSMS"),
        lambda good: good.answering(TransactionEvent.response, _only_beginnings),
    ),
    _mutant(
        "other-slot",
        "The backend writes network profiles into the first slot",
        ("42_CSMS",),
        _saying(SetNetworkProfile, lambda said: {**said, "configurationSlot": 1}),
    ),
    _mutant(
        "never-satisfied",
        "The backend leaves a newcomer pending for ever",
        ("02_CSMS", "31_CSMS"),
        lambda good: good.having(boots=("Pending",)),
    ),
    _mutant(
        "listens-to-all",
        "The backend listens to stations that it has not accepted",
        ("30_CSMS",),
        lambda good: good.having(session=ListensToAll),
    ),
    _mutant("no-pulse", "The backend does not answer heartbeats", ("01_CSMS", "44_CSMS"), _silent(Heartbeat)),
)
