"""Rules of tokens that are not, or no longer, good: what a running transaction does then, and master passes."""

from __future__ import annotations

from harness.checks.metering import keys_of
from harness.checks.ocpp_rules.authorization import info_of, token_of
from harness.checks.ocpp_rules.chapter import Chapter, advise, hold
from harness.checks.ocpp_rules.talk import STATION, Talk
from harness.checks.rule import Tally

AUTHORIZATION = Chapter()

PATIENCE = 30.0
"""Seconds in which a station should act on a refused token; our own figure."""


@AUTHORIZATION.rule(
    "RULE-OCPP-DEAUTHORISED",
    "A token that is refused while it charges ends or suspends that",
    "C15.FR.03",
    "E05.FR.02",
    about=("TransactionEvent",),
)
def deauthorised(talk: Talk, tally: Tally) -> None:
    """No event still says Charging half a minute later; an offence where StopTxOnInvalidId is known to be true."""
    for course in talk.courses.values():
        for event in course.events:
            status, answer = info_of(event.exchange).get("status"), event.exchange.answer
            if status in {None, "Accepted", "ConcurrentTx"} or event.kind == "Ended" or answer is None:
                continue
            later = [each for each in course.events if each.number > event.number]
            stopped = [
                each
                for each in later
                if each.kind == "Ended" or each.state == "SuspendedEVSE" or each.trigger == "Deauthorized"
            ]
            late = [each for each in later if each.state == "Charging" and each.entry.at > answer.at + PATIENCE]
            late = [each for each in late if not stopped or each.number < stopped[0].number]
            if not talk.mine(event.entry) or not (stopped or late):
                continue
            stop = talk.known.is_set("TxCtrlr", "StopTxOnInvalidId", event.entry)
            energy = talk.known.number("TxCtrlr", "MaxEnergyOnInvalidId", event.entry)
            enter = hold if stop and not energy else advise
            enter(
                tally,
                not late,
                f"{course.id} still charges with a token that is {status}",
                answer,
                *[each.entry for each in late[:1]],
            )


@AUTHORIZATION.rule(
    "RULE-OCPP-MASTER-PASS", "A master pass stops transactions and starts none", "C12.FR.02", about=("Authorize",)
)
def master_pass(talk: Talk, tally: Tally) -> None:
    """A token of the group MasterPassGroupId, where that is known, begins no transaction."""
    for one in talk.of("Authorize"):
        master = talk.known.value("AuthCtrlr", "MasterPassGroupId", one.call)
        group = keys_of(info_of(one).get("groupIdToken")).get("idToken")
        if not master or group != master:
            continue
        for course in talk.courses.values():
            begun = course.started
            if begun is not None and begun.entry.number > one.call.number and talk.mine(begun.entry):
                right = not begun.token or token_of(begun.exchange) != token_of(one)
                hold(tally, right, f"{course.id} began with a master pass", one.done, begun.entry)


@AUTHORIZATION.rule(
    "RULE-OCPP-OFFLINE-UNKNOWN",
    "Offline, an unknown token starts nothing unless that is allowed",
    "C15.FR.08",
    about=("TransactionEvent",),
)
def offline_unknown(talk: Talk, tally: Tally) -> None:
    """Neither LocalAuthorizeOffline nor OfflineTxForUnknownIdEnabled, as far as is known: no token is let in."""
    for course in talk.courses.values():
        for event in course.events:
            if not event.ask.get("offline") or not event.token or not talk.mine(event.entry):
                continue
            local = talk.known.is_set("AuthCtrlr", "LocalAuthorizeOffline", event.entry)
            unknown = talk.known.is_set("AuthCtrlr", "OfflineTxForUnknownIdEnabled", event.entry)
            if local is False and unknown is False and event.token.get("type") not in {"NoAuthorization", "Central"}:
                right = event.trigger != "Authorized" or event.kind == "Ended"
                hold(tally, right, f"{event.token.get('idToken')} was let in offline", event.entry)


@AUTHORIZATION.rule(
    "RULE-OCPP-EV-UNPLUGGED",
    "A cable that the EV lets go ends the transaction where that is set",
    "E09.FR.01",
    "E10.FR.01",
    about=("TransactionEvent",),
)
def unplugged(talk: Talk, tally: Tally) -> None:
    """With StopTxOnEVSideDisconnect known to be true, EVCommunicationLost leads to the end or to Deauthorized."""
    for course in talk.courses.values():
        for event in course.events:
            stop = talk.known.is_set("TxCtrlr", "StopTxOnEVSideDisconnect", event.entry)
            if event.trigger != "EVCommunicationLost" or not stop or not talk.mine(event.entry):
                continue
            later = [each for each in course.events if each.number >= event.number]
            over = any(each.kind == "Ended" or each.trigger == "Deauthorized" for each in later)
            if over or talk.watched(event.entry) > PATIENCE:
                hold(tally, over, f"{course.id} goes on without its EV", event.entry)


@AUTHORIZATION.rule(
    "RULE-OCPP-STOPPED-BY-TOKEN", "A stop by token is told with the token", "E07.FR.02", about=("TransactionEvent",)
)
def stopped_by_token(talk: Talk, tally: Tally) -> None:
    """StopAuthorized with the idToken that stopped it (recommended); told where it is missing."""
    for one in talk.asked("TransactionEvent", by=STATION):
        by_ev = keys_of(one.ask.get("transactionInfo")).get("stoppedReason") == "StoppedByEV"
        if one.ask.get("triggerReason") == "StopAuthorized" and not by_ev:
            advise(tally, bool(one.ask.get("idToken")), "StopAuthorized without the token", one.call)
