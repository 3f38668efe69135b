"""Rules of single transaction events: what they must carry, and which trigger goes with which reason and state."""

from __future__ import annotations

from itertools import pairwise

from harness.checks.ocpp_rules.chapter import Chapter, advise, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Talk
from harness.checks.rule import Tally

EVENTS = Chapter()

ABOUT = ("TransactionEvent",)
ABNORMAL = {"AbnormalCondition"}
PAIRS: dict[str, set[str]] = {
    "Remote": {"RemoteStop"},
    "ImmediateReset": {"ResetCommand"},
    "DeAuthorized": {"Deauthorized"},
    "Timeout": {"EVConnectTimeout"},
    "EVDisconnected": {"EVCommunicationLost", "EVDeparted", "EVDetected"},
    "StoppedByEV": {"StopAuthorized", "ChargingStateChanged"},
    "MasterPass": {"StopAuthorized"},
    "EmergencyStop": ABNORMAL,
    "GroundFault": ABNORMAL,
    "OvercurrentFault": ABNORMAL,
    "PowerQuality": ABNORMAL,
    "PowerLoss": ABNORMAL | {"ResetCommand"},
    "Reboot": ABNORMAL | {"ResetCommand"},
}
"""Why a transaction stopped, and what may have triggered the event that says so."""
NEEDS_REASON = {
    trigger for reason in ("Remote", "ImmediateReset", "DeAuthorized", "Timeout") for trigger in PAIRS[reason]
}
"""Triggers that go with a reason other than Local, which alone may be left out."""
WITH_CABLE = frozenset({"EVConnected", "Charging", "SuspendedEV", "SuspendedEVSE"})
LIMITS = frozenset({"CostLimitReached", "EnergyLimitReached", "TimeLimitReached", "SOCLimitReached", "LimitSet"})


@EVENTS.rule("RULE-OCPP-STOP-REASON", "The end of a transaction says why", "E06.FR.08", "E06.FR.09", about=ABOUT)
def stop_reasons(talk: Talk, tally: Tally) -> None:
    """StoppedReason in the last event unless it is Local, and in no other."""
    for course in talk.courses.values():
        for event in course.events:
            if not talk.mine(event.entry):
                continue
            reason = event.info.get("stoppedReason")
            if event.kind == "Ended":
                right = reason is not None or event.trigger not in NEEDS_REASON
                hold(tally, right, f"ended by {event.trigger}, without a stoppedReason", event.entry)
            else:
                hold(tally, reason is None, f"stoppedReason {reason} in an event that ends nothing", event.entry)


@EVENTS.rule(
    "RULE-OCPP-STOP-TRIGGER",
    "Why a transaction stopped fits what triggered its end",
    "E06.FR.16",
    "F03.FR.03",
    about=ABOUT,
)
def stop_triggers(talk: Talk, tally: Tally) -> None:
    """The pairs of stoppedReason and triggerReason; an event before the end may have told of the stop."""
    for course in talk.courses.values():
        end = course.ended
        reason = end.info.get("stoppedReason") if end is not None else None
        fits = PAIRS.get(str(reason))
        if end is None or fits is None or not talk.mine(end.entry):
            continue
        told = {event.trigger for event in course.events}
        # A transaction may be stopped long before it ends (TxStopPoint): the trigger stands in the event of the stop.
        hold(tally, bool(told & fits), f"{reason} goes with {' or '.join(sorted(fits))}, not {end.trigger}", end.entry)


@EVENTS.rule(
    "RULE-OCPP-STATE-TOLD",
    "A change of the charging state is told with the state",
    "E02.FR.13",
    "E01.FR.18",
    about=ABOUT,
)
def states_told(talk: Talk, tally: Tally) -> None:
    """ChargingStateChanged carries chargingState; so should the first event."""
    for course in talk.courses.values():
        for event in course.events:
            if not talk.mine(event.entry):
                continue
            if event.trigger == "ChargingStateChanged":
                hold(tally, event.state is not None, "ChargingStateChanged without chargingState", event.entry)
            elif event.kind == "Started":
                advise(tally, event.state is not None, "the first event has no chargingState", event.entry)


@EVENTS.rule("RULE-OCPP-STATES", "Charging states follow one another as they can", "E02.FR.13", about=ABOUT)
def states(talk: Talk, tally: Tally) -> None:
    """Nothing charges or is suspended that was not connected: Idle goes on to EVConnected, or a cable is told of."""
    for course in talk.courses.values():
        told = [event for event in course.events if event.state is not None]
        for before, event in pairwise(told):
            leaps = before.state == "Idle" and event.state in WITH_CABLE - {"EVConnected"}
            cable = any(
                each.trigger in {"CablePluggedIn", "EVDetected"}
                for each in course.events
                if before.number <= each.number <= event.number
            )
            if talk.mine(event.entry):
                hold(tally, not leaps or cable, f"from Idle to {event.state}", before.entry, event.entry)


@EVENTS.rule("RULE-OCPP-CABLE-TRIGGER", "A cable is told of by its own trigger", "E02.FR.17", about=ABOUT)
def cable_triggers(talk: Talk, tally: Tally) -> None:
    """From Idle to EVConnected by CablePluggedIn, not by ChargingStateChanged."""
    for course in talk.courses.values():
        told = [event for event in course.events if event.state is not None]
        for before, event in pairwise(told):
            if before.state == "Idle" and event.state == "EVConnected" and talk.mine(event.entry):
                right = event.trigger != "ChargingStateChanged"
                hold(tally, right, "a cable was plugged in, the trigger is ChargingStateChanged", event.entry)


