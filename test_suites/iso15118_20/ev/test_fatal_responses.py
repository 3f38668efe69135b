"""Responses that fail: whichever code at whichever place, the EV ends its session and goes."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, closed
from harness.kit.reactions import gives_up, goes_on
from harness.kit.station_preambles import IN_SESSION, Place, changed
from harness.messages.iso20.types import ResponseCode

LIMIT = 30.0
"""Seconds after which we stop to wait for the EV to go."""
USUAL_PLACE = {
    ResponseCode.FAILED_UNKNOWN_SESSION: "authorization_setup",
    ResponseCode.FAILED_SIGNATURE_ERROR: "authorization",
    ResponseCode.FAILED_SEQUENCE_ERROR: "service_discovery",
    ResponseCode.FAILED_SERVICE_ID_INVALID: "service_detail",
    ResponseCode.FAILED_SERVICE_SELECTION_INVALID: "service_selection",
    ResponseCode.FAILED_NO_ENERGY_TRANSFER_SERVICE_SELECTED: "service_selection",
    ResponseCode.FAILED_WRONG_CHARGE_PARAMETER: "charge_parameters",
    ResponseCode.FAILED_ASSOCIATION_ERROR: "cable_check",
    ResponseCode.FAILED: "pre_charge",
    ResponseCode.FAILED_CONTACTOR_ERROR: "power_start",
    ResponseCode.FAILED_EV_POWER_PROFILE_INVALID: "power_start",
    ResponseCode.FAILED_POWER_DELIVERY_NOT_APPLIED: "power_start",
    ResponseCode.FAILED_POWER_TOLERANCE_NOT_CONFIRMED: "power_start",
    ResponseCode.FAILED_SCHEDULE_SELECTION_INVALID: "power_start",
    ResponseCode.FAILED_EV_POWER_PROFILE_VIOLATION: "charge_loop",
    ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID: "charge_loop",
    ResponseCode.FAILED_SCHEDULE_RENEGOTIATION: "charge_loop",
    ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED: "session_stop",
    ResponseCode.FAILED_PAUSE_NOT_ALLOWED: "session_stop",
}
"""Where each FAILED code comes up in practice, or a place that no other code needs."""
PLACES = {place.name: place for place in IN_SESSION}
POSITIVE = {
    ResponseCode.OK_POWER_TOLERANCE_CONFIRMED: "power_start",
    ResponseCode.WARNING_POWER_TOLERANCE_NOT_CONFIRMED: "power_start",
    ResponseCode.WARNING_EV_POWER_PROFILE_VIOLATION: "charge_loop",
}


async def refused(bench: Bench, judge: Judge, place: Place, code: ResponseCode) -> None:
    """The response at a place carries a FAILED code; judge what the EV makes of it."""
    trace = await bench.run(place.bend(bench.station, changed(response_code=code)), until=closed(), limit=LIMIT)

    gives_up(judge, trace, trace.first(place.response, response_code=code))


@pytest.mark.parametrize("code", USUAL_PLACE, ids=lambda code: code.name.lower())
@case(
    "ISO20-EV-FTL-002",
    "Every FAILED code ends the session",
    sut=Role.EV,
    cites=("V2G20-735",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_every_failed_code_ends_the_session(bench: Bench, judge: Judge, code: ResponseCode) -> None:
    """Each code where it comes up in practice; but for the code the response is good."""
    await refused(bench, judge, PLACES[USUAL_PLACE[code]], code)


@pytest.mark.parametrize("place", IN_SESSION, ids=str)
@case(
    "ISO20-EV-FTL-003",
    "A plain FAILED ends the session wherever it comes",
    sut=Role.EV,
    cites=("V2G20-735",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_failed_ends_the_session_everywhere(bench: Bench, judge: Judge, place: Place) -> None:
    """The code that says no more than that something failed, at each response of a session."""
    await refused(bench, judge, place, ResponseCode.FAILED)


@pytest.mark.parametrize("code", POSITIVE, ids=lambda code: code.name.lower())
@case(
    "ISO20-EV-WRN-001",
    "Warnings and good codes other than OK end no session",
    sut=Role.EV,
    cites=("V2G20-734",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_warning_ends_no_session(bench: Bench, judge: Judge, code: ResponseCode) -> None:
    """A code that begins with WARNING or OK where the station may say it, in an otherwise good response."""
    place = PLACES[POSITIVE[code]]
    station = place.bend(bench.station, changed(response_code=code))

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    goes_on(judge, trace, trace.first(place.response, response_code=code))
