"""Use case C07: the station has the backend decide on contracts."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, both, by_contract, case, conversation, finished, seen
from harness.kit import backend_contracts as contracts
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.messages.iso20.common import AuthorizationRes, Processing, ResponseCode
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import Authorize, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.ISO20_DC, Feature.PNC, Feature.CONTRACTS_OVER_BACKEND)
GOOD = "OCPP-STN-PNC-001"
DECIDED = answered(AuthorizationRes, evse_processing=Processing.FINISHED)
OK = (ResponseCode.OK, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON)
REFUSALS = {
    "ContractCancelled": "Blocked",
    "CertificateExpired": "Expired",
    "CertificateRevoked": "Invalid",
    "CertChainError": "Invalid",
    "SignatureError": "Invalid",
    "NoCertificateAvailable": "Invalid",
}
"""What the backend says of a contract, and of its token beside that."""


@case(
    GOOD,
    "The backend is asked about a contract, with the hashes of its certificates",
    sut=Role.STATION,
    cites=("C07.FR.01", "C07.FR.02"),
    needs=NEEDS,
)
async def test_backend_is_asked_about_the_contract(bench: Bench, judge: Judge) -> None:
    """An EV pays by a contract that the station can check; what remains to know is whose account it is."""
    ev = bench.contracts.paying(bench.ev)

    trace = await bench.run(ev, until=seen(Authorize.response))

    asked = trace.first(Authorize)
    judge.equal("type of the token", asked.payload["idToken"].get("type"), "eMAID", at=asked)
    shown = contracts.contract_shown(trace)
    emaid = contracts.plain(str(asked.payload["idToken"].get("idToken")))
    judge.equal("token", emaid, contracts.emaid_of(shown), at=asked)
    hashes = asked.payload.get("iso15118CertificateHashData", [])
    judge.between("hashes", len(hashes), 1, 4, at=asked)
    judge.equal("what is wrong with them", reading.chain_named(hashes, shown, bench.pki.mo_roots), (), at=asked)
    judge.equal("certificate beside them", asked.payload.get("certificate"), None, at=asked)


@case(
    "OCPP-STN-PNC-002",
    "The EV waits while the backend decides on its contract, and charges then",
    sut=Role.STATION,
    cites=("C07.FR.01", "C07.FR.02"),
    needs=NEEDS,
)
async def test_ev_waits_for_the_backend(bench: Bench, judge: Judge) -> None:
    """The backend takes six seconds; the EV hears Ongoing meanwhile, then that it may charge."""
    csms = bench.csms.late_on(Authorize.response, 6.0)

    ev = bench.contracts.paying(bench.ev).charging_for(10.0)

    trace = await bench.run(ev, csms, until=both(seen(Authorize.response), seen(DcChargeLoopRes)))

    said = trace.first(Authorize.response)
    early = trace.until(said).all(AuthorizationRes)
    judge.every(
        "answers before the backend decides",
        early,
        lambda entry: entry.message.evse_processing is Processing.ONGOING,
        "Finished",
    )
    last = trace.last(AuthorizationRes)
    judge.among("response code", last.message.response_code, OK, at=last)
    judge.some("energy", trace.since(said).all(DcChargeLoopRes))


@pytest.mark.parametrize("status", list(REFUSALS))
@case(
    "OCPP-STN-PNC-003",
    "A contract that the backend refuses pays for nothing",
    sut=Role.STATION,
    cites=("C07.FR.01", "V2G20-2219"),
    needs=NEEDS,
    control=GOOD,
)
async def test_refused_contract_pays_for_nothing(bench: Bench, judge: Judge, status: str) -> None:
    """Each status that is not Accepted, with the token that goes with it; the EV must be told, and gets no energy."""
    answer = {"idTokenInfo": {"status": REFUSALS[status]}, "certificateStatus": status}
    csms = bench.csms.answering(Authorize.response, lambda _heard, _usual: answer)

    trace = await bench.run(bench.contracts.paying(bench.ev), csms, until=finished())

    after = trace.since(trace.first(Authorize.response))
    judge.silence("cycles of the charge loop", after.all(DcChargeLoopRes))
    told = after.all(AuthorizationRes, evse_processing=Processing.FINISHED)
    judge.every("answers to the EV", told, lambda entry: not entry.message.response_code.startswith("OK"), "OK")


@case(
    "OCPP-STN-PNC-004",
    "A transaction names the contract that pays for it",
    sut=Role.STATION,
    cites=("C07.FR.01",),
    needs=NEEDS,
)
async def test_transaction_names_the_contract(bench: Bench, judge: Judge) -> None:
    """The event that tells of the authorization carries the token that the backend was asked about."""
    trace = await bench.run(
        bench.contracts.paying(bench.ev), until=seen(TransactionEvent, triggerReason="ChargingStateChanged")
    )

    asked = trace.first(Authorize).payload["idToken"]
    named = [entry for entry in conversation.events(trace) if "idToken" in entry.payload]
    if judge.any("events with a token", named):
        judge.equal("token", named[0].payload["idToken"].get("idToken"), asked.get("idToken"), at=named[0])
        judge.equal("type", named[0].payload["idToken"].get("type"), "eMAID", at=named[0])


@case(
    "OCPP-STN-PNC-005",
    "A contract without a root at the station goes to the backend as a whole",
    sut=Role.STATION,
    cites=("C07.FR.06",),
    needs=NEEDS,
    control=GOOD,
)
async def test_unknown_contract_goes_to_the_backend(bench: Bench, judge: Judge) -> None:
    """The station may have contracts validated centrally, and says so; a station that may not tells that as well."""
    bench = bench.managing_certificates(central=True)
    operator = papers.stranger_operator(bench.pki)
    allowed = await contracts.allows_central_validation(bench)
    csms = bench.csms.answering(Authorize.response, lambda _heard, _usual: contracts.ACCEPTED)

    trace = await bench.run(bench.contracts.paying(bench.ev, contract=operator.contract), csms, until=DECIDED)

    by_contract(trace)
    asked = trace.all(Authorize)
    if not allowed:
        judge.silence("questions about a contract that the station may not have validated", asked)
        return
    if judge.any("questions", asked):
        sent = contracts.certificates_in(asked[0].payload.get("certificate", ""))
        judge.equal("chain that is sent", sent, contracts.contract_shown(trace), at=asked[0])
        last = trace.last(AuthorizationRes)
        judge.among("response code", last.message.response_code, OK, at=last)
