"""Use cases M01 and M02: the station has the backend hand out contracts to EVs."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, case, either, finished, seen
from harness.kit import backend_contracts as contracts
from harness.kit.older import getting_a_contract
from harness.messages.field import Message
from harness.messages.iso2 import certificates as iso2
from harness.messages.iso20.common import CertificateInstallationReq, CertificateInstallationRes, Processing
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import Authorize, Get15118EVCertificate

BACKEND = (Feature.OCPP201, Feature.CONTRACTS_OVER_BACKEND)
NEEDS = (*BACKEND, Feature.ISO20_DC, Feature.PNC, Feature.CERTIFICATE_INSTALLATION)
OLDER = (*BACKEND, Feature.ISO2, Feature.ISO2_PNC, Feature.ISO2_CERTIFICATE_INSTALLATION)
GOOD, OLDER_GOOD = "OCPP-STN-CIN-001", "OCPP-STN-CIN-004"
DECIDED = answered(CertificateInstallationRes, evse_processing=Processing.FINISHED)
ASKS: dict[str, type[Message]] = {"installation": iso2.CertificateInstallationReq, "update": iso2.CertificateUpdateReq}
REPLIES: dict[str, type[Message]] = {
    "installation": iso2.CertificateInstallationRes,
    "update": iso2.CertificateUpdateRes,
}
ACTIONS = {"installation": "Install", "update": "Update"}


@case(
    GOOD,
    "An EV's request for a contract goes to the backend as it came, and the answer back to the EV",
    sut=Role.STATION,
    cites=("M01.FR.01",),
    needs=NEEDS,
)
async def test_request_goes_to_the_backend(bench: Bench, judge: Judge) -> None:
    """What the EV signed may not be touched; the same goes for what the provisioning service signed."""
    bench = bench.managing_certificates(contracts=True)

    trace = await bench.run(bench.contracts.without(bench.ev), until=DECIDED)

    sent = trace.first(CertificateInstallationReq)
    asked = trace.since(sent).first(Get15118EVCertificate)
    judge.equal("action", asked.payload.get("action"), "Install", at=asked)
    judge.holds("exiRequest is what the EV sent", contracts.as_the_ev_sent(asked, trace), at=(sent, asked))
    got = trace.last(CertificateInstallationRes)
    brought = contracts.brought(trace.answer_to(asked), "common")
    judge.equal("signed part", contracts.signed_part(got.message), contracts.signed_part(brought), at=got)


@case(
    "OCPP-STN-CIN-002",
    "A contract that the backend hands out can be used, and pays",
    sut=Role.STATION,
    cites=("M01.FR.01", "C07.FR.01"),
    needs=NEEDS,
)
async def test_installed_contract_pays(bench: Bench, judge: Judge) -> None:
    """The EV checks the signature, opens the key and pays with it in the same session."""
    bench = bench.managing_certificates(contracts=True)

    trace = await bench.run(bench.contracts.without(bench.ev), until=either(seen(DcChargeLoopRes), finished()))

    got = trace.last(CertificateInstallationRes, evse_processing=Processing.FINISHED)
    judge.equal("what keeps the EV from using it", bench.contracts.objections(got.message, got.at), (), at=got)
    judge.some("questions about the contract", trace.since(got).all(Authorize))
    judge.some("energy", trace.since(got).all(DcChargeLoopRes))


@pytest.mark.parametrize("how", list(contracts.FAILURES))
@case(
    "OCPP-STN-CIN-003",
    "Where the backend has no contract, the EV is told so",
    sut=Role.STATION,
    cites=("M01.FR.01",),
    needs=NEEDS,
    control=GOOD,
)
async def test_no_contract_at_the_backend(bench: Bench, judge: Judge, how: str) -> None:
    """The backend fails, answers something else than a response, or with an error; the EV must not get an OK."""
    bench = bench.managing_certificates(contracts=True)
    csms = bench.csms.answering(Get15118EVCertificate.response, contracts.FAILURES[how])

    trace = await bench.run(bench.contracts.without(bench.ev), csms, until=DECIDED, limit=90.0)

    trace.first(Get15118EVCertificate)
    last = judge.answered(trace, trace.last(CertificateInstallationReq), CertificateInstallationRes)
    if last:
        judge.holds(
            "the EV is told", not last.message.response_code.startswith("OK"), last.message.response_code, at=last
        )
        judge.equal("processing", last.message.evse_processing, Processing.FINISHED, at=last)


@pytest.mark.parametrize("how", list(ASKS))
@case(
    OLDER_GOOD,
    "A request of ISO 15118-2 for a contract, or its renewal, goes to the backend as it came",
    sut=Role.STATION,
    cites=("M01.FR.01", "M02.FR.01"),
    needs=OLDER,
)
async def test_older_request_goes_to_the_backend(bench: Bench, judge: Judge, how: str) -> None:
    """The station answers when the backend has answered, in time for an EV that cannot be told to wait."""
    bench = bench.managing_certificates(contracts=True)
    csms = bench.csms.late_on(Get15118EVCertificate.response, 2.0)

    trace = await bench.run(getting_a_contract(bench.ev, bench.pki, how), csms, until=answered(REPLIES[how]))

    sent = trace.first(ASKS[how])
    asked = trace.since(sent).first(Get15118EVCertificate)
    judge.equal("action", asked.payload.get("action"), ACTIONS[how], at=asked)
    judge.holds("exiRequest is what the EV sent", contracts.as_the_ev_sent(asked, trace), at=(sent, asked))
    got = judge.answered(trace, sent, REPLIES[how])
    if got:
        brought = contracts.brought(trace.answer_to(asked), "iso2")
        judge.equal("signed parts", contracts.signed_part(got.message), contracts.signed_part(brought), at=got)
        judge.within("answer to the EV", sent, got, 4.5)


@pytest.mark.parametrize("how", list(ASKS))
@case(
    "OCPP-STN-CIN-005",
    "Where the backend is silent, an EV of ISO 15118-2 is told in time that there is no contract",
    sut=Role.STATION,
    cites=("M01.FR.01", "M02.FR.01"),
    needs=OLDER,
)
async def test_silent_backend_is_not_waited_for(bench: Bench, judge: Judge, how: str) -> None:
    """The EV gives the station five seconds; a backend that says nothing may not cost the session its answer."""
    bench = bench.managing_certificates(contracts=True)
    csms = bench.csms.silent_on(Get15118EVCertificate.response)

    trace = await bench.run(getting_a_contract(bench.ev, bench.pki, how), csms, until=answered(REPLIES[how]))

    trace.first(Get15118EVCertificate)
    sent = trace.first(ASKS[how])
    got = judge.refused(trace, sent, REPLIES[how])
    if got:
        judge.within("answer to the EV", sent, got, 5.0)
