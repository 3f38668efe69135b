"""Responses that cannot be the ones asked for: another type, another session, no message at all."""

from __future__ import annotations

import pytest

from harness.kit import NO_SESSION, STRANGER, Bench, Feature, Judge, Role, case, closed, repeat
from harness.kit.reactions import FAREWELL, PROMPT, gives_up, takes_turns
from harness.kit.station_preambles import (
    IN_SESSION,
    WHOLE,
    Confusion,
    Place,
    changed,
    confusions,
    garbled,
)
from harness.messages.iso20.common import ServiceDetailRes, ServiceSelectionReq, ServiceSelectionRes
from harness.messages.iso20.dc import DcChargeLoopRes

LIMIT = 30.0
"""Seconds after which we stop to wait for the EV to go."""
AFTER_SETUP = IN_SESSION[1:]
"""Responses that carry the id of a session that stands."""


@pytest.mark.parametrize("confusion", confusions(WHOLE), ids=str)
@case(
    "ISO20-EV-ORD-001",
    "A response of another type than the one asked for ends the session",
    sut=Role.EV,
    cites=("V2G20-439",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_response_of_another_type(bench: Bench, judge: Judge, confusion: Confusion) -> None:
    """In the place of one response stands another that looks good by itself; what was asked for never comes."""
    place = confusion.place

    trace = await bench.run(confusion.bend(bench.station), until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), within=place.patience + PROMPT)


@case(
    "ISO20-EV-ORD-002",
    "A response that comes twice is not taken for the next one",
    sut=Role.EV,
    cites=("V2G20-439",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_response_that_comes_twice(bench: Bench, judge: Judge) -> None:
    """ServiceDetailRes comes twice, 0.3 s apart; the EV's selection is never answered."""
    twice = repeat(ServiceDetailRes, gap=0.3, nth=None)

    trace = await bench.run(bench.station.silent_on(ServiceSelectionRes), until=closed(), limit=LIMIT, faults=[twice])

    asked = trace.first(ServiceSelectionReq)
    judge.silence("further selections", trace.since(asked).all(ServiceSelectionReq))
    gives_up(judge, trace, asked, within=PROMPT)


@case(
    "ISO20-EV-ORD-003",
    "A response in the charge loop that nobody asked for brings no request forward",
    sut=Role.EV,
    cites=("V2G20-439",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_unasked_response_in_the_loop(bench: Bench, judge: Judge) -> None:
    """Each response takes 0.2 s, the first comes twice: an EV may pass that over or leave, not make two of one."""
    station, twice = bench.station.late_on(DcChargeLoopRes, 0.2), repeat(DcChargeLoopRes, gap=0.1)

    trace = await bench.run(station, until=closed(), limit=LIMIT, faults=[twice])

    takes_turns(judge, trace.since(trace.first(DcChargeLoopRes)))


@pytest.mark.parametrize("strange", [STRANGER, NO_SESSION], ids=["stranger", "zero"])
@pytest.mark.parametrize("place", AFTER_SETUP, ids=str)
@case(
    "ISO20-EV-SID-002",
    "A response under another session id ends the session",
    sut=Role.EV,
    cites=("V2G20-751", "V2G20-752"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_response_of_another_session(bench: Bench, judge: Judge, place: Place, strange: bytes) -> None:
    """From some response on the station names another id: that of a session which the EV never had, or zero."""
    station = place.bend(bench.station, changed(header__session_id=strange))

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), within=place.patience + PROMPT)


@pytest.mark.parametrize("place", WHOLE, ids=str)
@case(
    "ISO20-EV-MAL-001",
    "A response that cannot be decoded is no response",
    sut=Role.EV,
    cites=("V2G20-436", "V2G20-440"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_response_that_cannot_be_decoded(bench: Bench, judge: Judge, place: Place) -> None:
    """The V2GTP header is right and announces the true length, but the EXI in it ends in the middle."""
    station = place.bend(bench.station, lambda _, usual: garbled(usual))

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), within=place.patience + FAREWELL)
