"""Rules of Reset: what is answered while a transaction runs, and what becomes of the transaction."""

from __future__ import annotations

from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.courses import Course
from harness.checks.ocpp_rules.talk import STATION, Exchange, Talk
from harness.checks.rule import Tally

RESETS = Chapter()


def _running(talk: Talk, one: Exchange) -> list[Course]:
    """The transactions that surely run where a reset strikes."""
    evse = one.ask.get("evseId")
    return [each for each in talk.courses.values() if each.runs(one.call) and (evse is None or each.evse() == evse)]


@RESETS.rule(
    "RULE-OCPP-RESET-ANSWER",
    "A reset waits for a transaction only if it may",
    "B12.FR.01",
    "B12.FR.02",
    about=("Reset",),
)
def answers(talk: Talk, tally: Tally) -> None:
    """OnIdle is Scheduled while a transaction runs, Immediate never."""
    for one in talk.replied("Reset", by=STATION):
        running = _running(talk, one)
        if one.ask.get("type") == "OnIdle" and running:
            right = one.status in {"Scheduled", "Rejected"}
            hold(tally, right, f"OnIdle was {one.status} while {running[0].id} ran", *one.said)
        elif one.ask.get("type") == "Immediate":
            hold(tally, one.status in {"Accepted", "Rejected"}, f"Immediate was {one.status}", *one.said)


@RESETS.rule(
    "RULE-OCPP-RESET-ENDS", "A reset at once ends what runs, and says so", "B12.FR.04", "B12.FR.08", about=("Reset",)
)
def ends(talk: Talk, tally: Tally) -> None:
    """Ended by ResetCommand with the reason ImmediateReset, before the boot or after it."""
    for one in talk.replied("Reset", by=STATION):
        if one.ask.get("type") != "Immediate" or one.status != "Accepted":
            continue
        for course in _running(talk, one):
            end = course.ended
            if end is not None and talk.mine(end.entry):
                told = (end.trigger, end.info.get("stoppedReason"))
                right = told == ("ResetCommand", "ImmediateReset")
                hold(tally, right, f"{course.id} ended by {told[0]}, reason {told[1]}", one.done, end.entry)
            elif end is None:
                boot = talk.after(one.call, "BootNotification", by=STATION)
                if boot is not None and boot.status == "Accepted" and talk.watched(boot.done) > MINUTE:
                    tally.bad(f"nothing told that {course.id} ended", one.done, boot.done)


@RESETS.rule(
    "RULE-OCPP-RESET-SCHEDULED", "A scheduled reset comes when nothing runs any more", "B12.FR.02", about=("Reset",)
)
def scheduled(talk: Talk, tally: Tally) -> None:
    """No boot while the transaction still runs that it waits for."""
    for one in talk.replied("Reset", by=STATION):
        if one.status != "Scheduled" or "evseId" in one.ask:
            continue
        boot = talk.after(
            one.call, "BootNotification", by=STATION, where=lambda each: each.ask.get("reason") == "ScheduledReset"
        )
        if boot is not None and talk.mine(boot.call):
            early = [course for course in _running(talk, one) if course.ended is None]
            hold(tally, not early, "it booted while a transaction ran", one.done, boot.call)
