"""What an EV offers, asks and selects in ISO 15118-2, up to the granted authorization."""

from __future__ import annotations

from typing import Any

from harness.kit import NO_SESSION, Bench, Feature, Judge, Role, case, closed, either, replace, seen
from harness.kit.older import BOTH_WAYS_OF_PAYING, speaking_iso2, taking_contracts
from harness.kit.older_places import ongoing
from harness.kit.reactions import PROMPT, departures, gives_up
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq
from harness.messages.iso2.codes import EvseProcessing, PaymentOption
from harness.messages.iso2.payment import AuthorizationReq, AuthorizationRes, PaymentServiceSelectionReq
from harness.messages.iso2.service import PaymentOptionList, ServiceDiscoveryRes
from harness.messages.iso2.session import SessionSetupReq, SessionSetupRes
from harness.messages.iso2.types import Request
from harness.messages.namespaces import ISO2_MESSAGE
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes

LIMIT = 40.0
"""Seconds after which we stop to wait for the EV to go."""
CUSTOMER = EvseProcessing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION


def waiting(rounds: int) -> Any:
    """So many answers that wait for the customer, and then the usual one."""
    left = [rounds]

    def change(_: Any, usual: AuthorizationRes) -> AuthorizationRes:
        left[0] -= 1
        return replace(usual, evse_processing=CUSTOMER) if left[0] >= 0 else usual

    return change


@case(
    "ISO2-EV-SAP-001",
    "The EV offers ISO 15118-2 under a number and a priority of its own",
    sut=Role.EV,
    cites=("V2G2-167", "V2G2-169"),
    needs=Feature.ISO2,
)
async def test_offer(bench: Bench, judge: Judge) -> None:
    """Of all that it offers no two lines share a SchemaID or a priority, and ISO 15118-2 is there in version 2."""
    trace = await bench.run(speaking_iso2(bench.station), until=seen(SupportedAppProtocolReq))

    asked = trace.first(SupportedAppProtocolReq)
    lines = asked.message.app_protocol
    for name in ("schema_id", "priority"):
        numbers = [getattr(line, name) for line in lines]
        judge.equal(f"different values of {name}", len(set(numbers)), len(numbers), at=asked)
    majors = [line.version_number_major for line in lines if line.protocol_namespace == ISO2_MESSAGE]
    judge.equal("major versions of ISO 15118-2", majors, [2], at=asked)


@case(
    "ISO2-EV-SAP-002",
    "Where the station speaks none of its protocols the EV leaves",
    sut=Role.EV,
    cites=("V2G2-172",),
    needs=Feature.ISO2,
    control="ISO2-EV-SSU-001",
)
async def test_no_negotiation(bench: Bench, judge: Judge) -> None:
    """The answer is Failed_NoNegotiation, with no number of a protocol."""
    refusing = SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)
    station = speaking_iso2(bench.station).answering(SupportedAppProtocolRes, lambda _ask, _usual: refusing)

    trace = await bench.run(station.having(patient=True), until=closed(), limit=LIMIT)

    gives_up(judge, trace, trace.first(SupportedAppProtocolRes))


@case(
    "ISO2-EV-SSU-001",
    "The EV opens a session with the id zero and the address of its controller",
    sut=Role.EV,
    cites=("V2G2-542", "V2G2-750"),
    needs=Feature.ISO2,
)
async def test_session_is_opened(bench: Bench, judge: Judge) -> None:
    """The station speaks ISO 15118-2 and nothing newer."""
    trace = await bench.run(speaking_iso2(bench.station), until=either(seen(SessionSetupRes), closed()))

    asked = trace.first(SessionSetupReq)
    zero = NO_SESSION[: len(asked.header.session_id)] or b""
    judge.equal("session id", asked.header.session_id, zero, at=asked)
    judge.between("octets of EVCCID", len(asked.message.evcc_id), 6, 6, at=asked)


@case(
    "ISO2-EV-SSU-002",
    "Every request carries the id that the station gave",
    sut=Role.EV,
    cites=("V2G2-460",),
    needs=Feature.ISO2,
    control="ISO2-EV-SSU-001",
)
async def test_id_is_kept(bench: Bench, judge: Judge) -> None:
    """A whole session, from SessionSetup to the farewell."""
    trace = await bench.run(speaking_iso2(bench.station))

    given = trace.first(SessionSetupRes)
    later = trace.since(given).all(Request, sent_by=Role.EV)
    kept = given.header.session_id
    judge.every("session id", later, lambda entry: entry.header.session_id == kept, "is another one")


@case(
    "ISO2-EV-SVC-001",
    "The EV selects services and a way of paying that were offered",
    sut=Role.EV,
    cites=("V2G2-550", "V2G2-465"),
    needs=Feature.ISO2,
    control="ISO2-EV-SSU-001",
)
async def test_selection_was_offered(bench: Bench, judge: Judge) -> None:
    """The station numbers its charging service 7, offers access to the Internet, and has others pay."""
    station = speaking_iso2(bench.station, internet_service=True)
    station = station.but(ServiceDiscoveryRes, charge_service__service_id=7)

    trace = await bench.run(station, until=either(seen(PaymentServiceSelectionReq), closed()))

    offer, asked = trace.first(ServiceDiscoveryRes), trace.first(PaymentServiceSelectionReq)
    beside = offer.message.service_list.service if offer.message.service_list else ()
    chosen = [one.service_id for one in asked.message.selected_service_list.selected_service]
    judge.among("charging among the services", 7, chosen, at=asked)
    judge.equal("services not offered", set(chosen) - {7, *(one.service_id for one in beside)}, set(), at=asked)
    paid = asked.message.selected_payment_option
    judge.among("way of paying", paid, offer.message.payment_option_list.payment_option, at=asked)


