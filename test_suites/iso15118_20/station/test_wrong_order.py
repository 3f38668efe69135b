"""Every request in every state where it does not belong: refused as out of order, and the session is over."""

from __future__ import annotations

import pytest

from harness.kit import (
    PREVIOUS,
    WITHOUT_A_SESSION,
    Bench,
    Cell,
    Feature,
    Judge,
    Role,
    State,
    asks_for,
    case,
    insists,
    provoked,
    states_of,
    stopping_in,
    unforeseen,
    wrong_order,
    wrong_wish,
)
from harness.messages.iso20.common import ChargeProgress, ChargingSession, ResponseCode, SessionStopReq
from harness.messages.iso20.energy import Flow
from harness.messages.registry import response_of
from harness.messages.sap import SupportedAppProtocolReq, SupportedAppProtocolRes

SEQUENCE_ERROR = ResponseCode.FAILED_SEQUENCE_ERROR
OPTIONAL = (State.JOINED, State.INSTALLING, State.STANDBY, State.RESCHEDULING, State.RESCHEDULED)
"""States that only stations with a certain feature know."""
ORDERS = wrong_order(Flow.DC, without=(*WITHOUT_A_SESSION, *OPTIONAL))
WISHES = wrong_wish(Flow.DC, without=(*WITHOUT_A_SESSION, *OPTIONAL))

SPOKEN = tuple(state for state in states_of(Flow.DC) if state not in {State.CONNECTED, *OPTIONAL})
"""States behind the agreement on a protocol."""
UNSELECTED = states_of(Flow.DC)[: states_of(Flow.DC).index(State.SERVICE_SELECTED)]
LIVE = (
    State.CABLE_CHECKING,
    State.CABLE_CHECKED,
    State.PRE_CHARGING,
    State.PRE_CHARGED,
    State.STARTING,
    State.TRANSFERRING,
)
"""States in which there is, or may be, voltage on the cable."""


AC_STATES = (
    State.SERVICE_SELECTED,
    State.PARAMETERS_KNOWN,
    State.SCHEDULING,
    State.SCHEDULED,
    State.STARTING,
    State.TRANSFERRING,
    State.STOPPED,
)
AC_ORDERS = [cell for cell in wrong_order(Flow.AC) if cell.state in AC_STATES and not cell.dispute]


def orders_in(*states: State) -> list[Cell]:
    """The clear cells of these states."""
    return [cell for cell in wrong_order(Flow.DC) if cell.state in states and not cell.dispute]


def is_clear(cell: Cell) -> bool:
    """Whether the sources agree that what a request wants has no place here."""
    if cell.variant == ChargingSession.SERVICE_RENEGOTIATION:
        return cell.state in UNSELECTED
    if cell.variant == ChargingSession.PAUSE:
        return cell.state in LIVE
    return cell.variant != ChargeProgress.START


