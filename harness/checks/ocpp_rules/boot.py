"""Rules of registration: who may say what before the backend has accepted a station, and how time is told."""

from __future__ import annotations

from harness.checks.metering import instant, objects
from harness.checks.ocpp_rules.chapter import BOTH, MINUTE, Chapter, advise, hold
from harness.checks.ocpp_rules.talk import CSMS, OTHER, STATION, Exchange, Talk
from harness.checks.rule import Tally
from harness.core.feature import Feature
from harness.trace.entry import LinkSeen

BOOT = Chapter()

REPORTS = ("NotifyReport",)
TRIGGERED = {
    "SignChargingStationCertificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
    "SignV2G20Certificate": "SignCertificate",
}
"""What the trigger of a message is called where its name is not that of the message."""
STARTED = ("StartupOfTheDevice", "ResetOrReboot")


def pulled(talk: Talk, one: Exchange) -> bool:
    """Whether the backend asked for what the station says."""
    if one.action in REPORTS and talk.before(one.call, "GetBaseReport", "GetReport"):
        return True

    def names_it(trigger: Exchange) -> bool:
        wanted = trigger.ask.get("requestedMessage")
        return TRIGGERED.get(str(wanted), wanted) == one.action

    return talk.before(one.call, "TriggerMessage", where=names_it) is not None


@BOOT.rule("RULE-OCPP-BOOT-FIRST", "A station that starts says BootNotification first", "B01.FR.01", "B01.FR.03")
def boot_first(talk: Talk, tally: Tally) -> None:
    """On the connection on which a station boots, nothing it called went ahead."""
    for place, boot in enumerate(talk.boots):
        opened = talk.opened_before(boot.call)
        if opened is None or not talk.mine(boot.call) or boot.ask.get("reason") == "Triggered":
            continue
        ahead = [
            one for one in talk.calls if one.sender is STATION and opened.number < one.call.number < boot.call.number
        ]
        ahead = [one for one in ahead if one.action != "BootNotification"]
        if place and talk.registration(boot.call) and not ahead:
            tally.good(boot.call)
        elif not talk.registration(boot.call) or talk.registration(boot.call) == "Accepted":
            told = f"{ahead[0].action} came before the boot" if ahead else ""
            hold(tally, not ahead, told, *[one.call for one in ahead[:1]], boot.call)


@BOOT.rule(
    "RULE-OCPP-BOOT-WAITS",
    "A station says nothing until its boot is answered",
    "B01.FR.08",
    about=("BootNotification",),
)
def boot_waits(talk: Talk, tally: Tally) -> None:
    """Between BootNotification and what is said to it stands no other call of the station."""
    for boot in talk.boots:
        until = boot.answer.number if boot.answer is not None else None
        if talk.registration(boot.call) == "Accepted" or not talk.mine(boot.call):
            continue
        early = [
            one
            for one in talk.calls
            if one.sender is STATION
            and one.action != "BootNotification"
            and one.call.number > boot.call.number
            and (until is None or one.call.number < until)
            and talk.unbroken(boot.call, one.call)
            and talk.mine(one.call)
        ]
        if until is not None or early:
            hold(tally, not early, "a call before the boot was answered", boot.call, *[one.call for one in early[:3]])


@BOOT.rule(
    "RULE-OCPP-PENDING",
    "While a boot is pending a station says only what it is asked for",
    "B02.FR.02",
    about=("BootNotification",),
)
def pending(talk: Talk, tally: Tally) -> None:
    """BootNotification, and what TriggerMessage, GetBaseReport or GetReport pulled."""
    for one in _calls_while(talk, STATION, "Pending"):
        right = one.action == "BootNotification" or pulled(talk, one)
        hold(tally, right, f"{one.action}, which nobody asked for, while the boot was pending", one.call)


@BOOT.rule(
    "RULE-OCPP-REJECTED-SILENCE",
    "A rejected station is silent until it boots again",
    "B03.FR.02",
    about=("BootNotification",),
)
def rejected_silence(talk: Talk, tally: Tally) -> None:
    """Nothing but the next BootNotification."""
    for one in _calls_while(talk, STATION, "Rejected"):
        hold(tally, one.action == "BootNotification", f"{one.action} from a rejected station", one.call)


@BOOT.rule(
    "RULE-OCPP-REJECTED-CALLS",
    "A backend does not call a station that it rejected",
    "B03.FR.03",
    judges=CSMS,
    about=("BootNotification",),
)
def rejected_calls(talk: Talk, tally: Tally) -> None:
    """No CALL of the backend until it has accepted the station, or told it to wait."""
    for boot in talk.boots:
        if boot.status == "Rejected" and talk.mine(boot.answer):
            tally.good(boot.done)
    for one in _calls_while(talk, CSMS, "Rejected"):
        tally.bad(f"{one.action} to a rejected station", one.call)