@case(
    "ISO2-EV-SVC-002",
    "The EV wants energy in a way that was offered",
    sut=Role.EV,
    cites=("V2G2-476", "V2G2-565"),
    needs=Feature.ISO2,
    control="ISO2-EV-SSU-001",
)
async def test_transfer_mode_was_offered(bench: Bench, judge: Judge) -> None:
    """The EV takes one of the energy transfer modes of ServiceDiscoveryRes."""
    trace = await bench.run(speaking_iso2(bench.station), until=either(seen(ChargeParameterDiscoveryReq), closed()))

    offer, asked = trace.first(ServiceDiscoveryRes), trace.first(ChargeParameterDiscoveryReq)
    modes = offer.message.charge_service.supported_energy_transfer_mode.energy_transfer_mode
    judge.among("energy transfer mode", asked.message.requested_energy_transfer_mode, modes, at=(offer, asked))


@case(
    "ISO2-EV-SVC-003",
    "Without TLS the EV pays by no contract",
    sut=Role.EV,
    cites=("V2G2-633", "V2G2-634", "V2G2-635"),
    needs=Feature.ISO2,
    control="ISO2-EV-SSU-001",
)
async def test_no_contract_without_tls(bench: Bench, judge: Judge) -> None:
    """The station has no TLS and offers contracts all the same, beside external payment; the EV may also leave."""

    def both(_: Any, usual: ServiceDiscoveryRes) -> ServiceDiscoveryRes:
        return replace(usual, payment_option_list=PaymentOptionList(payment_option=BOTH_WAYS_OF_PAYING))

    plain = taking_contracts(bench.station).having(credentials=None).answering(ServiceDiscoveryRes, both)

    trace = await bench.run(plain, until=either(seen(AuthorizationReq), closed()), limit=LIMIT)

    trace.first(ServiceDiscoveryRes)
    chosen = trace.all(PaymentServiceSelectionReq, selected_payment_option=PaymentOption.CONTRACT)
    judge.silence("contracts without TLS", chosen)


@case(
    "ISO2-EV-AUT-001",
    "The EV asks again while its authorization is ongoing, and goes on when it is finished",
    sut=Role.EV,
    cites=("V2G2-485", "V2G2-562"),
    needs=Feature.ISO2,
    control="ISO2-EV-SSU-001",
)
async def test_authorization_is_awaited(bench: Bench, judge: Judge) -> None:
    """The station works on it for three rounds."""
    station = speaking_iso2(bench.station)
    for number in (1, 2, 3):
        station = station.answering(AuthorizationRes, ongoing, nth=number)

    trace = await bench.run(station, until=either(seen(ChargeParameterDiscoveryReq), closed()))

    done = trace.all(AuthorizationRes, evse_processing=EvseProcessing.FINISHED)
    before = trace.until(done[0]) if done else trace
    judge.holds("requests", len(before.all(AuthorizationReq)) >= 3, "fewer than the rounds", at=done[:1])
    judge.silence("parameters before that", before.all(ChargeParameterDiscoveryReq))
    judge.any("parameters after that", trace.all(ChargeParameterDiscoveryReq))


@case(
    "ISO2-EV-AUT-002",
    "The EV waits no longer than a minute for an authorization",
    sut=Role.EV,
    cites=("ISO 15118-2, Table 109", "V2G2-854"),
    needs=Feature.ISO2,
    control="ISO2-EV-SSU-001",
)
async def test_authorization_takes_too_long(bench: Bench, judge: Judge) -> None:
    """The station says Ongoing for ever, and not that it waits for a customer."""
    station = speaking_iso2(bench.station).answering(AuthorizationRes, ongoing).having(patient=True)

    trace = await bench.run(station, until=closed(), limit=120.0)

    first = trace.first(AuthorizationRes)
    left = departures(trace, first)
    if judge.any("the EV hangs up or ends the session", left):
        judge.between("seconds until it does", left[0].at - first.at, 0.0, 60.0 + PROMPT, unit="s", at=left[0])


@case(
    "ISO2-EV-AUT-003",
    "The EV waits for its customer for as long as that takes",
    sut=Role.EV,
    cites=("V2G2-845", "V2G2-853"),
    needs=Feature.ISO2,
    control="ISO2-EV-SSU-001",
)
async def test_waiting_for_the_customer(bench: Bench, judge: Judge) -> None:
    """For a minute and a half the station says that it waits for somebody with a card."""
    station = speaking_iso2(bench.station).answering(AuthorizationRes, waiting(180)).having(patient=True)

    trace = await bench.run(station, until=either(seen(ChargeParameterDiscoveryReq), closed()), limit=150.0)

    waits = trace.all(AuthorizationRes, evse_processing=CUSTOMER)
    judge.report("answers that wait for the customer", len(waits), at=waits[:1])
    trace.first(AuthorizationRes)
    judge.any("parameters after the authorization", trace.all(ChargeParameterDiscoveryReq))
