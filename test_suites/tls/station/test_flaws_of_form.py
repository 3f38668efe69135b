"""Chains of vehicles with one flaw each, a family for each case: keys, bytes, sizes, and what sources differ on."""

from __future__ import annotations

import pytest

from harness.kit import Bench, ChainKind, Family, Feature, Flaw, Judge, Role, calling_in, case, family, flawed_ev, tls

VEHICLE = ChainKind.VEHICLE


@pytest.mark.parametrize("flaw", family(Family.KEYS, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-057",
    "A vehicle with keys of another kind is refused",
    sut=Role.STATION,
    cites=("V2G20-2674", "V2G20-2319"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_keys_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Curves that the standard does not have, or RSA: in the leaf, or in the authority above it."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.SIGNATURES, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-058",
    "A vehicle whose chain is signed otherwise is refused",
    sut=Role.STATION,
    cites=("V2G20-1001", "V2G20-2674"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_signatures_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Another hash than the one that goes with the curve, and two names for one algorithm."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.FORM, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-059",
    "A vehicle whose certificate has the wrong form is refused",
    sut=Role.STATION,
    cites=("V2G20-1001", "RFC 5280, 4.1"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_form_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Certificates that most stacks can read: versions, serial numbers and points that are not as they should be."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.BYTES, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-060",
    "A vehicle whose certificate can hardly be read is refused",
    sut=Role.STATION,
    cites=("V2G20-1001", "RFC 5280, 4.1"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_bytes_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """A point off its curve, a curve spelt out, bytes too many, too few, or without a meaning."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.SIZE, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-061",
    "A vehicle whose chain is too large is refused",
    sut=Role.STATION,
    cites=("V2G20-1234", "V2G20-1003"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_size_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """A certificate beyond 1600 bytes, or far too many of them."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.IDENTIFIERS, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-062",
    "A vehicle whose key identifiers do not fit is refused",
    sut=Role.STATION,
    cites=("V2G20-1001", "V2G20-2492"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_identifiers_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Identifiers of other keys, or nowhere to ask for a revocation."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("flaw", family(Family.DISPUTED, VEHICLE), ids=lambda flaw: flaw.value)
@case(
    "TLS-STN-063",
    "The station makes up its mind about what sources differ on",
    sut=Role.STATION,
    cites=("V2G20-1001", "V2G20-2323"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_disputed_of_a_vehicles_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """What a strict reading refuses and a lenient one takes: told, and not judged; it must not stall."""
    trace = await bench.run(calling_in(flawed_ev(bench, flaw)), calling_in(bench.ev))

    judge.take(tls.either_way(trace))
    judge.take(tls.served_next(trace))