@BOOT.rule(
    "RULE-OCPP-UNREGISTERED-CALLS",
    "A backend refuses what an unregistered station says unasked",
    "B02.FR.09",
    "B03.FR.07",
    judges=CSMS,
    about=("BootNotification",),
)
def unregistered_calls(talk: Talk, tally: Tally) -> None:
    """SecurityError for everything but BootNotification and what the backend pulled itself."""
    for one in talk.calls:
        state = talk.registration(one.call) if one.sender is STATION else ""
        if state not in {"Pending", "Rejected"} or not talk.mine(one.answer) or one.action == "BootNotification":
            continue
        if not pulled(talk, one):
            told = f"{one.action} of a station that is {state.lower()}: {one.error or 'a result'}, not SecurityError"
            hold(tally, one.error == "SecurityError", told, *one.said)


@BOOT.rule(
    "RULE-OCPP-PULLED-CALLS",
    "What a backend asked for it answers as usual",
    "B02.FR.02",
    judges=CSMS,
    about=("BootNotification",),
)
def pulled_calls(talk: Talk, tally: Tally) -> None:
    """No SecurityError for a report or a triggered message of a station that waits."""
    for one in _calls_while(talk, STATION, "Pending", judged=False):
        if one.action != "BootNotification" and pulled(talk, one) and talk.mine(one.answer):
            hold(tally, one.error != "SecurityError", f"{one.action} was asked for and refused", *one.said)


@BOOT.rule(
    "RULE-OCPP-REJECTED-REFUSES",
    "A rejected station refuses what it is called",
    "B03.FR.08",
    about=("BootNotification",),
)
def rejected_refuses(talk: Talk, tally: Tally) -> None:
    """SecurityError, if the backend calls it all the same."""
    for one in _calls_while(talk, CSMS, "Rejected", judged=False):
        if talk.mine(one.answer):
            told = f"{one.action} was answered with {one.error or 'a result'}, not SecurityError"
            hold(tally, one.error == "SecurityError", told, *one.said)


@BOOT.rule(
    "RULE-OCPP-REMOTE-WHILE-PENDING",
    "No transaction is started or stopped remotely while a boot is pending",
    "B02.FR.05",
    about=("RequestStartTransaction", "RequestStopTransaction"),
)
def remote_while_pending(talk: Talk, tally: Tally) -> None:
    """The station answers Rejected."""
    for one in talk.replied("RequestStartTransaction", "RequestStopTransaction", by=STATION):
        if talk.registration(one.call) == "Pending":
            hold(tally, one.status == "Rejected", f"{one.action}: {one.status} while pending", *one.said)


@BOOT.rule(
    "RULE-OCPP-BOOT-RETRY",
    "A station that is not accepted boots again when it was told to",
    "B02.FR.04",
    "B02.FR.08",
    "B03.FR.06",
    about=("BootNotification",),
)
def boot_retries(talk: Talk, tally: Tally) -> None:
    """Not before the interval is over, unless triggered; much later is told."""
    for before, boot in zip(talk.boots, talk.boots[1:], strict=False):
        interval = before.reply.get("interval")
        if before.status not in {"Pending", "Rejected"} or not isinstance(interval, int) or interval <= 0:
            continue
        if not talk.mine(boot.call) or boot.ask.get("reason") == "Triggered" or pulled(talk, boot):
            continue
        waited = boot.call.at - before.done.at
        told = f"booted again after {waited:.1f} s, {interval} s were set"
        hold(tally, waited >= interval - 1.0, told, before.done, boot.call)
        advise(tally, waited <= interval * 1.5 + MINUTE, told, before.done, boot.call)


@BOOT.rule(
    "RULE-OCPP-BOOT-FLOOD",
    "A station does not flood a backend that sets no interval",
    "B02.FR.07",
    "B03.FR.05",
    about=("BootNotification",),
)
def boot_flood(talk: Talk, tally: Tally) -> None:
    """With interval 0 a station chooses a pause of its own; one below a second is none."""
    for before, boot in zip(talk.boots, talk.boots[1:], strict=False):
        unset = before.status in {"Pending", "Rejected"} and before.reply.get("interval") == 0
        if unset and talk.mine(boot.call) and not pulled(talk, boot):
            waited = boot.call.at - before.done.at
            hold(tally, waited >= 1.0, f"booted again after {waited:.2f} s", before.done, boot.call)


@BOOT.rule(
    "RULE-OCPP-PENDING-KEPT",
    "A connection stays open while a boot is pending",
    "B02.FR.06",
    judges=BOTH,
    about=("BootNotification",),
)
def pending_kept(talk: Talk, tally: Tally) -> None:
    """Neither side closes it; the end of a recording is no offence."""
    for link in talk.links:
        closed = isinstance(link.body, LinkSeen) and link.body.state == "closed"
        if closed and link.sender in OTHER and talk.mine(link) and talk.registration(link) == "Pending":
            hold(tally, not talk.came_back(link), "closed while the boot was pending", link)
    for boot in talk.boots:
        if boot.status == "Pending" and (talk.mine(boot.call) or talk.mine(boot.answer)):
            tally.good(boot.done)


