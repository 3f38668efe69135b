"""Streams beside the main one: what may travel where, and that they leave the main stream alone."""

from __future__ import annotations

import pytest

from harness.kit import (
    Bench,
    Feature,
    Frame,
    Judge,
    PayloadType,
    Role,
    State,
    Turn,
    asks_for,
    case,
    prefix,
    provoked,
    stopping_in,
)
from harness.messages.field import Message
from harness.messages.iso20.common import (
    MeteringConfirmationReq,
    ScheduleExchangeReq,
    SessionSetupReq,
    SessionSetupRes,
    VehicleCheckInReq,
    VehicleCheckOutReq,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes

EARLY = (State.SET_UP, State.AUTHORIZATION_OFFERED, State.SERVICES_OFFERED)
"""States before any service was selected."""
BESIDE = (MeteringConfirmationReq, VehicleCheckInReq, VehicleCheckOutReq)


def named(state: State) -> str:
    """The id of a variant."""
    return state.name.lower()


async def unserved(bench: Bench, judge: Judge, state: State, turn: Turn, kind: type[Message]) -> None:
    """What the EV says in a state gets no answer, or a refusal."""
    trace = await bench.run(stopping_in(bench.ev, state, turn, lambda _: ()))

    asked = provoked(trace, kind)
    judge.nothing_served(trace.since(asked))


@pytest.mark.parametrize("state", EARLY, ids=named)
@pytest.mark.parametrize("kind", BESIDE, ids=lambda kind: kind.name)
@case(
    "ISO20-STN-MUX-001",
    "Nothing is served beside a session in which no service was selected",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_too_early_beside(bench: Bench, judge: Judge, kind: type[Message], state: State) -> None:
    """The request comes on its own stream, long before there is anything to confirm or to park."""
    await unserved(bench, judge, state, asks_for(kind), kind)


@case(
    "ISO20-STN-MUX-002",
    "A metering confirmation does not travel in the main stream",
    sut=Role.STATION,
    cites=("V2G20-1083",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_metering_in_the_main_stream(bench: Bench, judge: Judge) -> None:
    """In the charge loop MeteringConfirmationReq comes under the payload type of common messages."""
    turn = asks_for(MeteringConfirmationReq, payload_type=PayloadType.COMMON)

    await unserved(bench, judge, State.TRANSFERRING, turn, MeteringConfirmationReq)


@pytest.mark.parametrize("number", [0x8101, 0x8102, 0x8104], ids=lambda number: f"{number:04x}")
@case(
    "ISO20-STN-MUX-003",
    "No session is opened beside the main stream",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_session_setup_beside(bench: Bench, judge: Judge, number: int) -> None:
    """SessionSetupReq comes on a side stream, right behind the agreement on a protocol."""
    turn = asks_for(SessionSetupReq, payload_type=number)

    trace = await bench.run(stopping_in(bench.ev, State.NEGOTIATED, turn))

    asked = provoked(trace, SessionSetupReq)
    opened = trace.since(asked).all(SessionSetupRes, where=lambda entry: entry.message.response_code.startswith("OK"))
    judge.silence("sessions opened", opened)


@pytest.mark.parametrize("state", [State.SCHEDULED, State.PRE_CHARGED, State.TRANSFERRING], ids=named)
@case(
    "ISO20-STN-MUX-004",
    "A schedule is settled beside the main stream only while it is renegotiated",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_schedule_beside(bench: Bench, judge: Judge, state: State) -> None:
    """ScheduleExchangeReq comes on stream 0x8101 although nobody has asked for a renegotiation."""
    turn = asks_for(ScheduleExchangeReq, payload_type=PayloadType.SCHEDULE_RENEGOTIATION)

    await unserved(bench, judge, state, turn, ScheduleExchangeReq)


@pytest.mark.parametrize("number", [0x8007, 0x8105, 0xA000], ids=lambda number: f"{number:04x}")
@case(
    "ISO20-STN-MUX-005",
    "Frames of an unknown stream leave the charge loop alone",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_unknown_stream_in_the_loop(bench: Bench, judge: Judge, number: int) -> None:
    """In front of the second and the third DC_ChargeLoopReq comes a frame that belongs to no stream."""
    stray = Frame(number, bytes(16)).encode()
    faults = [prefix(DcChargeLoopReq, stray, nth=nth) for nth in (2, 3)]

    trace = await bench.run(bench.ev.having(loops=5), faults=faults)

    loops = trace.all(DcChargeLoopRes)
    trace.first(DcChargeLoopRes)
    judge.equal("charge loops answered", len(loops), 5, at=loops)
