"""Use case C07: contracts with the backend there, away, or checking the chain itself."""

from __future__ import annotations

from harness.kit import (
    Bench,
    Entry,
    Feature,
    Judge,
    LinkSeen,
    Role,
    Trace,
    answered,
    both,
    case,
    conversation,
    ocpp_states,
    scene,
    seen,
)
from harness.kit import backend_contracts as contracts
from harness.kit import certificates as papers
from harness.kit import ocpp_tokens as tokens
from harness.messages.iso20.common import AuthorizationReq, AuthorizationRes, AuthorizationSetupReq, Processing
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import Authorize, OcppMessage, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.ISO20_DC, Feature.PNC, Feature.CONTRACTS_OVER_BACKEND)
CHARGES = seen(TransactionEvent, where=ocpp_states.is_charging)
DECIDED = answered(AuthorizationRes, evse_processing=Processing.FINISHED)
AWAY = 60.0
"""Seconds without a backend."""
HESITATION = 10.0
"""Seconds that the EV leaves us to prepare the station before it asks how it may pay."""


def refusing(_heard: OcppMessage, _said: OcppMessage) -> dict[str, object]:
    """The backend knows the contract and does not take it."""
    return {"idTokenInfo": {"status": "Invalid"}, "certificateStatus": "ContractCancelled"}


def by_contract(trace: Trace) -> list[Entry]:
    """Events that name a contract."""
    events = conversation.events(trace)
    return [entry for entry in events if entry.payload.get("idToken", {}).get("type") == "eMAID"]


def judge_no_energy(judge: Judge, trace: Trace) -> None:
    """Nothing flows to an EV that has shown its contract, and nothing is told of an authorization."""
    after = trace.since(trace.first(AuthorizationReq))
    judge.silence("cycles of the charge loop", after.all(DcChargeLoopRes))
    judge.silence("events that tell of energy", tokens.charged(after))
    judge.silence("events that tell of the contract", by_contract(after))


@case(
    "TC_C_50_CS",
    "A contract goes to the backend with the hashes of its chain, and charges once it is accepted",
    sut=Role.STATION,
    cites=("C07.FR.01", "C07.FR.02"),
    needs=NEEDS,
)
async def test_accepted_contract(bench: Bench, judge: Judge) -> None:
    """The station can check the chain itself, so the chain stays where it is."""
    trace = await bench.run(bench.contracts.paying(bench.ev), until=both(CHARGES, seen(DcChargeLoopRes)))

    asked = trace.first(Authorize)
    judge.equal("type of the token", asked.payload["idToken"].get("type"), "eMAID", at=asked)
    judge.between("hashes", len(asked.payload.get("iso15118CertificateHashData", [])), 1, 4, at=asked)
    judge.some("events that tell of the contract", by_contract(trace))
    judge.some("energy", trace.since(asked).all(DcChargeLoopRes))


@case(
    "TC_C_51_CS",
    "A contract that the backend does not take gets no energy, however good its chain is",
    sut=Role.STATION,
    cites=("C07.FR.01", "C07.FR.02"),
    needs=NEEDS,
)
async def test_refused_contract(bench: Bench, judge: Judge) -> None:
    """The backend calls the contract cancelled and the token invalid."""
    csms = bench.csms.answering(Authorize.response, refusing)

    trace = await bench.run(bench.contracts.paying(bench.ev).charging_for(5.0), csms, until=DECIDED, limit=90.0)

    asked = trace.first(Authorize)
    judge.equal("type of the token", asked.payload["idToken"].get("type"), "eMAID", at=asked)
    judge.between("hashes", len(asked.payload.get("iso15118CertificateHashData", [])), 1, 4, at=asked)
    judge_no_energy(judge, trace)
    last = trace.last(AuthorizationRes)
    judge.holds("the EV is told", not last.message.response_code.startswith("OK"), "response code is OK", at=last)


def offline(*, allowed: bool) -> scene.Scene:
    """Prepares the station, and takes the backend away while an EV with a contract comes."""
    said = str(allowed).lower()
    rules = ocpp_states.variable_set("ISO15118Ctrlr", "ContractValidationOffline", said)
    for name in ("LocalAuthorizeOffline", "OfflineTxForUnknownIdEnabled"):
        rules += ocpp_states.variable_set("AuthCtrlr", name, "true")
    back = ocpp_states.variable_set("AuthCtrlr", "OfflineTxForUnknownIdEnabled", "false")
    back += ocpp_states.variable_set("ISO15118Ctrlr", "ContractValidationOffline", "true")
    return rules + scene.breaks(AWAY) + scene.passes(2 * AWAY) + back


