"""Every request of ISO 15118-2 in every state where it does not belong."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, asks_for, case, insists, provoked, stopping_in
from harness.kit.older import getting_a_contract, on_iso2, paying_on_iso2
from harness.kit.older_matrix import Iso2State, OlderCell, State, iso2_cells, iso2_wishes
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.session import ChargingSession, SessionStopReq
from harness.messages.iso20.energy import Flow
from harness.messages.registry import response_of
from harness.messages.sap import SupportedAppProtocolReq, SupportedAppProtocolRes

_S = Iso2State
SEQUENCE_ERROR = ResponseCode.FAILED_SEQUENCE_ERROR
CONTROL = "ISO2-STN-SSU-001"
OPENING = (_S.SET_UP, _S.SERVICES_OFFERED, _S.EXTERNAL_PAYMENT_SELECTED, _S.AUTHORIZED)
DC_STATES = (
    *OPENING,
    _S.PARAMETERS_KNOWN,
    _S.CABLE_CHECKED,
    _S.PRE_CHARGING,
    _S.CHARGING,
    _S.STOPPED,
    _S.WELDING_DETECTION,
)
AC_STATES = (_S.PARAMETERS_KNOWN, _S.CHARGING, _S.STOPPED)
AGAIN = (_S.RENEGOTIATING, _S.RENEGOTIATED)
PAYING = (_S.CONTRACT_SELECTED, _S.CONTRACT_SHOWN)
DELIVERED = (_S.CERTIFICATE_DELIVERED,)
WAITING = (State.NEGOTIATED,)
DC_CELLS = iso2_cells(Flow.DC, DC_STATES)
WISHES = (*iso2_wishes(Flow.DC, DC_STATES), *(cell for cell in DC_CELLS if cell.dispute))


def clear(*cells: OlderCell) -> list[OlderCell]:
    """Those that nobody disputes."""
    return [cell for cell in cells if not cell.dispute]


@pytest.mark.parametrize("cell", clear(*DC_CELLS), ids=str)
@case(
    "ISO2-STN-MTX-001",
    "A request of ISO 15118-2 out of order is a sequence error, and the end of the session",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-538", "V2G2-539"),
    needs=(Feature.ISO2, Feature.ISO2_DC),
    control=CONTROL,
)
async def test_request_out_of_order(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """The EV leads a good session over direct current to the state and says the request there, good in itself."""
    await _refused(bench, judge, cell, on_iso2(bench.ev))


@pytest.mark.parametrize("cell", clear(*iso2_cells(Flow.AC, AC_STATES)), ids=str)
@case(
    "ISO2-STN-MTX-002",
    "With alternating current, too, a request of ISO 15118-2 out of order is a sequence error",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-538"),
    needs=(Feature.ISO2, Feature.ISO2_AC),
    control=CONTROL,
)
async def test_request_out_of_order_on_ac(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """As with direct current, from the charge parameters on; what comes before is the same for both."""
    await _refused(bench, judge, cell, on_iso2(bench.ev, Flow.AC))


@pytest.mark.parametrize("cell", clear(*iso2_cells(Flow.DC, AGAIN)), ids=str)
@case(
    "ISO2-STN-MTX-003",
    "While schedules are renegotiated a request out of order is a sequence error",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-841"),
    needs=(Feature.ISO2, Feature.ISO2_DC, Feature.ISO2_RENEGOTIATION),
    control=CONTROL,
)
async def test_request_out_of_order_while_renegotiating(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """After a cycle of the charge loop the EV renegotiates, and then forgets what it was about."""
    await _refused(bench, judge, cell, on_iso2(bench.ev))


@pytest.mark.parametrize("cell", clear(*iso2_cells(Flow.DC, PAYING)), ids=str)
@case(
    "ISO2-STN-MTX-004",
    "Where a contract pays, a request out of order is a sequence error",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-550", "V2G2-559"),
    needs=(Feature.ISO2, Feature.ISO2_DC, Feature.ISO2_PNC),
    control=CONTROL,
)
async def test_request_out_of_order_with_a_contract(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """The EV has said that its contract pays, or has shown it."""
    await _refused(bench, judge, cell, paying_on_iso2(bench.ev, bench.pki))


@pytest.mark.parametrize("cell", clear(*iso2_cells(Flow.DC, DELIVERED)), ids=str)
@case(
    "ISO2-STN-MTX-005",
    "Behind a delivered contract a request out of order is a sequence error",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-557"),
    needs=(Feature.ISO2, Feature.ISO2_DC, Feature.ISO2_PNC, Feature.ISO2_CERTIFICATE_INSTALLATION),
    control=CONTROL,
)
async def test_request_out_of_order_behind_a_contract(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """The EV has had a contract installed, and next has to show it."""
    await _refused(bench, judge, cell, getting_a_contract(bench.ev, bench.pki))


@pytest.mark.parametrize("cell", WISHES, ids=str)
@case(
    "ISO2-STN-MTX-006",
    "A request of disputed order in ISO 15118-2 is answered one way or the other",
    sut=Role.STATION,
    cites=("V2G2-459",),
    needs=(Feature.ISO2, Feature.ISO2_DC),
    control=CONTROL,
)
async def test_disputed_request(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """Implementers disagree whether it has a place here; what becomes of it is only told."""
    ev = stopping_in(on_iso2(bench.ev), cell.state, asks_for(cell.ask, cell.variant), insists)

    trace = await bench.run(ev)

    asked = provoked(trace, cell.ask)
    reply = judge.answered(trace, asked, response_of(cell.ask))
    if reply and not reply.message.response_code.startswith("FAILED"):
        why = cell.dispute or f"whether {cell.variant} can be had in this state is disputed"
        judge.notice(f"{cell} taken", f"answered {reply.message.response_code}; {why}", at=(asked, reply))


@pytest.mark.parametrize("cell", iso2_cells(Flow.DC, WAITING), ids=str)
@case(
    "ISO2-STN-MTX-007",
    "Nothing is served before a session is set up",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-540"),
    needs=Feature.ISO2,
    control=CONTROL,
)
async def test_request_without_a_session(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """The request is the first one behind supportedAppProtocolRes."""
    ev = stopping_in(on_iso2(bench.ev), cell.state, asks_for(cell.ask, cell.variant))

    trace = await bench.run(ev)

    trace.first(SupportedAppProtocolRes)
    judge.nothing_served(trace.since(provoked(trace, cell.ask)))


@pytest.mark.parametrize("state", DC_STATES, ids=lambda one: one.name.lower())
@case(
    "ISO2-STN-MTX-008",
    "ISO 15118-2, once settled, stays the protocol",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-540"),
    needs=(Feature.ISO2, Feature.ISO2_DC),
    control=CONTROL,
)
async def test_protocol_is_settled_once(bench: Bench, judge: Judge, state: Iso2State) -> None:
    """In the middle of a session the EV offers its protocols again; there is no code that says out of order."""
    trace = await bench.run(stopping_in(on_iso2(bench.ev), state, asks_for(SupportedAppProtocolReq)))

    after = trace.since(provoked(trace, SupportedAppProtocolReq))
    taken = [one for one in after.all(SupportedAppProtocolRes) if one.message.response_code.startswith("OK")]
    judge.silence("protocols agreed on again", taken)


@pytest.mark.parametrize("state", [_S.PRE_CHARGING, _S.CHARGING], ids=lambda one: one.name.lower())
@case(
    "ISO2-STN-MTX-009",
    "No session is paused under voltage",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-739"),
    needs=(Feature.ISO2, Feature.ISO2_DC),
    control=CONTROL,
)
async def test_no_pause_under_voltage(bench: Bench, judge: Judge, state: Iso2State) -> None:
    """The EV asks for a pause without having stopped power."""
    cell = OlderCell(state=state, ask=SessionStopReq, variant=ChargingSession.PAUSE)
    ev = stopping_in(on_iso2(bench.ev), cell.state, asks_for(cell.ask, cell.variant), insists)

    trace = await bench.run(ev)

    judge.refused(trace, provoked(trace, cell.ask), response_of(cell.ask), SEQUENCE_ERROR)


async def _refused(bench: Bench, judge: Judge, cell: OlderCell, ev: Any) -> None:
    """The EV says the request in the state, is refused, goes on as if nothing had happened, and is not served."""
    trace = await bench.run(stopping_in(ev, cell.state, asks_for(cell.ask, cell.variant), insists))

    reply = judge.coded(trace, provoked(trace, cell.ask), response_of(cell.ask), SEQUENCE_ERROR)
    if reply:
        judge.nothing_served(trace.since(reply))
