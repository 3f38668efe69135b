"""Rules of a transaction as a whole: where it runs, when it begins, what it tells offline, and how it is sent again."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

from harness.checks.ocpp_rules.chapter import Chapter, hold
from harness.checks.ocpp_rules.courses import Course, Event
from harness.checks.ocpp_rules.talk import STATION, Talk, having
from harness.checks.ocpp_rules.transaction_events import WITH_CABLE
from harness.checks.rule import Tally
from harness.trace.entry import LinkSeen

TERMS = Chapter()

ABOUT = ("TransactionEvent",)
LOCAL = {"EVConnected", "ParkingBayOccupancy"}
MARGIN = 3.0
"""Seconds about a loss of the link in which an event may or may not have known of it; our own figure."""


@TERMS.rule("RULE-OCPP-ONE-TRANSACTION", "An EVSE has one transaction at a time", "E01.FR.14", about=ABOUT)
def one_transaction(talk: Talk, tally: Tally) -> None:
    """By the station's own clock, no transaction begins at an EVSE before the one before has ended there."""
    if len(talk.courses) < 2:
        return
    spans = [(course, *_span(course)) for course in talk.courses.values() if course.evse() is not None]
    for (one, begun, over), (other, begins, ends) in combinations(spans, 2):
        if one.evse() != other.evse() or begun is None or begins is None:
            continue
        first, second = (one, other) if begun <= begins else (other, one)
        end, start = (over, begins) if begun <= begins else (ends, begun)
        if first.ended is None and not talk.unbroken(first.events[0].entry, second.events[0].entry):
            continue
        if talk.mine(second.events[0].entry):
            right = end is not None and end <= start
            told = f"{second.id} began at EVSE {one.evse()} while {first.id} ran"
            hold(tally, right, told, first.events[0].entry, second.events[0].entry)


def _span(course: Course) -> tuple[float | None, float | None]:
    begun, over = course.started, course.ended
    return (begun.at if begun is not None else None, over.at if over is not None else None)


@TERMS.rule(
    "RULE-OCPP-START-POINT",
    "A transaction begins where the station says that it does",
    "E01.FR.01",
    "E01.FR.02",
    "E01.FR.03",
    "E01.FR.05",
    about=ABOUT,
)
def start_points(talk: Talk, tally: Tally) -> None:
    """By TxStartPoint, where it is known: with a cable or a token alone only if that is a start point."""
    for course in talk.courses.values():
        begun = course.started
        points = talk.known.words("TxCtrlr", "TxStartPoint", begun.entry) if begun is not None else None
        if (
            begun is None
            or not points
            or not talk.mine(begun.entry)
            or points - {"EVConnected", "ParkingBayOccupancy", "Authorized", "PowerPathClosed", "EnergyTransfer"}
        ):
            continue
        known = bool(begun.token) or talk.before(begun.entry, "Authorize", "RequestStartTransaction") is not None
        if begun.trigger == "CablePluggedIn" and not known:
            hold(tally, bool(points & LOCAL), f"began with a cable, TxStartPoint is {_list(points)}", begun.entry)
        elif begun.trigger in {"Authorized", "RemoteStart"} and begun.state in {None, "Idle"}:
            right = bool(points & {"Authorized", "ParkingBayOccupancy"})
            hold(tally, right, f"began without an EV, TxStartPoint is {_list(points)}", begun.entry)
        else:
            tally.good(begun.entry)


def _list(points: set[str]) -> str:
    return ", ".join(sorted(points))


@TERMS.rule(
    "RULE-OCPP-STOP-POINT",
    "A transaction ends where the station says that it does",
    "E06.FR.01",
    "E06.FR.02",
    "E06.FR.03",
    about=ABOUT,
)
def stop_points(talk: Talk, tally: Tally) -> None:
    """By TxStopPoint, where it is known: not by a stop alone with the cable still in, where only the cable ends it."""
    for course in talk.courses.values():
        end = course.ended
        points = talk.known.words("TxCtrlr", "TxStopPoint", end.entry) if end is not None else None
        if end is None or not points or not talk.mine(end.entry):
            continue
        by_token = end.trigger == "StopAuthorized" and end.state in WITH_CABLE - {"Charging"}
        only_cable = points <= {"EVConnected", "ParkingBayOccupancy"}
        hold(tally, not (by_token and only_cable), f"ended by {end.trigger}, TxStopPoint is {_list(points)}", end.entry)


@TERMS.rule(
    "RULE-OCPP-CABLE-TIMEOUT", "Who does not plug in in time is given up in time", "E03.FR.05", "F02.FR.07", about=ABOUT
)
def cable_timeout(talk: Talk, tally: Tally) -> None:
    """EVConnectTimeout not before EVConnectionTimeOut is over, where it is known, and not much after."""
    for course in talk.courses.values():
        for event in course.events:
            seconds = talk.known.number("TxCtrlr", "EVConnectionTimeOut", event.entry)
            begin = next((each for each in course.events if each.trigger in {"Authorized", "RemoteStart"}), None)
            if event.trigger != "EVConnectTimeout" or not seconds or begin is None or not talk.mine(event.entry):
                continue
            if begin.at is not None and event.at is not None and not event.ask.get("offline"):
                waited = event.at - begin.at
                right = seconds - 5.0 <= waited <= seconds * 1.2 + 10.0
                hold(tally, right, f"given up after {waited:.0f} s, {seconds:g} s are set", begin.entry, event.entry)


