"""The status of connectors as a station tells it, by StatusNotification or by NotifyEvent."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.checks.metering import instant, keys_of, objects
from harness.checks.ocpp_rules.talk import STATION, Talk
from harness.trace.entry import Entry

VALUES = frozenset({"Available", "Occupied", "Reserved", "Unavailable", "Faulted"})


class Status(Struct, frozen=True, kw_only=True):
    """One status of one connector."""

    entry: Entry
    place: tuple[Any, Any]
    """EVSE and connector."""
    value: Any
    at: float | None
    """Unix time by the station's clock."""
    by_event: bool


def reported(component: Any, variable: Any) -> bool:
    """Whether a component and variable are the status of a connector."""
    return keys_of(component).get("name") == "Connector" and keys_of(variable).get("name") == "AvailabilityState"


def statuses(talk: Talk) -> list[Status]:
    """Every status told, in order; without EVSE and connector it belongs to none."""
    found = []
    for one in talk.of("StatusNotification"):
        if one.sender is STATION:
            place = (one.ask.get("evseId"), one.ask.get("connectorId"))
            at = instant(one.ask.get("timestamp"))
            value = one.ask.get("connectorStatus")
            found.append(Status(entry=one.call, place=place, value=value, at=at, by_event=False))
    for one in talk.of("NotifyEvent"):
        for event in objects(one.ask.get("eventData")) if one.sender is STATION else ():
            evse = keys_of(keys_of(event.get("component")).get("evse"))
            if reported(event.get("component"), event.get("variable")) and evse:
                place = (evse.get("id"), evse.get("connectorId"))
                at, value = instant(event.get("timestamp")), event.get("actualValue")
                found.append(Status(entry=one.call, place=place, value=value, at=at, by_event=True))
    return sorted(found, key=lambda status: status.entry.number)


def last_status(talk: Talk, entry: Entry, evse: Any, connector: Any = None) -> set[Any]:
    """The last statuses of the connectors of an EVSE, or of one of them, told ahead of `entry`."""
    latest: dict[Any, Any] = {}
    for status in statuses(talk):
        if status.entry.number < entry.number and status.place[0] == evse and connector in {None, status.place[1]}:
            latest[status.place] = status.value
    return set(latest.values())
