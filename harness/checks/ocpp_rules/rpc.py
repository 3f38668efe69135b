"""Rules of the OCPP-J layer beyond frames and ids: which answer fits which call, and how a link is kept."""

from __future__ import annotations

from typing import Any

from harness.checks.metering import keys_of
from harness.checks.ocpp_rules.chapter import BOTH, Chapter, advise, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Talk
from harness.checks.rule import Tally
from harness.framing import ocppj
from harness.framing.ocppj_dialect import Dialect
from harness.messages import ocpp_schema
from harness.trace.entry import LinkSeen, Operation, Seen

RPC = Chapter()

NEVER_FOR_A_GOOD_CALL = frozenset(
    {"TypeConstraintViolation", "RpcFrameworkError", "MessageTypeNotSupported", "ProtocolError"}
)
REFUSED_FOR_A_REASON = frozenset({"NotImplemented", "NotSupported", "SecurityError"})
REASON_CODES = frozenset(
    [
        "CSNotAccepted",
        "DuplicateProfile",
        "DuplicateRequestId",
        "FixedCable",
        "FwUpdateInProgress",
        "InternalError",
        "InvalidCertificate",
        "InvalidConfSlot",
        "InvalidCSR",
        "InvalidIdToken",
        "InvalidMessageSeq",
        "InvalidNetworkConf",
        "InvalidProfile",
        "InvalidSchedule",
        "InvalidStackLevel",
        "InvalidURL",
        "InvalidValue",
        "MissingDevModelInfo",
        "MissingParam",
        "NoCable",
        "NoError",
        "NoSecurityDowngrade",
        "NotEnabled",
        "NotFound",
        "OutOfMemory",
        "OutOfStorage",
        "PriorityNetworkConf",
        "ReadOnly",
        "TooLargeElement",
        "TooManyElements",
        "TxInProgress",
        "TxNotFound",
        "TxStarted",
        "UnknownConnectorId",
        "UnknownConnectorType",
        "UnknownEvse",
        "UnknownTxId",
        "Unspecified",
        "UnsupportedParam",
        "UnsupportedRateUnit",
        "UnsupportedRequest",
        "ValueOutOfRange",
        "ValuePositiveOnly",
        "ValueTooHigh",
        "ValueTooLow",
        "ValueZeroNotAllowed",
        "WriteOnly",
    ]
)
"""Reason codes with a meaning of their own in OCPP 2.0.1."""
CAUSES_TO_CLOSE = ("Reset", "SetNetworkProfile", "CertificateSigned", "SetVariables", "UpdateFirmware")


def _known(action: str) -> bool:
    return action in ocpp_schema.actions() or action in ocpp_schema.actions(Dialect.OCPP21)


@RPC.rule(
    "RULE-OCPP-GOOD-CALL", "A call that fits its schema is not answered as a broken one", "Part 4, 4.3", judges=BOTH
)
def good_calls(talk: Talk, tally: Tally) -> None:
    """Error codes of form belong to calls with errors of form; odd codes for a good call are told."""
    ids: set[tuple[Any, str]] = set()
    for one in talk.calls:
        again = (one.sender, one.id) in ids
        ids.add((one.sender, one.id))
        if one.answer is None or again or not talk.mine(one.answer) or not _known(one.action):
            continue
        if not one.error:
            tally.good(one.answer)
        elif one.error in NEVER_FOR_A_GOOD_CALL:
            wrong = talk.fits(one)
            hold(tally, not wrong, f"{one.action} is as its schema wants it, the answer is {one.error}", *one.said)
        elif one.error not in REFUSED_FOR_A_REASON and talk.fits(one):
            tally.notice(f"{one.action} fits its schema and was refused with {one.error}", *one.said)


@RPC.rule("RULE-OCPP-BAD-CALL", "A call that does not fit its schema is refused", "Part 4, 4.3", judges=BOTH)
def bad_calls(talk: Talk, tally: Tally) -> None:
    """What breaks a schema gets a CALLERROR; a timestamp of unusual form may be read leniently."""
    for one in talk.calls:
        if one.answer is None or one.error or not _known(one.action) or not talk.mine(one.answer) or talk.fits(one):
            continue
        found = talk.objections(one)
        lenient = all("digits of a second" in objection.what or "RFC 3339" in objection.what for objection in found)
        hold(tally, lenient, f"{one.action} was taken, though {'; '.join(map(str, found[:2]))}", *one.said)


