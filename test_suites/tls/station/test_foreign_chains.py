"""Chains that are good for something else, and vehicles that come with nothing good again and again."""

from __future__ import annotations

import pytest

from harness.kit import Bench, ChainKind, Feature, Flaw, Judge, Role, TlsSeen, calling_in, case, tls

OTHERS = (ChainKind.PROVISIONING, ChainKind.SECC, ChainKind.CPS)
STRANGERS = 50


@case(
    "TLS-STN-024",
    "A contract's chain is no vehicle's chain",
    sut=Role.STATION,
    cites=("V2G20-1001", "V2G20-2401"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_contract_chain_is_refused(bench: Bench, judge: Judge) -> None:
    """The vehicle shows its contract in TLS; the root of a mobility operator is no anchor there."""
    stranger = bench.ev.having(credentials=bench.pki.contract_chain())

    trace = await bench.run(calling_in(stranger), calling_in(bench.ev))

    judge.take(tls.refused(trace))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("kind", OTHERS, ids=lambda kind: kind.value)
@case(
    "TLS-STN-025",
    "A chain for something else is no vehicle's chain, trusted root or not",
    sut=Role.STATION,
    cites=("V2G20-1001", "V2G20-2598"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_chain_for_something_else_is_refused(bench: Bench, judge: Judge, kind: ChainKind) -> None:
    """Provisioning chains end at the maker's root, those of stations and provisioning services at the V2G root."""
    stranger = bench.ev.having(credentials=bench.pki.chain(kind))

    trace = await bench.run(calling_in(stranger), calling_in(bench.ev))

    judge.take(tls.refused(trace))
    judge.take(tls.served_next(trace))


@case(
    "TLS-STN-026",
    "Fifty refused vehicles do not keep the next one out",
    sut=Role.STATION,
    cites=("V2G20-1264",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_many_refusals_wear_nothing_out(bench: Bench, judge: Judge) -> None:
    """Each shows a self-signed certificate; a station that leaks a connection with each refusal runs out of them."""
    chain = bench.pki.vehicle_chain(bench.ev.car.evcc_id, flaw=Flaw.SELF_SIGNED)
    stranger = calling_in(bench.ev.having(credentials=chain))

    trace = await bench.run(*[stranger] * STRANGERS, calling_in(bench.ev), gap=0.1)

    judge.equal("vehicles refused", len(trace.all(TlsSeen, event="refused")), STRANGERS)
    judge.take(tls.served_next(trace))
