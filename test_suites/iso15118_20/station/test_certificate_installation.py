"""Contract certificates over the charging cable: who gets one, what is wrong with it never, and who gets none."""

from __future__ import annotations

import pytest

from harness.kit import (
    SIGNATURE_FLAWS,
    Bench,
    ChainKind,
    Entry,
    Family,
    Feature,
    Flaw,
    Here,
    Judge,
    Role,
    SignatureFlaw,
    State,
    Trace,
    answered,
    case,
    family,
    stopping_in,
)
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    CertificateInstallationReq,
    CertificateInstallationRes,
    Processing,
    ResponseCode,
    ServiceDiscoveryRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.problems import problems

INSTALLS = (Feature.ISO20_DC, Feature.PNC, Feature.CERTIFICATE_INSTALLATION)
GOOD = "ISO20-STN-CIN-002"
DECIDED = answered(CertificateInstallationRes, evse_processing=Processing.FINISHED)
PERFORMANCE = 60.0
"""Seconds that an EV puts up with plain Ongoing."""
NOBODY = "HRN00000000000000X"
COMMON = (*family(Family.COMMON, ChainKind.PROVISIONING), Flaw.THIRD_SUB_CA, Flaw.WRONG_CURVE)
CHAIN_FLAWS = tuple(flaw for flaw in COMMON if flaw is not Flaw.WRONG_EXTENDED_KEY_USAGE)
"""No public source says which extended key usages a provisioning certificate may have."""
EXPECTED = {
    Flaw.EXPIRED: ResponseCode.WARNING_CERTIFICATE_EXPIRED,
    Flaw.NOT_YET_VALID: ResponseCode.WARNING_CERTIFICATE_NOT_YET_VALID,
}


def last_answer(judge: Judge, trace: Trace) -> Entry:
    """What became of the request.

    Raises:
        Unreached: there was none.
    """
    judge.answered(trace, trace.first(CertificateInstallationReq), CertificateInstallationRes)
    return trace.last(CertificateInstallationRes)


def judge_refusal(judge: Judge, trace: Trace, wanted: ResponseCode) -> None:
    """Nothing was handed out, whatever the station says."""
    last = last_answer(judge, trace)
    code = last.message.response_code
    judge.holds("refusal", not code.startswith("OK"), f"response code is {code}", at=last)
    judge.equal("processing", last.message.evse_processing, Processing.FINISHED, at=last)
    if not code.startswith("OK") and code is not wanted:
        judge.notice("refusal", f"by {code}; its name leads one to expect {wanted}", at=last)


@case(
    GOOD,
    "An EV without a contract gets one that is rightly signed, sealed and certified",
    sut=Role.STATION,
    cites=("V2G20-1077", "V2G20-2492", "V2G20-1577"),
    needs=INSTALLS,
)
async def test_contract_is_installed(bench: Bench, judge: Judge) -> None:
    """The EV asks with its provisioning certificate, checks all that it gets, and opens the key."""
    trace = await bench.run(bench.contracts.without(bench.ev), until=answered(AuthorizationReq))

    last = last_answer(judge, trace)
    judge.equal("response code", last.message.response_code, ResponseCode.OK, at=last)
    objections = bench.contracts.objections(last.message, last.at)
    judge.holds("contract", not objections, "; ".join(objections) or "can be used", at=last)


@case(
    "ISO20-STN-CIN-003",
    "An EV pays by the contract that it was given",
    sut=Role.STATION,
    cites=("V2G20-2565", "V2G20-1577"),
    needs=INSTALLS,
    control=GOOD,
)
async def test_installed_contract_pays(bench: Bench, judge: Judge) -> None:
    """Right after the installation the EV signs the challenge with its new key."""
    trace = await bench.run(bench.contracts.without(bench.ev), until=answered(ServiceDiscoveryRes))

    judge.answered(trace, trace.first(AuthorizationReq), AuthorizationRes)
    last = trace.last(AuthorizationRes)
    allowed = (ResponseCode.OK, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON)
    judge.among("response code", last.message.response_code, allowed, at=last)


@case(
    "ISO20-STN-CIN-004",
    "An EV on Ed448 gets a contract sealed for its key on X448",
    sut=Role.STATION,
    cites=("V2G20-2319", "V2G20-1077", "V2G20-2495"),
    needs=(*INSTALLS, Feature.ED448),
    control=GOOD,
)
async def test_contract_on_ed448_is_installed(bench: Bench, judge: Judge) -> None:
    """Provisioning certificate and contract are on the additional algorithm."""
    ev = bench.contracts.additional(bench.ev).having(contract=None)

    trace = await bench.run(ev, until=answered(AuthorizationReq))

    last = last_answer(judge, trace)
    judge.equal("response code", last.message.response_code, ResponseCode.OK, at=last)
    objections = bench.contracts.objections(last.message, last.at, additional=True)
    judge.holds("contract", not objections, "; ".join(objections) or "can be used", at=last)


