"""Backends with one fault each in how they have variables monitored."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import (
    ClearVariableMonitoring,
    GetMonitoringReport,
    Heartbeat,
    NotifyEvent,
    NotifyMonitoringReport,
    OcppMessage,
    SetMonitoringBase,
    SetMonitoringLevel,
    SetVariableMonitoring,
)

_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-monitors-", cases="TC_N_")
_REPORTS = ("01_CSMS", "02_CSMS", "03_CSMS", "47_CSMS", "60_CSMS")
_EVENTS = ("24_CSMS", "49_CSMS", "50_CSMS")
_REST = ("05_CSMS", "08_CSMS", "16_CSMS", "17_CSMS", "18_CSMS", "44_CSMS")


def _of_periods(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    """Of kinds that nobody asked for."""
    return {"requestId": said.payload["requestId"], "monitoringCriteria": ["PeriodicMonitoring"]}


def _harmless(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    return {"setMonitoringData": [{**one, "severity": 9} for one in said.payload["setMonitoringData"]]}


def _refuses(heard: Any, _said: OcppMessage) -> Any:
    return heard.refused("NotSupported", "no monitors here")


MUTANTS = (
    _mutant(
        "other-kinds",
        "The backend has monitors listed that nobody asked for",
        _REPORTS,
        lambda good: good.answering(GetMonitoringReport, _of_periods),
    ),
    _mutant(
        "no-reports",
        "The backend answers reports of monitors with an error",
        _REPORTS,
        lambda good: good.answering(NotifyMonitoringReport.response, _refuses),
    ),
    _mutant(
        "no-events",
        "The backend answers events with an error",
        _EVENTS,
        lambda good: good.answering(NotifyEvent.response, _refuses),
    ),
    _mutant(
        "stuck",
        "The backend answers no heartbeat afterwards",
        (*_REPORTS, *_EVENTS, *_REST),
        lambda good: good.silent_on(Heartbeat.response),
    ),
    _mutant(
        "one-base",
        "The backend sets every monitor in force, whatever it was told to",
        ("05_CSMS",),
        lambda good: good.but(SetMonitoringBase, monitoringBase="All"),
    ),
    _mutant(
        "harmless",
        "The backend sets monitors of no severity",
        ("08_CSMS",),
        lambda good: good.answering(SetVariableMonitoring, _harmless),
    ),
    _mutant(
        "no-level",
        "The backend has everything told, whatever level it was told to set",
        ("16_CSMS", "17_CSMS"),
        lambda good: good.but(SetMonitoringLevel, severity=9),
    ),
    _mutant(
        "clears-others",
        "The backend clears monitors of others",
        ("18_CSMS", "44_CSMS"),
        lambda good: good.but(ClearVariableMonitoring, id=[4711]),
    ),
)
