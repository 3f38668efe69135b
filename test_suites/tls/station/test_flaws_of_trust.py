"""Chains of vehicles with one flaw each, a family for each case: dates, paths, uses and names."""

from __future__ import annotations

import pytest

from harness.kit import Bench, ChainKind, Family, Feature, Flaw, Judge, Role, calling_in, case, family, flawed_ev, tls

VEHICLE = ChainKind.VEHICLE


@pytest.mark.parametrize("flaw", family(Family.DATES, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-051",
    "A vehicle whose chain has wrong dates is refused",
    sut=Role.STATION,
    cites=("V2G20-1001", "V2G20-1004"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_dates_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """An authority that is not valid now, dates in the wrong order or form, a leaf that outlives its issuer."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.PATH, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-052",
    "A vehicle whose chain does not hold together is refused",
    sut=Role.STATION,
    cites=("V2G20-1001", "V2G20-2331"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_path_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """An authority left out, or a signature that is wrong or of somebody else."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.AUTHORITIES, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-053",
    "A vehicle whose authorities are none is refused",
    sut=Role.STATION,
    cites=("V2G20-1001", "V2G20-1003"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_authorities_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Authorities that do not say that they are some, in the form of the profile, or that are one too many."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.USES, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-054",
    "A vehicle whose key is for something else is refused",
    sut=Role.STATION,
    cites=("V2G20-1001",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_uses_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """KeyUsage of the leaf: more than a key for TLS may do, missing, not critical, or bits that nobody knows."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.EXTENDED_USES, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-055",
    "A vehicle whose certificate is for something else is refused",
    sut=Role.STATION,
    cites=("V2G20-1001",),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_extended_uses_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """ExtendedKeyUsage of the leaf: missing, not critical, or for anything at all."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.NAMES, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-056",
    "A vehicle of the wrong name is refused",
    sut=Role.STATION,
    cites=("V2G20-2598", "V2G20-1001"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_names_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """What is no EVCCID, parts of a name too many or missing, a kind of string of long ago."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))
