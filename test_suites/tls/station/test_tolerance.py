"""What a station has to put up with: small records, numbers that nobody knows, new keys, many names of roots."""

from __future__ import annotations

import pytest

from harness.kit import (
    Adversary,
    Bench,
    Feature,
    Judge,
    Role,
    TlsSeen,
    calling_in,
    case,
    greasing,
    issuers_of,
    names_of,
    tls,
)

NAMINGS = ("its_root", "strangers", "nobody")


@pytest.mark.parametrize("most", [1, 7])
@case(
    "TLS-STN-036",
    "Messages of the handshake may come in small pieces",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 5.1"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_small_records(bench: Bench, judge: Judge, most: int) -> None:
    """Each record of the vehicle's handshake carries one byte, or seven."""
    chopping = bench.ev.having(tls_adversary=Adversary(pieces=most))

    trace = await bench.run(calling_in(chopping))

    judge.take(tls.taken(trace))


@case(
    "TLS-STN-037",
    "Numbers that nobody knows are passed over",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 4.1.2"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_unknown_numbers(bench: Bench, judge: Judge) -> None:
    """RFC 8701: among suites, versions, groups, schemes and extensions are some that have no meaning."""
    trace = await bench.run(calling_in(greasing(bench.ev)))

    judge.take(tls.taken(trace))


@case(
    "TLS-STN-038",
    "New keys behind the handshake are used",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 4.6.3"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_key_update(bench: Bench, judge: Judge) -> None:
    """A KeyUpdate that asks for another comes ahead of the first V2G message."""
    trace = await bench.run(calling_in(bench.ev.having(tls_adversary=Adversary(key_update=True))))

    judge.take(tls.taken(trace))


@pytest.mark.parametrize("named", NAMINGS)
@case(
    "TLS-STN-039",
    "The station shows a chain whatever roots the vehicle names",
    sut=Role.STATION,
    cites=("V2G20-2378", "V2G20-2379", "V2G20-2399"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_roots_named_by_the_vehicle(bench: Bench, judge: Judge, named: str) -> None:
    """Its own root among them, only those of other people, or none: with the first, the chain ends there."""
    listed = {"its_root": bench.ev.trust, "strangers": bench.pki.csms_roots, "nobody": ()}[named]
    names = tuple(bytes.fromhex(name) for name in names_of(listed))

    trace = await bench.run(calling_in(bench.ev.having(tls_adversary=Adversary(authorities=names))))

    judge.take(tls.taken(trace))
    handshake = trace.first(TlsSeen, event="handshake")
    if named == "its_root":
        ends = issuers_of(handshake.facts["peer_chain"])
        judge.some("certificates of a root that was named", set(ends) & set(names_of(listed)))
