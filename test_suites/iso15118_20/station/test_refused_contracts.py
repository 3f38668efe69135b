"""Plug and Charge with papers that are no good, one flaw at a time, and what is left to the EV then."""

from __future__ import annotations

import pytest

from harness.kit import (
    SIGNATURE_FLAWS,
    Bench,
    ChainKind,
    Family,
    Feature,
    Flaw,
    Hang,
    Here,
    Judge,
    Role,
    SignatureFlaw,
    State,
    Trace,
    answered,
    by_contract,
    case,
    family,
    replace,
    stopping_in,
)
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    EimAReqAuthorizationMode,
    Processing,
    ResponseCode,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    SessionStopReq,
    SessionStopRes,
)

PNC = (Feature.ISO20_DC, Feature.PNC)
GOOD = "ISO20-STN-PNC-001"
DECIDED = answered(AuthorizationRes, evse_processing=Processing.FINISHED)
OK = (ResponseCode.OK, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON)
_W = ResponseCode
CHAIN_FLAWS = (*family(Family.COMMON, ChainKind.CONTRACT), Flaw.THIRD_SUB_CA, Flaw.WRONG_CURVE)
EXPECTED = {
    Flaw.EXPIRED: _W.WARNING_CERTIFICATE_EXPIRED,
    Flaw.NOT_YET_VALID: _W.WARNING_CERTIFICATE_NOT_YET_VALID,
}
"""The warnings whose names say what they are for; any other flaw of a chain is a matter of validation."""


def judge_refusal(judge: Judge, trace: Trace, wanted: ResponseCode) -> None:
    """The request was warned about, or refused for good: whatever the station says, it lets nobody charge."""
    judge.answered(trace, by_contract(trace), AuthorizationRes)
    last = trace.last(AuthorizationRes)
    code = last.message.response_code
    judge.holds("refusal", not code.startswith("OK"), f"response code is {code}", at=last)
    judge.equal("processing", last.message.evse_processing, Processing.FINISHED, at=last)
    if not code.startswith("OK") and code is not wanted:
        judge.notice("refusal", f"by {code}; its name leads one to expect {wanted}", at=last)


def warned(judge: Judge, trace: Trace) -> bool:
    """Whether a contract was refused by a warning, which leaves the session as it is."""
    refusal = trace.first(AuthorizationRes, evse_processing=Processing.FINISHED)
    code = refusal.message.response_code
    judge.holds("refusal by a warning", code.startswith("WARNING"), f"response code is {code}", at=refusal)
    return bool(code.startswith("WARNING"))


@pytest.mark.parametrize("flaw", SIGNATURE_FLAWS, ids=lambda flaw: flaw.value)
@case(
    "ISO20-STN-PNC-005",
    "A request with a flawed signature is refused",
    sut=Role.STATION,
    cites=("V2G20-461", "V2G20-1000", "V2G20-771"),
    needs=PNC,
    control=GOOD,
)
async def test_flawed_signature_is_refused(bench: Bench, judge: Judge, flaw: SignatureFlaw) -> None:
    """One mistake at a time; those that still prove what they should are told, and held against nobody."""
    trace = await bench.run(bench.contracts.signing(bench.ev, flaw), until=DECIDED)

    judge.answered(trace, by_contract(trace), AuthorizationRes)
    last = trace.last(AuthorizationRes)
    code, allowed = last.message.response_code, () if flaw.fatal else OK
    judge.among("response code", code, (ResponseCode.FAILED_SIGNATURE_ERROR, *allowed), at=last)
    if code in allowed:
        judge.notice("leniency", f"{flaw.description}, and the station says {code}", at=last)


@case(
    "ISO20-STN-PNC-006",
    "Nothing is served after a request whose signature is wrong",
    sut=Role.STATION,
    cites=("V2G20-461", "ISO 15118-20, 8.6"),
    needs=PNC,
    control=GOOD,
)
async def test_nothing_is_served_after_a_wrong_signature(bench: Bench, judge: Judge) -> None:
    """The EV goes on to ask for services as if its signature had been taken."""
    ev = bench.contracts.signing(bench.ev, SignatureFlaw.WRONG_VALUE)

    trace = await bench.run(stopping_in(ev, State.AUTHORIZATION_OFFERED, goes_on, asks_for_services))

    refused = trace.first(AuthorizationRes)
    judge.equal("response code", refused.message.response_code, ResponseCode.FAILED_SIGNATURE_ERROR, at=refused)
    judge.some("requests behind the refusal", trace.since(refused).all(ServiceDiscoveryReq))
    judge.nothing_served(trace.since(refused))


