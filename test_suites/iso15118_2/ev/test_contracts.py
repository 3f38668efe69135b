"""Plug and Charge in ISO 15118-2, as an EV with a contract goes about it."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, closed, either, seen
from harness.kit.older import signature_objection, taking_contracts
from harness.kit.older_places import ongoing
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq, MeteringReceiptReq
from harness.messages.iso2.codes import PaymentOption
from harness.messages.iso2.dc import CurrentDemandRes
from harness.messages.iso2.payment import (
    AuthorizationReq,
    AuthorizationRes,
    PaymentDetailsReq,
    PaymentDetailsRes,
    PaymentServiceSelectionReq,
)

PNC = (Feature.ISO2, Feature.ISO2_PNC)
AUTHORIZED = either(seen(ChargeParameterDiscoveryReq), closed())


@case(
    "ISO2-EV-PNC-001",
    "Over TLS the EV shows its contract and signs the challenge",
    sut=Role.EV,
    cites=("V2G2-559", "V2G2-684"),
    needs=PNC,
)
async def test_challenge_is_signed(bench: Bench, judge: Judge) -> None:
    """The station offers both ways of paying; the signature is checked with the certificate that the EV showed."""
    trace = await bench.run(taking_contracts(bench.station), until=AUTHORIZED)

    chosen = trace.first(PaymentServiceSelectionReq)
    judge.equal("way of paying", chosen.message.selected_payment_option, PaymentOption.CONTRACT, at=chosen)
    shown, told, asked = (trace.first(kind) for kind in (PaymentDetailsReq, PaymentDetailsRes, AuthorizationReq))
    judge.equal("challenge", asked.message.gen_challenge, told.message.gen_challenge, at=(told, asked))
    objection = signature_objection(asked, shown.message.contract_signature_cert_chain.certificate)
    judge.holds("signature", not objection, objection or "proves the contract", at=asked)


@case(
    "ISO2-EV-PNC-002",
    "While its authorization is ongoing the EV does not show the challenge again",
    sut=Role.EV,
    cites=("V2G2-684", "V2G2-485"),
    needs=PNC,
    control="ISO2-EV-PNC-001",
)
async def test_challenge_is_shown_once(bench: Bench, judge: Judge) -> None:
    """The station works on it for three rounds."""
    station = taking_contracts(bench.station)
    for number in (1, 2, 3):
        station = station.answering(AuthorizationRes, ongoing, nth=number)

    trace = await bench.run(station, until=AUTHORIZED)

    first, *again = trace.all(AuthorizationReq) or (trace.first(AuthorizationReq),)
    judge.holds("challenge in the first request", first.message.gen_challenge is not None, "none", at=first)
    judge.every("no challenge later", again, lambda entry: entry.message.gen_challenge is None, "GenChallenge")


@case(
    "ISO2-EV-RCP-001",
    "The EV gives back each reading that is to be signed, signed by its contract",
    sut=Role.EV,
    cites=("V2G2-691", "V2G2-796", "V2G2-903"),
    needs=(*PNC, Feature.ISO2_METERING_RECEIPT),
    control="ISO2-EV-PNC-001",
)
async def test_readings_are_signed(bench: Bench, judge: Judge) -> None:
    """The station wants every second reading signed."""
    done = either(seen(MeteringReceiptReq, times=2), closed())

    trace = await bench.run(taking_contracts(bench.station, receipt_every=2), until=done)

    leaf = trace.first(PaymentDetailsReq).message.contract_signature_cert_chain.certificate
    wanted = trace.first(CurrentDemandRes, receipt_required=True)
    given = trace.since(wanted).all(MeteringReceiptReq)
    if judge.any("receipts", given):
        judge.equal("reading", given[0].message.meter_info, wanted.message.meter_info, at=(wanted, given[0]))
        judge.equal("session id", given[0].message.session_id, given[0].header.session_id, at=given[0])
        objection = signature_objection(given[0], leaf)
        judge.holds("signature", not objection, objection or "proves the contract", at=given[0])