@EVENTS.rule("RULE-OCPP-PHASES-USED", "The number of phases is one that there is", "E02.FR.18", about=ABOUT)
def phases_used(talk: Talk, tally: Tally) -> None:
    """NumberOfPhasesUsed lies from 0 to 3."""
    for one in talk.asked("TransactionEvent", by=STATION):
        phases = one.ask.get("numberOfPhasesUsed")
        if phases is not None:
            hold(tally, phases in {0, 1, 2, 3}, f"{phases} phases", one.call)


@EVENTS.rule(
    "RULE-OCPP-EVSE-TOLD", "A transaction tells its EVSE and connector once an EV is there", "E01.FR.16", about=ABOUT
)
def evse_told(talk: Talk, tally: Tally) -> None:
    """In the first event with a connected EV at the latest."""
    for course in talk.courses.values():
        first = next((event for event in course.events if event.state in WITH_CABLE), None)
        if first is None or course.started is None or not talk.mine(first.entry):
            continue
        told = [event.evse for event in course.events if event.number <= first.number and event.evse]
        right = any("id" in evse for evse in told) and any("connectorId" in evse for evse in told)
        hold(tally, right, f"{course.id} has an EV and tells no EVSE or no connector", first.entry)


@EVENTS.rule("RULE-OCPP-TOKEN-TOLD", "An authorisation is told with its token", "E01.FR.10", "E03.FR.01", about=ABOUT)
def tokens_told(talk: Talk, tally: Tally) -> None:
    """An event triggered by Authorized carries the idToken."""
    for one in talk.asked("TransactionEvent", by=STATION):
        if one.ask.get("triggerReason") == "Authorized":
            hold(tally, bool(one.ask.get("idToken")), "Authorized without an idToken", one.call)


@EVENTS.rule(
    "RULE-OCPP-TOKEN-TRIGGER", "A token that comes later is an authorisation", "E02.FR.01", "E02.FR.20", about=ABOUT
)
def token_triggers(talk: Talk, tally: Tally) -> None:
    """The first idToken behind the first event comes with a trigger of authorisation."""
    fits = {"Authorized", "RemoteStart", "StopAuthorized", "Deauthorized", "Trigger"}
    for course in talk.courses.values():
        first = next((event for event in course.events if event.token), None)
        if first is None or first.kind != "Updated" or course.started is None or not talk.mine(first.entry):
            continue
        hold(tally, first.trigger in fits, f"the first token comes with {first.trigger}", first.entry)


@EVENTS.rule("RULE-OCPP-EVENTS-TAKEN", "A backend takes every transaction event", "J02.FR.19", judges=CSMS, about=ABOUT)
def events_taken(talk: Talk, tally: Tally) -> None:
    """Also a late, repeated or unknown one gets a CALLRESULT."""
    for one in talk.of("TransactionEvent"):
        waiting = talk.registration(one.call) in {"Pending", "Rejected"}
        if one.answer is not None and talk.mine(one.answer) and not waiting and talk.fits(one):
            hold(tally, not one.error, f"a transaction event was refused with {one.error}", *one.said)


@EVENTS.rule("RULE-OCPP-TX-RESUMED", "A transaction that is resumed goes on", about=ABOUT)
def resumed(talk: Talk, tally: Tally) -> None:
    """TxResumed (OCPP 2.1) is told by an Updated event of a transaction that had begun."""
    for one in talk.asked("TransactionEvent", by=STATION):
        if one.ask.get("triggerReason") == "TxResumed":
            hold(tally, one.ask.get("eventType") == "Updated", f"TxResumed in {one.ask.get('eventType')}", one.call)


@EVENTS.rule("RULE-OCPP-MODE-TOLD", "A change of the operation mode is told with the mode", about=ABOUT)
def modes_told(talk: Talk, tally: Tally) -> None:
    """OperationModeChanged (OCPP 2.1) carries operationMode."""
    for course in talk.courses.values():
        for event in course.events:
            if event.trigger == "OperationModeChanged" and talk.mine(event.entry):
                told = event.info.get("operationMode")
                hold(tally, told is not None, "OperationModeChanged without operationMode", event.entry)


@EVENTS.rule("RULE-OCPP-LIMIT-TOLD", "A limit of a transaction is told before it is reached", about=ABOUT)
def limits_told(talk: Talk, tally: Tally) -> None:
    """LimitSet (OCPP 2.1) carries transactionLimit; what is reached was set, by the backend or by such an event."""
    for course in talk.courses.values():
        for event in course.events:
            if event.trigger not in LIMITS or not talk.mine(event.entry):
                continue
            own = any("transactionLimit" in each.info for each in course.events if each.number <= event.number)
            given = any(
                "transactionLimit" in each.exchange.reply for each in course.events if each.number < event.number
            )
            right = "transactionLimit" in event.info if event.trigger == "LimitSet" else own or given
            hold(tally, right, f"{event.trigger} without a transactionLimit", event.entry)