@case(
    "ISO20-STN-CIN-005",
    "The answer that brings a contract is well-formed",
    sut=Role.STATION,
    cites=("ISO 15118-20, Annex A",),
    needs=INSTALLS,
    control=GOOD,
)
async def test_answer_is_well_formed(bench: Bench, judge: Judge) -> None:
    """Every element has what its type allows; so has an answer that says Ongoing."""
    trace = await bench.run(bench.contracts.without(bench.ev), until=DECIDED)

    last_answer(judge, trace)
    for reply in trace.all(CertificateInstallationRes):
        told = "; ".join(str(one) for one in problems(reply.message))
        judge.holds("well-formed answer", not told, told or "is well-formed", at=reply)


@pytest.mark.parametrize("flaw", SIGNATURE_FLAWS, ids=lambda flaw: flaw.value)
@case(
    "ISO20-STN-CIN-006",
    "A request for a contract with a flawed signature is refused",
    sut=Role.STATION,
    cites=("V2G20-461", "V2G20-1000", "V2G20-771"),
    needs=INSTALLS,
    control=GOOD,
)
async def test_flawed_request_is_refused(bench: Bench, judge: Judge, flaw: SignatureFlaw) -> None:
    """One mistake at a time; those that still prove what they should are told, and held against nobody."""
    trace = await bench.run(bench.contracts.asking(bench.ev, flaw), until=DECIDED)

    last = last_answer(judge, trace)
    code, allowed = last.message.response_code, () if flaw.fatal else (ResponseCode.OK,)
    judge.among("response code", code, (ResponseCode.FAILED_SIGNATURE_ERROR, *allowed), at=last)
    if code in allowed:
        judge.notice("leniency", f"{flaw.description}, and the station says {code}", at=last)


@pytest.mark.parametrize("flaw", CHAIN_FLAWS, ids=lambda flaw: flaw.value)
@case(
    "ISO20-STN-CIN-007",
    "A flawed provisioning chain gets no contract",
    sut=Role.STATION,
    cites=("V2G20-2333", "V2G20-461"),
    needs=INSTALLS,
    control=GOOD,
)
async def test_flawed_provisioning_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time, under a signature that is right."""
    chain = bench.pki.provisioning_chain(flaw=flaw)

    trace = await bench.run(bench.contracts.without(bench.ev, provisioning=chain), until=DECIDED)

    judge_refusal(judge, trace, EXPECTED.get(flaw, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR))


@pytest.mark.parametrize("kind", ["vehicle", "contract"])
@case(
    "ISO20-STN-CIN-008",
    "A certificate that is no provisioning certificate gets no contract",
    sut=Role.STATION,
    cites=("V2G20-2333",),
    needs=INSTALLS,
    control=GOOD,
)
async def test_other_certificates_get_nothing(bench: Bench, judge: Judge, kind: str) -> None:
    """The EV asks with its vehicle certificate, or with a contract that it has."""
    chain = bench.pki.vehicle_chain() if kind == "vehicle" else bench.pki.contract_chain()

    trace = await bench.run(bench.contracts.without(bench.ev, provisioning=chain), until=DECIDED)

    judge_refusal(judge, trace, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR)


@case(
    "ISO20-STN-CIN-009",
    "A car that nobody has a contract for gets none",
    sut=Role.STATION,
    cites=("V2G20-2333", "ISO 15118-20, 8.3.4"),
    needs=INSTALLS,
    control=GOOD,
)
async def test_unknown_car_gets_nothing(bench: Bench, judge: Judge) -> None:
    """The provisioning certificate is good, and nobody made a contract for its PCID."""
    chain = bench.pki.provisioning_chain(NOBODY)

    trace = await bench.run(bench.contracts.without(bench.ev, provisioning=chain), until=DECIDED)

    judge_refusal(judge, trace, ResponseCode.WARNING_NO_CONTRACT_MATCHING_PCID_FOUND)


@case(
    "ISO20-STN-CIN-010",
    "An EV that got no contract may leave in good order",
    sut=Role.STATION,
    cites=("V2G20-1577",),
    needs=INSTALLS,
    control=GOOD,
)
async def test_leaving_without_a_contract(bench: Bench, judge: Judge) -> None:
    """Nobody made a contract for the car: a warning, which leaves the session as it is."""
    chain = bench.pki.provisioning_chain(NOBODY)

    trace = await bench.run(bench.contracts.without(bench.ev, provisioning=chain), until=answered(SessionStopRes))

    last = last_answer(judge, trace)
    code = last.message.response_code
    judge.holds("a warning", code.startswith("WARNING"), f"response code is {code}", at=last)
    if code.startswith("WARNING"):
        judge.coded(trace, trace.first(SessionStopReq), SessionStopRes, ResponseCode.OK)


@case(
    "ISO20-STN-CIN-011",
    "An EV that got no contract is authorized by external means",
    sut=Role.STATION,
    cites=("V2G20-1577", "V2G20-2566"),
    needs=(*INSTALLS, Feature.EIM),
    control=GOOD,
)
async def test_external_means_without_a_contract(bench: Bench, judge: Judge) -> None:
    """Nobody made a contract for the car; a driver's token will do as well."""
    ev = bench.contracts.without(bench.ev, provisioning=bench.pki.provisioning_chain(NOBODY))

    trace = await bench.run(ev.with_car(authorization="pnc_then_eim"), until=answered(ServiceDiscoveryRes))

    code = last_answer(judge, trace).message.response_code
    judge.holds("a warning", code.startswith("WARNING"), f"response code is {code}")
    other = trace.first(AuthorizationReq, selected_authorization_service=Authorization.EIM)
    judge.answered(trace, other, AuthorizationRes)
    last = trace.last(AuthorizationRes)
    judge.equal("response code", last.message.response_code, ResponseCode.OK, at=last)


