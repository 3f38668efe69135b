"""V2GTP over a byte stream: a message is what its header says, however the bytes were cut and joined on the way."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import (
    Bench,
    Feature,
    Frame,
    Hang,
    Here,
    Judge,
    PayloadType,
    Role,
    SayRaw,
    Seen,
    State,
    answered,
    case,
    frame_of,
    prefix,
    split,
    stopping_in,
)
from harness.messages.field import Message
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    ResponseCode,
    ServiceDetailReq,
    SessionSetupReq,
)
from harness.messages.iso20.dc import DcChargeParameterDiscoveryReq
from harness.messages.registry import response_of
from harness.messages.sap import SupportedAppProtocolReq

CUT = (SupportedAppProtocolReq, SessionSetupReq, ServiceDetailReq, DcChargeParameterDiscoveryReq)
"""One of each payload type, and one that may take longer."""
BYTE_BY_BYTE = (1,) * 512
"""Enough for the longest of them."""
FOREIGN = Frame(0xA001, b"foreign").encode()
"""A frame of some manufacturer."""
PATIENCE = 3.0
"""Seconds that the EV waits for a second answer."""


@pytest.mark.parametrize("kind", CUT, ids=lambda kind: kind.name)
@case(
    "ISO20-STN-FRM-011",
    "A message that arrives byte by byte is understood",
    sut=Role.STATION,
    cites=("V2G20-436",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_byte_by_byte(bench: Bench, judge: Judge, kind: type[Message]) -> None:
    """Every byte comes by itself, a millisecond apart."""
    drip = split(kind, sizes=BYTE_BY_BYTE, gap=0.001)

    trace = await bench.run(bench.ev, faults=[drip], until=answered(response_of(kind)))

    if judge.any("answers", trace.all(response_of(kind))):
        code = trace.first(response_of(kind)).message.response_code
        judge.holds("good answer", code.startswith("OK"), f"is {code}", at=trace.first(response_of(kind)))


@pytest.mark.parametrize("sizes", [(8,), (7,), (9,), (1, 7)], ids=lambda sizes: "_".join(map(str, sizes)))
@case(
    "ISO20-STN-FRM-012",
    "A header that arrives apart from its payload is understood",
    sut=Role.STATION,
    cites=("V2G20-436",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_header_apart(bench: Bench, judge: Judge, sizes: tuple[int, ...]) -> None:
    """SessionSetupReq is cut at the end of its header, one byte before it, one behind it; 200 ms lie between."""
    cut = split(SessionSetupReq, sizes=sizes, gap=0.2)

    trace = await bench.run(bench.ev, faults=[cut], until=answered(AuthorizationSetupRes))

    judge.any("answers to SessionSetupReq", trace.all(response_of(SessionSetupReq)))
    judge.any("answers to the message behind it", trace.all(AuthorizationSetupRes))


@case(
    "ISO20-STN-FRM-013",
    "The rest of a foreign frame and the next message may come in one piece",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_joined_across_a_cut(bench: Bench, judge: Judge) -> None:
    """A manufacturer's frame is cut in its payload; its rest and AuthorizationSetupReq follow in one segment."""
    faults = [prefix(AuthorizationSetupReq, FOREIGN), split(AuthorizationSetupReq, sizes=(10,), gap=0.1)]

    trace = await bench.run(bench.ev, faults=faults, until=answered(AuthorizationSetupRes))

    trace.one(response_of(SessionSetupReq))
    judge.any("answers to AuthorizationSetupReq", trace.all(AuthorizationSetupRes, response_code=ResponseCode.OK))


@case(
    "ISO20-STN-FRM-014",
    "Of two requests in one segment the first is answered",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_two_requests_in_one_segment(bench: Bench, judge: Judge) -> None:
    """AuthorizationSetupReq and AuthorizationReq come at once, in their order; an EV should wait, a TCP stack need not.

    What becomes of the second request is up to the station, and told.
    """

    def both(here: Here) -> tuple[Any, ...]:
        pair = (here.request(AuthorizationSetupReq), here.request(AuthorizationReq))
        return (SayRaw(data=b"".join(map(frame_of, pair))), Hang(after=PATIENCE))

    trace = await bench.run(stopping_in(bench.ev, State.SET_UP, both, lambda _: (), lambda _: ()))

    sent = trace.last(Seen, sent_by=Role.EV, where=lambda entry: entry.deliberate)
    after = trace.since(sent)
    judge.any("answers to the first request", after.all(AuthorizationSetupRes, response_code=ResponseCode.OK))
    second = after.all(AuthorizationRes)
    told = f"was answered {second[0].message.response_code}" if second else "was not answered"
    judge.notice("the second request", told, at=second or sent)


@case(
    "ISO20-STN-FRM-015",
    "The station's own frames are whole and say what they carry",
    sut=Role.STATION,
    cites=("V2G20-752",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_frames_of_the_station(bench: Bench, judge: Judge) -> None:
    """A whole session is read frame by frame: version, payload type, length, EXI."""
    trace = await bench.run(bench.ev)

    frames = [entry for entry in trace.all(Seen, sent_by=Role.STATION) if entry.link == "v2g"]
    judge.every("readable", frames, lambda entry: not entry.problem, "a problem")
    judge.every(
        "length of the header",
        frames,
        lambda entry: int.from_bytes(entry.body.data[4:8], "big") == len(entry.body.data) - 8,
        "another length",
    )
    judge.every(
        "payload types of this session",
        frames,
        lambda entry: entry.body.payload_type in {PayloadType.SAP, PayloadType.COMMON, PayloadType.DC},
        "another type",
    )
