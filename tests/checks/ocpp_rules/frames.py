"""Conversations written as short lists, so that a rule can be shown what it takes and what it does not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from harness.checks.ocpp_rules import RULES
from harness.checks.rule import Rule
from harness.core.case import Role
from harness.core.verdict import Finding, Verdict
from harness.messages.ocpp_time import timestamp
from harness.trace.entry import Body, Link, LinkSeen, Note, TlsSeen
from harness.trace.trace import Trace
from tests.checks.scene import EPOCH, Scene

STATION, CSMS = Role.STATION, Role.CSMS
RULE: dict[str, Rule] = {rule.id: rule for rule in RULES}


class Said(Struct, frozen=True):
    """A CALL and what was said to it: a payload, the code of a CALLERROR, or nothing."""

    sender: Role
    action: str
    ask: dict[str, Any]
    answer: dict[str, Any] | str | None
    after: float = 0.1
    lag: float = 0.1


class Seen(Struct, frozen=True):
    """Something else than a frame."""

    body: Body
    by: Role | None = None
    after: float = 0.1
    link: Link = Link.OCPP


class Raw(Struct, frozen=True):
    """A frame by its bytes."""

    sender: Role
    data: str


Part = Said | Seen | Raw | float
Parts = list[Part]


def s(action: str, ask: dict[str, Any] | None = None, answer: Any = None, **terms: float) -> Said:
    """The station calls; it gets an empty answer unless told otherwise, and none where `answer` is False."""
    return Said(STATION, action, ask or {}, None if answer is False else answer if answer is not None else {}, **terms)


def c(action: str, ask: dict[str, Any] | None = None, answer: Any = None, **terms: float) -> Said:
    """The backend calls; a text with a capital and no space is a status."""
    told = {"status": answer} if isinstance(answer, str) and answer not in ERRORS else answer
    return Said(CSMS, action, ask or {}, None if told is False else told if told is not None else {}, **terms)


ERRORS = {"NotImplemented", "NotSupported", "SecurityError", "ProtocolError", "FormatViolation", "InternalError"}
OPEN = Seen(LinkSeen(state="open"), STATION)
LOST = Seen(LinkSeen(state="reset"), CSMS)
END = Seen(Note(text="the end"), None, 200.0, Link.HARNESS)
"""So much later that whatever was due would have been seen."""


def closed(by: Role, detail: str = "WebSocket closed: 1000") -> Seen:
    """A connection that one side ended."""
    return Seen(LinkSeen(state="closed", detail=detail), by)


def tls(version: str) -> Seen:
    """A handshake."""
    return Seen(TlsSeen(event="handshake", facts={"version": version}), STATION)


REFUSED_TLS = Seen(TlsSeen(event="refused", facts={}), STATION)


def at(seconds: float = 0.0) -> str:
    """A timestamp so many seconds behind the beginning."""
    return timestamp(EPOCH + seconds)


def boot(status: str = "Accepted", reason: str = "PowerUp", interval: int = 300, **terms: Any) -> Said:
    """A boot and its answer."""
    told = {"status": status, "interval": interval, "currentTime": terms.pop("now", at())}
    ask = {"reason": reason, "chargingStation": {"model": "M", "vendorName": "V"}}
    return s("BootNotification", ask, told, **terms)


def status(value: str, evse: int = 1, connector: int = 1, now: float = 0.0, **terms: float) -> Said:
    """A StatusNotification."""
    ask = {"timestamp": at(now), "connectorStatus": value, "evseId": evse, "connectorId": connector}
    return s("StatusNotification", ask, **terms)


TOKEN = {"idToken": "AB12", "type": "ISO14443"}
OTHER = {"idToken": "CD34", "type": "ISO14443"}


def tx(kind: str, number: int, trigger: str, state: str | None = None, **told: Any) -> Said:
    """A TransactionEvent of T1 (`id`) with `info` in transactionInfo, a `token`, an `evse`, at second `now`."""
    info = {"transactionId": told.pop("id", "T1"), **told.pop("info", {})}
    if state is not None:
        info["chargingState"] = state
    ask: dict[str, Any] = {
        "eventType": kind, "timestamp": at(told.pop("now", number)), "triggerReason": trigger, "seqNo": number,
        "transactionInfo": info,
    }  # fmt: skip
    answer, after = told.pop("answer", None), told.pop("after", 0.1)
    if evse := told.pop("evse", (1, 1)):
        ask["evse"] = {"id": evse[0], **({"connectorId": evse[1]} if len(evse) > 1 else {})}
    if token := told.pop("token", None):
        ask["idToken"] = token
    return s("TransactionEvent", {**ask, **told}, answer, after=after)


STARTED = tx("Started", 0, "Authorized", "EVConnected", token=TOKEN, answer={"idTokenInfo": {"status": "Accepted"}})
CHARGES = tx("Updated", 1, "ChargingStateChanged", "Charging")
ENDED = tx("Ended", 2, "EVCommunicationLost", "Idle", info={"stoppedReason": "EVDisconnected"})


def variable(component: str, name: str, value: str | None, **told: Any) -> dict[str, Any]:
    """One element of a report."""
    attribute: dict[str, Any] = {key: told.pop(key) for key in list(told) if key in {"mutability", "type"}}
    if value is not None:
        attribute["value"] = value
    instance = {"instance": told.pop("instance")} if "instance" in told else {}
    evse = {"evse": told.pop("evse")} if "evse" in told else {}
    return {
        "component": {"name": component, **evse},
        "variable": {"name": name, **instance},
        "variableAttribute": [attribute],
        **told,
    }


def report(*variables: dict[str, Any], number: int = 1, seq: int = 0, **told: Any) -> Said:
    """A NotifyReport."""
    ask = {"requestId": number, "generatedAt": at(), "seqNo": seq, "reportData": list(variables), **told}
    return s("NotifyReport", ask)


def knows(component: str, name: str, value: str, **told: Any) -> Said:
    """A report of one variable."""
    return report(variable(component, name, value, **told))


def pair(component: str, name: str, **told: Any) -> dict[str, Any]:
    """Component and variable, with further keys."""
    return {"component": {"name": component}, "variable": {"name": name}, **told}


def played(parts: Iterable[Part], subject: Role | None = None) -> Trace:
    """The trace of a conversation."""
    scene = Scene(subject)
    for number, part in enumerate(parts):
        if isinstance(part, float | int):
            scene.at += part
        elif isinstance(part, Seen):
            scene.add(part.link, part.by, part.body, part.after)
        elif isinstance(part, Raw):
            scene.text(part.sender, part.data.encode())
        else:
            _speak(scene, part, f"m{number}")
    return scene.trace


def _speak(scene: Scene, part: Said, id_: str) -> None:
    scene.call(part.sender, part.action, part.ask, part.after, id_=id_)
    other = CSMS if part.sender is STATION else STATION
    if isinstance(part.answer, str):
        scene.error(other, part.answer, part.lag, id_=id_)
    elif part.answer is not None:
        scene.result(other, part.action, part.answer, part.lag, id_=id_)


class Row(Struct, frozen=True):
    """A rule with a conversation that keeps it and one that does not."""

    rule: str
    good: Parts
    bad: Parts
    told: bool = False
    """Whether the bad one is only told of (a recommendation)."""


def findings(rule: str, parts: Parts) -> tuple[Finding, ...]:
    """What a rule says of a conversation, asked of the first party that it judges."""
    return RULE[rule].over(played(parts, RULE[rule].judges[0]))


def judged(row: Row) -> None:
    """Show a rule both conversations."""
    good = findings(row.rule, row.good)
    assert good, f"{row.rule} has nothing to look at in the good one"
    assert [one.detail for one in good if one.verdict is Verdict.FAIL or one.notice] == []
    bad = findings(row.rule, row.bad)
    if row.told:
        assert [one for one in bad if one.notice], f"{row.rule} tells nothing"
        assert [one.detail for one in bad if one.verdict is Verdict.FAIL] == []
    else:
        assert [one for one in bad if one.verdict is Verdict.FAIL], f"{row.rule} takes the bad one"
