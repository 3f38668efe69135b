"""What a table of the order of messages is made of: a row for each transition, and the cells that are disputed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct

from harness.messages.field import Message
from harness.messages.iso20.energy import Flow
from harness.sessions.v2g.state import Outcome
from harness.sessions.v2g.streams import MAIN as MAIN
from harness.sessions.v2g.streams import stream_of as stream_of
from harness.sessions.v2g.timers import Timing

DERIVED = "derived from the flow of messages; no requirement id for it is public"
"""Source of rows that no public id supports."""


class Row(Struct, frozen=True):
    """In `state` the request `ask` (of this `variant`, if any) is legal, and its `outcome` leads to `then`."""

    state: StrEnum
    ask: type[Message]
    outcome: Outcome
    then: StrEnum
    sources: tuple[str, ...] = (DERIVED,)
    variant: str = ""
    """ChargeProgress of a PowerDeliveryReq, or ChargingSession of a SessionStopReq; empty: whatever it says."""
    flows: tuple[Flow, ...] = ()
    """Energy transfers in which it holds; empty: in all."""
    stream: int = MAIN


class Dispute(Struct, frozen=True):
    """A request of which implementers disagree whether it is legal in `state`: neither is held against a device."""

    state: StrEnum
    ask: type[Message]
    why: str
    variant: str = ""
    flows: tuple[Flow, ...] = ()


class IdRules(Struct, frozen=True, kw_only=True):
    """How a protocol hands out session ids: by which pair of messages, and the requirements behind each rule."""

    ask: type[Message]
    """SessionSetupReq of the protocol."""
    reply: type[Message]
    """SessionSetupRes of the protocol."""
    request: tuple[str, ...]
    """A request carries the id of its session."""
    response: tuple[str, ...]
    """So does a response."""
    not_zero: tuple[str, ...]
    """A session has an id other than zero."""
    joined: tuple[str, ...]
    """A session that is joined keeps its id."""
    fresh: tuple[str, ...]
    """A new session gets a new id."""


class Table(msgspec.Struct, frozen=True, dict=True):
    """The order of messages of one protocol, as rows that observe and forbid nothing."""

    key: str
    """`iso20`, `iso2` or `din`: what its messages are coded by."""
    rows: tuple[Row, ...]
    disputes: tuple[Dispute, ...]
    outcome_of: Callable[[Message, Message], Outcome]
    """What a request and its response came to."""
    variant_of: Callable[[Message], str]
    """What a request of several meanings wants."""
    flow_of: Callable[[Message, Flow | None], Flow | None]
    """The energy transfer after a request, from the one known before it; None while nobody knows."""
    sequence_error: tuple[str, ...]
    """Requirements that a request out of order breaks."""
    ids: IdRules
    timing: Timing

    @cached_property
    def by_state(self) -> dict[tuple[StrEnum, type[Message]], tuple[Row, ...]]:
        """The rows of each state and request."""
        found: dict[tuple[StrEnum, type[Message]], tuple[Row, ...]] = {}
        for row in self.rows:
            found[row.state, row.ask] = (*found.get((row.state, row.ask), ()), row)
        return found

    @cached_property
    def by_request(self) -> dict[type[Message], tuple[Row, ...]]:
        """The rows of each request."""
        found: dict[type[Message], tuple[Row, ...]] = {}
        for row in self.rows:
            found[row.ask] = (*found.get(row.ask, ()), row)
        return found

    @cached_property
    def _disputed_cells(self) -> frozenset[tuple[StrEnum, type[Message]]]:
        return frozenset((one.state, one.ask) for one in self.disputes)

    @cached_property
    def _known(self) -> dict[tuple[Any, ...], tuple[Row, ...]]:
        """What `rows_for` found before: a charge loop asks the same again and again."""
        return {}

    def rows_for(
        self, state: StrEnum, request: Message, *, flow: Flow | None = None, stream: int = MAIN
    ) -> tuple[Row, ...]:
        """The rows that make `request` legal in `state`; none means that it is not. No `flow`: in any."""
        key = (state, type(request), self.variant_of(request), flow, stream)
        found = self._known.get(key)
        if found is None:
            rows = self.by_state.get((state, type(request)), ())
            found = self._known[key] = self._narrowed(rows, request, flow, stream)
        return found

    def rows_anywhere(self, request: Message, flow: Flow | None) -> tuple[Row, ...]:
        """The rows of a request in whatever state, to follow a station that went along with it."""
        rows = self.by_request.get(type(request), ())
        return self._narrowed(rows, request, flow, None) or self._narrowed(rows, request, None, None)

    def expected(self, state: StrEnum, flow: Flow | None = None) -> tuple[str, ...]:
        """Names of the requests that are legal in `state`, to print."""
        rows = (row for row in self.rows if row.state == state and _flows(row, flow))
        return tuple(dict.fromkeys(row.ask.name for row in rows))

    def disputed(self, state: StrEnum, request: Message, flow: Flow | None = None) -> str:
        """Why nobody should be blamed for taking or refusing `request` in `state`; empty if it is clear."""
        if (state, type(request)) not in self._disputed_cells:
            return ""
        variant = self.variant_of(request)
        for one in self.disputes:
            fits = one.state == state and one.ask is type(request) and one.variant in {"", variant}
            if fits and (not one.flows or flow is None or flow in one.flows):
                return one.why
        return ""

    def _narrowed(
        self, rows: tuple[Row, ...], request: Message, flow: Flow | None, stream: int | None
    ) -> tuple[Row, ...]:
        variant = self.variant_of(request)
        return tuple(
            row
            for row in rows
            if row.variant in {"", variant} and _flows(row, flow) and (stream is None or row.stream == stream)
        )


def _flows(row: Row, flow: Flow | None) -> bool:
    return not row.flows or flow is None or flow in row.flows
