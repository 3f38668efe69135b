"""V2GTP frames with a wrong header or no end, and EXI that means nothing: one connection may suffer, no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.kit import (
    RECOVERY,
    Bench,
    Feature,
    Frame,
    Here,
    Judge,
    PayloadType,
    Role,
    State,
    case,
    disturbance,
    disturbing,
    frame_of,
    lives_on,
    passes_over,
)
from harness.messages.iso20.common import AuthorizationSetupReq, SessionSetupReq, SessionSetupRes
from harness.messages.iso20.dc import DcChargeParameterDiscoveryReq
from harness.messages.iso20.types import ResponseCode

HEADER = 8
"""Bytes of a V2GTP header."""
FOREIGN_TYPES = (0x0000, 0x7FFF, 0x8007, 0x8100, 0x8105, 0x8FFF, 0x9000, 0x9004, 0xA000, 0xFFFF)
"""Reserved numbers, those of discovery, and those of manufacturers."""
ANNOUNCED = {"zero": 0, "one_less": -1, "one_more": +1, "a_megabyte_more": 2**20, "two_gigabytes": 2**31}
REAL_SIZES = (4_096, 65_536, 2**20 + 1)

Make = Callable[[bytes], bytes]
EXI: dict[str, Make] = {
    "empty": lambda _: b"",
    "header_only": lambda good: good[:1],
    "no_exi_header": lambda good: b"\x00" + good[1:],
    "half": lambda good: good[: len(good) // 2],
    "all_ones": lambda good: good[:1] + b"\xff" * (len(good) - 1),
    "all_zeros": lambda good: good[:1] + bytes(len(good) - 1),
    "unknown_root": lambda good: good[:1] + b"\xfe" + good[2:],
    "xml": lambda _: b"<AuthorizationSetupReq/>",
}
"""From the payload of a good request to one that nobody can read."""


def payload(here: Here) -> bytes:
    """The EXI of a good AuthorizationSetupReq."""
    return frame_of(AuthorizationSetupReq(header=here.header))[HEADER:]


@pytest.mark.parametrize("number", FOREIGN_TYPES, ids=lambda number: f"{number:04x}")
@case(
    "ISO20-STN-FRM-005",
    "A frame of a type that carries no message is passed over",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_foreign_type(bench: Bench, judge: Judge, number: int) -> None:
    """The payload is a good AuthorizationSetupReq, the type of the frame is nothing that a station knows."""
    evs = disturbing(bench.ev, lambda here: Frame(number, payload(here)).encode())

    trace = await bench.run(*evs, gap=RECOVERY)

    passes_over(judge, disturbance(trace))


@case(
    "ISO20-STN-FRM-006",
    "A frame of an unknown version is passed over",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_unknown_version(bench: Bench, judge: Judge) -> None:
    """Version 2 with its inverse: the frame is whole, so that the next one can be found."""
    evs = disturbing(bench.ev, lambda here: Frame(PayloadType.COMMON, payload(here), version=2, inverse=0xFD).encode())

    trace = await bench.run(*evs, gap=RECOVERY)

    passes_over(judge, disturbance(trace))


@pytest.mark.parametrize("pair", [(0x01, 0xFF), (0x01, 0x01), (0x00, 0x00)], ids=lambda pair: bytes(pair).hex())
@case(
    "ISO20-STN-FRM-007",
    "A header without its sync pattern is no request",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_no_sync_pattern(bench: Bench, judge: Judge, pair: tuple[int, int]) -> None:
    """The second byte is not the inverse of the first; whether the connection can go on is up to the station."""
    version, inverse = pair
    evs = disturbing(
        bench.ev, lambda here: Frame(PayloadType.COMMON, payload(here), version=version, inverse=inverse).encode()
    )

    trace = await bench.run(*evs, gap=RECOVERY)

    lives_on(judge, disturbance(trace))


@pytest.mark.parametrize("wrong", ANNOUNCED.values(), ids=tuple(ANNOUNCED))
@case(
    "ISO20-STN-FRM-008",
    "A wrong length in a header harms one connection at most",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_wrong_length(bench: Bench, judge: Judge, wrong: int) -> None:
    """The header announces another length than follows; the EV gives up after a while, and the next one comes."""

    def mismeasured(here: Here) -> bytes:
        good = payload(here)
        return Frame(PayloadType.COMMON, good, length=len(good) + wrong if wrong else 0).encode()

    trace = await bench.run(*disturbing(bench.ev, mismeasured), gap=RECOVERY)

    seen = disturbance(trace)
    judge.any("session of the next EV", seen.next_served)
    if seen.answers:
        judge.notice("answered", "a message whose length is wrong was taken all the same", at=seen.answers)


@pytest.mark.parametrize("size", REAL_SIZES)
@case(
    "ISO20-STN-FRM-009",
    "A frame far larger than any message harms one connection at most",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_oversized_frame(bench: Bench, judge: Judge, size: int) -> None:
    """The frame is really that long; it begins like a message and is full of ones behind it."""
    evs = disturbing(bench.ev, Frame(PayloadType.COMMON, b"\x80".ljust(size, b"\xff")).encode())

    trace = await bench.run(*evs, gap=RECOVERY)

    lives_on(judge, disturbance(trace))


@pytest.mark.parametrize("keep", [1, 7, 8, 20])
@case(
    "ISO20-STN-FRM-010",
    "A message that never ends harms one connection at most",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_message_without_an_end(bench: Bench, judge: Judge, keep: int) -> None:
    """The EV says the first bytes of AuthorizationSetupReq and leaves; the next EV must be served as ever."""
    first, second = disturbing(bench.ev, lambda here: frame_of(AuthorizationSetupReq(header=here.header))[:keep])

    trace = await bench.run(first.silent_on(AuthorizationSetupReq), second, gap=RECOVERY)

    lives_on(judge, disturbance(trace))


@pytest.mark.parametrize("spoil", EXI.values(), ids=tuple(EXI))
@case(
    "ISO20-STN-EXI-001",
    "EXI that cannot be read is no request",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_malformed_exi(bench: Bench, judge: Judge, spoil: Make) -> None:
    """The header of the frame is good, its payload means nothing; the standard does not say what to answer."""
    evs = disturbing(bench.ev, lambda here: Frame(PayloadType.COMMON, spoil(payload(here))).encode())

    trace = await bench.run(*evs, gap=RECOVERY)

    lives_on(judge, disturbance(trace))


@case(
    "ISO20-STN-EXI-002",
    "A message is read by the schema of its payload type",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_message_of_another_schema(bench: Bench, judge: Judge) -> None:
    """DC_ChargeParameterDiscoveryReq comes where it belongs, but under the type of common messages."""

    def mislabelled(here: Here) -> bytes:
        return Frame(PayloadType.COMMON, frame_of(here.request(DcChargeParameterDiscoveryReq))[HEADER:]).encode()

    trace = await bench.run(*disturbing(bench.ev, mislabelled, state=State.SERVICE_SELECTED), gap=RECOVERY)

    lives_on(judge, disturbance(trace))


@case(
    "ISO20-STN-EXI-003",
    "A response is no request",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_response_from_an_ev(bench: Bench, judge: Judge) -> None:
    """The EV sends SessionSetupRes, well-formed and in its own session."""

    def reversed_roles(here: Here) -> bytes:
        code = ResponseCode.OK_NEW_SESSION_ESTABLISHED
        return frame_of(SessionSetupRes(header=here.header, response_code=code, evse_id="CA*V2X*E0001"))

    trace = await bench.run(*disturbing(bench.ev, reversed_roles), gap=RECOVERY)

    lives_on(judge, disturbance(trace))


@case(
    "ISO20-STN-EXI-004",
    "Bytes behind the end of an EXI document change nothing",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
    maturity="watch",
)
async def test_bytes_behind_the_document(bench: Bench, judge: Judge) -> None:
    """SessionSetupReq is followed by four zero bytes, which the length of the frame covers."""

    def padded(here: Here) -> bytes:
        opening = here.request(SessionSetupReq)
        return Frame(PayloadType.COMMON, frame_of(opening)[HEADER:] + bytes(4)).encode()

    trace = await bench.run(*disturbing(bench.ev, padded, state=State.NEGOTIATED), gap=RECOVERY)

    seen = disturbance(trace)
    judge.any("session of the next EV", seen.next_served[-1:])
    if not seen.answers:
        told = "some stations refuse bytes that mean nothing, others read over them"
        judge.notice("not answered", told, at=seen.bytes_sent)
