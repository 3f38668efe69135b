"""An EV in a session of DIN SPEC 70121."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import NO_SESSION, STRANGER, Bench, Feature, Judge, Role, case, closed, either, replace, seen
from harness.kit.older import speaking_din
from harness.kit.older_places import DIN_SESSION, OlderPlace, ongoing
from harness.kit.reactions import FAREWELL, JITTER, PROMPT, departures, gives_up
from harness.kit.station_preambles import After
from harness.messages.din.charging import ChargeParameterDiscoveryReq, ChargeParameterDiscoveryRes, PowerDeliveryReq
from harness.messages.din.codes import DcEvseStatusCode, PaymentOption, ResponseCode
from harness.messages.din.dc import CurrentDemandRes
from harness.messages.din.payment import ServicePaymentSelectionReq
from harness.messages.din.service import ServiceDiscoveryRes
from harness.messages.din.session import SessionSetupReq, SessionSetupRes
from harness.messages.din.types import Request

CONTROL = "DIN-EV-SSU-001"
LIMIT = 40.0
"""Seconds after which we stop to wait for the EV to go."""
AFTER_SETUP = DIN_SESSION[1:]


@case(
    "DIN-EV-SSU-001",
    "The EV opens a session of DIN SPEC 70121 with the id zero, and keeps the one it is given",
    sut=Role.EV,
    cites=("V2G-DC-872", "V2G-DC-993"),
    needs=Feature.DIN,
)
async def test_session_is_opened(bench: Bench, judge: Judge) -> None:
    """The station speaks DIN SPEC 70121 and nothing newer, without TLS."""
    trace = await bench.run(speaking_din(bench.station))

    asked, given = trace.first(SessionSetupReq), trace.first(SessionSetupRes)
    judge.equal("session id", asked.header.session_id, NO_SESSION[: len(asked.header.session_id)], at=asked)
    later = trace.since(given).all(Request, sent_by=Role.EV)
    kept = given.header.session_id
    judge.every("session id later", later, lambda entry: entry.header.session_id == kept, "is another one")


@case(
    "DIN-EV-SVC-001",
    "The EV picks the charging service and leaves paying to others",
    sut=Role.EV,
    cites=("V2G-DC-252", "V2G-DC-635"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_selection(bench: Bench, judge: Judge) -> None:
    """The station numbers its one service 7."""
    station = speaking_din(bench.station).but(ServiceDiscoveryRes, charge_service__service_tag__service_id=7)

    trace = await bench.run(station, until=either(seen(ServicePaymentSelectionReq), closed()))

    asked = trace.first(ServicePaymentSelectionReq)
    judge.equal("way of paying", asked.message.selected_payment_option, PaymentOption.EXTERNAL_PAYMENT, at=asked)
    chosen = [one.service_id for one in asked.message.selected_service_list.selected_service]
    judge.equal("services", chosen, [7], at=asked)


@case(
    "DIN-EV-ONG-001",
    "The EV asks for its parameters again while the station works on them, for a minute at most",
    sut=Role.EV,
    cites=("V2G-DC-493", "V2G-DC-498"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_parameters_are_ongoing(bench: Bench, judge: Judge) -> None:
    """The station says Ongoing for ever."""
    station = speaking_din(bench.station).answering(ChargeParameterDiscoveryRes, ongoing).having(patient=True)

    trace = await bench.run(station, until=closed(), limit=120.0)

    first = trace.first(ChargeParameterDiscoveryRes)
    judge.any("repetitions", trace.since(first).all(ChargeParameterDiscoveryReq))
    left = departures(trace, first)
    if judge.any("the EV hangs up or ends the session", left):
        judge.between("seconds until it does", left[0].at - first.at, 0.0, 60.0 + PROMPT, unit="s", at=left[0])


@pytest.mark.parametrize("place", DIN_SESSION, ids=str)
@case(
    "DIN-EV-TMO-001",
    "In DIN SPEC 70121, too, the EV leaves when its time for a response has run out",
    sut=Role.EV,
    cites=("ISO 15118-2, Table 109", "V2G-DC-116"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_no_response(bench: Bench, judge: Judge, place: OlderPlace) -> None:
    """At some place of the session the station falls silent; the times are those of ISO 15118-2."""
    trace = await bench.run(place.silent(speaking_din(bench.station)), until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), after=place.patience - JITTER, within=place.patience + FAREWELL)


@pytest.mark.parametrize("place", DIN_SESSION, ids=str)
@case(
    "DIN-EV-FLD-001",
    "A FAILED response of DIN SPEC 70121 ends the session wherever it comes",
    sut=Role.EV,
    cites=("V2G-DC-388", "V2G-DC-390"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_failed_response(bench: Bench, judge: Judge, place: OlderPlace) -> None:
    """At some place the station refuses with FAILED, and would go on all the same."""
    refused = ResponseCode.FAILED
    station = place.bend(speaking_din(bench.station), lambda _, usual: replace(usual, response_code=refused))

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    gives_up(judge, trace, trace.since(place.asked(trace)).first(place.response, response_code=refused))


@pytest.mark.parametrize("place", AFTER_SETUP, ids=str)
@case(
    "DIN-EV-SID-001",
    "A response of DIN SPEC 70121 under another session id ends the session",
    sut=Role.EV,
    cites=("V2G-DC-872", "V2G-DC-993"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_response_of_another_session(bench: Bench, judge: Judge, place: OlderPlace) -> None:
    """From some response on the station names the id of a session which the EV never had."""
    station = place.enveloped(speaking_din(bench.station), header__session_id=STRANGER)

    trace = await bench.run(station, until=closed(), limit=LIMIT)

    gives_up(judge, trace, place.asked(trace), within=place.patience + PROMPT)


@case(
    "DIN-EV-NTF-001",
    "The EV stops power when the station shuts down",
    sut=Role.EV,
    cites=("V2G-DC-500", "V2G-DC-464"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_shutdown(bench: Bench, judge: Judge) -> None:
    """From the third cycle on the status code is EVSE_Shutdown, which is how a station asks for an end here."""

    def change(_: Any, usual: CurrentDemandRes) -> CurrentDemandRes:
        status = replace(usual.dc_evse_status, evse_status_code=DcEvseStatusCode.SHUTDOWN)
        return replace(usual, dc_evse_status=status)

    station = speaking_din(bench.station).answering(CurrentDemandRes, After(2, change)).having(patient=True)

    trace = await bench.run(station, until=closed(), limit=60.0)

    told = trace.nth(CurrentDemandRes, 3)
    stops = trace.since(told).all(PowerDeliveryReq, ready_to_charge_state=False)
    if judge.any("stop of power", stops):
        judge.between("seconds until then", stops[0].at - told.at, 0.0, PROMPT, unit="s", at=(told, stops[0]))
