"""Chains of stations with one flaw each, a family for each case: dates, paths, uses and names."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Bench, ChainKind, Family, Feature, Flaw, Judge, Role, case, family, flawed_station, tls

SECC = ChainKind.SECC


@pytest.mark.parametrize("flaw", family(Family.DATES, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-039",
    "A station whose chain has wrong dates is refused",
    sut=Role.EV,
    cites=("V2G20-1001", "V2G20-1004"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_dates_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """An authority that is not valid now, dates in the wrong order or form, a leaf that outlives its issuer."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.PATH, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-040",
    "A station whose chain does not hold together is refused",
    sut=Role.EV,
    cites=("V2G20-1001", "V2G20-2331"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_path_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """An authority left out, or a signature that is wrong or of somebody else."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.AUTHORITIES, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-041",
    "A station whose authorities are none is refused",
    sut=Role.EV,
    cites=("V2G20-1001", "V2G20-1003"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_authorities_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Authorities that do not say that they are some, in the form of the profile, or that are one too many."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.USES, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-042",
    "A station whose key is for something else is refused",
    sut=Role.EV,
    cites=("V2G20-1001",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_uses_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """KeyUsage of the leaf: more than a key for TLS may do, missing, not critical, or bits that nobody knows."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.EXTENDED_USES, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-043",
    "A station whose certificate is for something else is refused",
    sut=Role.EV,
    cites=("V2G20-1001",),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_extended_uses_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """ExtendedKeyUsage of the leaf: missing, not critical, or for anything at all."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.NAMES, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-044",
    "A station of the wrong name is refused",
    sut=Role.EV,
    cites=("V2G2-925", "V2G20-3073", "V2G20-1001"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_names_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """The domain component missing or that of another role, no common name, a kind of string of long ago."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))
