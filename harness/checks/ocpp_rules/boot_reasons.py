"""Rules of what a boot tells: why it happened, by which clock, and what of before it is still so."""

from __future__ import annotations

from typing import Any

from harness.checks.metering import instant, keys_of
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, advise, hold
from harness.checks.ocpp_rules.statuses import statuses
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk
from harness.checks.rule import Tally
from harness.trace.entry import LinkSeen

BOOT = Chapter()

CLOCK_TOLERANCE = 10.0
"""Seconds by which a station's clock may differ from the backend's; our own figure."""
MOST_PATIENCE = 300.0
"""Seconds in which a station should be back from a reset; our own figure."""


def _boot_trigger(one: Exchange) -> bool:
    return one.ask.get("requestedMessage") == "BootNotification"


@BOOT.rule(
    "RULE-OCPP-BOOT-TRIGGERED", "A boot is called triggered when it was", "B01.FR.09", about=("BootNotification",)
)
def triggered_boots(talk: Talk, tally: Tally) -> None:
    """The reason Triggered belongs to a BootNotification that TriggerMessage asked for."""
    if not talk.boots or talk.opened_before(talk.boots[0].call) is None:
        return
    for boot in talk.boots:
        if talk.mine(boot.call):
            asked = talk.before(boot.call, "TriggerMessage", where=_boot_trigger)
            right = boot.ask.get("reason") != "Triggered" or asked is not None
            hold(tally, right, "the reason is Triggered, and nobody triggered it", boot.call)


@BOOT.rule(
    "RULE-OCPP-BOOT-TRIGGER-REFUSED",
    "A registered station refuses to boot on demand",
    "F06.FR.17",
    about=("TriggerMessage",),
)
def boot_triggers_refused(talk: Talk, tally: Tally) -> None:
    """TriggerMessage for BootNotification is Rejected once the station was accepted."""
    for one in talk.replied("TriggerMessage", by=STATION):
        if _boot_trigger(one) and talk.registration(one.call) == "Accepted":
            hold(tally, one.status in {"Rejected", "NotImplemented"}, f"{one.status} when it was accepted", *one.said)


@BOOT.rule(
    "RULE-OCPP-RESET-BOOT", "A reset is followed by a boot that names it", "B01.FR.09", "B11.FR.01", about=("Reset",)
)
def reset_boots(talk: Talk, tally: Tally) -> None:
    """RemoteReset behind an accepted reset, ScheduledReset (or RemoteReset) behind a scheduled one."""
    for one in talk.replied("Reset", by=STATION):
        if one.status not in {"Accepted", "Scheduled"} or "evseId" in one.ask:
            continue
        boot = talk.after(
            one.call, "BootNotification", by=STATION, where=lambda boot: boot.ask.get("reason") != "Triggered"
        )
        reasons = {"RemoteReset"} if one.status == "Accepted" else {"RemoteReset", "ScheduledReset"}
        if boot is not None and talk.mine(boot.call):
            reason = boot.ask.get("reason")
            hold(tally, reason in reasons, f"the reason is {reason}, the reset was {one.status}", one.done, boot.call)
        elif one.status == "Accepted" and talk.until - one.done.at > MOST_PATIENCE:
            tally.notice(f"no boot within {MOST_PATIENCE:g} s", one.done)


@BOOT.rule(
    "RULE-OCPP-STATION-CLOCK",
    "A station's clock follows the backend's",
    "B01.FR.06",
    about=("BootNotification", "Heartbeat"),
)
def station_clock(talk: Talk, tally: Tally) -> None:
    """What is told at once carries the time of the backend; a difference of more than some seconds is told."""
    answers = [*talk.of("BootNotification"), *talk.of("Heartbeat")]
    told = sorted((one for one in answers if one.answer is not None), key=lambda one: one.done.number)
    clock = [(one.done, now) for one in told if (now := instant(one.reply.get("currentTime"))) is not None]
    if not clock:
        return
    for one in talk.asked("StatusNotification", "TransactionEvent", by=STATION):
        at = instant(one.ask.get("timestamp"))
        known = [(entry, now) for entry, now in clock if entry.number < one.call.number]
        if at is None or not known or one.ask.get("offline"):
            continue
        entry, now = known[-1]
        off = at - (now + one.call.at - entry.at)
        told_late = off < 0 and one.action == "TransactionEvent"
        right = abs(off) <= (MINUTE if told_late else CLOCK_TOLERANCE)
        advise(tally, right, f"{one.action} is dated {off:+.1f} s by the backend's clock", entry, one.call)


@BOOT.rule(
    "RULE-OCPP-UNAVAILABLE-KEPT",
    "What was made unavailable is unavailable after a boot",
    "B01.FR.07",
    "G03.FR.08",
    "G04.FR.09",
    about=("ChangeAvailability",),
)
def unavailable_kept(talk: Talk, tally: Tally) -> None:
    """The first status of a connector after the boot is Unavailable, until somebody makes it operative again."""
    told = statuses(talk)
    for boot in talk.boots:
        if boot.status != "Accepted" or not talk.mine(boot.call):
            continue
        wishes = [
            one
            for one in talk.of("ChangeAvailability")
            if one.done.number < boot.call.number and one.status == "Accepted"
        ]
        for place in {status.place for status in told}:
            about = [one for one in wishes if _covers(keys_of(one.ask.get("evse")), place)]
            first = next(
                (status for status in told if status.place == place and status.entry.number > boot.call.number), None
            )
            if about and first is not None and about[-1].ask.get("operationalStatus") == "Inoperative":
                later = talk.after(boot.call, "ChangeAvailability", by=CSMS)
                changed = later is not None and later.call.number < first.entry.number
                right = changed or first.value in {"Unavailable", "Faulted"}
                hold(
                    tally,
                    right,
                    f"EVSE {place[0]} connector {place[1]} is {first.value} after the boot",
                    about[-1].call,
                    first.entry,
                )


def _covers(evse: dict[str, Any], place: tuple[Any, Any]) -> bool:
    return (evse.get("id", place[0]), evse.get("connectorId", place[1])) == place


@BOOT.rule(
    "RULE-OCPP-OFFLINE-STATUS",
    "After a long outage every connector's status is told again",
    "B04.FR.01",
    about=("NotifyReport", "GetVariables", "SetVariables"),
)
def told_after_outage(talk: Talk, tally: Tally) -> None:
    """Offline for longer than OfflineThreshold, where it is known: all connectors, in the minute after."""
    lost = None
    for link in talk.links:
        state = link.body.state if isinstance(link.body, LinkSeen) else ""
        if state != "open":
            lost = link if lost is None else lost
            continue
        before, lost = lost, None
        least = talk.known.number("OCPPCommCtrlr", "OfflineThreshold", link)
        if before is None or least is None or link.at - before.at <= least or talk.watched(link) <= MINUTE:
            continue
        told = statuses(talk)
        known = {status.place for status in told if status.entry.number < link.number}
        again = {
            status.place for status in told if link.number < status.entry.number and status.entry.at <= link.at + MINUTE
        }
        missing = sorted(known - again, key=str)
        if known and talk.mine(link):
            detail = f"offline for {link.at - before.at:.0f} s, and nothing of {missing} after it"
            hold(tally, not missing, detail, before, link)
