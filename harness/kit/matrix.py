"""The wrong-order matrix: every request in every state where the table of the protocol does not foresee it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from harness.messages.field import Message
from harness.messages.iso20.common import ChargeProgress, ChargingSession, PowerDeliveryReq, SessionStopReq
from harness.messages.iso20.energy import Flow
from harness.messages.sap import SupportedAppProtocolReq
from harness.sessions.v2g.row import MAIN, Row
from harness.sessions.v2g.state import OVER, State
from harness.sessions.v2g.tables.iso20 import ISO20

_VARIANTS: dict[type[Message], tuple[str, ...]] = {
    PowerDeliveryReq: tuple(ChargeProgress),
    SessionStopReq: tuple(ChargingSession),
}
_PLAINEST = {PowerDeliveryReq: ChargeProgress.START, SessionStopReq: ChargingSession.TERMINATE}
"""What stands for all variants of a request where none of them is legal."""
WITHOUT_A_SESSION = (State.CONNECTED, State.NEGOTIATED)
"""States in which no session id is known yet."""


class Cell(Struct, frozen=True, kw_only=True):
    """A request where it does not belong."""

    state: State
    ask: type[Message]
    variant: str = ""
    """ChargeProgress or ChargingSession."""
    dispute: str = ""
    """Why nobody should be blamed for taking it; empty if it is clear."""

    def __str__(self) -> str:
        request = f"{self.ask.name}.{self.variant}" if self.variant else self.ask.name
        return f"{self.state.name.lower()}-{request}"


def wrong_order(flow: Flow, *, without: Iterable[State] = ()) -> tuple[Cell, ...]:
    """The cells in which no form of the request is legal in a session of `flow`, state by state.

    Where some form is legal but not every one, see `wrong_wish`; supportedAppProtocolReq is left out, for its response
    has no code to refuse with.
    """
    return tuple(_cells(flow, set(without), wishes=False))


def wrong_wish(flow: Flow, *, without: Iterable[State] = ()) -> tuple[Cell, ...]:
    """The cells in which the request is legal in a session of `flow`, but not what it wants."""
    return tuple(_cells(flow, set(without), wishes=True))


def unforeseen(state: State, flow: Flow) -> tuple[Cell, ...]:
    """Every kind of request in one state, whether any was legal there or not."""
    return tuple(Cell(state=state, ask=ask, variant=_PLAINEST.get(ask, "")) for ask in _requests(flow))


def states_of(flow: Flow) -> tuple[State, ...]:
    """The states that a session of `flow` may come through, in the order of the enumeration, without its ends."""
    reached, waiting = {State.CONNECTED}, [State.CONNECTED]
    while waiting:
        state = waiting.pop()
        fresh = {State(row.then) for row in _rows(flow) if row.state is state} - reached
        reached |= fresh
        waiting += fresh
    return tuple(state for state in State if state in reached - OVER)


def _cells(flow: Flow, without: set[State], *, wishes: bool) -> Iterator[Cell]:
    rows = _rows(flow)
    requests = _requests(flow)
    for state in states_of(flow):
        for ask in () if state in without else requests:
            legal = {row.variant for row in rows if row.state is state and row.ask is ask}
            if "" in legal or bool(legal) is not wishes:
                continue
            variants: tuple[str, ...] = (_PLAINEST.get(ask, ""),)
            if wishes:
                variants = tuple(variant for variant in _VARIANTS[ask] if variant not in legal)
            for variant in variants:
                yield Cell(state=state, ask=ask, variant=variant, dispute=_dispute(flow, state, ask, variant))


def _requests(flow: Flow) -> tuple[type[Message], ...]:
    kinds = dict.fromkeys(row.ask for row in _rows(flow))
    return tuple(ask for ask in kinds if ask is not SupportedAppProtocolReq)


def _rows(flow: Flow) -> tuple[Row, ...]:
    return tuple(row for row in ISO20.rows if row.stream == MAIN and (not row.flows or flow in row.flows))


def _dispute(flow: Flow, state: State, ask: type[Message], variant: str) -> str:
    for one in ISO20.disputes:
        fits = one.state is state and one.ask is ask and one.variant in {"", variant}
        if fits and (not one.flows or flow in one.flows):
            return one.why
    return ""
