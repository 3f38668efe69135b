"""V2GTP on a byte stream, as the EV reads it."""

from __future__ import annotations

import pytest

from harness.kit import (
    Bench,
    Entry,
    Feature,
    Frame,
    Judge,
    PayloadType,
    Role,
    Seen,
    case,
    closed,
    either,
    finished,
    prefix,
    seen,
    split,
)
from harness.kit.reactions import FAREWELL, bears, gives_up
from harness.kit.station_preambles import MESSAGE, Change, as_frame, multiplied
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.registry import payload_type_of

FOREIGN = {
    "manufacturer": Frame(0xA001, b"foreign"),
    "reserved": Frame(0x8042, b"foreign"),
    "wireless_sdp": Frame(PayloadType.SDP_REQUEST_WIRELESS, bytes(2)),
    "nothing_in_it": Frame(0xA001, b""),
    "version_2": Frame(PayloadType.COMMON, b"foreign", version=2, inverse=0xFD),
}
"""Frames that mean nothing to an EV, each with a header that tells where it ends."""
BROKEN: dict[str, Change] = {
    "half_a_header": lambda _, usual: as_frame(usual)[:4],
    "half_a_payload": lambda _, usual: as_frame(usual)[:-5],
    "longer_than_said": lambda _, usual: as_frame(usual, length=3),
    "shorter_than_said": lambda _, usual: as_frame(usual, length=200),
    "two_gigabytes": lambda _, usual: as_frame(usual, length=2**31),
    "not_inverse": lambda _, usual: b"\x01\x01" + as_frame(usual)[2:],
    "zero_length": lambda _, usual: as_frame(usual, length=0)[:8],
    "other_payload_type": lambda _, usual: b"\x01\xfe\x80\x03" + as_frame(usual)[4:],
}
"""SessionSetupRes, framed in such a way that it cannot be had from the stream."""
MANY = 32
"""Parameter sets of one service, the most that the schema allows."""


@case(
    "ISO20-EV-FRM-001",
    "A message that arrives in pieces is understood",
    sut=Role.EV,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_message_in_pieces(bench: Bench, judge: Judge) -> None:
    """SessionSetupRes arrives as 5 bytes, then 9, then the rest, 50 ms apart: the header itself is cut."""
    cut = split(SessionSetupRes, sizes=(5, 9), gap=0.05)

    trace = await bench.run(faults=[cut], until=either(seen(AuthorizationSetupReq), closed()))

    last_piece = trace.since(trace.one(SessionSetupReq)).nth(Seen, 3, sent_by=Role.STATION)
    judge.any("the EV goes on", trace.since(last_piece).all(AuthorizationSetupReq))


@case(
    "ISO20-EV-FRM-002",
    "Each request travels under the payload type of its schema",
    sut=Role.EV,
    cites=("V2G2-085",),
    needs=Feature.ISO20,
)
async def test_payload_types(bench: Bench, judge: Judge) -> None:
    """A whole session: SupportedAppProtocol under 0x8001, common messages under 0x8002, those of energy by theirs."""
    trace = await bench.run(until=finished())

    said = trace.since(trace.first(SessionSetupRes)).all(Seen, sent_by=Role.EV)
    judge.silence("frames that cannot be read", [entry for entry in said if entry.problem])
    right = {entry.number for entry in said if entry.message and payload_type_of(entry.message) == _type_of(entry)}
    judge.every("payload type", said, lambda entry: entry.number in right, "another one than that of the schema")


def _type_of(entry: Entry) -> int:
    return entry.body.payload_type if isinstance(entry.body, Seen) else 0


@pytest.mark.parametrize("frame", FOREIGN.values(), ids=list(FOREIGN))
@case(
    "ISO20-EV-FRM-003",
    "A frame that means nothing to the EV does not spoil the one behind it",
    sut=Role.EV,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_foreign_frame_in_front(bench: Bench, judge: Judge, frame: Frame) -> None:
    """One segment carries such a frame and, right behind it, SessionSetupRes: two messages in one read."""
    joined = prefix(SessionSetupRes, frame.encode())

    trace = await bench.run(faults=[joined], until=either(seen(AuthorizationSetupReq), closed()))

    asked = trace.first(SessionSetupReq)
    bears(judge, trace, asked, "ISO 15118-2 has such frames passed over, and implementations differ")


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
@case(
    "ISO20-EV-FRM-004",
    "A frame that never becomes a message holds the EV no longer than its timer",
    sut=Role.EV,
    cites=("V2G20-436", "V2G20-440"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_broken_frame(bench: Bench, judge: Judge, broken: Change) -> None:
    """SessionSetupRes comes in a frame that is cut, mislabelled or of another length than announced."""
    station = bench.station.having(patient=True).answering(SessionSetupRes, broken)

    trace = await bench.run(station, until=closed(), limit=30.0)

    gives_up(judge, trace, trace.first(SessionSetupReq), within=MESSAGE + FAREWELL)


@case(
    "ISO20-EV-FRM-005",
    "A long message that comes byte by byte is understood",
    sut=Role.EV,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_long_message_byte_by_byte(bench: Bench, judge: Judge) -> None:
    """ServiceDetailRes holds 32 parameter sets, and its first 200 bytes come one at a time."""
    station = bench.station.answering(ServiceDetailRes, multiplied(MANY))
    slowly = split(ServiceDetailRes, sizes=(1,) * 200, gap=0.001)

    trace = await bench.run(station, faults=[slowly], until=either(seen(ServiceSelectionReq), closed()))

    asked = trace.first(ServiceDetailReq)
    judge.any("a selection", trace.since(asked).all(ServiceSelectionReq))