@case(
    "ISO20-STN-CIN-012",
    "An installation is over within a minute",
    sut=Role.STATION,
    cites=("V2G20-435",),
    needs=INSTALLS,
    control=GOOD,
)
async def test_installation_ends_in_time(bench: Bench, judge: Judge) -> None:
    """The EV repeats its request for as long as the station works on it, and has all the time in the world."""
    ev = bench.contracts.without(bench.ev).having(patient=True)

    trace = await bench.run(ev, until=DECIDED, limit=PERFORMANCE + 20)

    begin, end = trace.first(CertificateInstallationRes), trace.last(CertificateInstallationRes)
    judge.report("duration of the installation", round(end.at - begin.at, 3), "s", at=(begin, end))
    waits = trace.all(CertificateInstallationRes, evse_processing=Processing.ONGOING)
    judge.silence("Ongoing after a minute", [one for one in waits if one.at - begin.at > PERFORMANCE])


@case(
    "ISO20-STN-CIN-013",
    "A contract whose end has come is replaced within the session",
    sut=Role.STATION,
    cites=("V2G20-2221", "V2G20-1577"),
    needs=INSTALLS,
    control=GOOD,
)
async def test_expired_contract_is_replaced(bench: Bench, judge: Judge) -> None:
    """The EV shows a contract that ran out yesterday, is warned, asks for another one, and pays by that."""
    ev = bench.contracts.paying(bench.ev, contract=bench.contracts.chain(Flaw.EXPIRED))

    trace = await bench.run(ev, until=answered(ServiceDiscoveryRes))

    warning = trace.first(AuthorizationRes, evse_processing=Processing.FINISHED)
    code = warning.message.response_code
    judge.holds("refusal by a warning", code.startswith("WARNING"), f"response code is {code}", at=warning)
    last_answer(judge, trace)
    judge.granted(trace, trace.since(warning).last(AuthorizationReq), AuthorizationRes)
    last = trace.last(AuthorizationRes)
    judge.holds("authorized", last.message.response_code.startswith("OK"), last.message.response_code, at=last)


@case(
    "ISO20-STN-CIN-014",
    "Every contract key travels under a key of its own",
    sut=Role.STATION,
    cites=("V2G20-2608",),
    needs=INSTALLS,
    control=GOOD,
)
async def test_ephemeral_keys_differ(bench: Bench, judge: Judge) -> None:
    """An EV without a contract comes, then one whose contract ran out: another secret for each."""
    contracts = bench.contracts
    second = contracts.paying(bench.ev, contract=contracts.chain(Flaw.EXPIRED))

    trace = await bench.run(contracts.without(bench.ev), second)

    trace.nth(AuthorizationSetupRes, 2)
    finished = trace.all(CertificateInstallationRes, evse_processing=Processing.FINISHED)
    handed = [entry for entry in finished if entry.message.response_code is ResponseCode.OK]
    if len(handed) < 2:
        judge.inconclusive("public keys", f"{len(handed)} contracts were handed out, not 2", at=finished)
        return
    keys = {entry.message.signed_installation_data.dh_public_key for entry in handed}
    judge.equal("different public keys", len(keys), len(handed), at=handed)


@case(
    "ISO20-STN-CIN-015",
    "An EV may ask for a contract once more",
    sut=Role.STATION,
    cites=("V2G20-1577", "V2G20-2608"),
    needs=INSTALLS,
    control=GOOD,
)
async def test_second_request_is_answered(bench: Bench, judge: Judge) -> None:
    """After the first answer the EV asks again: another contract, the same, or a warning that there is none."""
    ev = stopping_in(bench.contracts.without(bench.ev), State.AUTHORIZATION_OFFERED, goes_on, goes_on)

    trace = await bench.run(ev, until=answered(CertificateInstallationRes, times=2))

    judge.granted(trace, trace.nth(CertificateInstallationReq, 2), CertificateInstallationRes)


def goes_on(here: Here) -> object:
    """A turn: what the EV would do now."""
    return here.usual
