"""Rules of the OCPP-J layer: one call at a time, answers that belong to a call, frames that fit OCPP 2.0.1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from harness.checks.rule import Rule, Tally, is_subject
from harness.checks.stretch import stretches
from harness.core.case import Role
from harness.core.feature import Feature
from harness.core.verdict import Finding
from harness.framing import ocppj
from harness.framing.ocppj import Dialect
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.ocpp_schema import problems
from harness.trace.entry import Entry, Link, Seen
from harness.trace.trace import Trace

BOTH_SIDES = (Role.STATION, Role.CSMS)
NEEDS = (Feature.OCPP201,)
ANSWER_LIMIT = 30.0
"""NetworkConnectionProfile.messageTimeout, the advised default in seconds (Part 4, 3.2)."""
SHORTEST_PATIENCE = 5.0
"""Seconds from which on a caller may have given up waiting; its own timeout is not in the trace."""
_OTHER = {Role.STATION: Role.CSMS, Role.CSMS: Role.STATION}


def one_outstanding_call(trace: Trace) -> Iterable[Finding]:
    """No second CALL before the first was answered or given up, per direction and socket (Part 4, 4.1.1)."""
    tally = Tally("RULE-OCPP-ONE-CALL", "one outstanding call per direction", ("Part 4, 4.1.1",))
    for stretch in stretches(trace, Link.OCPP):
        outstanding: dict[Role, Entry] = {}
        for entry in stretch.frames:
            frame = _frame(entry)
            if entry.sender not in _OTHER or frame is None:
                continue
            if isinstance(frame, ocppj.Call):
                if is_subject(trace, entry):
                    _judge_call(tally, outstanding.get(entry.sender), entry)
                outstanding[entry.sender] = entry
            elif isinstance(frame, ocppj.CallResult | ocppj.CallError):
                call = outstanding.get(_OTHER[entry.sender])
                if call is not None and frame.message_id in {_id(call), ocppj.UNREADABLE_ID}:
                    del outstanding[_OTHER[entry.sender]]
    return tally


def _judge_call(tally: Tally, before: Entry | None, call: Entry) -> None:
    waited = ANSWER_LIMIT if before is None else call.at - before.at
    if before is None or waited >= ANSWER_LIMIT:
        tally.good(call)
    elif waited >= SHORTEST_PATIENCE:
        tally.notice(f"{_action(call)} {waited:.1f} s after {_action(before)}, which is still unanswered", before, call)
    else:
        tally.bad(f"{_action(call)} while {_action(before)} was unanswered", before, call)


def answers_belong(trace: Trace) -> Iterable[Finding]:
    """Each answer names a CALL of the other side, once (Part 4, 4.1.4 and 4.2)."""
    tally = Tally("RULE-OCPP-ANSWERS", "every answer belongs to a call", ("Part 4, 4.2",))
    for stretch in stretches(trace, Link.OCPP):
        calls: Counter[tuple[Role, str]] = Counter()
        answered: Counter[tuple[Role, str]] = Counter()
        garbage: list[Entry] = []
        for entry in stretch.frames:
            frame = _frame(entry)
            if entry.sender not in _OTHER:
                continue
            if frame is None:
                garbage.append(entry)
            elif isinstance(frame, ocppj.Call):
                calls[entry.sender, frame.message_id] += 1
            elif isinstance(frame, ocppj.CallResult | ocppj.CallError):
                key = (_OTHER[entry.sender], frame.message_id)
                answered[key] += 1
                began = stretch.whole or any(caller is key[0] for caller, _ in calls)
                if began and is_subject(trace, entry) and not _meant_for(garbage, frame):
                    _judge_answer(tally, entry, frame.message_id, calls[key], answered[key])
    return tally


def _judge_answer(tally: Tally, entry: Entry, message_id: str, asked: int, answered: int) -> None:
    if not asked:
        tally.bad(f"answers {message_id!r}, which nobody asked", entry)
    elif answered > asked:
        tally.bad(f"answers {message_id!r} a second time", entry)
    else:
        tally.good(entry)


def _meant_for(garbage: Iterable[Entry], answer: ocppj.Frame) -> bool:
    """Whether an answer may be about a frame that was no CALL: its id stands in one, or is the one for unreadable."""
    if isinstance(answer, ocppj.CallError) and answer.message_id == ocppj.UNREADABLE_ID:
        return True
    return any(
        f'"{answer.message_id}"'.encode() in entry.body.data for entry in garbage if isinstance(entry.body, Seen)
    )


def calls_answered(trace: Trace) -> Iterable[Finding]:
    """A CALL is answered, unless the socket went away first; later than the advised 30 s is told (Part 4, 3.2)."""
    tally = Tally("RULE-OCPP-ANSWERED", "every call is answered", ("Part 4, 4.1.1",))
    for stretch in stretches(trace, Link.OCPP):
        for call, answer in _answers(stretch.frames):
            if call.sender is None or trace.subject not in {None, _OTHER[call.sender]}:
                continue
            waited = (stretch.known_until if answer is None else answer.at) - call.at
            if answer is None and waited > ANSWER_LIMIT:
                tally.bad(f"{_action(call)} was not answered within {waited:.1f} s", call)
            elif answer is not None and is_subject(trace, answer):
                late = waited > ANSWER_LIMIT
                told = f"{_action(call)} answered after {waited:.1f} s, {ANSWER_LIMIT:g} s are advised"
                tally.notice(told, call, answer) if late else tally.good(answer)
    return tally


def _answers(frames: tuple[Entry, ...]) -> Iterator[tuple[Entry, Entry | None]]:
    """Every CALL with its answer; a CALL that was sent again under its id is asked for once."""
    calls: dict[tuple[Role, str], Entry] = {}
    answers: dict[tuple[Role, str], Entry] = {}
    for entry in frames:
        frame = _frame(entry)
        if entry.sender not in _OTHER or frame is None:
            continue
        if isinstance(frame, ocppj.Call):
            calls.setdefault((entry.sender, frame.message_id), entry)
        elif isinstance(frame, ocppj.CallResult | ocppj.CallError):
            answers.setdefault((_OTHER[entry.sender], frame.message_id), entry)
    for key, call in calls.items():
        yield call, answers.get(key)


def message_ids(trace: Trace) -> Iterable[Finding]:
    """No id stands for two different CALLs of one sender; a CALL that is sent again may keep its own."""
    tally = Tally("RULE-OCPP-MESSAGE-ID", "every call has an id of its own", ("Part 4, 4.1.4",))
    known: dict[tuple[Role, str], Entry] = {}
    for entry in trace:
        frame = _frame(entry) if entry.link is Link.OCPP else None
        if not isinstance(frame, ocppj.Call) or not is_subject(trace, entry) or entry.sender is None:
            continue
        first = known.setdefault((entry.sender, frame.message_id), entry)
        before = _frame(first)
        if isinstance(before, ocppj.Call) and (before.action, before.payload) != (frame.action, frame.payload):
            tally.bad(f"{frame.action} has the id {frame.message_id!r} of an earlier {before.action}", first, entry)
        else:
            tally.good(entry)
    return tally


def payloads_fit(trace: Trace) -> Iterable[Finding]:
    """What the subject sends is well-formed OCPP-J, and its payload fits the schema of its action (Part 4, 4.1.7)."""
    tally = Tally("RULE-OCPP-SCHEMA", "frames and payloads fit OCPP 2.0.1", ("Part 4, 4.1.7",))
    for entry in trace:
        if entry.link is not Link.OCPP or not isinstance(entry.body, Seen) or not is_subject(trace, entry):
            continue
        objections = _objections(entry)
        if objections:
            tally.bad("; ".join(objections[:3]), entry)
        else:
            tally.good(entry)
    return tally


_REFUSALS = frozenset({Kind.ERROR, Kind.RESULT_ERROR})
"""What has no schema of its own."""


def _objections(entry: Entry) -> list[str]:
    frame = _frame(entry)
    if frame is None:
        return [entry.problem or "is no OCPP-J frame"]
    # An empty string may be the value of a required field (the token of a start without authorisation, say).
    told = ocppj.objections(frame, dialect=_version(entry))
    found = [one for one in told if not one.endswith('empty ("")')]
    said = entry.message
    if isinstance(said, OcppMessage) and said.action and said.kind not in _REFUSALS:
        about = f"{said.action} {said.kind}"
        objections = problems(said.action, said.kind, said.payload, said.version)
        found += [f"{about}: {objection}" for objection in objections]
    return found


def _version(entry: Entry) -> Dialect:
    """The version of OCPP that a message was read in."""
    return entry.message.version if isinstance(entry.message, OcppMessage) else Dialect.OCPP201


def _frame(entry: Entry) -> ocppj.AnyFrame | None:
    """The frame as it stood on the wire: also one that a fault of ours kept from being read."""
    if not isinstance(entry.body, Seen):
        return None
    frame = ocppj.parse_as(_version(entry), entry.body.data)
    return None if isinstance(frame, ocppj.Malformed) else frame


def _id(entry: Entry) -> str:
    frame = _frame(entry)
    return frame.message_id if frame is not None else ""


def _action(entry: Entry) -> str:
    frame = _frame(entry)
    return frame.action if isinstance(frame, ocppj.Call) else "a call"


def ocpp_rule(
    rule_id: str,
    title: str,
    cites: tuple[str, ...],
    find: Callable[[Trace], Iterable[Finding]],
    judges: tuple[Role, ...] = BOTH_SIDES,
) -> Rule:
    """A rule for devices that speak OCPP 2.0.1."""
    return Rule(id=rule_id, title=title, judges=judges, cites=cites, needs=NEEDS, find=find)


RULES = (
    ocpp_rule(
        "RULE-OCPP-ONE-CALL", "One outstanding OCPP call per direction", ("Part 4, 4.1.1",), one_outstanding_call
    ),
    ocpp_rule("RULE-OCPP-ANSWERS", "Every OCPP answer belongs to a call", ("Part 4, 4.2",), answers_belong),
    ocpp_rule("RULE-OCPP-ANSWERED", "Every OCPP call is answered", ("Part 4, 4.1.1",), calls_answered),
    ocpp_rule("RULE-OCPP-MESSAGE-ID", "Every OCPP call has an id of its own", ("Part 4, 4.1.4",), message_ids),
    ocpp_rule("RULE-OCPP-SCHEMA", "OCPP frames and payloads fit the schema", ("Part 4, 4.1.7",), payloads_fit),
)
