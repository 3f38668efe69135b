"""Use case C07: a backend accepts contracts, or the account behind them does not let it."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, ocpp_states, replace, seen
from harness.kit import backend_contracts as contracts
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import Authorize, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.CONTRACTS_OVER_BACKEND)
CHARGES = seen(TransactionEvent, where=ocpp_states.is_charging)


def judge_an_accepted_contract(judge: Judge, trace: Trace, asked: Entry) -> None:
    """Certificate and token are accepted, and the token again beside the transaction."""
    reply = trace.answer_to(asked)
    judge.equal("certificateStatus", reply.payload.get("certificateStatus"), "Accepted", at=(asked, reply))
    judge.equal("status of the token", reply.payload.get("idTokenInfo", {}).get("status"), "Accepted", at=reply)
    told = trace.all(TransactionEvent, where=lambda entry: "idToken" in entry.payload)
    if judge.any("events that tell of the token", told):
        again = trace.answer_to(told[0]).payload.get("idTokenInfo", {}).get("status")
        judge.equal("status of the token beside the transaction", again, "Accepted", at=told[0])


@case(
    "TC_C_50_CSMS",
    "A backend accepts a contract whose certificates the station names by their hashes",
    sut=Role.CSMS,
    cites=("C07.FR.04",),
    needs=NEEDS,
)
async def test_contract_by_hashes(bench: Bench, judge: Judge) -> None:
    """Our station has checked the chain itself."""
    trace = await bench.run(*contracts.paying_by_contract(bench), until=CHARGES, limit=60.0)

    judge_an_accepted_contract(judge, trace, trace.first(Authorize))


@case(
    "TC_C_51_CSMS",
    "A backend does not accept a contract whose account is closed",
    sut=Role.CSMS,
    cites=("C07.FR.04", "C07.FR.13"),
    needs=NEEDS,
)
async def test_closed_account(bench: Bench, judge: Judge) -> None:
    """The certificates are good; the account is one that the backend knows as closed."""
    ev, station = contracts.paying_by_contract(bench)
    closed = station.but(Authorize, idToken={"idToken": tokens.CANCELLED, "type": "eMAID"})

    trace = await bench.run(ev, closed, until=seen(Authorize.response), limit=60.0)

    reply = trace.answer_to(trace.first(Authorize))
    judge.excludes("status of the token", reply.payload.get("idTokenInfo", {}).get("status"), ("Accepted",), at=reply)
    judge.equal("what is wrong with the answer", contracts.verdict_faults(reply), (), at=reply)


@case(
    "TC_C_52_CSMS",
    "A backend accepts a contract whose chain the station cannot check",
    sut=Role.CSMS,
    cites=("C07.FR.04", "C07.FR.05"),
    needs=NEEDS,
)
async def test_contract_as_a_whole(bench: Bench, judge: Judge) -> None:
    """Our station lacks the root and sends the whole chain."""
    bench = bench.managing_certificates(central=True)
    ev, station = contracts.paying_by_contract(bench)
    rootless = station.having(provider=replace(station.provider, contract_roots=()))

    trace = await bench.run(ev, rootless, until=CHARGES, limit=60.0)

    asked = trace.first(Authorize, where=lambda entry: "certificate" in entry.payload)
    judge_an_accepted_contract(judge, trace, asked)
