"""Rules of a transaction as its events tell it: numbered without a gap, begun once, ended once, in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from msgspec import Struct

from harness.checks.metering import instant
from harness.checks.ocpp import ocpp_rule
from harness.checks.rule import Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.ocpp import TransactionEvent
from harness.trace.entry import Entry
from harness.trace.trace import Trace


class Told(Struct, frozen=True):
    """One TransactionEvent of a transaction."""

    number: int
    entry: Entry

    @property
    def kind(self) -> Any:
        """Started, Updated or Ended."""
        return self.entry.payload.get("eventType")


class Transaction(Struct, frozen=True):
    """What one transaction told, in the order of arrival; events that were sent again stand apart."""

    id: str
    events: tuple[Told, ...]
    again: tuple[Told, ...]
    clashes: tuple[tuple[Entry, Entry], ...]
    """Two different events under one number."""

    @property
    def ordered(self) -> tuple[Told, ...]:
        """The events by their numbers."""
        return tuple(sorted(self.events, key=lambda told: told.number))


def transactions(trace: Trace) -> Iterator[Transaction]:
    """Every transaction of the subject; events without a number or an id belong to none."""
    found: dict[str, list[Told]] = {}
    for entry in trace.all(TransactionEvent):
        number, transaction = _number(entry), _transaction(entry)
        if is_subject(trace, entry) and number is not None and transaction is not None:
            found.setdefault(transaction, []).append(Told(number, entry))
    for transaction, told in found.items():
        yield _sorted_out(transaction, told)


def _sorted_out(transaction: str, told: list[Told]) -> Transaction:
    first: dict[int, Told] = {}
    again: list[Told] = []
    clashes: list[tuple[Entry, Entry]] = []
    for event in told:
        earlier = first.setdefault(event.number, event)
        if earlier is not event and _same_event(earlier.entry, event.entry):
            again.append(event)
        elif earlier is not event:
            clashes.append((earlier.entry, event.entry))
    return Transaction(transaction, tuple(first.values()), tuple(again), tuple(clashes))


def sequence_numbers(trace: Trace) -> Iterable[Finding]:
    """SeqNo rises by one through a transaction; a repeated one is the same event again (E01.FR.07, E13).

    Live events may overtake those that waited for the backend: numbers must be complete, not in order of arrival.
    """
    tally = Tally("RULE-OCPP-SEQNO", "seqNo is continuous within a transaction", ("E01.FR.07", "E13.FR.02"))
    for entry in trace.all(TransactionEvent):
        if is_subject(trace, entry) and (_number(entry) is None or _transaction(entry) is None):
            tally.bad("has no seqNo or no transactionId", entry)
    for transaction in transactions(trace):
        for earlier, later in transaction.clashes:
            tally.bad(f"seqNo {_number(later)} was used for another event", earlier, later)
        for told in transaction.again:
            tally.good(told.entry)
        _judge_numbers(tally, transaction.ordered)
    return tally


def _judge_numbers(tally: Tally, events: tuple[Told, ...]) -> None:
    first = events[0]
    if first.kind == "Started" and first.number != 0:
        tally.notice(f"seqNo begins at {first.number}, 0 is advised", first.entry)
    else:
        tally.good(first.entry)
    for before, told in pairwise(events):
        if told.number == before.number + 1:
            tally.good(told.entry)
        else:
            tally.bad(f"seqNo {told.number} follows {before.number}", before.entry, told.entry)


def whole_transactions(trace: Trace) -> Iterable[Finding]:
    """A transaction begins once, ends once, tells nothing outside of that, and its time never runs backwards."""
    tally = Tally("RULE-OCPP-TRANSACTION", "a transaction begins once and ends once", ("E01.FR.08",))
    for transaction in transactions(trace):
        events = transaction.ordered
        started = [told for told in events if told.kind == "Started"]
        ended = [told for told in events if told.kind == "Ended"]
        for name, several in (("begins", started), ("ends", ended)):
            for told in several[1:]:
                tally.bad(f"transaction {transaction.id} {name} a second time", several[0].entry, told.entry)
        for told in events:
            _judge_place(tally, told, started[:1], ended[:1], _over(trace, ended[:1]))
        _judge_moments(tally, events)
    return tally


def _judge_place(tally: Tally, told: Told, started: list[Told], ended: list[Told], over: Entry | None) -> None:
    early = [begin for begin in started if told.number < begin.number]
    late = [end for end in ended if told.number > end.number]
    if early:
        tally.bad(f"seqNo {told.number} lies before the start of the transaction", told.entry, early[0].entry)
    elif late:
        tally.bad(f"seqNo {told.number} lies behind the end of the transaction", late[0].entry, told.entry)
    elif over is not None and told.entry.number > over.number:
        tally.bad(f"seqNo {told.number} came when the end had been acknowledged", over, told.entry)
    else:
        tally.good(told.entry)


def _judge_moments(tally: Tally, events: tuple[Told, ...]) -> None:
    timed = [(told, at) for told in events if (at := instant(told.entry.payload.get("timestamp"))) is not None]
    for (before, earlier), (told, later) in pairwise(timed):
        if later < earlier:
            detail = f"seqNo {told.number} is {earlier - later:g} s older than seqNo {before.number}"
            tally.bad(detail, before.entry, told.entry)


def _over(trace: Trace, ended: list[Told]) -> Entry | None:
    """The answer to the last event of a transaction."""
    for told in ended:
        for entry in trace.all(TransactionEvent.response):
            if entry.number > told.entry.number and entry.message.message_id == told.entry.message.message_id:
                return entry
    return None


def _number(entry: Entry) -> int | None:
    number = _payload(entry).get("seqNo")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _transaction(entry: Entry) -> str | None:
    about = _payload(entry).get("transactionInfo")
    found = about.get("transactionId") if isinstance(about, dict) else None
    return found if isinstance(found, str) else None


def _payload(entry: Entry) -> dict[str, Any]:
    return entry.payload if isinstance(entry.payload, dict) else {}


def _same_event(first: Entry, again: Entry) -> bool:
    """Whether an event was told again: all but the mark of having waited is the same (E13)."""
    return {**first.payload, "offline": None} == {**again.payload, "offline": None}


RULES = (
    ocpp_rule(
        "RULE-OCPP-SEQNO",
        "seqNo is continuous within a transaction",
        ("E01.FR.07", "E13.FR.02"),
        sequence_numbers,
        (Role.STATION,),
    ),
    ocpp_rule(
        "RULE-OCPP-TRANSACTION",
        "A transaction begins once, ends once, and tells nothing after",
        ("E01.FR.08",),
        whole_transactions,
        (Role.STATION,),
    ),
)
