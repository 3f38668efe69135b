"""Words for cases about the device model: asking for variables, reading results, collecting reports."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.kit.judge import Judge
from harness.kit.scene import Scene, asks, hears
from harness.messages.ocpp import GetVariables, NotifyReport, OcppMessage, SetVariables
from harness.trace.entry import Entry
from harness.trace.trace import Trace

Named = dict[str, Any]

TAKEN = ("Accepted", "RebootRequired")
"""What a variable that was written is answered with."""
CONTROLLERS: dict[str, tuple[str, ...]] = {
    "AlignedDataCtrlr": ("Interval", "Measurands", "TxEndedInterval", "TxEndedMeasurands"),
    "AuthCtrlr": ("AuthorizeRemoteStart", "LocalAuthorizeOffline", "LocalPreAuthorize"),
    "ClockCtrlr": ("DateTime", "TimeSource"),
    "DeviceDataCtrlr": ("BytesPerMessage", "ItemsPerMessage"),
    "OCPPCommCtrlr": (
        "FileTransferProtocols",
        "MessageAttemptInterval",
        "MessageAttempts",
        "MessageTimeout",
        "NetworkConfigurationPriority",
        "NetworkProfileConnectionAttempts",
        "OfflineThreshold",
        "ResetRetries",
        "RetryBackOffRandomRange",
        "RetryBackOffRepeatTimes",
        "RetryBackOffWaitMinimum",
        "UnlockOnEVSideDisconnect",
        "WebSocketPingInterval",
    ),
    "SampledDataCtrlr": (
        "TxEndedInterval",
        "TxEndedMeasurands",
        "TxStartedMeasurands",
        "TxUpdatedInterval",
        "TxUpdatedMeasurands",
    ),
    "SecurityCtrlr": ("CertificateEntries", "OrganizationName", "SecurityProfile"),
    "TxCtrlr": (
        "EVConnectionTimeOut",
        "StopTxOnEVSideDisconnect",
        "StopTxOnInvalidId",
        "TxStartPoint",
        "TxStopPoint",
    ),
}
"""What a station has in the controllers of the profile Core."""
PHYSICAL: dict[str, tuple[str, ...]] = {
    "ChargingStation": ("AvailabilityState", "Available", "SupplyPhases"),
    "EVSE": ("AvailabilityState", "Available", "Power", "SupplyPhases"),
    "Connector": ("AvailabilityState", "Available", "ConnectorType", "SupplyPhases"),
}
"""What every station has in its parts."""
STATES = {"Available", "Occupied", "Reserved", "Unavailable", "Faulted"}
"""Values of AvailabilityState."""


def named(component: str, variable: str, instance: str = "", **more: Any) -> Named:
    """A variable of the station itself, as requests name it."""
    name = {"name": variable, "instance": instance} if instance else {"name": variable}
    return {"component": {"name": component}, "variable": name, **more}


def reads(*variables: Named) -> Scene:
    """The backend reads these variables."""
    return asks(GetVariables(getVariableData=list(variables)))


def writes(*values: tuple[Named, str]) -> Scene:
    """The backend writes these variables."""
    data = [{**variable, "attributeValue": value} for variable, value in values]
    return asks(SetVariables(setVariableData=data))


def puts_back(*variables: Named) -> Scene:
    """The backend writes what it had read first, so that a real station is left as it was found."""

    def back(trace: Trace) -> OcppMessage | None:
        replies = trace.all(GetVariables.response)
        found = [one for one in results(replies[0]) if "attributeValue" in one] if replies else []
        data = [
            {**variable, "attributeValue": one["attributeValue"]}
            for variable in variables
            for one in found
            if (one["component"], one["variable"]) == (variable["component"], variable["variable"])
        ]
        return SetVariables(setVariableData=data) if data else None

    return asks(back)


def results(reply: Entry) -> list[Named]:
    """The results in an answer to GetVariables or SetVariables; none in an error."""
    payload = reply.payload
    return list(payload.get("getVariableResult", payload.get("setVariableResult", ())))


def judge_results(judge: Judge, trace: Trace, call: Entry, *statuses: tuple[str, ...]) -> list[Named]:
    """One result for each variable asked for, about that very variable, with one of its statuses; returns them."""
    reply = trace.answer_to(call)
    payload = call.payload
    asked = payload.get("getVariableData", payload.get("setVariableData", []))
    told = results(reply)
    judge.equal("number of results", len(told), len(asked), at=(call, reply))
    wanted = [(one["component"], one["variable"], one.get("attributeType", "Actual")) for one in asked]
    about = [(one["component"], one["variable"], one.get("attributeType", "Actual")) for one in told]
    missing = [one for one in wanted if one not in about]
    judge.holds("results are about what was asked for", not missing, f"nothing about {missing}", at=reply)
    ordered = [told[about.index(one)] for one in wanted if one in about]
    for one, allowed in zip(ordered, statuses, strict=False):
        judge.among(f"status of {one['variable']['name']}", one["attributeStatus"], allowed, at=reply)
    return ordered


def reported(trace: Trace, call: Entry) -> tuple[Entry, ...]:
    """The parts of the report that came of a request."""
    request_id = call.payload["requestId"]
    after = trace.since(call)
    return tuple(after.all(NotifyReport, sent_by=Role.STATION, requestId=request_id))


def contents(parts: tuple[Entry, ...]) -> list[Named]:
    """All reportData of a report."""
    return [one for part in parts for one in part.payload.get("reportData", [])]


def judge_chain(judge: Judge, parts: tuple[Entry, ...]) -> None:
    """The parts are numbered from 0, and all but the last say that more follows (B07.FR.10, B08.FR.14)."""
    if not judge.any("parts of the report", parts):
        return
    numbers = [part.payload["seqNo"] for part in parts]
    judge.equal("numbers of the parts", numbers, list(range(len(parts))), at=parts)
    follows = [bool(part.payload.get("tbc", False)) for part in parts]
    judge.equal("more follows", follows, [True] * (len(parts) - 1) + [False], at=parts)


def heard_whole(seconds: float = 60.0) -> Scene:
    """Until the last part of a report came."""
    return hears(NotifyReport, where=_is_last, within=seconds, optional=True)


def actual(item: Named) -> Named:
    """The attribute Actual of a variable in a report; empty if it has none."""
    return next((one for one in item["variableAttribute"] if one.get("type", "Actual") == "Actual"), {})


def name_of(item: Named) -> tuple[str, str]:
    """Component and variable of an item of a report."""
    return item["component"]["name"], item["variable"]["name"]


def _is_last(entry: Entry) -> bool:
    return not entry.payload.get("tbc", False)
