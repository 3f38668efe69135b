"""Rules of what a backend makes a station do with transactions: starting, stopping, unlocking."""

from __future__ import annotations

from typing import Any

from harness.checks.metering import keys_of
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.courses import Course
from harness.checks.ocpp_rules.statuses import last_status
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk
from harness.checks.rule import Tally

REMOTE = Chapter()

START, STOP = ("RequestStartTransaction",), ("RequestStopTransaction",)


def _remote_id(one: Exchange) -> Any:
    return keys_of(one.ask.get("transactionInfo")).get("remoteStartId")


@REMOTE.rule(
    "RULE-OCPP-REMOTE-START",
    "A transaction that was started remotely says so",
    "F01.FR.19",
    "F02.FR.01",
    "F01.FR.25",
    about=START,
)
def remote_starts(talk: Talk, tally: Tally) -> None:
    """The first event with the remoteStartId has the trigger RemoteStart; one that is sent soon has that id."""
    for one in talk.replied(*START, by=STATION):
        remote = one.ask.get("remoteStartId")
        if one.status != "Accepted":
            continue
        event = _first_with(talk, one, remote)
        if event is not None and talk.mine(event.call):
            trigger = event.ask.get("triggerReason")
            hold(tally, trigger == "RemoteStart", f"remote start {remote} is told with {trigger}", one.call, event.call)
        elif event is None and one.reply.get("transactionId") and talk.watched(one.done) > MINUTE:
            told = f"remote start {remote} was accepted for a transaction, and no event has its id"
            tally.bad(told, *one.said)


def _first_with(talk: Talk, one: Exchange, remote: Any) -> Exchange | None:
    """The first event with a remoteStartId behind a request."""
    return talk.after(one.call, "TransactionEvent", by=STATION, where=lambda each: _remote_id(each) == remote)


@REMOTE.rule("RULE-OCPP-REMOTE-ID", "A remote start that is told was asked for", "F01.FR.25", about=START)
def remote_ids(talk: Talk, tally: Tally) -> None:
    """No remoteStartId in an event that no RequestStartTransaction has."""
    known = {one.ask.get("remoteStartId") for one in talk.of("RequestStartTransaction")}
    for one in talk.asked("TransactionEvent", by=STATION):
        if _remote_id(one) is not None:
            hold(tally, _remote_id(one) in known, f"remoteStartId {_remote_id(one)} was never asked for", one.call)


@REMOTE.rule("RULE-OCPP-REMOTE-JOINS", "A remote start joins the transaction that runs", "F01.FR.13", about=START)
def remote_joins(talk: Talk, tally: Tally) -> None:
    """The answer names the transaction that had begun at that EVSE without a token."""
    for one in talk.replied(*START, by=STATION):
        for course in _at(talk, one):
            if one.status == "Accepted" and not course.authorised(one.call):
                told = one.reply.get("transactionId")
                hold(tally, told == course.id, f"{course.id} runs there, the answer names {told}", *one.said)


@REMOTE.rule(
    "RULE-OCPP-REMOTE-REFUSED",
    "A remote start is refused where it cannot be",
    "F02.FR.23",
    "F02.FR.24",
    "F02.FR.26",
    about=START,
)
def remote_refused(talk: Talk, tally: Tally) -> None:
    """At an EVSE that is faulted or unavailable, or whose transaction has its token already: Rejected."""
    for one in talk.replied(*START, by=STATION):
        evse = one.ask.get("evseId")
        last = last_status(talk, one.call, evse) if evse is not None else set()
        taken = [course for course in _at(talk, one) if course.authorised(one.call)]
        if taken or (last and last <= {"Faulted", "Unavailable"}):
            why = f"{taken[0].id} runs there" if taken else f"EVSE {evse} is {', '.join(map(str, last))}"
            hold(tally, one.status == "Rejected", f"{why}, the start was {one.status}", *one.said)


def _at(talk: Talk, one: Exchange) -> list[Course]:
    evse = one.ask.get("evseId")
    return [
        course
        for course in talk.courses.values()
        if evse is not None and course.evse() == evse and course.runs(one.call)
    ]


@REMOTE.rule(
    "RULE-OCPP-REMOTE-PROFILE",
    "A profile that comes with a remote start is one for a transaction",
    "F01.FR.09",
    "K05.FR.02",
    judges=CSMS,
    about=START,
)
def remote_profiles(talk: Talk, tally: Tally) -> None:
    """TxProfile, and without a transactionId, as there is none yet."""
    for one in talk.asked(*START, by=CSMS):
        if _profile(one):
            why = _wrong(_profile(one))
            hold(tally, not why, why, one.call)