def goes_on(here: Here) -> object:
    """A turn: what the EV would do now."""
    return here.usual


def asks_for_services(here: Here) -> object:
    """A turn: ask for services, wait a moment, and leave."""
    return (here.request(ServiceDiscoveryReq), Hang(after=1.0))


@case(
    "ISO20-STN-PNC-007",
    "A challenge that the station did not give is warned about",
    sut=Role.STATION,
    cites=("V2G20-2565",),
    needs=PNC,
    control=GOOD,
)
async def test_stale_challenge_is_warned_about(bench: Bench, judge: Judge) -> None:
    """The EV signs another challenge, and signs it rightly."""
    trace = await bench.run(bench.contracts.signing(bench.ev, SignatureFlaw.STALE_CHALLENGE), until=DECIDED)

    judge_refusal(judge, trace, ResponseCode.WARNING_CHALLENGE_INVALID)


@pytest.mark.parametrize("flaw", CHAIN_FLAWS, ids=lambda flaw: flaw.value)
@case(
    "ISO20-STN-PNC-008",
    "A flawed contract chain is not authorized",
    sut=Role.STATION,
    cites=("V2G20-2211", "V2G20-2212", "V2G20-2213", "V2G20-2214"),
    needs=PNC,
    control=GOOD,
)
async def test_flawed_contract_chain_is_refused(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time, under a signature that is right; which warning it earns is read off the names alone."""
    ev = bench.contracts.paying(bench.ev, contract=bench.contracts.chain(flaw))

    trace = await bench.run(ev, until=DECIDED)

    judge_refusal(judge, trace, EXPECTED.get(flaw, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR))


@pytest.mark.parametrize("kind", ["vehicle", "provisioning"])
@case(
    "ISO20-STN-PNC-009",
    "A certificate that is no contract does not pay",
    sut=Role.STATION,
    cites=("V2G20-2211", "V2G20-2216"),
    needs=PNC,
    control=GOOD,
)
async def test_other_certificates_do_not_pay(bench: Bench, judge: Judge, kind: str) -> None:
    """The EV signs with its vehicle key, or with its provisioning key, and shows the chain that belongs to it."""
    chain = bench.pki.vehicle_chain() if kind == "vehicle" else bench.pki.provisioning_chain()

    trace = await bench.run(bench.contracts.paying(bench.ev, contract=chain), until=DECIDED)

    judge_refusal(judge, trace, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR)


@case(
    "ISO20-STN-PNC-012",
    "Plug and Charge without the papers is not authorized",
    sut=Role.STATION,
    cites=("V2G20-2216", "V2G20-2560"),
    needs=PNC,
    control=GOOD,
)
async def test_missing_block_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV selects Plug and Charge, and sends the empty block of external means with it."""
    ev = bench.ev.having(car=replace(bench.ev.car, authorization="pnc")).answering(
        AuthorizationReq,
        lambda _, usual: replace(
            usual, header=replace(usual.header, signature=None), authorization_mode=EimAReqAuthorizationMode()
        ),
    )

    trace = await bench.run(ev, until=DECIDED)

    judge_refusal(judge, trace, ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR)


@case(
    "ISO20-STN-PNC-013",
    "A request that is not signed at all is refused",
    sut=Role.STATION,
    cites=("V2G20-461",),
    needs=PNC,
    control=GOOD,
)
async def test_unsigned_request_is_refused(bench: Bench, judge: Judge) -> None:
    """Challenge and contract chain are right; the header has no signature."""
    ev = bench.contracts.paying(bench.ev).but(AuthorizationReq, header__signature=None)

    trace = await bench.run(ev, until=DECIDED)

    judge_refusal(judge, trace, ResponseCode.FAILED_SIGNATURE_ERROR)


@case(
    "ISO20-STN-PNC-014",
    "A contract chain cannot be borrowed with a signature of one's own",
    sut=Role.STATION,
    cites=("V2G20-461",),
    needs=PNC,
    control=GOOD,
)
async def test_borrowed_contract_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV shows another driver's contract, and signs with the key of its own."""
    borrowed = bench.contracts.chain(emaid="DEHAR987654321")
    mixed = replace(borrowed, key=bench.contracts.chain().key)

    trace = await bench.run(bench.contracts.paying(bench.ev, contract=mixed), until=DECIDED)

    judge_refusal(judge, trace, ResponseCode.FAILED_SIGNATURE_ERROR)


@case(
    "ISO20-STN-PNC-015",
    "After a contract was refused the session goes on",
    sut=Role.STATION,
    cites=("V2G20-2226", "V2G20-1577"),
    needs=(*PNC, Feature.EIM),
    control=GOOD,
)
async def test_external_means_are_left(bench: Bench, judge: Judge) -> None:
    """The contract ran out yesterday; the EV turns to external identification means, which were offered as well."""
    ev = bench.contracts.paying(bench.ev, contract=bench.contracts.chain(Flaw.EXPIRED), wish="pnc_then_eim")

    trace = await bench.run(ev.having(provisioning=None), until=answered(ServiceDiscoveryRes))

    if not warned(judge, trace):
        return
    other = trace.first(AuthorizationReq, selected_authorization_service=Authorization.EIM)
    judge.answered(trace, other, AuthorizationRes)
    last = trace.last(AuthorizationRes)
    judge.equal("response code", last.message.response_code, ResponseCode.OK, at=last)


@case(
    "ISO20-STN-PNC-016",
    "An EV whose contract was refused may leave in good order",
    sut=Role.STATION,
    cites=("V2G20-1577",),
    needs=PNC,
    control=GOOD,
)
async def test_leaving_after_a_refused_contract(bench: Bench, judge: Judge) -> None:
    """The contract is not valid before tomorrow, and the EV knows no other way."""
    ev = bench.contracts.paying(bench.ev, contract=bench.contracts.chain(Flaw.NOT_YET_VALID))

    trace = await bench.run(ev.having(provisioning=None), until=answered(SessionStopRes))

    if warned(judge, trace):
        judge.coded(trace, trace.first(SessionStopReq), SessionStopRes, ResponseCode.OK)


@case(
    "ISO20-STN-PNC-018",
    "What was signed in one session is not taken in the next",
    sut=Role.STATION,
    cites=("V2G20-2565", "V2G20-2608"),
    needs=PNC,
    control=GOOD,
)
async def test_replayed_request_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV comes twice, and shows on its second visit what it signed on the first."""
    first = bench.contracts.paying(bench.ev)

    trace = await bench.run(*bench.contracts.replaying(first))

    setups = (trace.first(AuthorizationSetupRes), trace.nth(AuthorizationSetupRes, 2))
    judge_refusal(judge, trace.since(setups[1]), ResponseCode.WARNING_CHALLENGE_INVALID)


@case(
    "ISO20-STN-PNC-019",
    "Where one contract was refused, another one is taken",
    sut=Role.STATION,
    cites=("V2G20-1577", "V2G20-2226"),
    needs=PNC,
    control=GOOD,
)
async def test_another_contract_is_taken(bench: Bench, judge: Judge) -> None:
    """The EV shows a contract that ran out yesterday, and then, over the same challenge, one that did not."""
    contracts = bench.contracts
    ev = contracts.paying(bench.ev, contract=contracts.chain(Flaw.EXPIRED))
    ev = stopping_in(ev, State.AUTHORIZATION_OFFERED, goes_on, contracts.showing(contracts.chain()))

    trace = await bench.run(ev, until=answered(ServiceDiscoveryReq))

    trace.nth(AuthorizationReq, 2)
    last = trace.last(AuthorizationRes)
    judge.among("response code", last.message.response_code, OK, at=last)
    judge.equal("processing", last.message.evse_processing, Processing.FINISHED, at=last)
