"""What a vehicle may offer: versions, suites, groups and signature schemes, and what the station makes of them."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, TlsSeen, calling_in, case, replace, tls

SUITES = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
P521, X448 = "secp521r1", "x448"
STRICT = (Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE)
SCHEMES = (0x0603, 0x0808)
"""Table 8: ecdsa_secp521r1_sha512, ed448."""


@case(
    "TLS-STN-011",
    "Without a suite of the standard there is no connection",
    sut=Role.STATION,
    cites=("V2G20-2458", "V2G20-1857"),
    needs=STRICT,
    control="TLS-STN-001",
)
async def test_foreign_suite_is_refused(bench: Bench, judge: Judge) -> None:
    """TLS_AES_128_GCM_SHA256, which every other TLS server takes, is all that the first vehicle knows."""
    foreign = replace(bench.ev.tls_profile, suites13=("TLS_AES_128_GCM_SHA256",))

    trace = await bench.run(calling_in(bench.ev.having(tls_profile=foreign)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=tls.NOTHING_IN_COMMON))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("group", ["secp256r1", "x25519", "X25519MLKEM768"])
@case(
    "TLS-STN-012",
    "Without a group of the standard there is no connection",
    sut=Role.STATION,
    cites=("V2G20-1634", "V2G20-2460"),
    needs=STRICT,
    control="TLS-STN-001",
)
async def test_foreign_group_is_refused(bench: Bench, judge: Judge, group: str) -> None:
    """The first vehicle knows one group only, one that browsers like."""
    foreign = replace(bench.ev.tls_profile, groups=(group,))

    trace = await bench.run(calling_in(bench.ev.having(tls_profile=foreign)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=tls.NOTHING_IN_COMMON))
    judge.take(tls.served_next(trace))


@case(
    "TLS-STN-013",
    "Without a signature scheme of the standard there is no connection",
    sut=Role.STATION,
    cites=("V2G20-1668", "V2G20-2674"),
    needs=STRICT,
    control="TLS-STN-001",
)
async def test_foreign_signature_scheme_is_refused(bench: Bench, judge: Judge) -> None:
    """The first vehicle takes signatures on secp256r1 alone, for which the station has no key."""
    foreign = replace(bench.ev.tls_profile, signature_schemes=("ecdsa_secp256r1_sha256",))
    stranger = bench.ev.having(tls_profile=foreign, tls_check="accept", credentials=None)

    trace = await bench.run(calling_in(stranger), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=tls.NOTHING_IN_COMMON))
    judge.take(tls.served_next(trace))


@case(
    "TLS-STN-014",
    "The station prefers the suites in the order of the standard",
    sut=Role.STATION,
    cites=("V2G20-1856",),
    needs=STRICT,
    control="TLS-STN-001",
)
async def test_order_of_suites_is_the_stations(bench: Bench, judge: Judge) -> None:
    """The vehicle offers both suites the other way round: the order of the table counts, not the vehicle's."""
    turned = replace(bench.ev.tls_profile, suites13=SUITES[::-1])

    trace = await bench.run(calling_in(bench.ev.having(tls_profile=turned)))

    handshake = trace.first(TlsSeen, event="handshake")
    judge.equal("cipher suite", handshake.facts["suite"], SUITES[0], at=handshake)


@case(
    "TLS-STN-015",
    "A key share of no use is answered with the wish for another",
    sut=Role.STATION,
    cites=("V2G20-1634", "V2G20-2460", "RFC 8446, 4.1.4"),
    needs=STRICT,
    control="TLS-STN-001",
)
async def test_station_asks_for_another_key_share(bench: Bench, judge: Judge) -> None:
    """The vehicle sends a key share on x25519 and only names secp521r1."""
    hopeful = replace(bench.ev.tls_profile, groups=("x25519", P521))

    trace = await bench.run(calling_in(bench.ev.having(tls_profile=hopeful)))

    judge.take(tls.taken(trace))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.excludes("key shares sent at first", 0x0019, handshake.facts["client_hello"]["key_shares"], at=handshake)
    judge.equal("group", handshake.facts["group"], P521, at=handshake)


@case(
    "TLS-STN-016",
    "Out of both groups the station takes secp521r1",
    sut=Role.STATION,
    cites=("V2G20-2460",),
    needs=STRICT,
    control="TLS-STN-001",
)
async def test_order_of_groups_is_told(bench: Bench, judge: Judge) -> None:
    """The vehicle likes x448 better and has a key share for it alone: which one wins is told, another one fails."""
    turned = replace(bench.ev.tls_profile, groups=(X448, P521))

    trace = await bench.run(calling_in(bench.ev.having(tls_profile=turned)))

    judge.take(tls.taken(trace))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.among("group", handshake.facts["group"], (P521, X448), at=handshake)
    if handshake.facts["group"] != P521:
        told = "x448, for which there was a key share; by its own order the station would have asked for secp521r1"
        judge.notice("group preferred", told, at=handshake)


@case(
    "TLS-STN-017",
    "The station signs by a scheme of the standard",
    sut=Role.STATION,
    cites=("V2G20-1668", "V2G20-2674"),
    needs=STRICT,
    control="TLS-STN-001",
)
async def test_signature_scheme_of_the_station(bench: Bench, judge: Judge) -> None:
    """The vehicle takes any scheme and any chain; session tickets that come behind the handshake are counted."""
    open_minded = replace(bench.ev.tls_profile, signature_schemes=(), chain_profile=None)

    trace = await bench.run(calling_in(bench.ev.having(tls_profile=open_minded, tls_check="accept")))

    handshake = trace.first(TlsSeen, event="handshake")
    judge.among("signature scheme", handshake.facts["signature_scheme"], SCHEMES, at=handshake)
    judge.report("session tickets", handshake.facts["tickets"], at=handshake)
