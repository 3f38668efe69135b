"""Monitors as cases ask for them, and what they read out of the answers and events."""

from __future__ import annotations

from typing import Any

from harness.kit.ocpp_states import EVSE_ID
from harness.kit.scene import Making, Scene, asks, passes
from harness.messages.ocpp import (
    ClearVariableMonitoring,
    GetMonitoringReport,
    NotifyEvent,
    NotifyMonitoringReport,
    OcppMessage,
    SetVariableMonitoring,
)
from harness.trace.entry import Entry
from harness.trace.trace import Trace

Payload = dict[str, Any]
EVSE = {"name": "EVSE", "evse": {"id": EVSE_ID}}
STATE = {"component": EVSE, "variable": {"name": "AvailabilityState"}}
POWER = {"component": EVSE, "variable": {"name": "Power"}}
"""What thresholds are set on; a station without it leaves the case open."""
WATTS = 100.0
REPORT_ID = 817


def delta(severity: int = 8, **more: Any) -> Payload:
    """A monitor of any change of the EVSE's state."""
    return {**STATE, "type": "Delta", "value": 1.0, "severity": severity, **more}


def upper(severity: int = 5, **more: Any) -> Payload:
    """A monitor of the EVSE's power."""
    return {**POWER, "type": "UpperThreshold", "value": WATTS, "severity": severity, **more}


def sets(*wanted: Payload) -> Scene:
    """The backend sets monitors."""
    return asks(SetVariableMonitoring(setMonitoringData=list(wanted)))


def sets_again(place: int, monitor: Payload) -> Making:
    """The call that sets a monitor by the number that another one has, counted from 0 as they were set."""

    def make(trace: Trace) -> OcppMessage | None:
        known = numbers(trace)
        return SetVariableMonitoring(setMonitoringData=[{**monitor, "id": known[place]}]) if known[place:] else None

    return make


def clears_all(trace: Trace) -> OcppMessage | None:
    """The call that clears every monitor that was set."""
    return ClearVariableMonitoring(id=numbers(trace)) if numbers(trace) else None


def report(request_id: int = REPORT_ID, **terms: Any) -> Scene:
    """The backend has monitors listed."""
    return asks(GetMonitoringReport(requestId=request_id, **terms)) + passes(3.0)


def results(trace: Trace) -> list[Payload]:
    """What became of each monitor that was asked for."""
    answers = trace.all(SetVariableMonitoring.response)
    return [one for answer in answers for one in answer.payload.get("setMonitoringResult", [])]


def numbers(trace: Trace) -> list[int]:
    """The numbers of the monitors that were set, without repetition."""
    return list(dict.fromkeys(one["id"] for one in results(trace) if one["status"] == "Accepted" and "id" in one))


def taken(trace: Trace) -> list[int]:
    """The same, once the station has answered at all.

    Raises:
        Unreached: it never did.
    """
    trace.answer_to(trace.first(SetVariableMonitoring))
    return numbers(trace)


def listed(trace: Trace, request_id: int = REPORT_ID) -> list[tuple[Payload, Payload]]:
    """Each monitor of a report with what it watches: component and variable, and the monitor."""
    parts = trace.all(NotifyMonitoringReport, requestId=request_id)
    watched = [one for part in parts for one in part.payload.get("monitor", [])]
    return [(one, monitor) for one in watched for monitor in one["variableMonitoring"]]


def listed_numbers(trace: Trace, request_id: int = REPORT_ID) -> set[int]:
    """The numbers of the monitors in a report."""
    return {monitor["id"] for _, monitor in listed(trace, request_id)}


def parts_of(trace: Trace, request_id: int = REPORT_ID) -> tuple[Entry, ...]:
    """The messages of a report."""
    return trace.all(NotifyMonitoringReport, requestId=request_id)


def events(trace: Trace, number: int | None = None) -> list[Payload]:
    """What monitors told; of one monitor, or of all."""
    told = [event for entry in trace.all(NotifyEvent) for event in entry.payload["eventData"]]
    mine = [event for event in told if "variableMonitoringId" in event]
    return [event for event in mine if number is None or event["variableMonitoringId"] == number]
