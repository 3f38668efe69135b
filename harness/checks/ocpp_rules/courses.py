"""Transactions as their events tell them: in the order of their numbers, each event once, with what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from harness.checks.metering import instant, keys_of, objects
from harness.trace.entry import Entry

if TYPE_CHECKING:
    from harness.checks.ocpp_rules.talk import Exchange


class Event:
    """One TransactionEvent."""

    __slots__ = ("ask", "at", "evse", "exchange", "info", "kind", "number", "state", "token", "trigger")

    def __init__(self, exchange: Exchange, number: int) -> None:
        """Read what an event says."""
        ask = exchange.ask
        self.exchange, self.ask, self.number = exchange, ask, number
        self.info = keys_of(ask.get("transactionInfo"))
        self.kind, self.trigger, self.state = (
            ask.get("eventType"),
            ask.get("triggerReason"),
            self.info.get("chargingState"),
        )
        self.evse = keys_of(ask.get("evse"))
        self.token = keys_of(ask.get("idToken"))
        self.at = instant(ask.get("timestamp"))

    @property
    def entry(self) -> Entry:
        """The entry of the CALL."""
        return self.exchange.call

    @property
    def meter_values(self) -> list[dict[str, Any]]:
        """The meter values of the event."""
        return objects(self.ask.get("meterValue"))


class Course:
    """One transaction; `events` are in the order of seqNo, those that were sent again stand in `arrivals` only."""

    __slots__ = ("arrivals", "events", "id")

    def __init__(self, id_: str, arrivals: list[Event]) -> None:
        """Put the events of a transaction in order."""
        first: dict[int, Event] = {}
        for event in arrivals:
            first.setdefault(event.number, event)
        self.id, self.arrivals = id_, arrivals
        self.events = [first[number] for number in sorted(first)]

    @property
    def started(self) -> Event | None:
        """The event that began it, if it was seen."""
        return self.events[0] if self.events[0].kind == "Started" else None

    @property
    def ended(self) -> Event | None:
        """The event that ended it, if it was seen."""
        return next((event for event in self.events if event.kind == "Ended"), None)

    def evse(self, upto: Event | None = None) -> Any:
        """The number of the EVSE, if it was told by `upto`, or at all."""
        last = self.events[-1].number if upto is None else upto.number
        told = [event.evse["id"] for event in self.events if event.number <= last and "id" in event.evse]
        return told[0] if told else None

    def runs(self, entry: Entry) -> bool:
        """Whether it surely runs when `entry` was said: it had begun, and did not end about that time."""
        begun, over = self.started, self.ended
        if begun is None or begun.exchange.answer is None or begun.exchange.answer.number > entry.number:
            return False
        return over is None or (over.entry.number > entry.number and over.entry.at > entry.at + 1.0)

    def over(self, entry: Entry) -> bool:
        """Whether its end was acknowledged before `entry`."""
        answer = self.ended.exchange.answer if self.ended is not None else None
        return answer is not None and answer.number < entry.number

    def authorised(self, entry: Entry) -> bool:
        """Whether a token was told of before `entry`, and none refused."""
        return any(event.token and event.entry.number < entry.number for event in self.events)


def courses(calls: Iterable[Exchange]) -> dict[str, Course]:
    """The transactions of all TransactionEvents that have an id and a number."""
    found: dict[str, list[Event]] = {}
    for exchange in calls:
        number = exchange.ask.get("seqNo")
        told = keys_of(exchange.ask.get("transactionInfo")).get("transactionId")
        if type(number) is int and isinstance(told, str):
            found.setdefault(told, []).append(Event(exchange, number))
    return {id_: Course(id_, events) for id_, events in found.items()}
