"""Plug and Charge as the EV goes about it: what it signs, what it makes of an offer, and of a warning."""

from __future__ import annotations

import pytest

from harness.kit import (
    Bench,
    Entry,
    Feature,
    Judge,
    Role,
    Trace,
    answered,
    case,
    closed,
    either,
    finished,
    replace,
    seen,
)
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    CertificateInstallationReq,
    EimAsResAuthorizationMode,
    MeteringConfirmationReq,
    Processing,
    ResponseCode,
    ServiceDiscoveryReq,
    SessionStopReq,
)
from harness.messages.iso20.types import V2gRequest
from harness.messages.problems import problems

PNC = (Feature.ISO20_DC, Feature.PNC)
GOOD = "ISO20-EV-PNC-001"
GOES_ON = either(seen(ServiceDiscoveryReq), closed())
WARNINGS = (
    ResponseCode.WARNING_CERTIFICATE_EXPIRED,
    ResponseCode.WARNING_CERTIFICATE_NOT_YET_VALID,
    ResponseCode.WARNING_CERTIFICATE_REVOKED,
    ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR,
    ResponseCode.WARNING_CHALLENGE_INVALID,
    ResponseCode.WARNING_EMSP_UNKNOWN,
    ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR,
)


def by_contract(trace: Trace) -> tuple[Entry, ...]:
    """The requests of the EV that pay by its contract.

    Raises:
        Unreached: the EV heard of no way of authorization, or never asked for any.
    """
    offer = trace.first(AuthorizationSetupRes)
    trace.since(offer).first(V2gRequest, sent_by=Role.EV)
    return trace.all(AuthorizationReq, selected_authorization_service=Authorization.PNC)


def first_by_contract(judge: Judge, trace: Trace) -> Entry | None:
    """The first of them; that there is one is judged."""
    requests = by_contract(trace)
    return requests[0] if judge.any("requests by contract", requests) else None


@case(
    GOOD,
    "An EV with a contract signs for it as the standard has it",
    sut=Role.EV,
    cites=("V2G20-461", "V2G20-1000", "V2G20-2674", "V2G20-771"),
    needs=PNC,
)
async def test_request_is_rightly_signed(bench: Bench, judge: Judge) -> None:
    """The station offers Plug and Charge alone; the signature belongs to the contract certificate that is shown."""
    trace = await bench.run(bench.contracts.taking(bench.station, "pnc"), until=GOES_ON)

    asked = first_by_contract(judge, trace)
    if asked:
        leaf = asked.message.authorization_mode.contract_certificate_chain.certificate
        wrong = bench.contracts.signature(asked.message, leaf)
        judge.holds("signature", not wrong, "; ".join(wrong) or "is right", at=asked)
        told = "; ".join(str(one) for one in problems(asked.message))
        judge.holds("well-formed request", not told, told or "is well-formed", at=asked)


@case(
    "ISO20-EV-PNC-002",
    "The challenge that the station gave comes back",
    sut=Role.EV,
    cites=("V2G20-2565",),
    needs=PNC,
)
async def test_challenge_comes_back(bench: Bench, judge: Judge) -> None:
    """All of its 16 octets, as they were given."""
    trace = await bench.run(bench.contracts.taking(bench.station, "eim", "pnc"), until=GOES_ON)

    asked = first_by_contract(judge, trace)
    if asked:
        given = trace.first(AuthorizationSetupRes).message.authorization_mode.gen_challenge
        judge.equal("challenge", asked.message.authorization_mode.gen_challenge, given, at=asked)


@case(
    "ISO20-EV-PNC-003",
    "The contract chain that the EV shows has the form of one",
    sut=Role.EV,
    cites=("V2G20-2674", "ISO 15118-20, Annex B"),
    needs=PNC,
)
async def test_contract_chain_has_its_form(bench: Bench, judge: Judge) -> None:
    """Algorithms, key usage, names and depth; whom the operator trusts is the operator's business."""
    trace = await bench.run(bench.contracts.taking(bench.station, "eim", "pnc"), until=GOES_ON)

    asked = first_by_contract(judge, trace)
    if asked:
        shown = asked.message.authorization_mode.contract_certificate_chain
        wrong = bench.contracts.form((shown.certificate, *shown.sub_certificates.certificate))
        judge.holds("contract chain", not wrong, "; ".join(wrong) or "has its form", at=asked)


@case(
    "ISO20-EV-PNC-004",
    "A request by contract is repeated unchanged while the station works on it",
    sut=Role.EV,
    cites=("V2G20-1582",),
    needs=PNC,
    control=GOOD,
)
async def test_request_by_contract_is_repeated(bench: Bench, judge: Judge) -> None:
    """The station says Ongoing twice before it says Finished: challenge, chain and what is signed stay the same."""
    station = bench.contracts.taking(bench.station, "eim", "pnc")
    for nth in (1, 2):
        station = station.but(AuthorizationRes, nth=nth, evse_processing=Processing.ONGOING)

    trace = await bench.run(station, until=GOES_ON)

    asked = by_contract(trace)
    judge.between("requests", len(asked), 3, 60, at=asked)
    judge.equal("different contents", len({entry.message.authorization_mode for entry in asked}), 1, at=asked)
    signers = [bench.contracts.signature(entry.message, _leaf(entry)) for entry in asked]
    judge.holds("signatures", not any(signers), "; ".join(one for wrong in signers for one in wrong), at=asked)


def _leaf(asked: Entry) -> bytes:
    """The contract certificate in a request."""
    leaf: bytes = asked.message.authorization_mode.contract_certificate_chain.certificate
    return leaf


