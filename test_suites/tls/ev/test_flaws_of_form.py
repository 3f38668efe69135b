"""Chains of stations with one flaw each, a family for each case: keys, bytes, sizes, and what sources differ on."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Bench, ChainKind, Family, Feature, Flaw, Judge, Role, case, family, flawed_station, tls

SECC = ChainKind.SECC


@pytest.mark.parametrize("flaw", family(Family.KEYS, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-045",
    "A station with keys of another kind is refused",
    sut=Role.EV,
    cites=("V2G20-2674", "V2G20-2319"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_keys_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Curves that the standard does not have, or RSA: in the leaf, or in the authority above it."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.SIGNATURES, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-046",
    "A station whose chain is signed otherwise is refused",
    sut=Role.EV,
    cites=("V2G20-1001", "V2G20-2674"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_signatures_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Another hash than the one that goes with the curve, and two names for one algorithm."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.FORM, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-047",
    "A station whose certificate has the wrong form is refused",
    sut=Role.EV,
    cites=("V2G20-1001", "RFC 5280, 4.1"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_form_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Certificates that most stacks can read: versions, serial numbers and points that are not as they should be."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.BYTES, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-048",
    "A station whose certificate can hardly be read is refused",
    sut=Role.EV,
    cites=("V2G20-1001", "RFC 5280, 4.1"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_bytes_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """A point off its curve, a curve spelt out, bytes too many, too few, or without a meaning."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.broken_off(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.SIZE, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-049",
    "A station whose chain is too large is refused",
    sut=Role.EV,
    cites=("V2G20-1234", "V2G20-1003"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_size_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """A certificate beyond 1600 bytes, or far too many of them."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.IDENTIFIERS, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-050",
    "A station whose key identifiers do not fit is refused",
    sut=Role.EV,
    cites=("V2G20-1001", "V2G20-2492"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_identifiers_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Identifiers of other keys, or nowhere to ask for a revocation."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))


@pytest.mark.parametrize("flaw", family(Family.DISPUTED, SECC), ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-051",
    "The EV makes up its mind about what sources differ on",
    sut=Role.EV,
    cites=("V2G20-1001", "V2G20-2323"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_disputed_of_a_stations_chain(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """What a strict reading refuses and a lenient one takes: told, and not judged; it must not stall."""
    trace = await bench.run(flawed_station(bench, flaw), until=ASKED)

    judge.take(tls.either_way(trace))
