"""How long the EV waits for a response, at every place of a session: long enough, and no longer."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, closed
from harness.kit.reactions import FAREWELL, JITTER, gives_up, goes_on
from harness.kit.station_preambles import ENDING, SESSION_STOP, WHOLE, Place

LIMIT = 40.0
"""Seconds after which we stop to wait for the EV to go."""
TOO_LATE = 1.0
"""Seconds behind the EV's own limit."""
IN_TIME = 0.8
"""Part of the EV's limit that a slow response takes."""
CITES = ("V2G20-436", "V2G20-440", "V2G20-1501")


@pytest.mark.parametrize("place", WHOLE, ids=str)
@case(
    "ISO20-EV-TMO-003",
    "Where no response comes the EV waits for its time, then gives up",
    sut=Role.EV,
    cites=CITES,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_no_response(bench: Bench, judge: Judge, place: Place) -> None:
    """The station falls silent: the EV has 2 s, 5 s for ServiceDetail, half a second in the charge loop."""
    trace = await bench.run(place.silent(bench.station), until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), after=place.patience - JITTER, within=place.patience + FAREWELL)


@pytest.mark.parametrize("place", WHOLE, ids=str)
@case(
    "ISO20-EV-TMO-004",
    "A response that comes too late is not taken",
    sut=Role.EV,
    cites=CITES,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_late_response(bench: Bench, judge: Judge, place: Place) -> None:
    """The response comes one second after the EV's time for it has run out."""
    station = place.late(bench.station, place.patience + TOO_LATE)

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), within=place.patience + FAREWELL)


@pytest.mark.parametrize("place", [place for place in WHOLE if place is not SESSION_STOP], ids=str)
@case(
    "ISO20-EV-TMO-005",
    "A response that comes just in time is taken",
    sut=Role.EV,
    cites=CITES,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_slow_response(bench: Bench, judge: Judge, place: Place) -> None:
    """Each such response takes four fifths of the EV's time for it: slow for a station, yet within its timeout."""
    station = place.late(bench.station, IN_TIME * place.patience)

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    goes_on(judge, trace, place.asked(trace), ending=place in ENDING)
