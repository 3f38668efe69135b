"""Rules of NotifyEvent and of other messages in parts: numbers, ids and severity."""

from __future__ import annotations

from typing import Any

from harness.checks.metering import objects
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.talk import STATION, Exchange, Talk, having
from harness.checks.rule import Tally

EVENTS = Chapter()


@EVENTS.rule("RULE-OCPP-EVENT-ID", "Every event has an id of its own", about=("NotifyEvent",))
def event_ids(talk: Talk, tally: Tally) -> None:
    """No eventId twice, but in a message that is sent again as it was; since a boot, as they may count anew."""
    known: dict[Any, tuple[Exchange, dict[str, Any]]] = {}
    boots = [boot.call.number for boot in talk.boots]
    epoch = 0
    for one in talk.asked("NotifyEvent", by=STATION):
        now = sum(number < one.call.number for number in boots)
        if now != epoch:
            epoch, known = now, {}
        for event in objects(one.ask.get("eventData")):
            number = event.get("eventId")
            before, same = known.setdefault(number, (one, event))
            hold(tally, same == event, f"eventId {number} was used for another event", before.call, one.call)


@EVENTS.rule("RULE-OCPP-EVENT-PARTS", "Events in parts are numbered from 0", about=("NotifyEvent",))
def event_parts(talk: Talk, tally: Tally) -> None:
    """SeqNo 0 begins a message; each part behind one with tbc has the next number."""
    expected, before = 0, None
    for one in talk.asked("NotifyEvent", by=STATION):
        number = one.ask.get("seqNo")
        if before is not None and not talk.unbroken(before, one.call):
            expected = 0
        hold(
            tally,
            number in {expected, 0} if expected == 0 else number == expected,
            f"seqNo {number}, {expected} is due",
            one.call,
        )
        expected = (number + 1 if isinstance(number, int) else 0) if one.ask.get("tbc") else 0
        before = one.call


@EVENTS.rule("RULE-OCPP-EVENT-KIND", "An event of a monitor names it", about=("NotifyEvent",))
def event_kinds(talk: Talk, tally: Tally) -> None:
    """CustomMonitor goes with variableMonitoringId; Alerting is the trigger of a monitor."""
    for one in talk.asked("NotifyEvent", by=STATION):
        for event in objects(one.ask.get("eventData")):
            kind = event.get("eventNotificationType")
            if kind == "CustomMonitor":
                told = f"event {event.get('eventId')} is of a custom monitor and names none"
                hold(tally, "variableMonitoringId" in event, told, one.call)
            elif event.get("trigger") == "Periodic":
                hold(
                    tally,
                    kind != "HardWiredNotification",
                    f"event {event.get('eventId')} is periodic without a monitor",
                    one.call,
                )
            else:
                tally.good(one.call)


@EVENTS.rule(
    "RULE-OCPP-EVENT-SEVERITY",
    "What is less severe than was asked for is not told",
    "N05.FR.03",
    about=("SetMonitoringLevel",),
)
def severities(talk: Talk, tally: Tally) -> None:
    """Events of monitors whose severity lies above the level of the last accepted SetMonitoringLevel."""
    severity: dict[Any, Any] = {}
    for one in talk.of("SetVariableMonitoring"):
        for asked, result in zip(
            objects(one.ask.get("setMonitoringData")), objects(one.reply.get("setMonitoringResult")), strict=False
        ):
            if result.get("status") == "Accepted":
                severity[result.get("id")] = asked.get("severity")
    for one in talk.asked("NotifyEvent", by=STATION):
        level = talk.before(one.call, "SetMonitoringLevel", where=lambda each: each.status == "Accepted")
        for event in objects(one.ask.get("eventData")):
            grade = severity.get(event.get("variableMonitoringId"))
            if level is not None and level.done.number < one.call.number and isinstance(grade, int):
                most = level.ask.get("severity")
                right = not isinstance(most, int) or grade <= most
                hold(tally, right, f"severity {grade} is told, the level is {most}", level.call, one.call)


@EVENTS.rule("RULE-OCPP-DISPLAY", "Messages that are shown are reported, and no others", about=("GetDisplayMessages",))
def display_messages(talk: Talk, tally: Tally) -> None:
    """Accepted is followed by NotifyDisplayMessages with that requestId, Unknown by none."""
    for one in talk.replied("GetDisplayMessages", by=STATION):
        request = one.ask.get("requestId")
        told = talk.after(
            one.call,
            "NotifyDisplayMessages",
            by=STATION,
            where=having(requestId=request),
        )
        again = sum(each.ask.get("requestId") == request for each in talk.of("GetDisplayMessages")) > 1
        if one.status == "Accepted" and (told is not None or talk.watched(one.done) > MINUTE):
            hold(tally, told is not None, f"request {request} was accepted, and nothing was told", *one.said)
        elif one.status == "Unknown" and not again:
            hold(tally, told is None, f"request {request} was Unknown, and messages were told", *one.said)


@EVENTS.rule(
    "RULE-OCPP-DISPLAY-TRANSACTION", "A message for a transaction needs that transaction", about=("SetDisplayMessage",)
)
def display_transactions(talk: Talk, tally: Tally) -> None:
    """UnknownTransaction where the transaction had ended."""
    for one in talk.replied("SetDisplayMessage", by=STATION):
        message = one.ask.get("message")
        course = talk.courses.get(str(message.get("transactionId"))) if isinstance(message, dict) else None
        if course is not None and course.over(one.call):
            hold(tally, one.status != "Accepted", f"{course.id} had ended, the message was {one.status}", *one.said)
        elif course is not None and course.runs(one.call):
            hold(tally, one.status != "UnknownTransaction", f"{course.id} runs and is called unknown", *one.said)
