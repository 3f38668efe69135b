"""What cases about OCPP-J itself need: calls with a flaw, the answers that fit them, texts that are no frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints.behaviour import Say, SayRaw, Silence
from harness.endpoints.bending import Change
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ocpp_pump import COMPRESSED
from harness.endpoints.ocpp_terms import LinkTerms
from harness.endpoints.station.station import Station
from harness.framing import ocppj
from harness.framing.ocppj_flaws import FRAME_FLAWS, FrameFlaw
from harness.kit.judge import Judge
from harness.messages.ocpp import Action, Kind, OcppMessage, SecurityEventNotification, StatusNotification
from harness.trace.entry import Entry, LinkSeen, Seen
from harness.trace.trace import Trace
from harness.transports.websocket import Binary, Unfinished

__all__ = [
    "FRAME_FLAWS",
    "ODD_ANSWERS",
    "ODD_FRAMING",
    "PAYLOAD_CODES",
    "STATION_FRAMING",
    "Binary",
    "Csms",
    "Expected",
    "LinkTerms",
    "Station",
    "Unfinished",
    "compressed",
    "controls",
    "errors",
    "expected_of",
    "first_word",
    "judge_reaction",
    "odd",
    "replies",
    "said",
    "saying",
    "speaking",
    "too_long",
]

ODD_ID = "odd-call-1"
_ODD = Action("OddCall")
_TOO_MANY = 2**20 + 4096
_FORMAT = frozenset({"FormatViolation"})
_PROPERTY = _FORMAT | {"PropertyConstraintViolation"}
_OCCURRENCE = _FORMAT | {"OccurrenceConstraintViolation", "ProtocolError"}

PAYLOAD_CODES: dict[str, frozenset[str]] = {
    "missing": _OCCURRENCE,
    "empty_list": _OCCURRENCE | _PROPERTY,
    "not_a_list": _FORMAT | {"TypeConstraintViolation"},
    "wrong_type": _PROPERTY | {"TypeConstraintViolation"},
    "null": _PROPERTY | _OCCURRENCE | {"TypeConstraintViolation"},
    "unknown_value": _PROPERTY,
    "too_long": _PROPERTY | {"TypeConstraintViolation"},
    "timestamp": _PROPERTY | {"TypeConstraintViolation"},
    "unknown_field": _PROPERTY | {"OccurrenceConstraintViolation", "ProtocolError"},
}
"""Error codes for each fault of a payload; Part 4, 4.3 leaves room, and independent stacks use it."""


ODD_ANSWERS: dict[str, Change] = {
    "wrong_id": lambda _heard, _usual: b'[3,"nobody-asked",{}]',
    "not_json": lambda _heard, _usual: b"[3,",
    "null": lambda _heard, usual: f'[3,"{usual.message_id}",null]'.encode(),
    "unknown_field": lambda _heard, usual: {**usual.payload, "colour": "red"},
    "error": lambda _heard, usual: usual.refused("InternalError", "on purpose"),
    "unknown_code": lambda _heard, usual: usual.refused("NoSuchCode", "on purpose"),
    "late": lambda _heard, usual: Say(message=usual, after=40.0),
    "none": lambda _heard, _usual: Silence(),
    "twice": lambda _heard, usual: usual,
}
"""What stands in the place of the answer to a call; `twice` needs a fault that repeats it."""

ODD_FRAMING: dict[str, LinkTerms] = {
    "fragments": LinkTerms(fragment=16),
    "pings": LinkTerms(ping_interval=10.0),
    "uncompressed": LinkTerms(deflate=False),
}
"""Terms of a backend that a station must get along with."""
STATION_FRAMING: dict[str, LinkTerms] = {
    "fragments": LinkTerms(fragment=16),
    "pings": LinkTerms(ping_interval=10.0),
    "compressed": LinkTerms(deflate=True),
}
"""Terms of a station that a backend must get along with."""


class Expected(Struct, frozen=True, kw_only=True):
    """Which reactions to an odd call are as Part 4 has them."""

    text: bytes
    """The call."""
    codes: frozenset[str]
    """Error codes that fit."""
    ids: frozenset[str] = frozenset({ODD_ID})
    """Message ids that an answer may carry."""
    may_drop: bool = False
    """Whether no answer is as good as an error."""
    may_obey: bool = False
    """Whether a usual answer is as good."""
    may_close: bool = False
    """Whether the connection may be closed because of it."""


def expected_of(call: OcppMessage, name: str) -> Expected:
    """A good call with a flaw of `FRAME_FLAWS`, and what fits as a reaction."""
    flaw: FrameFlaw = FRAME_FLAWS[name]
    return Expected(
        text=flaw.spoil(ODD_ID, call.action, call.payload),
        codes=flaw.codes,
        ids=flaw.ids(ODD_ID),
        may_drop=not flaw.readable,
        may_obey=flaw.may_obey,
        may_close=name == "bad_utf8",
    )


def odd(call: OcppMessage, codes: frozenset[str]) -> Expected:
    """A call that is whole as a frame and wrong in what it says; it must be answered."""
    return Expected(text=ocppj.encode_bytes(ocppj.Call(ODD_ID, call.action, call.payload)), codes=codes)


def saying(csms: Csms, *texts: bytes, delay: float = 2.0, gap: float = 3.0) -> Csms:
    """The backend, which sends these texts once a station was accepted, `delay` seconds later and `gap` apart."""
    for index, text in enumerate(texts):
        csms = csms.asking(_ODD(), delay=delay + gap * index)
        csms = csms.answering(_ODD, _instead(text), nth=index + 1)
    return csms


def _instead(text: bytes) -> Change:
    return lambda _heard, _usual: text


def speaking(station: Station, *texts: bytes, gap: float = 3.0) -> Station:
    """The station, which sends these texts `gap` seconds apart in place of its first status report.

    Its security event follows as the next ordinary call.
    """
    odd = station.answering(StatusNotification, lambda _heard, _usual: texts[0], nth=1)
    if len(texts) > 1:
        odd = odd.answering(SecurityEventNotification, lambda _, usual: SayRaw(data=texts[1], after=gap), nth=1)
        return odd.set(heartbeat_interval=30.0)
    return odd.late_on(SecurityEventNotification, gap)


def too_long(action: str) -> bytes:
    """A call of more bytes than any side has to take."""
    return ocppj.encode_bytes(ocppj.Call(ODD_ID, action, {"vendorId": "v", "data": "x" * _TOO_MANY}))


def said(trace: Trace, text: bytes) -> Entry:
    """The entry of a text that we sent.

    Raises:
        Unreached: it was never sent.
    """
    for entry in trace:
        if isinstance(entry.body, Seen) and entry.body.data == text and entry.sender is not trace.subject:
            return entry
    raise Unreached("the odd call was never sent")


def replies(trace: Trace, *texts: bytes) -> list[tuple[Entry, ...]]:
    """For each of our texts, which share an id, the answers that came before the next."""
    sent = [said(trace, text) for text in texts]
    ends = [*sent[1:], None]
    found = []
    for begin, end in zip(sent, ends, strict=True):
        part = trace.since(begin) if end is None else trace.since(begin).until(end)
        found.append(tuple(entry for entry in part if entry.sender is trace.subject and _answers(entry, {ODD_ID})))
    return found


def errors(trace: Trace, sender: Role) -> tuple[Entry, ...]:
    """Every CALLERROR of one side to something whose id can be read."""
    messages = (entry for entry in trace if entry.sender is sender and isinstance(entry.message, OcppMessage))
    errors_of_it = (entry for entry in messages if entry.message.kind is Kind.ERROR)
    return tuple(entry for entry in errors_of_it if entry.message.message_id != ocppj.UNREADABLE_ID)


def controls(trace: Trace, kind: str, sender: Role) -> tuple[Entry, ...]:
    """Every `ping` or `pong` of one side."""
    return tuple(entry for entry in trace if entry.sender is sender and entry.facts.get("control") == kind)


def compressed(opened: Entry) -> bool:
    """Whether a connection that came up agreed on permessage-deflate."""
    return isinstance(opened.body, LinkSeen) and opened.body.detail.endswith(COMPRESSED)


def first_word(trace: Trace) -> Entry:
    """The first frame of the subject, whatever it says.

    Raises:
        Unreached: it never said anything.
    """
    for entry in trace:
        if isinstance(entry.body, Seen) and entry.sender is trace.subject:
            return entry
    raise Unreached("the subject never said a word")


def judge_reaction(judge: Judge, trace: Trace, expected: Expected) -> None:
    """Judge what the subject did with an odd call: its answer, the form of that, the connection."""
    sent = said(trace, expected.text)
    after = trace.since(sent)
    answers = [entry for entry in after if entry.sender is trace.subject and _answers(entry, expected.ids)]
    if answers:
        _judge_answer(judge, answers[0], expected)
        judge.silence("further answers", answers[1:])
    else:
        judge.holds("answered, or dropped where that may be", expected.may_drop, "no answer came", at=sent)
    broken = [entry for entry in after if entry.sender is trace.subject and entry.problem]
    judge.silence("answers that are no frame", broken)
    if not expected.may_close:
        judge.silence("connection given up", after.all(LinkSeen, sent_by=trace.subject))


def _judge_answer(judge: Judge, answer: Entry, expected: Expected) -> None:
    if answer.message.kind is not Kind.ERROR:
        judge.holds("refused", expected.may_obey, f"answered as usual: {answer.payload}", at=answer)
        return
    payload: dict[str, Any] = answer.payload
    judge.among("error code", payload["code"], sorted(expected.codes), at=answer)
    judge.report("error code", payload["code"], at=answer)
    frame = ocppj.CallError(answer.message.message_id, payload["code"], payload["description"], payload["details"])
    judge.equal("objections to the form of the answer", ocppj.objections(frame), (), at=answer)


def _answers(entry: Entry, ids: Iterable[str]) -> bool:
    message = entry.message
    answering = isinstance(message, OcppMessage) and message.kind in {Kind.ERROR, Kind.RESPONSE}
    return answering and message.message_id in ids