@RPC.rule("RULE-OCPP-UNKNOWN-ACTION", "An unknown action is refused as not implemented", "Part 4, 4.3", judges=BOTH)
def unknown_actions(talk: Talk, tally: Tally) -> None:
    """NotImplemented for what nobody knows, NotSupported for what one knows and does not do; others are told."""
    for one in talk.calls:
        if one.answer is None or not talk.mine(one.answer):
            continue
        if not _known(one.action):
            hold(tally, bool(one.error), f"there is no action {one.action!r}, and it was not refused", *one.said)
            advise(tally, one.error in {"", "NotImplemented", "SecurityError"}, f"refused with {one.error}", *one.said)
        elif one.error == "NotImplemented" and one.action in ocpp_schema.actions():
            tally.notice(f"{one.action} is an action of OCPP 2.0.1: NotSupported says better what is meant", *one.said)


@RPC.rule("RULE-OCPP-UNREADABLE-ID", "A frame without a readable id is answered under -1", "Part 4, 4.2.3", judges=BOTH)
def unreadable_ids(talk: Talk, tally: Tally) -> None:
    """Where the id of a broken frame cannot be read, its CALLERROR has the id -1."""
    for broken, reply in _broken_and_replies(talk):
        frame = ocppj.parse(_data(broken))
        known = isinstance(frame, ocppj.Malformed) and frame.message_id != ocppj.UNREADABLE_ID
        said = ocppj.parse(_data(reply))
        if not known and isinstance(said, ocppj.CallError):
            told = f"the frame had no readable id, the answer has {said.message_id!r}"
            hold(tally, said.message_id == ocppj.UNREADABLE_ID, told, broken, reply)


@RPC.rule("RULE-OCPP-MESSAGE-TYPE", "A frame of an unknown message type gets no result", "Part 4, 4.4", judges=BOTH)
def message_types(talk: Talk, tally: Tally) -> None:
    """It is ignored or refused with MessageTypeNotSupported; another error code is told."""
    for broken, reply in _broken_and_replies(talk):
        frame, said = ocppj.parse(_data(broken)), ocppj.parse(_data(reply))
        if not isinstance(frame, ocppj.Malformed) or frame.code != "MessageTypeNotSupported":
            continue
        if isinstance(said, ocppj.CallResult):
            hold(tally, said.message_id != frame.message_id, "it was answered with a result", broken, reply)
        elif isinstance(said, ocppj.CallError):
            right = said.code == "MessageTypeNotSupported"
            advise(tally, right, f"refused with {said.code}, not MessageTypeNotSupported", broken, reply)


def _data(entry: Any) -> bytes:
    return entry.body.data if isinstance(entry.body, Seen) else b""


def _broken_and_replies(talk: Talk) -> list[tuple[Any, Any]]:
    """Each broken frame with the next stray frame of the other side, which can only be about it."""
    found = []
    for place, stray in enumerate(talk.strays[:-1]):
        reply = talk.strays[place + 1]
        broken = isinstance(ocppj.parse(_data(stray.entry)), ocppj.Malformed)
        answering = not isinstance(ocppj.parse(_data(reply.entry)), ocppj.Malformed)
        if broken and answering and reply.sender is not stray.sender and talk.mine(reply.entry):
            found.append((stray.entry, reply.entry))
    return found


@RPC.rule("RULE-OCPP-UTC", "Timestamps are written in UTC", "Part 4, 4.1.7", judges=BOTH)
def utc(talk: Talk, tally: Tally) -> None:
    """A timestamp with another zone than Z is right but makes every reader convert it: told."""
    for one in talk.calls:
        for entry, payload in ((one.call, one.ask), (one.answer, one.reply)):
            if entry is not None and payload and talk.mine(entry):
                told = [text for text in _timestamps(payload) if not text.endswith(("Z", "z"))]
                advise(tally, not told, f"{', '.join(told[:2])} is not in UTC", entry)