@BOOT.rule(
    "RULE-OCPP-CONNECTORS-TOLD",
    "After its boot a station tells the status of its connectors",
    "B01.FR.05",
    about=("BootNotification", "StatusNotification"),
)
def connectors_told(talk: Talk, tally: Tally) -> None:
    """Once it is accepted, by StatusNotification or NotifyEvent; EVSE and connector count from 1."""
    for boot in talk.boots:
        if boot.status != "Accepted" or not talk.mine(boot.call) or boot.ask.get("reason") == "Triggered":
            continue
        told = talk.after(boot.call, "StatusNotification", "NotifyEvent", by=STATION, within=MINUTE)
        if told is not None or talk.watched(boot.done) > MINUTE:
            hold(tally, told is not None, "no connector's status in the minute after it", boot.done)
    for one in talk.asked("StatusNotification", by=STATION):
        ids = [one.ask.get("evseId"), one.ask.get("connectorId")]
        right = all(isinstance(number, int) and number > 0 for number in ids)
        hold(tally, right, f"EVSE {ids[0]}, connector {ids[1]}", one.call)


@BOOT.rule(
    "RULE-OCPP-STARTUP-EVENT",
    "A station that has started tells so as a security event",
    "A04.FR.01",
    about=("BootNotification",),
    needs=(Feature.SECURITY_EVENTS,),
)
def startup_events(talk: Talk, tally: Tally) -> None:
    """StartupOfTheDevice or ResetOrReboot, after it was accepted."""
    for boot in talk.boots:
        if boot.status != "Accepted" or not talk.mine(boot.call) or boot.ask.get("reason") == "Triggered":
            continue
        told = talk.after(
            boot.call,
            "SecurityEventNotification",
            by=STATION,
            within=MINUTE,
            where=lambda one: one.ask.get("type") in STARTED,
        )
        if told is not None or talk.watched(boot.done) > MINUTE:
            hold(tally, told is not None, "no StartupOfTheDevice or ResetOrReboot followed it", boot.done)


@BOOT.rule(
    "RULE-OCPP-HEARTBEAT",
    "A station is heard of at least every heartbeat interval",
    "G02.FR.01",
    "G02.FR.02",
    about=("BootNotification",),
)
def heartbeats(talk: Talk, tally: Tally) -> None:
    """Any message may stand for a Heartbeat; more than twice as many Heartbeats as were asked for are told."""
    last = None
    for one in talk.calls:
        if one.sender is STATION:
            interval = _interval(talk, one)
            if last is not None and interval and talk.unbroken(last.call, one.call) and talk.mine(one.call):
                waited = one.call.at - last.call.at
                right = waited <= interval * 1.2 + 5.0
                hold(tally, right, f"silent for {waited:.0f} s, {interval:g} s are set", last.call, one.call)
            last = one
    for before, beat in zip(talk.of("Heartbeat"), talk.of("Heartbeat")[1:], strict=False):
        interval = _interval(talk, beat)
        if interval and beat.sender is STATION and talk.mine(beat.call) and not pulled(talk, beat):
            waited = beat.call.at - before.call.at
            advise(
                tally, waited >= interval / 2, f"{waited:.1f} s apart, {interval:g} s are set", before.call, beat.call
            )


def _interval(talk: Talk, one: Exchange) -> float:
    """The heartbeat interval that was in force all the time before a call; 0 where none was."""
    boots = [boot for boot in talk.boots if boot.answer is not None and boot.answer.number < one.call.number]
    if not boots or boots[-1].status != "Accepted":
        return 0.0
    told = boots[-1].reply.get("interval")
    changed = talk.before(
        one.call,
        "SetVariables",
        where=lambda change: any(
            str(data.get("variable")).find("HeartbeatInterval") >= 0
            for data in objects(change.ask.get("setVariableData"))
        ),
    )
    return float(told) if isinstance(told, int) and changed is None else 0.0


@BOOT.rule(
    "RULE-OCPP-CSMS-TIME",
    "The backend's time goes on evenly",
    "G02.FR.03",
    judges=CSMS,
    about=("BootNotification", "Heartbeat"),
)
def csms_time(talk: Talk, tally: Tally) -> None:
    """Its currentTime never goes back, and between two answers as much passes as on the clock of the recording."""
    before: tuple[float, Exchange] | None = None
    told = sorted(talk.replied("BootNotification", "Heartbeat", by=CSMS), key=lambda one: one.done.number)
    for one in told:
        now = instant(one.reply.get("currentTime"))
        if now is None:
            continue
        if before is not None:
            passed, seen = now - before[0], one.done.at - before[1].done.at
            hold(tally, passed >= -0.001, f"currentTime went back by {-passed:.1f} s", before[1].done, one.done)
            detail = f"{passed:.1f} s by its time, {seen:.1f} s on the recording's clock"
            advise(tally, abs(passed - seen) <= 5.0 + seen * 0.01, detail, before[1].done, one.done)
        else:
            tally.good(one.done)
        before = (now, one)


def _calls_while(talk: Talk, by: object, state: str, *, judged: bool = True) -> list[Exchange]:
    """The calls of one side while the registration had a state; only those of the subject unless told otherwise."""
    if not any(boot.status == state for boot in talk.boots):
        return []
    return [
        one
        for one in talk.calls
        if one.sender is by and (not judged or talk.mine(one.call)) and talk.registration(one.call) == state
    ]