@REMOTE.rule(
    "RULE-OCPP-REMOTE-PROFILE-REFUSED",
    "A wrong profile with a remote start is refused",
    "F01.FR.11",
    "F02.FR.27",
    "K05.FR.05",
    about=START,
)
def remote_profiles_refused(talk: Talk, tally: Tally) -> None:
    """Rejected where the purpose is another than TxProfile."""
    for one in talk.replied(*START, by=STATION):
        purpose = _profile(one).get("chargingProfilePurpose")
        if purpose is not None:
            right = purpose == "TxProfile" or one.status == "Rejected"
            hold(tally, right, f"a start with a {purpose} was {one.status}", *one.said)


def _profile(one: Exchange) -> dict[str, Any]:
    return keys_of(one.ask.get("chargingProfile"))


def _wrong(profile: dict[str, Any]) -> str:
    purpose, transaction = profile.get("chargingProfilePurpose"), profile.get("transactionId")
    if purpose != "TxProfile":
        return f"the profile is a {purpose}"
    return f"the profile names transaction {transaction}" if transaction is not None else ""


@REMOTE.rule(
    "RULE-OCPP-REMOTE-STOP",
    "A remote stop is accepted for what runs, and only for that",
    "F03.FR.07",
    "F03.FR.08",
    about=STOP,
)
def remote_stops(talk: Talk, tally: Tally) -> None:
    """Accepted for a transaction that runs, Rejected for one that has ended."""
    for one in talk.replied(*STOP, by=STATION):
        course = talk.courses.get(str(one.ask.get("transactionId")))
        if course is not None and course.runs(one.call):
            hold(tally, one.status == "Accepted", f"{course.id} runs, its stop was {one.status}", *one.said)
        elif course is not None and course.over(one.call):
            hold(tally, one.status == "Rejected", f"{course.id} has ended, its stop was {one.status}", *one.said)


@REMOTE.rule(
    "RULE-OCPP-REMOTE-STOPPED", "A remote stop is told by the transaction", "F03.FR.02", "F03.FR.03", about=STOP
)
def remote_stopped(talk: Talk, tally: Tally) -> None:
    """An event with the trigger RemoteStop; the end that it brings has the reason Remote."""
    for one in talk.replied(*STOP, by=STATION):
        course = talk.courses.get(str(one.ask.get("transactionId")))
        if one.status != "Accepted" or course is None or course.over(one.call):
            continue
        told = [
            event for event in course.events if event.trigger == "RemoteStop" and event.entry.number > one.call.number
        ]
        if told and talk.mine(told[0].entry):
            reason = told[0].info.get("stoppedReason")
            right = told[0].kind != "Ended" or reason == "Remote"
            hold(tally, right, f"stopped remotely, the reason is {reason}", one.call, told[0].entry)
        elif not told and talk.watched(one.done) > MINUTE:
            tally.bad(f"no event of {course.id} has the trigger RemoteStop", *one.said)


@REMOTE.rule("RULE-OCPP-UNLOCK", "A connector in use is not unlocked", "F05.FR.02", about=("UnlockConnector",))
def unlocks(talk: Talk, tally: Tally) -> None:
    """OngoingAuthorizedTransaction while an authorised transaction runs at it, and only then."""
    for one in talk.replied("UnlockConnector", by=STATION):
        running = [course for course in _at(talk, one) if course.authorised(one.call) and not _stopped(course, one)]
        if running:
            right = one.status in {"OngoingAuthorizedTransaction", "UnknownConnector"}
            hold(tally, right, f"{running[0].id} runs there, and it was {one.status}", *one.said)
        elif one.status == "OngoingAuthorizedTransaction":
            over = [course for course in talk.courses.values() if course.evse() == one.ask.get("evseId")]
            ended = bool(over) and all(course.over(one.call) for course in over)
            hold(tally, not ended, "what ran there has ended", *one.said)


def _stopped(course: Course, one: Exchange) -> bool:
    """Whether the authorisation of a transaction had ended before a call."""
    ends = {"StopAuthorized", "RemoteStop", "Deauthorized"}
    return any(event.trigger in ends and event.entry.number < one.call.number for event in course.events)


@REMOTE.rule(
    "RULE-OCPP-COST", "The last cost of a transaction is told at its end", judges=CSMS, about=("TransactionEvent",)
)
def costs(talk: Talk, tally: Tally) -> None:
    """Where the backend told costs on the way, the answer to the last event has them too: told where it has not."""
    for course in talk.courses.values():
        told = [event for event in course.events if "totalCost" in event.exchange.reply]
        end = course.ended
        for event in told:
            cost = event.exchange.reply.get("totalCost")
            right = isinstance(cost, int | float) and not isinstance(cost, bool) and cost >= 0
            if talk.mine(event.exchange.answer):
                hold(tally, right, f"totalCost is {cost!r}", event.exchange.done)
        last = end.exchange.answer if end is not None else None
        if told and end is not None and last is not None and talk.mine(last) and "totalCost" not in end.exchange.reply:
            tally.notice(f"costs of {course.id} were told, but not the last", last)
