"""V2GTP on a byte stream: frames come in pieces, two at once, of a foreign type, and full of nonsense."""

from __future__ import annotations

from harness.kit import (
    Bench,
    Feature,
    Judge,
    Role,
    Seen,
    answered,
    case,
    either,
    finished,
    flip,
    prefix,
    raw,
    seen,
    split,
)
from harness.messages.iso20.common import ResponseCode, SessionSetupReq, SessionSetupRes
from harness.messages.sap import SupportedAppProtocolRes

OPENED = ResponseCode.OK_NEW_SESSION_ESTABLISHED
FOREIGN_FRAME = bytes.fromhex("01FE A001 00000006 666F72656967")
"""A frame of a type that belongs to some manufacturer."""
GARBAGE = bytes.fromhex("01FE 8002 0000000C 80FFFFFFFFFFFFFFFFFFFFFF")
"""A good header before a payload that no EXI decoder can read."""
LOWEST_BIT_OF_TYPE = 31
"""Inverted, 0x8002 (common messages) reads 0x8003 (AC)."""


@case(
    "ISO20-STN-FRM-001",
    "A message that arrives in pieces is understood",
    sut=Role.STATION,
    cites=("V2G20-436",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_message_in_pieces(bench: Bench, judge: Judge) -> None:
    """SessionSetupReq arrives as 5 bytes, then 9, then the rest, 50 ms apart: the header itself is cut."""
    cut = split(SessionSetupReq, sizes=(5, 9), gap=0.05)

    trace = await bench.run(bench.ev, faults=[cut], until=answered(SessionSetupRes))

    last_piece = trace.since(trace.one(SupportedAppProtocolRes)).nth(Seen, 3, sent_by=Role.EV)
    if judge.any("SessionSetupRes", trace.all(SessionSetupRes)):
        judge.within("response time", last_piece, trace.first(SessionSetupRes), 2.0)


@case(
    "ISO20-STN-FRM-002",
    "A frame of a foreign type is passed over, the one behind it is not",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_two_frames_at_once(bench: Bench, judge: Judge) -> None:
    """One segment carries a manufacturer's frame and, right behind it, SessionSetupReq."""
    both_frames = prefix(SessionSetupReq, FOREIGN_FRAME)

    trace = await bench.run(bench.ev, faults=[both_frames], until=answered(SessionSetupRes))

    trace.one(SupportedAppProtocolRes)
    judge.any("session opened", trace.all(SessionSetupRes, response_code=OPENED))


@case(
    "ISO20-STN-FRM-003",
    "Nonsense ends one session, not the station",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_garbage_does_not_stop_the_station(bench: Bench, judge: Judge) -> None:
    """One EV sends a frame that cannot be decoded and leaves; the next EV must be served as ever."""
    nonsense = raw(SessionSetupReq, GARBAGE)
    served = seen(SessionSetupRes, response_code=OPENED)

    trace = await bench.run(bench.ev, bench.ev, faults=[nonsense], until=either(served, finished()), gap=10.0)

    judge.any("session of the next EV", trace.all(SessionSetupRes, response_code=OPENED))


@case(
    "ISO20-STN-FRM-004",
    "A message under another payload type opens no session",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
    maturity="watch",
)
async def test_wrong_payload_type(bench: Bench, judge: Judge) -> None:
    """SessionSetupReq comes as a message of the AC schema; the payload type says how to read it."""
    mislabelled = flip(SessionSetupReq, LOWEST_BIT_OF_TYPE)

    trace = await bench.run(bench.ev, faults=[mislabelled], until=answered(SessionSetupRes))

    trace.one(SupportedAppProtocolRes)
    judge.silence("sessions opened", trace.all(SessionSetupRes, response_code=OPENED))
