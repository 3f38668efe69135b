"""Security profile 3 at the backend: which chains of stations it refuses, and that the next station is served."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, Role, backend_links, case, ocpp_links, seen, tls
from harness.messages.ocpp import BootNotification

ANSWERED = seen(BootNotification.response)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS_MUTUAL)
CITES = ("A00.FR.402", "A00.FR.406")


def flaws(name: str) -> pytest.MarkDecorator:
    """One variant for each flaw of a family."""
    return pytest.mark.parametrize("flaw", backend_links.ocpp_flaws(name), ids=lambda flaw: flaw.name.lower())


async def refuses(bench: Bench, judge: Judge, flaw: Flaw, *, rsa: bool = False) -> None:
    """A station comes with the flaw first, then without."""
    secured = bench.secured(3)
    station = secured.station.at_first(credentials=backend_links.station_chain(secured, flaw, rsa=rsa))

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace, alerts=flaw.alerts))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@flaws("dates")
@case(
    "TLS-CSMS-010",
    "A station chain out of date is refused, and the next station served",
    sut=Role.CSMS,
    cites=CITES,
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_dates(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-CSMS-001 shows that the same chain without it is taken."""
    await refuses(bench, judge, flaw)


@flaws("issuers")
@case(
    "TLS-CSMS-011",
    "A station chain from nobody that the backend trusts is refused, and the next station served",
    sut=Role.CSMS,
    cites=CITES,
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_issuers(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-CSMS-001 shows that the same chain without it is taken."""
    await refuses(bench, judge, flaw)


@flaws("authority")
@case(
    "TLS-CSMS-012",
    "A station chain with a CA that may not be one is refused, and the next station served",
    sut=Role.CSMS,
    cites=CITES,
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_authority(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-CSMS-001 shows that the same chain without it is taken."""
    await refuses(bench, judge, flaw)


@flaws("uses")
@case(
    "TLS-CSMS-013",
    "A station certificate for another use is refused, and the next station served",
    sut=Role.CSMS,
    cites=CITES,
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_uses(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-CSMS-001 shows that the same chain without it is taken."""
    await refuses(bench, judge, flaw)


@flaws("keys")
@case(
    "TLS-CSMS-014",
    "A station chain with a weak key or signature is refused, and the next station served",
    sut=Role.CSMS,
    cites=("A00.FR.501", "A00.FR.502", "A00.FR.503"),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_keys(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Less than 112 bits of security are too few."""
    await refuses(bench, judge, flaw)


@pytest.mark.parametrize("flaw", backend_links.SPOKEN_BY_RSA, ids=str.lower)
@case(
    "TLS-CSMS-015",
    "A flawed station chain on RSA keys is refused, and the next station served",
    sut=Role.CSMS,
    cites=CITES,
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_rsa(bench: Bench, judge: Judge, flaw: str) -> None:
    """The same flaws once more, in chains with RSA keys all the way up."""
    await refuses(bench, judge, Flaw[flaw], rsa=True)


@flaws("form")
@case(
    "TLS-CSMS-016",
    "A station certificate that can be read and is not as it should be is refused, and the next station served",
    sut=Role.CSMS,
    cites=("A00.FR.507", "A00.FR.508", "A00.FR.406"),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_form(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Versions, serial numbers, points, names, and far too many certificates."""
    await refuses(bench, judge, flaw)


@flaws("bytes")
@case(
    "TLS-CSMS-017",
    "A station certificate that hardly anybody can read is refused, and the next station served",
    sut=Role.CSMS,
    cites=("A00.FR.507", "A00.FR.406"),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_bytes(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Cut short, padded, empty, noise: nobody may be harmed by it."""
    await refuses(bench, judge, flaw)


@flaws("disputed")
@case(
    "TLS-CSMS-018",
    "A station chain that some take and some refuse is taken or refused, not stalled over",
    sut=Role.CSMS,
    cites=("A00.FR.406",),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_disputed(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Certificates in another order, one twice, a stranger or the root among them; what came of it is told."""
    secured = bench.secured(3)
    station = secured.station.at_first(credentials=backend_links.station_chain(secured, flaw))

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    judge.take(tls.either_way(trace, link=ocpp_links.LINK))
    judge.any("answers to the next station", trace.all(BootNotification.response))
