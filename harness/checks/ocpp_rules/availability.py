"""Rules of availability: what the status of a connector says, and what a change of it is answered with."""

from __future__ import annotations

from typing import Any

from harness.checks.metering import keys_of, objects
from harness.checks.ocpp_rules.chapter import Chapter, hold
from harness.checks.ocpp_rules.statuses import VALUES, last_status, statuses
from harness.checks.ocpp_rules.talk import STATION, Exchange, Talk
from harness.checks.rule import Tally
from harness.trace.entry import Entry

AVAILABILITY = Chapter()

STATUS = ("StatusNotification", "NotifyEvent")
CHANGE = ("ChangeAvailability",)
SOON = 30.0
"""Seconds in which a status should follow what caused it; our own figure."""


@AVAILABILITY.rule("RULE-OCPP-STATUS-VALUES", "A connector is in one of five states", "G01.FR.01", about=STATUS)
def values(talk: Talk, tally: Tally) -> None:
    """Available, Occupied, Reserved, Unavailable or Faulted; also where NotifyEvent tells it."""
    for status in statuses(talk):
        if talk.mine(status.entry):
            hold(tally, status.value in VALUES, f"the state is {status.value!r}", status.entry)


@AVAILABILITY.rule(
    "RULE-OCPP-STATUS-AGREES", "Two ways to tell a status do not contradict each other", "G01.FR.01", about=STATUS
)
def agreement(talk: Talk, tally: Tally) -> None:
    """StatusNotification and NotifyEvent of one connector for one moment say the same."""
    told: dict[object, dict[bool, object]] = {}
    for status in statuses(talk):
        if status.at is None or not talk.mine(status.entry):
            continue
        known = told.setdefault((status.place, status.at), {})
        other = known.get(not status.by_event)
        known[status.by_event] = status.value
        if other is not None:
            hold(tally, other == status.value, f"{other} and {status.value} for one moment", status.entry)


@AVAILABILITY.rule(
    "RULE-OCPP-OCCUPIED", "A connector with a cable in it is occupied", "G01.FR.07", about=("TransactionEvent",)
)
def occupied(talk: Talk, tally: Tally) -> None:
    """Beside CablePluggedIn the last status told is Occupied, or becomes it soon."""
    told = statuses(talk)
    for course in talk.courses.values():
        for event in course.events:
            place = (event.evse.get("id"), event.evse.get("connectorId"))
            if (
                event.trigger != "CablePluggedIn"
                or None in place
                or not talk.mine(event.entry)
                or event.ask.get("offline")
            ):
                continue
            here = [status for status in told if status.place == place]
            before = [status for status in here if status.entry.number < event.entry.number]
            after = [
                status
                for status in here
                if 0 < status.entry.at - event.entry.at <= SOON or status.entry.at == event.entry.at
            ]
            right = bool(before and before[-1].value == "Occupied") or any(
                status.value == "Occupied" for status in after
            )
            if right or (before and talk.watched(event.entry) > SOON):
                last = before[-1].value if before else "not told"
                hold(tally, right, f"connector {place[1]} of EVSE {place[0]} is {last}", event.entry)


@AVAILABILITY.rule(
    "RULE-OCPP-CHANGE-SCHEDULED",
    "A change of availability waits for a transaction",
    "G03.FR.05",
    "G04.FR.06",
    about=CHANGE,
)
def scheduled(talk: Talk, tally: Tally) -> None:
    """Inoperative while a transaction runs at that EVSE: Scheduled."""
    for one in talk.replied(*CHANGE, by=STATION):
        evse = keys_of(one.ask.get("evse")).get("id")
        running = [each for each in talk.courses.values() if each.runs(one.call) and evse in {None, each.evse()}]
        if (
            one.ask.get("operationalStatus") == "Inoperative"
            and running
            and "connectorId" not in keys_of(one.ask.get("evse"))
        ):
            right = one.status in {"Scheduled", "Rejected"}
            hold(tally, right, f"it was {one.status} while {running[0].id} ran", *one.said)


@AVAILABILITY.rule(
    "RULE-OCPP-CHANGE-FOLLOWS",
    "A change of availability is followed by the status",
    "G03.FR.03",
    "G04.FR.07",
    about=CHANGE,
)
def follows(talk: Talk, tally: Tally) -> None:
    """Accepted as inoperative, a connector known to be Available soon tells that it is Unavailable."""
    told = statuses(talk)
    for one in talk.replied(*CHANGE, by=STATION):
        evse = keys_of(one.ask.get("evse")).get("id")
        if one.status != "Accepted" or one.ask.get("operationalStatus") != "Inoperative" or evse is None:
            continue
        if "Available" not in last_status(talk, one.call, evse):
            continue
        after = [status for status in told if status.place[0] == evse and one.call.number < status.entry.number]
        soon = [status for status in after if status.entry.at - one.done.at <= SOON and status.value == "Unavailable"]
        if soon or talk.watched(one.done) > SOON:
            hold(tally, bool(soon), f"EVSE {evse} did not become Unavailable", *one.said)


@AVAILABILITY.rule(
    "RULE-OCPP-SAME-AVAILABILITY", "A change to what is already so is accepted", "G03.FR.04", about=CHANGE
)
def same(talk: Talk, tally: Tally) -> None:
    """Inoperative once more, when it was accepted and nothing changed it since: Accepted."""
    before: dict[str, object] = {}
    for one in sorted(talk.of("ChangeAvailability"), key=lambda each: each.call.number):
        place, wanted = repr(one.ask.get("evse")), one.ask.get("operationalStatus")
        if talk.mine(one.answer) and not one.error and before.get(place) == wanted:
            hold(tally, one.status == "Accepted", f"{wanted} was accepted before and is {one.status} now", *one.said)
        if one.status == "Accepted":
            # A wish for the whole station or another part of it changes what the earlier ones left.
            before = {key: value for key, value in before.items() if value == wanted} | {place: wanted}


@AVAILABILITY.rule(
    "RULE-OCPP-LOCK", "Without its lock a connector does not charge", "G05.FR.01", "G05.FR.02", about=("NotifyEvent",)
)
def lock(talk: Talk, tally: Tally) -> None:
    """While ConnectorPlugRetentionLock tells a problem, no transaction at that EVSE begins to charge."""
    locks = [told for one in talk.of("NotifyEvent") for told in _lock_events(one)]
    for course in talk.courses.values():
        for event in course.events:
            if event.state != "Charging" or event.trigger != "ChargingStateChanged" or not talk.mine(event.entry):
                continue
            known = [
                problem for entry, evse, problem in locks if evse == course.evse() and entry.number < event.entry.number
            ]
            if known:
                hold(tally, not known[-1], f"EVSE {course.evse()} charges, and its lock has a problem", event.entry)


def _lock_events(one: Exchange) -> list[tuple[Entry, Any, bool]]:
    """Entry, EVSE and whether there is a problem, of every event of a lock."""
    return [
        (one.call, keys_of(keys_of(event.get("component")).get("evse")).get("id"), _yes(event.get("actualValue")))
        for event in objects(one.ask.get("eventData"))
        if keys_of(event.get("component")).get("name") == "ConnectorPlugRetentionLock"
        and keys_of(event.get("variable")).get("name") == "Problem"
    ]


def _yes(value: object) -> bool:
    return str(value).lower() == "true"