@TERMS.rule(
    "RULE-OCPP-TX-STATUS",
    "A station knows whether a transaction runs",
    "E14.FR.01",
    "E14.FR.08",
    about=("GetTransactionStatus",),
)
def transaction_status(talk: Talk, tally: Tally) -> None:
    """OngoingIndicator as the events tell it; left out where no transaction was asked for."""
    for one in talk.replied("GetTransactionStatus", by=STATION):
        asked, told = one.ask.get("transactionId"), one.reply.get("ongoingIndicator")
        if asked is None:
            hold(tally, told is None, "no transaction was asked for, and it is said to run or not", *one.said)
            continue
        course = talk.courses.get(str(asked))
        if course is not None and course.runs(one.call):
            # What waits in the station's queue may be its end.
            right = told is True or one.reply.get("messagesInQueue") is True
            hold(tally, right, f"{asked} runs, ongoingIndicator is {told}", *one.said)
        elif course is not None and course.over(one.call):
            hold(tally, told is False, f"{asked} has ended, ongoingIndicator is {told}", *one.said)


@TERMS.rule(
    "RULE-OCPP-OFFLINE", "What happened offline is told as such", "E04.FR.03", "E11.FR.02", "E12.FR.02", about=ABOUT
)
def offline(talk: Talk, tally: Tally) -> None:
    """An event dated within an outage has offline true; one dated well after the reconnection has not (told)."""
    outages = _outages(talk)
    if not outages:
        return
    for one in talk.asked("TransactionEvent", by=STATION):
        at = Event(one, 0).at
        if at is None:
            continue
        within = [(gone, back) for gone, back in outages if gone + MARGIN < at < back - MARGIN and one.call.at >= back]
        if within:
            hold(
                tally,
                one.ask.get("offline") is True,
                "it happened while the link was down, and is not marked so",
                one.call,
            )
        elif one.ask.get("offline") and all(not gone - MARGIN - 60.0 < at < back + MARGIN for gone, back in outages):
            tally.notice("it is marked as having happened offline, and the link was up", one.call)


def _outages(talk: Talk) -> list[tuple[float, float]]:
    """When the link was down between two connections that were seen."""
    found, gone = [], None
    for link in talk.links:
        state = link.body.state if isinstance(link.body, LinkSeen) else ""
        if state in {"closed", "reset"}:
            gone = link.at if gone is None else gone
        elif state == "open" and gone is not None:
            found.append((gone, link.at))
            gone = None
    return found


@TERMS.rule(
    "RULE-OCPP-EVENT-RETRY",
    "An event that failed is sent again with patience, and not for ever",
    "E13.FR.02",
    "E13.FR.03",
    about=ABOUT,
)
def retries(talk: Talk, tally: Tally) -> None:
    """MessageAttemptInterval times the tries so far between two tries, MessageAttempts in all, where they are known."""
    for course in talk.courses.values():
        tries: dict[int, list[Event]] = {}
        for event in course.arrivals:
            tries.setdefault(event.number, []).append(event)
        for series in tries.values():
            if len(series) > 1:
                _judge_tries(talk, tally, series)


def _judge_tries(talk: Talk, tally: Tally, series: list[Event]) -> None:
    first = series[0].entry
    pause = talk.known.number("OCPPCommCtrlr", "MessageAttemptInterval", first, "TransactionEvent")
    most = talk.known.number("OCPPCommCtrlr", "MessageAttempts", first, "TransactionEvent")
    for number, (before, event) in enumerate(pairwise(series), 1):
        if pause is None or not talk.mine(event.entry) or not talk.unbroken(before.entry, event.entry):
            continue
        waited = event.entry.at - before.exchange.done.at
        told = f"sent again after {waited:.1f} s, {pause * number:g} s are set for try {number + 1}"
        hold(tally, waited >= pause * number - 1.0, told, before.entry, event.entry)
    refused = [event for event in series if event.exchange.error]
    if most is not None and len(refused) == len(series) and talk.mine(series[-1].entry):
        hold(tally, len(series) <= most, f"sent {len(series)} times, {most:g} are set", first, series[-1].entry)


@TERMS.rule(
    "RULE-OCPP-RESERVATION-TOLD",
    "A transaction on a reservation names it",
    "E01.FR.13",
    "H01.FR.15",
    about=("ReserveNow",),
)
def reservations_told(talk: Talk, tally: Tally) -> None:
    """The reservationId stands in an event of the transaction that the token began at the reserved EVSE."""
    for one in talk.of("ReserveNow"):
        evse, token = one.ask.get("evseId"), _token(one.ask.get("idToken"))
        if one.status != "Accepted" or evse is None:
            continue
        gone = talk.after(
            one.call,
            "CancelReservation",
            "ReservationStatusUpdate",
            where=having(reservationId=one.ask.get("id")),
        )
        for course in talk.courses.values():
            begun = course.started
            if (
                begun is None
                or begun.entry.number < one.done.number
                or course.evse() != evse
                or not talk.mine(begun.entry)
            ):
                continue
            used = any(_token(event.ask.get("idToken")) == token for event in course.events)
            if used and (gone is None or gone.call.number > begun.entry.number):
                right = any(event.ask.get("reservationId") == one.ask.get("id") for event in course.events)
                hold(tally, right, f"reservation {one.ask.get('id')} was used and is not named", one.call, begun.entry)
                break


def _token(token: Any) -> tuple[str, Any]:
    told = token if isinstance(token, dict) else {}
    return (str(told.get("idToken", "")).lower(), told.get("type"))
