"""Use case C07: how a backend decides on contracts."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.kit import backend_contracts as contracts
from harness.kit import certificates as papers
from harness.messages.ocpp import Authorize

NEEDS = (Feature.OCPP201, Feature.CONTRACTS_OVER_BACKEND)
GOOD = "OCPP-CSMS-PNC-001"


@case(
    GOOD,
    "A station that asks about a contract hears of its certificate and of its account",
    sut=Role.CSMS,
    cites=("C07.FR.04", "C07.FR.13"),
    needs=NEEDS,
)
async def test_contract_is_decided_on(bench: Bench, judge: Judge) -> None:
    """A contract that the backend's own operator issued, named by the hashes of its chain."""
    trace = await bench.run(*contracts.paying_by_contract(bench), until=seen(Authorize.response))

    reply = trace.answer_to(trace.first(Authorize))
    faults = contracts.verdict_faults(reply)
    judge.equal("what is wrong with the answer", faults, (), at=reply)
    judge.report("time to answer", round(reply.at - trace.first(Authorize).at, 3), "s", at=reply)


@case(
    "OCPP-CSMS-PNC-002",
    "A contract under a root that nobody knows is not accepted",
    sut=Role.CSMS,
    cites=("C07.FR.05", "C07.FR.17"),
    needs=NEEDS,
    control=GOOD,
)
async def test_unknown_operator_is_refused(bench: Bench, judge: Judge) -> None:
    """The station lacks the root as well and sends the whole chain; the backend has to see that it leads nowhere."""
    bench = bench.managing_certificates(central=True)
    operator = papers.stranger_operator(bench.pki)
    ev, station = contracts.paying_by_contract(bench, operator.contract)

    trace = await bench.run(ev, station, until=seen(Authorize.response))

    asked = trace.first(Authorize, where=lambda entry: "certificate" in entry.payload)
    reply = trace.answer_to(asked)
    judge.excludes("certificateStatus", reply.payload.get("certificateStatus"), ("Accepted", None), at=reply)
    judge.equal("what is wrong with the answer", contracts.verdict_faults(reply), (), at=reply)


@case(
    "OCPP-CSMS-PNC-003",
    "A chain that cannot be read is not accepted",
    sut=Role.CSMS,
    cites=("C07.FR.05", "C07.FR.17"),
    needs=NEEDS,
    control=GOOD,
)
async def test_unreadable_chain_is_refused(bench: Bench, judge: Judge) -> None:
    """What should be a chain is none; an error does as well as a status."""
    bench = bench.managing_certificates(central=True)
    operator = papers.stranger_operator(bench.pki)
    ev, station = contracts.paying_by_contract(bench, operator.contract)
    bent = station.but(Authorize, certificate="TEST ONLY, no certificate")

    trace = await bench.run(ev, bent, until=seen(Authorize.response), limit=60.0)

    asked = trace.first(Authorize, where=lambda entry: "certificate" in entry.payload)
    reply = trace.answer_to(asked)
    judge.excludes("certificateStatus", reply.payload.get("certificateStatus"), ("Accepted",), at=reply)
    judge.excludes("status of the token", reply.payload.get("idTokenInfo", {}).get("status"), ("Accepted",), at=reply)