def _timestamps(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if 18 < len(value) < 36 and value[10] in "Tt" and value[4] == "-" and value[:4].isdigit() else []
    if isinstance(value, dict):
        return [text for member in value.values() for text in _timestamps(member)]
    return [text for member in value for text in _timestamps(member)] if isinstance(value, list) else []


@RPC.rule("RULE-OCPP-REASON-CODE", "The reason of a status is one that has a meaning", judges=BOTH)
def reason_codes(talk: Talk, tally: Tally) -> None:
    """A reasonCode of one's own is allowed but tells nothing to others: told."""
    for one in talk.calls:
        code = keys_of(one.reply.get("statusInfo")).get("reasonCode")
        if isinstance(code, str) and talk.mine(one.answer):
            advise(tally, code in REASON_CODES, f"{one.action}: {code!r} is no reason code of the standard", *one.said)


@RPC.rule(
    "RULE-OCPP-DATA-TRANSFER",
    "DataTransfer is not used for what has a message of its own",
    judges=BOTH,
    about=("DataTransfer",),
)
def data_transfers(talk: Talk, tally: Tally) -> None:
    """A messageId that is the name of an action: told."""
    for by in BOTH:
        for one in talk.asked("DataTransfer", by=by):
            name = one.ask.get("messageId")
            advise(tally, name not in ocpp_schema.actions(), f"{name} has a message of its own", one.call)


@RPC.rule("RULE-OCPP-KEPT-OPEN", "A station closes its connection for a reason only", "Part 4, 3.1")
def kept_open(talk: Talk, tally: Tally) -> None:
    """A close by the station that nothing before explains, and after which it comes back at once: told."""
    for place, link in enumerate(talk.links):
        body = link.body
        if not isinstance(body, LinkSeen) or body.state != "closed" or link.sender is not STATION:
            continue
        opened = talk.links[place - 1] if place else None
        since = opened.number if opened is not None else 0
        asked = talk.before(link, *CAUSES_TO_CLOSE)
        cause = (asked is not None and asked.call.number > since) or "1000" not in body.detail
        if talk.mine(link) and not cause and talk.came_back(link) and talk.registration(link) != "Rejected":
            tally.notice("the station closed and opened its connection anew, and nothing says why", link)
        elif talk.mine(link):
            tally.good(link)


@RPC.rule(
    "RULE-OCPP-BACK-OFF",
    "A station waits before it tries to connect again",
    "Part 4, 5.3",
    about=("NotifyReport", "GetVariables", "SetVariables"),
)
def back_off(talk: Talk, tally: Tally) -> None:
    """Between the loss of a connection and the next try lies RetryBackOffWaitMinimum, where it is known."""
    lost = None
    for link in talk.links:
        state = link.body.state if isinstance(link.body, LinkSeen) else ""
        if state == "open" and lost is not None and talk.mine(link):
            least = talk.known.number("OCPPCommCtrlr", "RetryBackOffWaitMinimum", link)
            if least is not None:
                waited = link.at - lost.at
                hold(tally, waited >= least - 0.5, f"came back after {waited:.1f} s, {least:g} s are set", lost, link)
        # Whoever closes on purpose is not in trouble: only a lost or refused connection asks for patience.
        lost = (
            link if state in {"reset", "refused", "unanswered"} or (state == "closed" and link.sender is CSMS) else None
        )


@RPC.rule(
    "RULE-OCPP-RECONNECT-BOOT",
    "After a mere reconnection a station does not boot again",
    "Part 4, 5.3",
    "B10.FR.10",
    about=("BootNotification",),
)
def boots_after_reconnection(talk: Talk, tally: Tally) -> None:
    """The same BootNotification once more on a new connection, when nothing seen restarted the station: told."""
    for before, boot in zip(talk.boots, talk.boots[1:], strict=False):
        if not talk.mine(boot.call) or before.status != "Accepted" or talk.unbroken(before.call, boot.call):
            continue
        last = talk.before(boot.call, *CAUSES_TO_CLOSE, "TriggerMessage")
        cause = last is not None and last.call.number > before.call.number
        done = any(
            isinstance(entry.body, Operation) and before.call.number < entry.number < boot.call.number
            for entry in talk.trace.entries
        )
        same = boot.ask == before.ask
        advise(tally, not same or cause or done, "the same BootNotification again", before.call, boot.call)