@pytest.mark.parametrize("cell", [cell for cell in ORDERS if not cell.dispute], ids=str)
@case(
    "ISO20-STN-MTX-001",
    "A request out of order is a sequence error, and the end of the session",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_request_out_of_order(bench: Bench, judge: Judge, cell: Cell) -> None:
    """The EV leads a good session over direct current to the state and says the request there, good in itself.

    After the refusal it goes on as if nothing had happened; nobody may serve it any more.
    """
    ev = stopping_in(bench.ev, cell.state, asks_for(cell.ask, cell.variant), insists)

    trace = await bench.run(ev)

    reply = judge.coded(trace, provoked(trace, cell.ask), response_of(cell.ask), SEQUENCE_ERROR)
    if reply:
        judge.nothing_served(trace.since(reply))


@pytest.mark.parametrize("cell", [cell for cell in WISHES if is_clear(cell)], ids=str)
@case(
    "ISO20-STN-MTX-002",
    "A request for what cannot be had now is refused",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_wish_out_of_place(bench: Bench, judge: Judge, cell: Cell) -> None:
    """The request is legal in this state, what it wants is not: a pause under voltage, for instance.

    Which code refuses it best may be argued about; a warning that says no is as good as a failure.
    """
    ev = stopping_in(bench.ev, cell.state, asks_for(cell.ask, cell.variant), insists)

    trace = await bench.run(ev)

    asked = provoked(trace, cell.ask)
    reply = judge.answered(trace, asked, response_of(cell.ask))
    if reply:
        code = reply.message.response_code
        judge.holds("refused", not code.startswith("OK"), f"{cell.variant} was answered {code}", at=(asked, reply))


@pytest.mark.parametrize(
    "cell", [*(cell for cell in ORDERS if cell.dispute), *(cell for cell in WISHES if not is_clear(cell))], ids=str
)
@case(
    "ISO20-STN-MTX-003",
    "A request of disputed order is answered one way or the other",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_disputed_request(bench: Bench, judge: Judge, cell: Cell) -> None:
    """Public sources disagree whether the request has a place here; what the station makes of it is only told."""
    ev = stopping_in(bench.ev, cell.state, asks_for(cell.ask, cell.variant), insists)

    trace = await bench.run(ev)

    asked = provoked(trace, cell.ask)
    reply = judge.answered(trace, asked, response_of(cell.ask))
    if reply and reply.message.response_code is not SEQUENCE_ERROR:
        why = cell.dispute or f"sources disagree whether {cell.variant} can be had in this state"
        judge.notice(f"{cell} taken", f"answered {reply.message.response_code}; {why}", at=(asked, reply))


@pytest.mark.parametrize("cell", [cell for cell in wrong_order(Flow.DC) if cell.state is State.JOINED], ids=str)
@case(
    "ISO20-STN-MTX-004",
    "After a session was joined again everything but charge parameters is out of order",
    sut=Role.STATION,
    cites=("V2G20-1032", "V2G20-459"),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.PAUSE),
    control="ISO20-STN-SSU-001",
)
async def test_request_out_of_order_after_joining(bench: Bench, judge: Judge, cell: Cell) -> None:
    """A first EV pauses its session, the same EV comes back to it."""
    pausing = bench.ev.scheduled().having(pause=True, loops=1)
    coming_back = stopping_in(bench.ev.scheduled().having(resume=PREVIOUS), State.JOINED, asks_for(cell.ask), insists)

    trace = await bench.run(pausing, coming_back)

    reply = judge.coded(trace, provoked(trace, cell.ask), response_of(cell.ask), SEQUENCE_ERROR)
    if reply:
        judge.nothing_served(trace.since(reply))


@pytest.mark.parametrize("cell", [cell for cell in wrong_order(Flow.DC) if cell.state in WITHOUT_A_SESSION], ids=str)
@case(
    "ISO20-STN-MTX-005",
    "Nothing is served before a protocol and a session are settled",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_request_without_a_session(bench: Bench, judge: Judge, cell: Cell) -> None:
    """The request is the first one on the connection, or the first one behind supportedAppProtocolRes.

    A refusal is right, and so is no answer where nobody has agreed yet on ISO 15118-20.
    """
    ev = stopping_in(bench.ev, cell.state, asks_for(cell.ask, cell.variant))

    trace = await bench.run(ev)

    judge.nothing_served(trace.since(provoked(trace, cell.ask)))


@pytest.mark.parametrize("state", SPOKEN, ids=lambda one: one.name.lower())
@case(
    "ISO20-STN-MTX-006",
    "A protocol is settled once",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_protocol_is_settled_once(bench: Bench, judge: Judge, state: State) -> None:
    """In the middle of a session the EV offers its protocols again; there is no code that says out of order."""
    ev = stopping_in(bench.ev, state, asks_for(SupportedAppProtocolReq))

    trace = await bench.run(ev)

    agreed = trace.since(provoked(trace, SupportedAppProtocolReq)).all(
        SupportedAppProtocolRes, where=lambda entry: entry.message.response_code.startswith("OK")
    )
    judge.silence("protocols agreed on again", agreed)


@pytest.mark.parametrize("cell", unforeseen(State.TERMINATED, Flow.DC), ids=str)
@case(
    "ISO20-STN-MTX-007",
    "After the end of a session nothing is served on its connection",
    sut=Role.STATION,
    cites=("V2G20-459", "V2G20-1080"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_request_after_the_end(bench: Bench, judge: Judge, cell: Cell) -> None:
    """The EV ends its session with SessionStopReq, does not leave, and says the request."""
    ev = stopping_in(bench.ev, State.TERMINATED, asks_for(cell.ask, cell.variant))

    trace = await bench.run(ev)

    goodbye = trace.first(SessionStopReq)
    judge.nothing_served(trace.since(provoked(trace, cell.ask)))
    judge.equal("session stopped by", goodbye.message.charging_session, ChargingSession.TERMINATE, at=goodbye)


@pytest.mark.parametrize("cell", AC_ORDERS, ids=str)
@case(
    "ISO20-STN-MTX-008",
    "With alternating current, too, a request out of order is a sequence error",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=(Feature.ISO20_DC, Feature.ISO20_AC, Feature.ISO20_AC_BPT),
    control="ISO20-STN-SSU-001",
)
async def test_request_out_of_order_on_ac(bench: Bench, judge: Judge, cell: Cell) -> None:
    """As with direct current, from the selected service on; what comes before is the same for both."""
    ev = stopping_in(bench.ev.on_ac(), cell.state, asks_for(cell.ask, cell.variant), insists)

    trace = await bench.run(ev)

    reply = judge.coded(trace, provoked(trace, cell.ask), response_of(cell.ask), SEQUENCE_ERROR)
    if reply:
        judge.nothing_served(trace.since(reply))


@pytest.mark.parametrize("cell", orders_in(State.STANDBY), ids=str)
@case(
    "ISO20-STN-MTX-009",
    "In standby, too, a request out of order is a sequence error",
    sut=Role.STATION,
    cites=("V2G20-459", "V2G20-1386"),
    needs=(Feature.ISO20_DC, Feature.STANDBY),
    control="ISO20-STN-SSU-001",
)
async def test_request_out_of_order_in_standby(bench: Bench, judge: Judge, cell: Cell) -> None:
    """The EV asks for standby instead of its first charge loop; a station that declines leaves nothing to judge."""
    ev = stopping_in(bench.ev, cell.state, asks_for(cell.ask, cell.variant), insists)

    trace = await bench.run(ev)

    reply = judge.coded(trace, provoked(trace, cell.ask), response_of(cell.ask), SEQUENCE_ERROR)
    if reply:
        judge.nothing_served(trace.since(reply))


@pytest.mark.parametrize("cell", orders_in(State.RESCHEDULING, State.RESCHEDULED), ids=str)
@case(
    "ISO20-STN-MTX-010",
    "While a schedule is renegotiated a request out of order is a sequence error",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULE_RENEGOTIATION),
    control="ISO20-STN-SSU-001",
)
async def test_request_out_of_order_in_renegotiation(bench: Bench, judge: Judge, cell: Cell) -> None:
    """The EV asks to renegotiate instead of its first charge loop, and settles a new schedule for half of the cells."""
    ev = stopping_in(bench.ev, cell.state, asks_for(cell.ask, cell.variant), insists)

    trace = await bench.run(ev)

    reply = judge.coded(trace, provoked(trace, cell.ask), response_of(cell.ask), SEQUENCE_ERROR)
    if reply:
        judge.nothing_served(trace.since(reply))
