"""Station chains that are built otherwise than usual, and are good all the same."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Bench, ChainKind, ChainVariant, Feature, Judge, Role, case, greeting, replace, tls

SECC = ChainKind.SECC
SUITES = {"aes256": "TLS_AES_256_GCM_SHA384", "chacha20": "TLS_CHACHA20_POLY1305_SHA256"}
NUMBERS = {"aes256": 0x1302, "chacha20": 0x1303, "secp521r1": 0x0019, "x448": 0x001E}
ED448 = 0x0808
GROUPS = ("secp521r1", "x448")


@pytest.mark.parametrize(
    "variant", [ChainVariant.ONE_SUB_CA, ChainVariant.CROSS_SIGNED], ids=lambda variant: variant.value
)
@case(
    "TLS-EV-007",
    "A station chain with one authority less or more is taken",
    sut=Role.EV,
    cites=("V2G20-911", "V2G20-1005", "V2G20-1002"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_shorter_and_longer_chains_are_taken(bench: Bench, judge: Judge, variant: ChainVariant) -> None:
    """One sub-CA alone; or three certificates and a cross certificate, by which the root is known under another."""
    chain = bench.pki.chain(SECC, variant=variant)

    trace = await bench.run(bench.station.having(credentials=chain), until=ASKED)

    judge.take(tls.taken(trace))


@case(
    "TLS-EV-008",
    "Of two roots with one name the right one is found",
    sut=Role.EV,
    cites=("V2G2-878", "V2G20-1001"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_second_root_of_one_name_is_found(bench: Bench, judge: Judge) -> None:
    """The V2G root has been renewed: both are trusted, and the station's chain ends at the newer one."""
    roots = bench.pki.roots(SECC, ChainVariant.ROLLOVER)
    chain = bench.pki.chain(SECC, variant=ChainVariant.ROLLOVER)

    trace = await bench.trusting(*roots).run(bench.station.having(credentials=chain), until=ASKED)

    judge.take(tls.taken(trace))


@pytest.mark.parametrize("group", GROUPS)
@case(
    "TLS-EV-009",
    "A station chain on Ed448 is taken",
    sut=Role.EV,
    cites=("V2G20-2319", "V2G20-2381"),
    needs=(Feature.TLS13_MUTUAL, Feature.ED448),
    control="TLS-EV-001",
)
async def test_ed448_station_chain_is_taken(bench: Bench, judge: Judge, group: str) -> None:
    """The second kind of key in the station's chain; the EV may show what it has."""
    additional = bench.pki.additional
    narrow = replace(bench.station.tls_profile, groups=(group,))
    station = bench.station.having(credentials=additional.secc_chain(), tls_profile=narrow)

    trace = await bench.trusting(*additional.v2g_roots, installed=True).run(station, until=ASKED)

    tried = greeting(trace)
    judge.among("ed448 among the signature schemes", ED448, tried.facts["client_hello"]["signature_schemes"], at=tried)
    judge.take(tls.taken(trace))


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("suite", SUITES)
@case(
    "TLS-EV-010",
    "The EV can do with every suite and group of the standard",
    sut=Role.EV,
    cites=("V2G20-2459", "V2G20-1637"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_each_suite_and_group(bench: Bench, judge: Judge, suite: str, group: str) -> None:
    """The station knows one suite and one group; for x448 it asks for another key share, if it has to."""
    narrow = replace(bench.station.tls_profile, suites13=(SUITES[suite],), groups=(group,))

    trace = await bench.run(bench.station.having(tls_profile=narrow), until=ASKED)

    tried = greeting(trace)
    hello = tried.facts["client_hello"]
    judge.among("suite offered", NUMBERS[suite], hello["suites"], at=tried)
    judge.among("group offered", NUMBERS[group], hello["groups"], at=tried)
    judge.take(tls.taken(trace))
