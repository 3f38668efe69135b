"""The wrong-order matrix covers every state and request once, and its requests are good but for their order."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.journey import Journey
from harness.kit.disturbing import frame_of
from harness.kit.matrix import Cell, states_of, unforeseen, wrong_order, wrong_wish
from harness.kit.requests import plausible
from harness.messages.field import Message
from harness.messages.iso20.common import PowerDeliveryReq, SessionStopReq
from harness.messages.iso20.energy import Flow
from harness.messages.problems import problems
from harness.sessions.v2g.state import OVER, State
from harness.sessions.v2g.tables.iso20 import ISO20, variant_of

FLOWS = (Flow.DC, Flow.AC)
MOMENT = Moment(at=1_800_000_000.0, session_id=bytes(range(1, 9)))


def journey(flow: Flow) -> Journey:
    return Evcc(Ev() if flow is Flow.DC else Ev().on_ac()).journey


def request(cell: Cell, flow: Flow) -> Message:
    return plausible(cell.ask, journey(flow), MOMENT, cell.variant)


@pytest.mark.parametrize("flow", FLOWS)
def test_no_cell_is_foreseen(flow: Flow) -> None:
    for cell in (*wrong_order(flow), *wrong_wish(flow)):
        assert ISO20.rows_for(cell.state, request(cell, flow), flow=flow) == (), str(cell)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_state_has_each_request_in_one_place(flow: Flow) -> None:
    orders = {(cell.state, cell.ask) for cell in wrong_order(flow)}
    for state in states_of(flow):
        for cell in unforeseen(state, flow):
            rows = [row for row in ISO20.rows if row.state is state and row.ask is cell.ask and row.stream == 0]
            legal = any(not row.flows or flow in row.flows for row in rows)
            assert legal is not ((state, cell.ask) in orders), str(cell)


@pytest.mark.parametrize("flow", FLOWS)
def test_ids_are_unique(flow: Flow) -> None:
    counts = Counter(str(cell) for cell in (*wrong_order(flow), *wrong_wish(flow)))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("flow", FLOWS)
def test_requests_are_good_in_themselves(flow: Flow) -> None:
    cells = {(cell.ask, cell.variant): cell for cell in (*wrong_order(flow), *wrong_wish(flow))}
    assert len(cells) > 15
    for cell in cells.values():
        said = request(cell, flow)
        assert problems(said) == (), str(cell)
        assert frame_of(said), str(cell)


def test_a_variant_is_what_was_asked_for() -> None:
    for cell in wrong_wish(Flow.DC):
        assert variant_of(request(cell, Flow.DC)) == cell.variant
    assert {cell.ask for cell in wrong_wish(Flow.DC)} == {PowerDeliveryReq, SessionStopReq}


def test_disputed_cells_say_why() -> None:
    disputed = [cell for cell in wrong_order(Flow.DC) if cell.dispute]
    assert {(cell.state, cell.ask) for cell in disputed} >= {(State.WELDING_DETECTION, SessionStopReq)}


def test_states_end_where_a_session_ends() -> None:
    assert not set(states_of(Flow.DC)) & OVER
    assert State.CABLE_CHECKED in states_of(Flow.DC)
    assert State.CABLE_CHECKED not in states_of(Flow.AC)
