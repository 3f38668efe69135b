"""What cases about transactions share: settings that are lent, what was done when, how one begins and ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import structs

from harness.checks import conversation
from harness.core.errors import Unreached
from harness.endpoints import operations as do
from harness.endpoints.station.station import Station
from harness.kit.judge import Judge
from harness.kit.ocpp_states import running
from harness.kit.scene import Making, Scene, asks, does, hears, passes
from harness.messages.ocpp import GetVariables, OcppMessage, SetVariables, TransactionEvent
from harness.trace.entry import Entry, Operation
from harness.trace.trace import Trace

START, STOP = "TxCtrlr.TxStartPoint", "TxCtrlr.TxStopPoint"
UPDATED_INTERVAL = "SampledDataCtrlr.TxUpdatedInterval"
ATTEMPTS = "OCPPCommCtrlr.MessageAttempts.TransactionEvent"
ATTEMPT_INTERVAL = "OCPPCommCtrlr.MessageAttemptInterval.TransactionEvent"
SETTLES = 10.0
"""Seconds in which a station has told what came of something."""
_ANSWERED_IN = 4.0
"""Seconds that a backend may take over an event."""


def lent(settings: Mapping[str, str], played: Scene) -> Scene:
    """Variables are read, set for the time of a scene, and set back.

    A station in which a value is fixed may have the right one: what it answers ends no scene.

    Args:
        settings: values by `Component.Variable` or `Component.Variable.Instance`.
        played: the scene.
    """
    named = {name: _named(name) for name in settings}
    wanted = [{**named[name], "attributeValue": value} for name, value in settings.items()]
    read = asks(GetVariables(getVariableData=list(named.values())))
    return read + asks(SetVariables(setVariableData=wanted)) + played + asks(_as_before(list(named.values())))


def _named(name: str) -> dict[str, Any]:
    component, variable, *instance = name.split(".")
    extra = {"instance": instance[0]} if instance else {}
    return {"component": {"name": component}, "variable": {"name": variable, **extra}}


def _as_before(named: list[dict[str, Any]]) -> Making:
    def make(trace: Trace) -> OcppMessage | None:
        first = next((entry for entry in trace.all(GetVariables.response) if _about(entry, named)), None)
        told = [] if first is None else first.payload["getVariableResult"]
        before = [
            {"component": one["component"], "variable": one["variable"], "attributeValue": one["attributeValue"]}
            for one in told
            if one.get("attributeValue")
        ]
        return SetVariables(setVariableData=before) if before else None

    return make


def _about(entry: Entry, named: list[dict[str, Any]]) -> bool:
    told = entry.payload.get("getVariableResult", [])
    return [one["variable"] for one in told] == [one["variable"] for one in named]


def away(seconds: float = SETTLES) -> Scene:
    """The cable is taken out, and the station has time to tell."""
    return does(do.unplug()) + passes(seconds)


def told_after(trace: Trace, operation: str, trigger: str, nth: int = 1) -> tuple[Entry, ...]:
    """Events with a trigger behind what somebody did.

    Raises:
        Unreached: nobody did that.
    """
    return tuple(
        one for one in events(trace.since(done(trace, operation, nth))) if conversation.trigger(one) == trigger
    )


def runs(trace: Trace) -> bool:
    """Whether a transaction goes on."""
    return bool(running(trace))


def until_energy(within: float = 30.0) -> Scene:
    """Wait until energy flows."""
    return hears(TransactionEvent, where=_flows, within=within)


def _flows(entry: Entry) -> bool:
    return bool(entry.payload["transactionInfo"].get("chargingState") == "Charging")


def done(trace: Trace, operation: str, nth: int = 1) -> Entry:
    """When somebody did this at the station for the nth time.

    Raises:
        Unreached: nobody did, or the device under test never said a word.
    """
    if not any(entry.sender is trace.subject and isinstance(entry.message, OcppMessage) for entry in trace):
        raise Unreached("the device under test never said a word of OCPP")
    return trace.nth(Operation, nth, where=lambda entry: entry.body.action == operation)


def plugged(trace: Trace) -> Trace:
    """What was seen before the cable was taken out."""
    for entry in trace.all(Operation):
        body: Any = entry.body
        if body.action == do.UNPLUG:
            return trace.until(entry)
    return trace


def events(trace: Trace, kind: str = "") -> tuple[Entry, ...]:
    """The events of transactions, each once; all, or those of one eventType."""
    return tuple(one for one in conversation.events(trace) if kind in {"", one.payload["eventType"]})


def judge_the_beginning(judge: Judge, trace: Trace, after: Entry, triggers: Collection[str]) -> Entry | None:
    """No transaction before `after`, and one that starts behind it for one of these reasons; its first event."""
    judge.silence("events before the start point", events(trace.until(after)))
    told = events(trace.since(after))
    if not judge.any("events once the start point is reached", told):
        return None
    first = min(told, key=lambda entry: entry.payload["seqNo"])
    judge.equal("first event", first.payload["eventType"], "Started", at=first)
    judge.among("trigger of the start", conversation.trigger(first), triggers, at=first)
    judge.holds("state at the start", bool(conversation.info(first, "chargingState")), "no chargingState", at=first)
    return first


def judge_the_end(
    judge: Judge, trace: Trace, after: Entry, triggers: Collection[str], reasons: Collection[str | None]
) -> Entry | None:
    """The transaction goes on until `after`, and ends behind it for one of these reasons; its last event."""
    judge.silence("ends before the stop point", events(trace.until(after), "Ended"))
    ended = events(trace.since(after), "Ended")
    if not judge.any("the end once the stop point is reached", ended):
        return None
    judge.among("trigger of the end", conversation.trigger(ended[0]), triggers, at=ended[0])
    judge.among("reason of the end", conversation.info(ended[0], "stoppedReason"), reasons, at=ended[0])
    return ended[0]


def judge_the_row(judge: Judge, told: tuple[Entry, ...]) -> None:
    """Events of one transaction, numbered without a gap."""
    judge.equal("transactions", len({conversation.info(one, "transactionId") for one in told}), 1, at=told)
    judge.contiguous("sequence numbers", sorted(one.payload["seqNo"] for one in told), at=told)


def samples(entry: Entry, context: str = "") -> list[dict[str, Any]]:
    """The sampledValues of an event or a MeterValues, of all contexts or one."""
    return [
        value
        for taken in entry.payload.get("meterValue", [])
        for value in taken["sampledValue"]
        if context in {"", value.get("context", "Sample.Periodic")}
    ]


def measurands(values: list[dict[str, Any]]) -> set[str]:
    """What these samples are of."""
    return {value.get("measurand", "Energy.Active.Import.Register") for value in values}


def due(trace: Trace, told: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Those whose answer had time to come before the run was over."""
    over = trace.entries[-1].at if trace.entries else 0.0
    return tuple(one for one in told if one.at <= over - _ANSWERED_IN)


def judge_answers(judge: Judge, trace: Trace, *, wanted: str = "Accepted") -> tuple[Entry, ...]:
    """A backend answers every event with a result, and decides on the token where there is one; the events.

    Raises:
        Unreached: there were none, or the backend never said a word.
    """
    trace.first(TransactionEvent)
    told = conversation.events(trace)
    judge.every("events are answered", due(trace, told), lambda entry: conversation.taken(trace, entry), "no result")
    with_token = [entry for entry in due(trace, told) if "idToken" in entry.payload]
    for entry in with_token:
        reply = conversation.answer(trace, entry)
        said = {} if reply is None else reply.payload.get("idTokenInfo", {})
        judge.equal("status of the token", said.get("status"), wanted, at=entry)
    return told


def at_points(station: Station, *, start: str = "", stop: str = "") -> Station:
    """Our station with one start point or stop point alone."""
    if start:
        station = station.set(tx_start_points=(start,))
    return station.set(tx_stop_points=(stop,)) if stop else station


def staying(station: Station) -> Station:
    """Our station, in which a transaction outlives a cable that is taken out of the car for a while."""
    terms = structs.replace(station.settings.transactions, stop_on_disconnect=False)
    return at_points(station, stop="Authorized").set(transactions=terms)
