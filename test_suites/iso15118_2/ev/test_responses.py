"""Responses of ISO 15118-2 that an EV must not take: late, of another type or session, FAILED, or none at all."""

from __future__ import annotations

import pytest

from harness.kit import NO_SESSION, STRANGER, Bench, Feature, Judge, Role, case, closed, replace
from harness.kit.older import speaking_iso2
from harness.kit.older_places import IN_SESSION, WHOLE, OlderConfusion, OlderPlace, older_confusions
from harness.kit.reactions import FAREWELL, JITTER, PROMPT, gives_up, goes_on
from harness.messages.iso2.codes import ResponseCode

DC = (Feature.ISO2, Feature.ISO2_DC)
CONTROL = "ISO2-EV-SSU-001"
LIMIT = 40.0
"""Seconds after which we stop to wait for the EV to go."""
CODES = (ResponseCode.FAILED, ResponseCode.FAILED_SEQUENCE_ERROR, ResponseCode.FAILED_UNKNOWN_SESSION)
AFTER_SETUP = IN_SESSION[1:]
"""Responses that carry the id of a session that stands."""
NOT_LAST = WHOLE[:-1]
"""Responses behind which the EV makes another request."""


@pytest.mark.parametrize("place", WHOLE, ids=str)
@case(
    "ISO2-EV-TMO-001",
    "An EV that hears nothing leaves when its time for the response has run out",
    sut=Role.EV,
    cites=("V2G2-436", "V2G2-437", "ISO 15118-2, Table 109"),
    needs=DC,
    control=CONTROL,
)
async def test_no_response(bench: Bench, judge: Judge, place: OlderPlace) -> None:
    """At some place of the session the station falls silent."""
    station = place.silent(speaking_iso2(bench.station))

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), after=place.patience - JITTER, within=place.patience + FAREWELL)


@pytest.mark.parametrize("place", NOT_LAST, ids=str)
@case(
    "ISO2-EV-TMO-002",
    "An EV waits for a response for as long as the station may take",
    sut=Role.EV,
    cites=("V2G2-436", "ISO 15118-2, Table 111"),
    needs=DC,
    control=CONTROL,
)
async def test_slow_response(bench: Bench, judge: Judge, place: OlderPlace) -> None:
    """At some place of the session the station takes three quarters of the time that the EV should wait."""
    station = place.late(speaking_iso2(bench.station), 0.75 * place.patience)

    trace = await bench.run(station, until=closed(), limit=LIMIT * 2)

    replies = trace.since(place.asked(trace)).all(place.response, sent_by=Role.STATION)
    if judge.any("the response is awaited", replies):
        goes_on(judge, trace, replies[0], ending=True)


@pytest.mark.parametrize("confusion", older_confusions(WHOLE), ids=str)
@case(
    "ISO2-EV-ORD-001",
    "A response of ISO 15118-2 of another type than the one asked for ends the session",
    sut=Role.EV,
    cites=("V2G2-439", "V2G2-736"),
    needs=DC,
    control=CONTROL,
)
async def test_response_of_another_type(bench: Bench, judge: Judge, confusion: OlderConfusion) -> None:
    """In the place of one response stands another that looks good by itself; what was asked for never comes."""
    place = confusion.place

    trace = await bench.run(confusion.bend(speaking_iso2(bench.station)), until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), within=place.patience + PROMPT)


@pytest.mark.parametrize("strange", [STRANGER, NO_SESSION], ids=["stranger", "zero"])
@pytest.mark.parametrize("place", AFTER_SETUP, ids=str)
@case(
    "ISO2-EV-SID-001",
    "A response of ISO 15118-2 under another session id ends the session",
    sut=Role.EV,
    cites=("V2G2-460", "V2G2-439"),
    needs=DC,
    control=CONTROL,
)
async def test_response_of_another_session(bench: Bench, judge: Judge, place: OlderPlace, strange: bytes) -> None:
    """From some response on the station names another id: that of a session which the EV never had, or zero."""
    station = place.enveloped(speaking_iso2(bench.station), header__session_id=strange)

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), within=place.patience + PROMPT)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name.lower())
@pytest.mark.parametrize("place", IN_SESSION, ids=str)
@case(
    "ISO2-EV-FLD-001",
    "A FAILED response of ISO 15118-2 ends the session wherever it comes",
    sut=Role.EV,
    cites=("V2G2-735", "V2G2-736"),
    needs=DC,
    control=CONTROL,
)
async def test_failed_response(bench: Bench, judge: Judge, place: OlderPlace, code: ResponseCode) -> None:
    """At some place the station refuses, and would go on all the same."""
    station = place.bend(speaking_iso2(bench.station), lambda _, usual: replace(usual, response_code=code))

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    told = trace.since(place.asked(trace)).first(place.response, response_code=code)
    gives_up(judge, trace, told)


@pytest.mark.parametrize("place", WHOLE, ids=str)
@case(
    "ISO2-EV-MAL-001",
    "A response of ISO 15118-2 that cannot be decoded is no response",
    sut=Role.EV,
    cites=("V2G2-439", "V2G2-600"),
    needs=DC,
    control=CONTROL,
)
async def test_response_that_cannot_be_decoded(bench: Bench, judge: Judge, place: OlderPlace) -> None:
    """The V2GTP header is right and announces the true length, but the EXI in it ends in the middle."""
    trace = await bench.run(place.garbling(speaking_iso2(bench.station)), until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), within=place.patience + FAREWELL)
