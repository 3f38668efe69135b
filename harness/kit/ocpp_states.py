"""The states that OCPP cases start from, as scenes: plugged in, authorized, charging, stopped, free again."""

from __future__ import annotations

from harness.endpoints import operations as do
from harness.kit.scene import Scene, asks, does, hears
from harness.messages.ocpp import (
    Authorize,
    RequestStartTransaction,
    RequestStopTransaction,
    SetVariables,
    TransactionEvent,
)
from harness.trace.entry import Entry
from harness.trace.trace import Trace

TOKEN = "0123456789ABCD"  # noqa: S105 - no password
"""A card that our backend takes, and that a backend under test is asked to take."""
CARD = {"idToken": TOKEN, "type": "ISO14443"}
START_ID = 4711
"""remoteStartId of the remote start here."""
EVSE_ID = 1


def plugged_in(*, draws: bool = True) -> Scene:
    """A car is plugged in; what the station tells of it depends on its start points."""
    return does(do.plug_in(draws=draws)) + hears(TransactionEvent, optional=True, within=5.0)


def authorized(token: str = TOKEN, kind: str = "ISO14443") -> Scene:
    """A driver presents a card; Authorize is optional, the station may know it already."""
    told = hears(TransactionEvent, where=lambda entry: "idToken" in entry.payload, optional=True, within=10.0)
    return does(do.present_token(token, kind)) + told


def started_remotely(start_id: int = START_ID) -> Scene:
    """The backend starts a transaction with a card's number."""
    call = RequestStartTransaction(idToken=CARD, remoteStartId=start_id, evseId=EVSE_ID)
    return asks(call) + hears(TransactionEvent, triggerReason="RemoteStart", optional=True, within=10.0)


def charging(token: str = TOKEN) -> Scene:
    """A car is plugged in, its driver authorized, energy flows."""
    return plugged_in() + authorized(token) + hears(TransactionEvent, where=is_charging, within=20.0)


def charging_remotely() -> Scene:
    """A car is plugged in, the backend starts, energy flows."""
    return plugged_in() + started_remotely() + hears(TransactionEvent, where=is_charging, within=20.0)


def stopped_locally(token: str = TOKEN) -> Scene:
    """The driver presents the same card again."""
    return does(do.present_token(token)) + hears(TransactionEvent, where=_tells_of_the_stop, within=20.0)


def stopped_remotely() -> Scene:
    """The backend stops the transaction that runs."""
    stop = asks(lambda trace: RequestStopTransaction(transactionId=running(trace)))
    return stop + hears(TransactionEvent, triggerReason="RemoteStop", within=20.0)


def unplugged() -> Scene:
    """The cable is taken out."""
    return does(do.unplug()) + hears(TransactionEvent, optional=True, within=5.0)


def variable_set(component: str, variable: str, value: str, *, instance: str = "") -> Scene:
    """The backend sets one variable of the station; the scene ends here where the station does not take it."""
    named = {"name": variable, "instance": instance} if instance else {"name": variable}
    asked = {"component": {"name": component}, "variable": named, "attributeValue": value}
    return asks(SetVariables(setVariableData=[asked])) + hears(SetVariables.response, where=_all_taken, within=1.0)


def running(trace: Trace) -> str:
    """The transactionId of the latest transaction whose end was not told; empty where there is none."""
    open_ones: dict[str, None] = {}
    for entry in trace.all(TransactionEvent):
        transaction_id = entry.payload["transactionInfo"]["transactionId"]
        open_ones[transaction_id] = None
        if entry.payload["eventType"] == "Ended":
            open_ones.pop(transaction_id)
    return next(reversed(open_ones), "")


def is_charging(entry: Entry) -> bool:
    """Whether an event says that energy flows."""
    return bool(entry.payload["transactionInfo"].get("chargingState") == "Charging")


def was_authorized(trace: Trace) -> bool:
    """Whether the station asked for an authorization."""
    return bool(trace.all(Authorize))


def _all_taken(entry: Entry) -> bool:
    results = entry.payload["setVariableResult"]
    return all(result["attributeStatus"] in {"Accepted", "RebootRequired"} for result in results)


def _tells_of_the_stop(entry: Entry) -> bool:
    return bool(entry.payload["eventType"] == "Ended" or entry.payload["triggerReason"] == "StopAuthorized")
