"""The wrong-order matrices of ISO 15118-2 and DIN SPEC 70121: every request in every state, by their own tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum

from msgspec import Struct

from harness.messages.field import Message
from harness.messages.iso2.charging import PowerDeliveryReq
from harness.messages.iso2.session import SessionStopReq
from harness.messages.iso20.energy import Flow
from harness.messages.sap import SupportedAppProtocolReq
from harness.sessions.v2g.iso2_state import Iso2State
from harness.sessions.v2g.row import Row, Table
from harness.sessions.v2g.state import State
from harness.sessions.v2g.tables.din import DIN
from harness.sessions.v2g.tables.iso2 import ISO2

_PLAINEST = {PowerDeliveryReq.name: "Start", SessionStopReq.name: "Terminate"}
"""What stands for all variants of a request where none of them is legal."""


class OlderCell(Struct, frozen=True, kw_only=True):
    """A request where it does not belong."""

    state: StrEnum
    ask: type[Message]
    variant: str = ""
    dispute: str = ""
    """Why nobody should be blamed for taking it; empty if it is clear."""

    def __str__(self) -> str:
        request = f"{self.ask.name}.{self.variant.replace(' ', '_')}" if self.variant else self.ask.name
        return f"{self.state.name.lower()}-{request}"


def iso2_cells(flow: Flow, states: Collection[StrEnum]) -> tuple[OlderCell, ...]:
    """The cells of ISO 15118-2 in these states in which no form of the request is legal."""
    return tuple(_cells(ISO2, flow, states, wishes=False))


def iso2_wishes(flow: Flow, states: Collection[StrEnum]) -> tuple[OlderCell, ...]:
    """The cells of ISO 15118-2 in which the request is legal, but not what it wants."""
    return tuple(_cells(ISO2, flow, states, wishes=True))


def din_cells(states: Collection[StrEnum]) -> tuple[OlderCell, ...]:
    """The cells of DIN SPEC 70121 in which no form of the request is legal."""
    return tuple(_cells(DIN, Flow.DC, states, wishes=False))


def every_iso2_request(state: StrEnum) -> tuple[OlderCell, ...]:
    """Every kind of request of ISO 15118-2 in one state, whether any was legal there or not."""
    return tuple(OlderCell(state=state, ask=ask, variant=_plainest(ask)) for ask in _requests(ISO2))


def _cells(table: Table, flow: Flow, states: Collection[StrEnum], *, wishes: bool) -> Iterator[OlderCell]:
    rows = [row for row in table.rows if not row.flows or flow in row.flows]
    for state in states:
        for ask in _requests(table):
            legal = {row.variant for row in rows if row.state is state and row.ask is ask}
            if "" in legal or bool(legal) is not wishes:
                continue
            variants = _variants(table.rows, ask) - legal if wishes else {_plainest(ask)}
            for variant in sorted(variants):
                why = _dispute(table, flow, state, ask, variant)
                yield OlderCell(state=state, ask=ask, variant=variant, dispute=why)


def _plainest(ask: type[Message]) -> str:
    return _PLAINEST.get(ask.name, "") if ask in {PowerDeliveryReq, SessionStopReq} else ""


def _variants(rows: tuple[Row, ...], ask: type[Message]) -> set[str]:
    return {row.variant for row in rows if row.ask is ask and row.variant}


def _requests(table: Table) -> tuple[type[Message], ...]:
    kinds = dict.fromkeys(row.ask for row in table.rows)
    return tuple(ask for ask in kinds if ask is not SupportedAppProtocolReq)


def _dispute(table: Table, flow: Flow, state: StrEnum, ask: type[Message], variant: str) -> str:
    for one in table.disputes:
        fits = one.state is state and one.ask is ask and one.variant in {"", variant}
        if fits and (not one.flows or flow in one.flows):
            return one.why
    return ""


__all__ = ["Iso2State", "OlderCell", "State", "din_cells", "every_iso2_request", "iso2_cells", "iso2_wishes"]
