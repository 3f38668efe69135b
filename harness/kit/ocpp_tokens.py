"""Cards that cases present, how they have a station decide on them, and what they read of that."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints import operations as do
from harness.endpoints.csms.tokens import CARDS, MASTER_GROUP, Account
from harness.endpoints.station.station import Station
from harness.kit.judge import Judge
from harness.kit.ocpp_states import charging, is_charging, plugged_in, unplugged, variable_set
from harness.kit.scene import Scene, asks, does, hears, passes
from harness.messages.ocpp import Authorize, OcppMessage, SetVariables, TransactionEvent
from harness.trace.entry import Entry, Operation
from harness.trace.trace import Trace

UNKNOWN, INVALID, BLOCKED, EXPIRED = (CARDS[name].id_token for name in ("unknown", "invalid", "blocked", "expired"))
STRANGER = CARDS["stranger"].id_token
"""A good card of somebody else."""
MEMBER, OTHER_MEMBER, BAD_MEMBER = (CARDS[name].id_token for name in ("member", "other_member", "bad_member"))
MASTER = CARDS["master"].id_token
CANCELLED = CARDS["cancelled"].id_token
GROUP = CARDS["member"].group

_STOP = "StopAuthorized"
_REACTION = 10.0
"""Seconds in which a station has decided on a card."""

__all__ = ["MASTER_GROUP", "Account"]


def remembering(*, used: bool = True) -> Scene:
    """The station remembers what the backend says of tokens, and goes by that, or not (LocalPreAuthorize).

    A station that cannot be told to remember may do so anyway: only the second setting ends the scene.
    """
    told = _wished("AuthCacheCtrlr", "Enabled", "true")
    return told + variable_set("AuthCtrlr", "LocalPreAuthorize", str(used).lower())


def forgetful() -> Scene:
    """Puts back what `remembering` set, so that cases find the station as they expect it.

    One that does not know the variable asks the backend in any case.
    """
    return _wished("AuthCtrlr", "LocalPreAuthorize", "false")


def _wished(component: str, variable: str, value: str) -> Scene:
    """The backend sets a variable, whatever comes of it."""
    asked = {"component": {"name": component}, "variable": {"name": variable}, "attributeValue": value}
    return asks(SetVariables(setVariableData=[asked]))


def visit(token: str) -> Scene:
    """A driver plugs in, charges with a card for a moment, stops with it and leaves."""
    stop = does(do.present_token(token)) + hears(TransactionEvent, optional=True, within=_REACTION)
    return charging(token) + passes(5.0) + stop + unplugged() + passes(5.0)


def refused_visit(token: str) -> Scene:
    """A driver plugs in, presents a card that is refused, and leaves."""
    return plugged_in() + presented(token) + unplugged() + passes(5.0)


def remembering_cards(station: Station, *, remembers: bool = True) -> Station:
    """Our station, with a memory of cards or without one."""
    return _under(station, cache=remembers)


def going_by_memory(station: Station) -> Station:
    """Our station, which starts without a question what it remembers."""
    return _under(station, local_pre_authorize=True)


def trusting(station: Station) -> Station:
    """Our station, which takes any card while the backend is away, and leaves a transaction open that was no good."""
    return _under(station, unknown_offline=True, stop_on_invalid=False)


def with_master(station: Station) -> Station:
    """Our station, which knows the group whose cards stop everything."""
    return _under(station, master_pass_group=MASTER_GROUP)


def _under(station: Station, **terms: Any) -> Station:
    return station.set(authorization=structs.replace(station.settings.authorization, **terms))


def presented(token: str) -> Scene:
    """Somebody presents a card, and the station has time to decide."""
    return does(do.present_token(token)) + passes(_REACTION)


def presenting(trace: Trace, token: str, nth: int = 1) -> Trace:
    """What came after a card was presented for the nth time.

    Raises:
        Unreached: it was not, or the device under test says nothing at all.
    """
    told = awake(trace).nth(Operation, nth, where=lambda entry: token in entry.body.detail)
    return trace.since(told)


def awake(trace: Trace) -> Trace:
    """The same trace, in which the device under test has said something at all.

    Raises:
        Unreached: it has not.
    """
    if not any(entry.sender is trace.subject and isinstance(entry.message, OcppMessage) for entry in trace):
        raise Unreached("the device under test never said a word of OCPP")
    return trace


def questions(trace: Trace, token: str) -> tuple[Entry, ...]:
    """The times that the backend was asked about a card."""
    return trace.all(Authorize, sent_by=Role.STATION, where=lambda entry: _about(entry, token))


def naming(trace: Trace, token: str, trigger: str = "") -> tuple[Entry, ...]:
    """Events of transactions that name a card.

    Args:
        trace: what was seen.
        token: of the card.
        trigger: their triggerReason; empty: any but that of a stop, for where a transaction begins late, its first
            event tells of the card by another reason than Authorized.
    """
    named = trace.all(TransactionEvent, sent_by=Role.STATION, where=lambda entry: _about(entry, token))
    reasons = ((entry, entry.payload.get("triggerReason")) for entry in named)
    return tuple(entry for entry, why in reasons if (why == trigger if trigger else why != _STOP))


def charged(trace: Trace) -> tuple[Entry, ...]:
    """Events that tell of energy."""
    return trace.all(TransactionEvent, sent_by=Role.STATION, where=is_charging)


def judge_refusal(judge: Judge, trace: Trace, token: str) -> None:
    """The backend was asked about the card, and no energy flowed by it."""
    judge.some("questions about the card", questions(trace, token))
    judge_nothing_flows(judge, trace, token)


def judge_nothing_flows(judge: Judge, trace: Trace, token: str) -> None:
    """No energy, and no authorization, by this card."""
    judge.silence("events that tell of energy", charged(trace))
    judge.silence("events that tell of an authorization", naming(trace, token))


def _about(entry: Entry, token: str) -> bool:
    named = entry.payload.get("idToken", {})
    return isinstance(named, dict) and str(named.get("idToken", "")).lower() == token.lower()
