"""Rules of the OCPP-J layer: one call at a time, answers that belong to a call, payloads that fit their schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.feature import Feature
from harness.core.verdict import Finding
from harness.messages.ocpp import Kind, OcppMessage, TransactionEvent
from harness.messages.ocpp_schema import problems
from harness.trace.entry import Entry, Link, LinkSeen, Seen
from harness.trace.trace import Trace

_BOTH = (Role.STATION, Role.CSMS)
_NEEDS = (Feature.OCPP201,)


def sockets(trace: Trace) -> Iterator[tuple[Entry, ...]]:
    """The OCPP frames of each WebSocket, in order; one begins with `LinkSeen(open)`."""
    current: list[Entry] = []
    for entry in trace:
        if entry.link is not Link.OCPP:
            continue
        if isinstance(entry.body, LinkSeen) and entry.body.state == "open":
            if current:
                yield tuple(current)
            current = []
        elif isinstance(entry.body, Seen):
            current.append(entry)
    if current:
        yield tuple(current)


def one_outstanding_call(trace: Trace) -> Iterable[Finding]:
    """No second CALL before the first was answered, per direction and socket (Part 4, 4.1.1)."""
    tally = Tally("RULE-OCPP-ONE-CALL", "one outstanding call per direction", ("Part 4, 4.1.1",))
    for frames in sockets(trace):
        outstanding: dict[Role, Entry] = {}
        for entry in frames:
            said = entry.message
            if not isinstance(said, OcppMessage) or entry.sender is None:
                continue
            if said.kind is Kind.REQUEST:
                before = outstanding.get(entry.sender)
                if is_subject(trace, entry):
                    if before is None:
                        tally.good(entry)
                    else:
                        tally.bad(f"{said.action} while {before.message.action} was unanswered", before, entry)
                outstanding[entry.sender] = entry
            else:
                _settle(outstanding, entry)
    return tally


def _settle(outstanding: dict[Role, Entry], answer: Entry) -> None:
    for role, call in tuple(outstanding.items()):
        if role is not answer.sender and call.message.message_id == answer.message.message_id:
            del outstanding[role]


def answers_belong(trace: Trace) -> Iterable[Finding]:
    """Each answer names a CALL of the other side, once (Part 4, 4.1.4 and 4.2)."""
    tally = Tally("RULE-OCPP-ANSWERS", "every answer belongs to a call", ("Part 4, 4.2",))
    for frames in sockets(trace):
        asked: dict[tuple[Role, str], bool] = {}
        for entry in frames:
            said = entry.message
            if not isinstance(said, OcppMessage) or entry.sender is None:
                continue
            if said.kind is Kind.REQUEST:
                asked[entry.sender, said.message_id] = False
                continue
            other = Role.CSMS if entry.sender is Role.STATION else Role.STATION
            answered = asked.get((other, said.message_id))
            asked[other, said.message_id] = True
            if not is_subject(trace, entry):
                continue
            if answered is None and said.message_id != "-1":
                tally.bad(f"answers {said.message_id!r}, which nobody asked", entry)
            elif answered:
                tally.bad(f"answers {said.message_id!r} a second time", entry)
            else:
                tally.good(entry)
    return tally


def calls_answered(trace: Trace) -> Iterable[Finding]:
    """A CALL is answered within 30 s, unless the socket went away first (Part 4, 3.2)."""
    tally = Tally("RULE-OCPP-ANSWERED", "every call is answered", ("Part 4, 4.1.1",))
    last_at = max((entry.at for entry in trace), default=0.0)
    for frames in sockets(trace):
        answers = {
            (entry.sender, entry.message.message_id): entry
            for entry in frames
            if isinstance(entry.message, OcppMessage) and entry.message.kind is not Kind.REQUEST
        }
        for entry in frames:
            said = entry.message
            if not isinstance(said, OcppMessage) or said.kind is not Kind.REQUEST:
                continue
            other = Role.CSMS if entry.sender is Role.STATION else Role.STATION
            if trace.subject not in {None, other}:
                continue
            reply = answers.get((other, said.message_id))
            if reply is not None and reply.at - entry.at <= _ANSWER_LIMIT:
                tally.good(reply)
            elif reply is not None:
                tally.bad(f"{said.action} answered after {reply.at - entry.at:.1f} s", entry, reply)
            elif frames[-1].at - entry.at > _ANSWER_LIMIT and last_at - entry.at > _ANSWER_LIMIT:
                tally.bad(f"{said.action} was not answered within {_ANSWER_LIMIT:g} s", entry)
    return tally


_ANSWER_LIMIT = 30.0
"""NetworkConnectionProfile.messageTimeout, the advised default in seconds."""


def payloads_fit(trace: Trace) -> Iterable[Finding]:
    """What the subject sends is well-formed OCPP-J, and its payload fits the schema of its action (Part 4, 4.1.7)."""
    tally = Tally("RULE-OCPP-SCHEMA", "frames and payloads fit OCPP 2.0.1", ("Part 4, 4.1.7",))
    for entry in trace:
        if entry.link is not Link.OCPP or not isinstance(entry.body, Seen) or not is_subject(trace, entry):
            continue
        said = entry.message
        if not isinstance(said, OcppMessage):
            tally.bad(entry.body.problem or "is no OCPP-J frame", entry)
            continue
        if said.kind is Kind.ERROR:
            continue
        found = problems(said.action, said.kind, said.payload)
        if found:
            told = "; ".join(str(problem) for problem in found[:3])
            tally.bad(f"{said.action} {said.kind}: {told}", entry)
        else:
            tally.good(entry)
    return tally


def transaction_events(trace: Trace) -> tuple[Entry, ...]:
    """All TransactionEvent CALLs of the trace."""
    return trace.all(TransactionEvent)


def sequence_numbers(trace: Trace) -> Iterable[Finding]:
    """SeqNo rises by one through a transaction; a repeated one is the same event again (E01.FR.07, E13)."""
    tally = Tally("RULE-OCPP-SEQNO", "seqNo is continuous within a transaction", ("E01.FR.07", "E13.FR.02"))
    seen: dict[str, dict[int, Entry]] = {}
    for entry in transaction_events(trace):
        if not is_subject(trace, entry) or not isinstance(entry.payload, dict):
            continue
        number = entry.payload.get("seqNo")
        transaction = (entry.payload.get("transactionInfo") or {}).get("transactionId")
        if not isinstance(number, int) or not isinstance(transaction, str):
            tally.bad("has no seqNo or no transactionId", entry)
            continue
        earlier = seen.setdefault(transaction, {})
        if number in earlier and not _same_event(earlier[number], entry):
            tally.bad(f"seqNo {number} was used for another event", earlier[number], entry)
        elif earlier and number not in earlier and number != max(earlier) + 1:
            tally.bad(f"seqNo {number} follows {max(earlier)}", earlier[max(earlier)], entry)
        else:
            tally.good(entry)
        earlier[number] = entry
    return tally


def _same_event(first: Entry, again: Entry) -> bool:
    def without_flag(entry: Entry) -> dict[str, object]:
        return {key: value for key, value in entry.payload.items() if key != "offline"}

    return without_flag(first) == without_flag(again)


def _rule(rule_id: str, title: str, cites: tuple[str, ...], find: object, judges: tuple[Role, ...] = _BOTH) -> Rule:
    return Rule(id=rule_id, title=title, judges=judges, cites=cites, needs=_NEEDS, find=find)  # type: ignore[arg-type]


RULES = (
    _rule("RULE-OCPP-ONE-CALL", "One outstanding OCPP call per direction", ("Part 4, 4.1.1",), one_outstanding_call),
    _rule("RULE-OCPP-ANSWERS", "Every OCPP answer belongs to a call", ("Part 4, 4.2",), answers_belong),
    _rule("RULE-OCPP-ANSWERED", "Every OCPP call is answered", ("Part 4, 4.1.1",), calls_answered),
    _rule("RULE-OCPP-SCHEMA", "OCPP frames and payloads fit the schema", ("Part 4, 4.1.7",), payloads_fit),
    _rule(
        "RULE-OCPP-SEQNO",
        "seqNo is continuous within a transaction",
        ("E01.FR.07", "E13.FR.02"),
        sequence_numbers,
        (Role.STATION,),
    ),
)
