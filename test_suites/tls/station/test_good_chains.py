"""Vehicle chains that are built otherwise than usual, and are good all the same."""

from __future__ import annotations

import pytest

from harness.kit import Bench, ChainKind, ChainVariant, Feature, Judge, Role, calling_in, case, replace, tls

VEHICLE = ChainKind.VEHICLE
GROUPS = ("secp521r1", "x448")


@pytest.mark.parametrize(
    "variant", [ChainVariant.ONE_SUB_CA, ChainVariant.CROSS_SIGNED], ids=lambda variant: variant.value
)
@case(
    "TLS-STN-018",
    "A vehicle chain with one authority less or more is taken",
    sut=Role.STATION,
    cites=("V2G20-911", "V2G20-1005", "V2G20-1002"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_shorter_and_longer_chains_are_taken(bench: Bench, judge: Judge, variant: ChainVariant) -> None:
    """One sub-CA alone; or three certificates and a cross certificate, by which the root is known under another."""
    chain = bench.pki.chain(VEHICLE, name=bench.ev.car.evcc_id, variant=variant)

    trace = await bench.run(calling_in(bench.ev.having(credentials=chain)))

    judge.take(tls.taken(trace))


@case(
    "TLS-STN-019",
    "A vehicle chain under the V2G root is taken",
    sut=Role.STATION,
    cites=("V2G20-2331", "V2G20-2338"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_vehicle_chain_under_v2g_root_is_taken(bench: Bench, judge: Judge) -> None:
    """In TLS-STN-001 the vehicle's chain ends at its maker's root; here it ends at the root above stations."""
    chain = bench.pki.chain(VEHICLE, name=bench.ev.car.evcc_id, variant=ChainVariant.V2G_ROOTED)

    trace = await bench.run(calling_in(bench.ev.having(credentials=chain)))

    judge.take(tls.taken(trace))


@case(
    "TLS-STN-020",
    "Of two roots with one name the right one is found",
    sut=Role.STATION,
    cites=("V2G2-878", "V2G20-1001"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_second_root_of_one_name_is_found(bench: Bench, judge: Judge) -> None:
    """The maker's root has been renewed: both are trusted, and the vehicle's chain ends at the newer one."""
    roots = bench.pki.roots(VEHICLE, ChainVariant.ROLLOVER)
    chain = bench.pki.chain(VEHICLE, name=bench.ev.car.evcc_id, variant=ChainVariant.ROLLOVER)

    trace = await bench.trusting(*roots).run(calling_in(bench.ev.having(credentials=chain)))

    judge.take(tls.taken(trace))


@pytest.mark.parametrize("group", GROUPS)
@case(
    "TLS-STN-021",
    "A vehicle chain on Ed448 is taken",
    sut=Role.STATION,
    cites=("V2G20-2319", "V2G20-2431"),
    needs=(Feature.TLS13_MUTUAL, Feature.ED448),
    control="TLS-STN-001",
)
async def test_ed448_vehicle_chain_is_taken(bench: Bench, judge: Judge, group: str) -> None:
    """The second kind of key in the vehicle's chain; the station may show what it has."""
    chain = bench.pki.additional.vehicle_chain(bench.ev.car.evcc_id)
    narrow = replace(bench.ev.tls_profile, groups=(group,))
    ev = bench.ev.having(credentials=chain, tls_profile=narrow)

    trace = await bench.trusting(*bench.pki.additional.oem_roots, installed=True).run(calling_in(ev))

    judge.take(tls.taken(trace))
