"""A trace as an OCPP conversation: calls with their answers, when the link broke, and what is known at each moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any
from weakref import finalize

from harness.checks.metering import keys_of
from harness.checks.ocpp_rules.courses import Course, courses
from harness.checks.ocpp_rules.variables import Variables, variables_of
from harness.checks.rule import is_subject
from harness.core.case import Role
from harness.framing import ocppj
from harness.framing.ocppj_dialect import Dialect
from harness.messages import ocpp_schema
from harness.messages.ocpp import Kind, OcppMessage
from harness.trace.entry import Entry, Gap, Link, LinkSeen, Seen
from harness.trace.trace import Trace

STATION, CSMS = Role.STATION, Role.CSMS
OTHER = {STATION: CSMS, CSMS: STATION}
_WRONG_TYPE = "TypeConstraintViolation"


class Exchange:
    """A CALL, and what was said to it as far as anything was."""

    __slots__ = ("action", "answer", "ask", "call", "error", "id", "reply", "sender")

    def __init__(self, call: Entry, sender: Role, action: str, message_id: str, ask: Any) -> None:
        """A CALL that nobody has answered yet."""
        self.call, self.sender, self.action, self.id = call, sender, action, message_id
        self.ask: dict[str, Any] = keys_of(ask)
        self.answer: Entry | None = None
        self.reply: dict[str, Any] = {}
        """The payload of a CALLRESULT; empty as long as there is none."""
        self.error = ""
        """The code of a CALLERROR."""

    @property
    def status(self) -> Any:
        """The status of a CALLRESULT."""
        return self.reply.get("status")

    @property
    def said(self) -> tuple[Entry, ...]:
        """The entries of both."""
        return (self.call,) if self.answer is None else (self.call, self.answer)

    @property
    def done(self) -> Entry:
        """The answer; the CALL where there is none."""
        return self.call if self.answer is None else self.answer


def having(**told: Any) -> Callable[[Exchange], bool]:
    """A test for calls whose payload has these values."""
    return lambda one: all(one.ask.get(key) == value for key, value in told.items())


class Stray:
    """A frame that is no CALL and answers none: garbage, or an answer to nobody."""

    __slots__ = ("entry", "sender")

    def __init__(self, entry: Entry, sender: Role) -> None:
        """Keep it."""
        self.entry, self.sender = entry, sender


class Talk:
    """The index of one trace, made once and asked by every rule."""

    def __init__(self, trace: Trace) -> None:
        """Read the OCPP link of a trace."""
        self.trace = trace
        self.calls: list[Exchange] = []
        self.strays: list[Stray] = []
        self.links: list[Entry] = []
        """Where a connection came or went."""
        self._by_action: dict[str, list[Exchange]] = {}
        self._waiting: dict[tuple[Role, str], Exchange] = {}
        self._breaks: list[Entry] = []
        self._objections: dict[int, tuple[ocpp_schema.Objection, ...]] = {}
        for entry in trace.entries:
            if entry.link is Link.OCPP or entry.link is Link.HARNESS:
                self._take(entry)
        self._break_numbers = [entry.number for entry in self._breaks]
        self.until = trace.entries[-1].at if trace.entries else 0.0
        """Unix time of the last entry, whatever it is."""

    def _take(self, entry: Entry) -> None:
        body = entry.body
        if isinstance(body, Seen):
            if entry.link is Link.OCPP and entry.sender in OTHER:
                self._hear(entry, body, entry.sender)
        elif isinstance(body, Gap):
            self._breaks.append(entry)
        elif isinstance(body, LinkSeen) and entry.link is Link.OCPP:
            self._breaks.append(entry)
            self.links.append(entry)

    def _hear(self, entry: Entry, body: Seen, sender: Role) -> None:
        read = body.message if isinstance(body.message, OcppMessage) else _parsed(body.data)
        if read is None:
            self.strays.append(Stray(entry, sender))
        elif read.kind in {Kind.REQUEST, Kind.SEND}:
            made = Exchange(entry, sender, read.action, read.message_id, self._readable(entry, read, read.action))
            self.calls.append(made)
            self._by_action.setdefault(read.action, []).append(made)
            if read.kind is Kind.REQUEST:
                self._waiting[sender, read.message_id] = made
        elif read.kind is not Kind.RESULT_ERROR:
            asked = self._waiting.pop((OTHER[sender], read.message_id), None)
            if asked is None:
                self.strays.append(Stray(entry, sender))
            else:
                asked.answer = entry
                if read.kind is Kind.RESPONSE:
                    asked.reply = keys_of(self._readable(entry, read, asked.action))
                else:
                    asked.error = str(keys_of(read.payload).get("code", "")) or "?"

    def _readable(self, entry: Entry, read: OcppMessage, action: str) -> Any:
        """A payload, unless it has a list where a text belongs or the like: of such only the schema rule can speak."""
        newer = read.version is Dialect.OCPP21 or action not in ocpp_schema.actions()
        version = Dialect.OCPP21 if newer else Dialect.OCPP201
        if read.kind not in {Kind.REQUEST, Kind.RESPONSE} or action not in ocpp_schema.actions(version):
            return {}
        found = ocpp_schema.problems(action, read.kind, read.payload, version)
        self._objections[entry.number] = found
        return {} if any(objection.code == _WRONG_TYPE for objection in found) else read.payload

    def tells(self, about: Iterable[str]) -> bool:
        """Whether any of these actions was called; of none given, whether anything was."""
        return any(action in self._by_action for action in about) if about else bool(self.calls or self.strays)

    def of(self, action: str) -> list[Exchange]:
        """Every CALL of an action, whoever sent it."""
        return self._by_action.get(action, [])

    def mine(self, entry: Entry | None) -> bool:
        """Whether an entry is the subject's own, unbent doing."""
        return entry is not None and is_subject(self.trace, entry)

    def asked(self, *actions: str, by: Role) -> Iterator[Exchange]:
        """The subject's CALLs of these actions."""
        for action in actions:
            for one in self.of(action):
                if one.sender is by and self.mine(one.call):
                    yield one

    def replied(self, *actions: str, by: Role) -> Iterator[Exchange]:
        """The exchanges that the subject ended with a CALLRESULT."""
        for action in actions:
            for one in self.of(action):
                if one.sender is not by and one.answer is not None and not one.error and self.mine(one.answer):
                    yield one

    def after(
        self,
        entry: Entry,
        *actions: str,
        by: Role | None = None,
        where: Callable[[Exchange], bool] | None = None,
        within: float | None = None,
    ) -> Exchange | None:
        """The first CALL of these actions behind `entry` that fits, within some seconds."""
        found = [
            one
            for action in actions
            for one in self.of(action)
            if one.call.number > entry.number
            and (by is None or one.sender is by)
            and (within is None or one.call.at - entry.at <= within)
            and (where is None or where(one))
        ]
        return min(found, key=lambda one: one.call.number, default=None)

    def before(self, entry: Entry, *actions: str, where: Callable[[Exchange], bool] | None = None) -> Exchange | None:
        """The last CALL of these actions ahead of `entry` that fits."""
        found = [
            one
            for action in actions
            for one in self.of(action)
            if one.call.number < entry.number and (where is None or where(one))
        ]
        return max(found, key=lambda one: one.call.number, default=None)

    def watched(self, entry: Entry) -> float:
        """For how many seconds behind `entry` the recording would show what either side says, without a break."""
        place = bisect_right(self._break_numbers, entry.number)
        end = self._breaks[place].at if place < len(self._breaks) else self.until
        return end - entry.at

    def unbroken(self, first: Entry, second: Entry) -> bool:
        """Whether the link held, and our recording too, from one entry to another."""
        return bisect_right(self._break_numbers, first.number) == bisect_right(self._break_numbers, second.number)

    def opened_before(self, entry: Entry) -> Entry | None:
        """Where the connection of an entry was opened, if that was recorded without a hole since."""
        place = bisect_right(self._break_numbers, entry.number) - 1
        last = self._breaks[place] if place >= 0 else None
        return last if last is not None and isinstance(last.body, LinkSeen) and last.body.state == "open" else None

    def came_back(self, entry: Entry) -> bool:
        """Whether a connection was opened again behind `entry`."""
        return any(link.number > entry.number and _is_open(link) for link in self.links)

    @cached_property
    def boots(self) -> list[Exchange]:
        """Every BootNotification of the station."""
        return [one for one in self.of("BootNotification") if one.sender is STATION]

    def registration(self, entry: Entry) -> str:
        """What the backend said last of the station's registration, ahead of `entry`; empty where nothing is known."""
        told = ""
        for boot in self.boots:
            if boot.answer is not None and boot.answer.number < entry.number and isinstance(boot.status, str):
                told = boot.status
        return told

    @cached_property
    def known(self) -> Variables:
        """What was told of the variables of the device model."""
        return variables_of(self)

    @cached_property
    def courses(self) -> dict[str, Course]:
        """The transactions by their ids, as their events tell them."""
        return courses(self.of("TransactionEvent"))

    def fits(self, one: Exchange) -> bool:
        """Whether the payload of a call fits its schema, by whatever version knows the action."""
        return self._objections.get(one.call.number) == ()

    def objections(self, one: Exchange) -> tuple[ocpp_schema.Objection, ...]:
        """What that schema objects to in the payload of a call."""
        return self._objections.get(one.call.number, ())


