"""Readings of an OCPP conversation that many cases need: who called, what was answered, what a transaction told."""

from __future__ import annotations

from typing import Any

from harness.checks.metering import instant, keys_of, objects, samples
from harness.core.case import Role
from harness.messages.ocpp import Kind, NotifyEvent, OcppMessage, StatusNotification, TransactionEvent
from harness.trace.entry import Entry, Link
from harness.trace.trace import Trace, answers

UNKNOWN_ACTION = frozenset({"NotImplemented", "NotSupported", "InternalError"})
"""CALLERROR codes that independent stacks give to an action that does not exist; Part 4, 4.3 means the first."""
BROKEN_PAYLOAD = frozenset(
    {
        "FormatViolation",
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "TypeConstraintViolation",
    }
)
"""The same for a payload without a required field; Part 4, 4.3 means OccurrenceConstraintViolation."""


def calls(trace: Trace, sent_by: Role) -> tuple[Entry, ...]:
    """Every CALL of one side."""
    return tuple(entry for entry in trace if entry.sender is sent_by and _kind(entry) is Kind.REQUEST)


def answer(trace: Trace, request: Entry) -> Entry | None:
    """The CALLRESULT or CALLERROR to a CALL; None if it never came."""
    return next((entry for entry in trace.since(request) if answers(entry, request)), None)


def refused(entry: Entry) -> bool:
    """Whether an answer is a CALLERROR."""
    return _kind(entry) is Kind.ERROR


def taken(trace: Trace, request: Entry) -> bool:
    """Whether a CALL was answered, and not by an error."""
    reply = answer(trace, request)
    return reply is not None and not refused(reply)


def events(trace: Trace) -> tuple[Entry, ...]:
    """The TransactionEvents as they came, a repeated one only the first time (E13: the same but for `offline`)."""
    seen: set[str] = set()
    kept: list[Entry] = []
    for entry in trace.all(TransactionEvent, sent_by=Role.STATION):
        same = repr({key: value for key, value in keys_of(entry.payload).items() if key != "offline"})
        if same not in seen:
            seen.add(same)
            kept.append(entry)
    return tuple(kept)


def info(entry: Entry, key: str) -> Any:
    """A value of the transactionInfo of an event: `transactionId`, `chargingState`, `stoppedReason` and so on."""
    return keys_of(keys_of(entry.payload).get("transactionInfo")).get(key)


def trigger(entry: Entry) -> Any:
    """The triggerReason of an event."""
    return keys_of(entry.payload).get("triggerReason")


def moment(entry: Entry, key: str = "timestamp") -> float:
    """A timestamp in a payload as Unix time; not a number if it is none."""
    at = instant(keys_of(entry.payload).get(key))
    return float("nan") if at is None else at


def sampled(entry: Entry, measurand: str, context: str = "") -> tuple[float, ...]:
    """The values of a measurand in an event in base units (W, Wh, %), of all contexts or one."""
    return tuple(
        sample.value
        for sample in samples(Trace(entries=(entry,)))
        if sample.measurand == measurand and context in {"", sample.context}
    )


def reported_connectors(trace: Trace) -> tuple[tuple[int, int], ...]:
    """EVSE and connector of every status report, be it a StatusNotification or a NotifyEvent."""
    told = [
        (keys_of(entry.payload).get("evseId", 0), keys_of(entry.payload).get("connectorId", 0))
        for entry in trace.all(StatusNotification, sent_by=Role.STATION)
    ]
    for entry in trace.all(NotifyEvent, sent_by=Role.STATION):
        for event in objects(keys_of(entry.payload).get("eventData")):
            evse = keys_of(keys_of(event.get("component")).get("evse"))
            if keys_of(event.get("variable")).get("name") == "AvailabilityState" and evse:
                told.append((evse.get("id", 0), evse.get("connectorId", 0)))
    return tuple(told)


def _kind(entry: Entry) -> Kind | None:
    message = entry.message
    return message.kind if entry.link is Link.OCPP and isinstance(message, OcppMessage) else None
