"""Rules of monitors: each that is to be set or cleared gets its own result."""

from __future__ import annotations

from collections import Counter
from typing import Any

from harness.checks.metering import objects
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.talk import STATION, Talk, having
from harness.checks.ocpp_rules.variables import key_of, named
from harness.checks.rule import Tally

MONITORING = Chapter()

SET, CLEAR = ("SetVariableMonitoring",), ("ClearVariableMonitoring",)


def _kinds(elements: Any) -> Counter[Any]:
    return Counter((*key_of(one), one.get("type"), one.get("severity")) for one in objects(elements))


@MONITORING.rule("RULE-OCPP-MONITOR-RESULTS", "Every monitor to be set gets one result", "N04.FR.01", about=SET)
def results(talk: Talk, tally: Tally) -> None:
    """About the same variables, types and severities; an accepted one with the id that it got."""
    for one in talk.replied(*SET, by=STATION):
        told = objects(one.reply.get("setMonitoringResult"))
        same = _kinds(one.ask.get("setMonitoringData")) == _kinds(told)
        hold(tally, same, "the results are not about what was to be set", *one.said)
        for result in told:
            right = result.get("status") != "Accepted" or isinstance(result.get("id"), int)
            hold(tally, right, f"the monitor of {named(key_of(result))} has no id", *one.said)


@MONITORING.rule("RULE-OCPP-MONITOR-IDS", "Two monitors have two ids", "N04.FR.01", about=SET)
def ids(talk: Talk, tally: Tally) -> None:
    """The id of an accepted monitor is that of no other; one that was set anew under its id keeps it."""
    owners: dict[Any, Any] = {}
    for one in talk.replied(*SET, by=STATION):
        asked = {data.get("id") for data in objects(one.ask.get("setMonitoringData"))}
        for result in objects(one.reply.get("setMonitoringResult")):
            number = result.get("id")
            if result.get("status") != "Accepted" or number is None:
                continue
            owner = (key_of(result), result.get("type"), result.get("severity"))
            free = (
                number not in owners
                or owners[number] == owner
                or number in asked
                or _cleared(talk, number, one.call.number)
            )
            hold(tally, free, f"id {number} is that of another monitor", *one.said)
            owners[number] = owner


def _cleared(talk: Talk, number: Any, before: int) -> bool:
    results = [
        result
        for one in talk.of("ClearVariableMonitoring")
        if one.call.number < before
        for result in objects(one.reply.get("clearMonitoringResult"))
    ]
    return any(result.get("id") == number and result.get("status") == "Accepted" for result in results)


@MONITORING.rule("RULE-OCPP-MONITOR-CLEARED", "Every monitor to be cleared gets one result", "N06.FR.01", about=CLEAR)
def cleared(talk: Talk, tally: Tally) -> None:
    """For the same ids; NotFound for what was cleared before, and not for what was set."""
    standing: set[Any] = set()
    gone: set[Any] = set()
    told = sorted(
        [*talk.of("SetVariableMonitoring"), *talk.of("ClearVariableMonitoring")], key=lambda each: each.done.number
    )
    for one in told:
        for result in objects(one.reply.get("setMonitoringResult")):
            if result.get("status") == "Accepted":
                standing.add(result.get("id"))
                gone.discard(result.get("id"))
        if one.action != "ClearVariableMonitoring" or not one.reply:
            continue
        results = objects(one.reply.get("clearMonitoringResult"))
        if talk.mine(one.answer):
            asked = one.ask.get("id")
            same = isinstance(asked, list) and Counter(map(str, asked)) == Counter(
                str(each.get("id")) for each in results
            )
            hold(tally, same, "the results are not about what was to be cleared", *one.said)
            for each in results:
                wrong = each.get("id") in (
                    gone
                    if each.get("status") == "Accepted"
                    else standing - gone
                    if each.get("status") == "NotFound"
                    else ()
                )
                hold(tally, not wrong, f"monitor {each.get('id')} is {each.get('status')}", *one.said)
        done = {each.get("id") for each in results if each.get("status") == "Accepted"}
        gone |= done
        standing -= done


@MONITORING.rule(
    "RULE-OCPP-CUSTOMER-INFORMATION", "Customer information that was promised comes", about=("CustomerInformation",)
)
def customer_information(talk: Talk, tally: Tally) -> None:
    """NotifyCustomerInformation with that requestId behind a request that was accepted, even with nothing to tell."""
    for one in talk.replied("CustomerInformation", by=STATION):
        request = one.ask.get("requestId")
        told = talk.after(
            one.call,
            "NotifyCustomerInformation",
            by=STATION,
            where=having(requestId=request),
        )
        wanted = one.status == "Accepted" and one.ask.get("report") is True
        if wanted and (told is not None or talk.watched(one.done) > MINUTE):
            hold(tally, told is not None, f"request {request} was accepted, and nothing was told", *one.said)
        elif one.status in {"Rejected", "Invalid"}:
            hold(tally, told is None, f"request {request} was {one.status}, and information was told", *one.said)