@case(
    "ISO20-EV-PNC-005",
    "An EV with a contract is identified by external means where nothing else is offered",
    sut=Role.EV,
    cites=("V2G20-2209", "V2G20-2566", "V2G20-2567"),
    needs=(*PNC, Feature.EIM),
)
async def test_external_means_alone(bench: Bench, judge: Judge) -> None:
    """The station offers external identification means alone, with the block that belongs to it."""
    trace = await bench.run(bench.station, until=GOES_ON)

    judge.silence("requests by contract", by_contract(trace))
    asked = trace.all(AuthorizationReq, selected_authorization_service=Authorization.EIM)
    judge.some("requests by external means", asked)


@case(
    "ISO20-EV-PNC-006",
    "Without a challenge the EV signs nothing",
    sut=Role.EV,
    cites=("V2G20-1219", "V2G20-2568"),
    needs=PNC,
)
async def test_missing_challenge(bench: Bench, judge: Judge) -> None:
    """The station names Plug and Charge among its ways, and sends the block of the other one."""
    offering = bench.contracts.taking(bench.station, "eim", "pnc")
    station = offering.but(AuthorizationSetupRes, authorization_mode=EimAsResAuthorizationMode())

    trace = await bench.run(station, until=GOES_ON)

    judge.silence("requests by contract", by_contract(trace))


@pytest.mark.parametrize("code", WARNINGS, ids=lambda code: code.name.removeprefix("WARNING_").lower())
@case(
    "ISO20-EV-PNC-007",
    "After a refused contract the EV does not go on as if it were authorized",
    sut=Role.EV,
    cites=("V2G20-1577", "V2G20-2221"),
    needs=PNC,
    control=GOOD,
)
async def test_refused_contract_is_no_authorization(bench: Bench, judge: Judge, code: ResponseCode) -> None:
    """The station refuses the contract by a warning: another attempt, another certificate, or the end may follow."""
    offering = bench.contracts.taking(bench.station, "eim", "pnc")
    station = offering.but(AuthorizationRes, nth=1, response_code=code, evse_processing=Processing.FINISHED)

    trace = await bench.run(station, until=either(seen(V2gRequest, times=4, sent_by=Role.EV), closed()))

    warning = trace.first(AuthorizationRes, response_code=code)
    following = trace.since(warning).all(V2gRequest, sent_by=Role.EV)[:1]
    allowed = (AuthorizationReq, CertificateInstallationReq, SessionStopReq)
    strange = [entry for entry in following if not isinstance(entry.message, allowed)]
    judge.silence("requests that need an authorization", strange)


@case(
    "ISO20-EV-PNC-008",
    "An EV whose contract expires soon charges all the same",
    sut=Role.EV,
    cites=("V2G20-2218",),
    needs=PNC,
    control=GOOD,
)
async def test_contract_that_expires_soon(bench: Bench, judge: Judge) -> None:
    """The station authorizes the contract with OK_CertificateExpiresSoon."""
    soon = ResponseCode.OK_CERTIFICATE_EXPIRES_SOON
    offering = bench.contracts.taking(bench.station, "eim", "pnc")
    station = offering.answering(AuthorizationRes, lambda _, usual: in_time(usual, soon))

    trace = await bench.run(station, until=GOES_ON)

    told = trace.first(AuthorizationRes, response_code=soon)
    judge.some("requests for services", trace.since(told).all(ServiceDiscoveryReq))


def in_time(usual: AuthorizationRes, code: ResponseCode) -> AuthorizationRes:
    """The same with another code, once it is decided."""
    return replace(usual, response_code=code) if usual.evse_processing is Processing.FINISHED else usual


@case(
    "ISO20-EV-PNC-009",
    "Every session has a signature of its own",
    sut=Role.EV,
    cites=("V2G20-2565", "V2G20-2608"),
    needs=PNC,
    control=GOOD,
)
async def test_sessions_are_signed_anew(bench: Bench, judge: Judge) -> None:
    """The EV comes twice; what it signs on its second visit is the challenge of that visit."""
    trace = await bench.run(bench.contracts.taking(bench.station, "eim", "pnc"), visits=2)

    setups = (trace.first(AuthorizationSetupRes), trace.nth(AuthorizationSetupRes, 2))
    for setup in setups:
        asked = trace.since(setup).first(AuthorizationReq)
        given, block = setup.message.authorization_mode.gen_challenge, asked.message.authorization_mode
        judge.equal("challenge", getattr(block, "gen_challenge", None), given, at=(setup, asked))
    signatures = {entry.message.header.signature for entry in by_contract(trace)}
    judge.between("different signatures", len(signatures), 2, 2)


@case(
    "ISO20-EV-PNC-010",
    "A meter reading is confirmed with the contract's signature",
    sut=Role.EV,
    cites=("V2G20-1083", "V2G20-771"),
    needs=(*PNC, Feature.METERING_CONFIRMATION),
    control=GOOD,
)
async def test_confirmation_is_signed(bench: Bench, judge: Judge) -> None:
    """The contract pays, and the station wants its reading confirmed once energy flows."""
    offering = bench.contracts.taking(bench.station, "eim", "pnc")
    station = offering.set(notification_plan=((0.5, "metering_confirmation"),))

    trace = await bench.run(station, until=either(answered(MeteringConfirmationReq), finished()))

    contract = _leaf(trace.first(AuthorizationReq, selected_authorization_service=Authorization.PNC))
    confirmed = trace.first(MeteringConfirmationReq)
    wrong = bench.contracts.signature(confirmed.message, contract)
    judge.holds("signature", not wrong, "; ".join(wrong) or "is right", at=confirmed)
