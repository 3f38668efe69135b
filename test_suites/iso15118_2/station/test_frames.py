"""Frames and EXI under an ISO 15118-2 session: split, joined, of a wrong header, or without a meaning."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.kit import RECOVERY, Bench, Feature, Frame, Here, Judge, Role, SayRaw, answered, case, frame_of, split
from harness.kit.disturbing import lives_on, passes_over
from harness.kit.older import on_iso2
from harness.kit.older_disturbing import disturbing_iso2, iso2_disturbance
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.service import ServiceDiscoveryReq, ServiceDiscoveryRes
from harness.messages.iso2.session import SessionSetupRes

EXI_TYPE, HEADER = 0x8001, 8
Make = Callable[[bytes], bytes]
BROKEN: dict[str, Make] = {
    "empty": lambda _: b"",
    "no_exi_header": lambda good: b"\x00" + good[1:],
    "half": lambda good: good[: len(good) // 2],
    "all_ones": lambda good: good[:1] + b"\xff" * (len(good) - 1),
    "xml": lambda _: b"<V2G_Message/>",
}
HEADERS: dict[str, Make] = {
    "another_version": lambda good: b"\x02\xfd" + good[2:],
    "another_inverse": lambda good: b"\x01\x00" + good[2:],
    "another_payload_type": lambda good: good[:2] + b"\x80\x07" + good[4:],
}
CUTS = {"in_the_header": 4, "behind_the_header": 8, "in_the_message": 12}


def whole(here: Here) -> bytes:
    """The frame of the usual request."""
    return frame_of(here.usual_message)


@pytest.mark.parametrize("make", BROKEN.values(), ids=list(BROKEN))
@case(
    "ISO2-STN-FRM-001",
    "EXI that means nothing is never served, and harms nobody but its sender",
    sut=Role.STATION,
    cites=("V2G2-537", "V2G2-600"),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_meaningless_exi(bench: Bench, judge: Judge, make: Make) -> None:
    """After SessionSetup the EV sends a frame of right header and length, in which nothing can be read."""

    def disturb(here: Here) -> SayRaw:
        return SayRaw(data=Frame(EXI_TYPE, make(whole(here)[HEADER:])).encode())

    trace = await bench.run(*disturbing_iso2(on_iso2(bench.ev), disturb), gap=RECOVERY)

    lives_on(judge, iso2_disturbance(trace))


@pytest.mark.parametrize("make", HEADERS.values(), ids=list(HEADERS))
@case(
    "ISO2-STN-FRM-002",
    "A frame whose header is of another kind is passed over",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_foreign_header(bench: Bench, judge: Judge, make: Make) -> None:
    """Version, its inverse or the payload type is not that of ISO 15118-2; who closes the connection then is told."""

    def disturb(here: Here) -> SayRaw:
        return SayRaw(data=make(whole(here)))

    trace = await bench.run(*disturbing_iso2(on_iso2(bench.ev), disturb), gap=RECOVERY)

    passes_over(judge, iso2_disturbance(trace))


@pytest.mark.parametrize("cut", CUTS.values(), ids=list(CUTS))
@case(
    "ISO2-STN-FRM-003",
    "A request that comes in two pieces is a request",
    sut=Role.STATION,
    cites=("V2G2-085",),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_split_request(bench: Bench, judge: Judge, cut: int) -> None:
    """The second piece follows after 0.2 s, as a slow controller or a lossy link would have it."""
    pieces = split(ServiceDiscoveryReq, sizes=(cut,), gap=0.2)

    trace = await bench.run(on_iso2(bench.ev), until=answered(ServiceDiscoveryRes), faults=[pieces])

    after = trace.since(trace.first(SessionSetupRes))
    judge.any("answer", after.all(ServiceDiscoveryRes, response_code=ResponseCode.OK))
