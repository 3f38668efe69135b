"""Plug and Charge in ISO 15118-2: a contract is shown, and its key signs a challenge."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, Role, answered, case
from harness.kit.older import paying_on_iso2, re_signed
from harness.messages.iso2.codes import EvseProcessing, ResponseCode
from harness.messages.iso2.payment import (
    AuthorizationReq,
    AuthorizationRes,
    PaymentDetailsReq,
    PaymentDetailsRes,
)

PNC = (Feature.ISO2, Feature.ISO2_PNC)
CONTROL = "ISO2-STN-PNC-001"
SHOWN = answered(PaymentDetailsRes)
FINISHED = answered(AuthorizationRes, evse_processing=EvseProcessing.FINISHED)
CHALLENGE = 16
"""Octets of GenChallenge."""
CODES = {
    Flaw.EXPIRED: ResponseCode.FAILED_CERTIFICATE_EXPIRED,
    Flaw.UNKNOWN_ROOT: ResponseCode.FAILED_CERT_CHAIN_ERROR,
    Flaw.TAMPERED_SIGNATURE: ResponseCode.FAILED_CERT_CHAIN_ERROR,
}


@case(
    "ISO2-STN-PNC-001",
    "A good contract is taken, and its owner authorized",
    sut=Role.STATION,
    cites=("V2G2-467", "V2G2-559", "V2G2-684"),
    needs=PNC,
)
async def test_contract_pays(bench: Bench, judge: Judge) -> None:
    """Over TLS the EV shows a contract and signs the challenge with the first AuthorizationReq."""
    trace = await bench.run(paying_on_iso2(bench.ev, bench.pki), until=FINISHED)

    taken = (ResponseCode.OK, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON)
    judge.coded(trace, trace.first(PaymentDetailsReq), PaymentDetailsRes, *taken)
    last = trace.last(AuthorizationRes)
    judge.equal("response code", last.message.response_code, ResponseCode.OK, at=last)
    judge.equal("processing", last.message.evse_processing, EvseProcessing.FINISHED, at=last)


@case(
    "ISO2-STN-PNC-002",
    "Every contract is given another challenge of 128 bits",
    sut=Role.STATION,
    cites=("V2G2-697", "V2G2-698", "V2G2-825"),
    needs=PNC,
    control=CONTROL,
)
async def test_challenge_is_fresh(bench: Bench, judge: Judge) -> None:
    """The same EV comes three times with the same contract."""
    ev = paying_on_iso2(bench.ev, bench.pki).having(loops=1)

    trace = await bench.run(ev, ev, ev)

    told = trace.all(PaymentDetailsRes)
    judge.every("size", told, lambda entry: len(entry.message.gen_challenge) == CHALLENGE, "is not 16 octets")
    if len(told) < 2:
        judge.inconclusive("challenges", "fewer than two were given", at=told)
        return
    judge.equal("different challenges", len({entry.message.gen_challenge for entry in told}), len(told), at=told)


@pytest.mark.parametrize("flaw", CODES, ids=lambda flaw: flaw.name.lower())
@case(
    "ISO2-STN-PNC-003",
    "A flawed contract chain is refused",
    sut=Role.STATION,
    cites=("V2G2-467", "V2G2-804"),
    needs=PNC,
    control=CONTROL,
)
async def test_flawed_contract(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time in the chain of PaymentDetailsReq; any FAILED will do, an unusual one is told."""
    ev = paying_on_iso2(bench.ev, bench.pki, contract=bench.pki.earlier.contract_chain(flaw=flaw))

    trace = await bench.run(ev, until=SHOWN)

    judge.refused(trace, trace.first(PaymentDetailsReq), PaymentDetailsRes, CODES[flaw])


@case(
    "ISO2-STN-PNC-004",
    "An account that the certificate does not name is refused",
    sut=Role.STATION,
    cites=("V2G2-108", "V2G2-467"),
    needs=PNC,
    control=CONTROL,
)
async def test_strange_account(bench: Bench, judge: Judge) -> None:
    """PaymentDetailsReq names another account than the contract certificate beside it."""
    ev = paying_on_iso2(bench.ev, bench.pki).but(PaymentDetailsReq, emaid="DEXYZC00000042")

    trace = await bench.run(ev, until=answered(AuthorizationRes))

    asked = trace.first(PaymentDetailsReq)
    refused = trace.since(asked).all(PaymentDetailsRes, where=lambda one: one.message.response_code.startswith("FAIL"))
    rejected = trace.since(asked).all(AuthorizationRes, where=lambda one: one.message.response_code.startswith("FAIL"))
    trace.since(asked).first(PaymentDetailsRes)
    judge.any("refusal of the account, at once or by the backend", (*refused, *rejected))


@pytest.mark.parametrize("how", ["unsigned", "another_key", "another_challenge", "no_challenge"])
@case(
    "ISO2-STN-PNC-005",
    "Whoever cannot sign the challenge is not authorized",
    sut=Role.STATION,
    cites=("V2G2-475", "V2G2-684"),
    needs=PNC,
    control=CONTROL,
)
async def test_challenge_must_be_signed(bench: Bench, judge: Judge, how: str) -> None:
    """The contract shown is good; the first AuthorizationReq has a signature or a challenge that is not."""
    ev = re_signed(paying_on_iso2(bench.ev, bench.pki), bench.pki, how)

    trace = await bench.run(ev, until=answered(AuthorizationRes))

    usual = ResponseCode.FAILED_SIGNATURE_ERROR if how in {"unsigned", "another_key"} else None
    judge.refused(
        trace,
        trace.first(AuthorizationReq),
        AuthorizationRes,
        usual or ResponseCode.FAILED_CHALLENGE_INVALID,
    )


@case(
    "ISO2-STN-PNC-006",
    "While an authorization is ongoing, a request without the challenge is enough",
    sut=Role.STATION,
    cites=("V2G2-684", "V2G2-485"),
    needs=PNC,
    control=CONTROL,
)
async def test_challenge_is_signed_once(bench: Bench, judge: Judge) -> None:
    """The EV repeats AuthorizationReq unsigned for as long as the station works on it."""
    trace = await bench.run(paying_on_iso2(bench.ev, bench.pki), until=FINISHED)

    again = [entry for entry in trace.all(AuthorizationReq) if entry.message.gen_challenge is None]
    judge.report("unsigned repetitions", len(again), at=again)
    judge.every(
        "no refusal",
        trace.all(AuthorizationRes),
        lambda entry: entry.message.response_code == ResponseCode.OK,
        "a refusal",
    )
