"""Rules of TriggerMessage: what was promised comes, and what is only said on demand was asked for."""

from __future__ import annotations

from harness.checks.metering import keys_of, objects
from harness.checks.ocpp_rules.boot import TRIGGERED
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk, having
from harness.checks.rule import Tally

TRIGGERS = Chapter()

ABOUT = ("TriggerMessage",)


def _wanted(one: Exchange) -> tuple[str, ...]:
    name = str(one.ask.get("requestedMessage"))
    # The state of a connector may be told by either of two messages.
    return ("StatusNotification", "NotifyEvent") if name == "StatusNotification" else (TRIGGERED.get(name, name),)


@TRIGGERS.rule("RULE-OCPP-TRIGGERED-COMES", "A message that was promised comes", "F06.FR.04", "F06.FR.05", about=ABOUT)
def promised(talk: Talk, tally: Tally) -> None:
    """Behind an accepted TriggerMessage, the message; not at all soon is an offence, before the answer too."""
    for one in talk.replied(*ABOUT, by=STATION):
        if one.status == "Accepted" and one.answer is not None and one.ask.get("requestedMessage") != "CustomTrigger":
            told = talk.after(one.answer, *_wanted(one), by=STATION)
            early = talk.after(one.call, *_wanted(one), by=STATION)
            if told is not None or talk.watched(one.done) > MINUTE:
                soon = told is not None and told.call.at - one.done.at <= MINUTE
                before = early is not None and early.call.number < one.done.number
                detail = "it came before the answer" if before else "it did not come"
                hold(tally, soon, f"{one.ask.get('requestedMessage')} was promised, {detail}", *one.said)


@TRIGGERS.rule(
    "RULE-OCPP-TRIGGERED-EVENT", "A triggered transaction event tells state and meter", "F06.FR.07", about=ABOUT
)
def triggered_events(talk: Talk, tally: Tally) -> None:
    """An event with the trigger Trigger has a chargingState and meter values."""
    for one in talk.asked("TransactionEvent", by=STATION):
        if one.ask.get("triggerReason") == "Trigger":
            state = keys_of(one.ask.get("transactionInfo")).get("chargingState")
            missing = [
                name
                for name, value in (("chargingState", state), ("meterValue", one.ask.get("meterValue")))
                if not value
            ]
            hold(tally, not missing, f"it lacks {' and '.join(missing)}", one.call)


@TRIGGERS.rule("RULE-OCPP-TRIGGER-CONTEXT", "Triggered meter values are marked as such", "F06.FR.06", about=ABOUT)
def triggered_values(talk: Talk, tally: Tally) -> None:
    """The MeterValues that follow an accepted trigger have the context Trigger."""
    for one in talk.replied(*ABOUT, by=STATION):
        if one.status != "Accepted" or one.ask.get("requestedMessage") != "MeterValues":
            continue
        told = talk.after(one.done, "MeterValues", by=STATION, within=MINUTE)
        if told is not None and talk.mine(told.call):
            contexts = {
                sample.get("context", "Sample.Periodic")
                for value in objects(told.ask.get("meterValue"))
                for sample in objects(value.get("sampledValue"))
            }
            hold(tally, "Trigger" in contexts, f"the context is {', '.join(map(str, contexts))}", one.call, told.call)


@TRIGGERS.rule(
    "RULE-OCPP-TRIGGER-CONNECTOR", "A trigger for a status names a connector", "F06.FR.13", judges=CSMS, about=ABOUT
)
def names_connector(talk: Talk, tally: Tally) -> None:
    """EVSE and connector with StatusNotification."""
    for one in talk.asked(*ABOUT, by=CSMS):
        if one.ask.get("requestedMessage") == "StatusNotification":
            evse = keys_of(one.ask.get("evse"))
            hold(tally, {"id", "connectorId"} <= evse.keys(), "a status is wanted, of no connector", one.call)


@TRIGGERS.rule(
    "RULE-OCPP-IDLE-STATUS",
    "That nothing goes on is said on demand only",
    "L01.FR.25",
    "F06.FR.14",
    about=("FirmwareStatusNotification", "LogStatusNotification"),
)
def idle(talk: Talk, tally: Tally) -> None:
    """The status Idle of firmware or log answers a TriggerMessage."""
    for name in ("FirmwareStatusNotification", "LogStatusNotification"):
        for one in talk.asked(name, by=STATION):
            if one.ask.get("status") == "Idle":
                asked = talk.before(one.call, *ABOUT, where=having(requestedMessage=name))
                hold(tally, asked is not None, f"{name} says Idle, and nobody asked", one.call)