def _parsed(data: bytes) -> OcppMessage | None:
    """What a frame says that was kept from being read (dropped on arrival by a fault of ours, say)."""
    match ocppj.parse(data):
        case ocppj.Call(message_id, action, payload):
            return OcppMessage(action=action, kind=Kind.REQUEST, message_id=message_id, payload=payload)
        case ocppj.CallResult(message_id, payload):
            return OcppMessage(action="", kind=Kind.RESPONSE, message_id=message_id, payload=payload)
        case ocppj.CallError(message_id, code, _, _):
            return OcppMessage(action="", kind=Kind.ERROR, message_id=message_id, payload={"code": code})
        case _:
            return None


def _is_open(entry: Entry) -> bool:
    return isinstance(entry.body, LinkSeen) and entry.body.state == "open"


_kept: dict[int, Talk] = {}
"""The index of each trace that is still in somebody's hands."""


def talk_of(trace: Trace) -> Talk:
    """The index of a trace; the second time it is asked for, the same again."""
    found = _kept.get(id(trace))
    if found is None:
        # The index must not keep its own trace alive, or it would never be forgotten.
        found = Talk(Trace(entries=trace.entries, subject=trace.subject))
        _kept[id(trace)] = found
        finalize(trace, _kept.pop, id(trace), None).atexit = False
    return found