@case(
    "TC_C_54_CS",
    "A contract that the station has checked charges without a backend where that is allowed",
    sut=Role.STATION,
    cites=("C07.FR.08",),
    needs=(*NEEDS, Feature.OFFLINE_QUEUE),
)
async def test_contract_without_a_backend(bench: Bench, judge: Judge) -> None:
    """ContractValidationOffline is on; what happened meanwhile is told once the backend is back."""
    ev = bench.contracts.paying(bench.ev).charging_for(15.0).late_on(AuthorizationSetupReq, HESITATION)

    trace = await bench.play(offline(allowed=True), ev, plug=True)

    paid = trace.first(AuthorizationReq)
    judge.some("energy", trace.since(paid).all(DcChargeLoopRes))
    told = by_contract(trace)
    if judge.any("events that tell of the contract", told):
        judge.holds("it is marked as offline", bool(told[0].payload.get("offline")), "it is not", at=told[0])


@case(
    "TC_C_55_CS",
    "A contract gets no energy without a backend where that is not allowed",
    sut=Role.STATION,
    cites=("C07.FR.07",),
    needs=(*NEEDS, Feature.OFFLINE_QUEUE),
)
async def test_contract_needs_a_backend(bench: Bench, judge: Judge) -> None:
    """ContractValidationOffline is off, though other tokens that nobody knows may charge."""
    ev = bench.contracts.paying(bench.ev).charging_for(15.0).late_on(AuthorizationSetupReq, HESITATION)

    trace = await bench.play(offline(allowed=False), ev, plug=True)

    lost = trace.first(LinkSeen, state="reset")
    back = trace.since(lost).first(LinkSeen, state="open")
    asked = trace.since(lost).first(AuthorizationReq)
    judge.silence("cycles of the charge loop", trace.since(asked).until(back).all(DcChargeLoopRes))
    told = (*by_contract(trace), *tokens.charged(trace))
    judge.silence("events of the contract or of energy then", [one for one in told if one.payload.get("offline")])


@case(
    "TC_C_52_CS",
    "A contract that the station cannot check charges once the backend has checked its chain",
    sut=Role.STATION,
    cites=("C07.FR.06",),
    needs=NEEDS,
)
async def test_chain_checked_by_the_backend(bench: Bench, judge: Judge) -> None:
    """CentralContractValidationAllowed is on; the station lacks the root."""
    bench = bench.managing_certificates(central=True)
    operator = papers.stranger_operator(bench.pki)
    csms = bench.csms.answering(Authorize.response, lambda _heard, _usual: contracts.ACCEPTED)
    ev = bench.contracts.paying(bench.ev, contract=operator.contract)

    trace = await bench.run(ev, csms, until=both(CHARGES, seen(DcChargeLoopRes)), limit=90.0)

    asked = trace.first(Authorize)
    sent = contracts.certificates_in(asked.payload.get("certificate", ""))
    judge.equal("chain that is sent", sent, contracts.contract_shown(trace), at=asked)
    judge.some("energy", trace.since(asked).all(DcChargeLoopRes))


@case(
    "TC_C_53_CS",
    "A contract whose chain the backend finds no good gets no energy",
    sut=Role.STATION,
    cites=("C07.FR.06",),
    needs=NEEDS,
)
async def test_chain_refused_by_the_backend(bench: Bench, judge: Judge) -> None:
    """CentralContractValidationAllowed is on; the station lacks the root."""
    bench = bench.managing_certificates(central=True)
    operator = papers.stranger_operator(bench.pki)
    said = {"idTokenInfo": {"status": "Invalid"}, "certificateStatus": "CertChainError"}
    csms = bench.csms.answering(Authorize.response, lambda _heard, _usual: said)
    ev = bench.contracts.paying(bench.ev, contract=operator.contract).charging_for(5.0)

    trace = await bench.run(ev, csms, until=DECIDED, limit=90.0)

    judge.some("chain that is sent", contracts.certificates_in(trace.first(Authorize).payload.get("certificate", "")))
    judge_no_energy(judge, trace)
