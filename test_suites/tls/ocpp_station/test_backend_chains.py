"""Which chains of a backend the station refuses, and that it connects once the backend shows a good one again."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, Role, backend_links, both, case, ocpp_links, reset, seen, tls
from harness.messages.ocpp import BootNotification, Heartbeat

BOOT = seen(BootNotification)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS)
CITES = ("A00.FR.308", "A00.FR.306")
CONTROL = "TLS-CST-002"
HOSTS = {
    "another_host": "csms.somebody-else.invalid",
    "longer_name": "csms.v2x-harness.invalid.somebody-else.invalid",
    "host_above": "v2x-harness.invalid",
    "host_below": "other.csms.v2x-harness.invalid",
    "beginning_alike": "csms.v2x-harness.invali",
}


def flaws(name: str) -> pytest.MarkDecorator:
    """One variant for each flaw of a family."""
    return pytest.mark.parametrize("flaw", backend_links.ocpp_flaws(name), ids=lambda flaw: flaw.name.lower())


async def refuses(bench: Bench, judge: Judge, flaw: Flaw, *, rsa: bool = False) -> None:
    """The backend shows a chain with the flaw first, then one without."""
    secured = bench.secured(2)
    csms = secured.csms.at_first(chains=(backend_links.csms_chain(secured, flaw, rsa=rsa),))

    trace = await secured.run(csms, plug=False, until=BOOT, limit=120.0)

    judge.take(tls.refused(trace, alerts=flaw.alerts, link=ocpp_links.LINK))
    judge.any("boots at the good backend", trace.all(BootNotification))


@flaws("dates")
@case(
    "TLS-CST-010",
    "A backend chain out of date is refused until it is good again",
    sut=Role.STATION,
    cites=CITES,
    needs=NEEDS,
    control=CONTROL,
)
async def test_dates(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-CST-002 shows that the same chain without it is taken."""
    await refuses(bench, judge, flaw)


@flaws("issuers")
@case(
    "TLS-CST-011",
    "A backend chain from nobody that the station trusts is refused until it is good again",
    sut=Role.STATION,
    cites=CITES,
    needs=NEEDS,
    control=CONTROL,
)
async def test_issuers(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-CST-002 shows that the same chain without it is taken."""
    await refuses(bench, judge, flaw)


@flaws("authority")
@case(
    "TLS-CST-012",
    "A backend chain with a CA that may not be one is refused until it is good again",
    sut=Role.STATION,
    cites=CITES,
    needs=NEEDS,
    control=CONTROL,
)
async def test_authority(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-CST-002 shows that the same chain without it is taken."""
    await refuses(bench, judge, flaw)


@flaws("uses")
@case(
    "TLS-CST-013",
    "A backend certificate for another use is refused until it is good again",
    sut=Role.STATION,
    cites=CITES,
    needs=NEEDS,
    control=CONTROL,
)
async def test_uses(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-CST-002 shows that the same chain without it is taken."""
    await refuses(bench, judge, flaw)


@flaws("keys")
@case(
    "TLS-CST-014",
    "A backend chain with a weak key or signature is refused until it is good again",
    sut=Role.STATION,
    cites=("A00.FR.501", "A00.FR.502", "A00.FR.308"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_keys(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Less than 112 bits of security are too few."""
    await refuses(bench, judge, flaw)


@pytest.mark.parametrize("flaw", backend_links.SPOKEN_BY_RSA, ids=str.lower)
@case(
    "TLS-CST-015",
    "A flawed backend chain on RSA keys is refused until it is good again",
    sut=Role.STATION,
    cites=CITES,
    needs=NEEDS,
    control=CONTROL,
)
async def test_rsa(bench: Bench, judge: Judge, flaw: str) -> None:
    """The same flaws once more, in chains with RSA keys all the way up."""
    await refuses(bench, judge, Flaw[flaw], rsa=True)


@pytest.mark.parametrize("name", HOSTS)
@case(
    "TLS-CST-016",
    "The certificate of another host is refused, however alike their names",
    sut=Role.STATION,
    cites=("A00.FR.309", "A00.FR.412", "A00.FR.510"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_other_hosts(bench: Bench, judge: Judge, name: str) -> None:
    """The chain is good, but for the common name."""
    secured = bench.secured(2)
    csms = secured.csms.at_first(chains=(backend_links.csms_chain(secured, host=HOSTS[name]),))

    trace = await secured.run(csms, plug=False, until=BOOT, limit=120.0)

    judge.take(tls.refused(trace, link=ocpp_links.LINK))
    judge.any("boots at the good backend", trace.all(BootNotification))


@pytest.mark.parametrize("kind", ("secc", "station"))
@case(
    "TLS-CST-017",
    "A certificate that is good for something else is no backend's certificate",
    sut=Role.STATION,
    cites=CITES,
    needs=NEEDS,
    control=CONTROL,
)
async def test_other_certificates(bench: Bench, judge: Judge, kind: str) -> None:
    """That of a charging station, as it is shown to vehicles or to the backend."""
    secured = bench.secured(2)
    chain = secured.pki.secc_chain() if kind == "secc" else backend_links.station_chain(secured)

    trace = await secured.run(secured.csms.at_first(chains=(chain,)), plug=False, until=BOOT, limit=120.0)

    judge.take(tls.refused(trace, link=ocpp_links.LINK))
    judge.any("boots at the good backend", trace.all(BootNotification))


@case(
    "TLS-CST-018",
    "A backend that was good once is looked at again at each connection",
    sut=Role.STATION,
    cites=CITES,
    needs=NEEDS,
    control=CONTROL,
)
async def test_swapped_certificate(bench: Bench, judge: Judge) -> None:
    """The link is cut after the boot; the backend is then somebody else with the same name, and at last itself."""
    secured = bench.secured(2)
    stranger = (backend_links.csms_chain(secured, Flaw.UNKNOWN_ROOT),)
    csms = secured.csms.at_first().at_first(chains=stranger).having(heartbeat_interval=20)
    cut = reset(BootNotification.response, sender=Role.CSMS)

    trace = await secured.run(csms, plug=False, faults=[cut], until=both(BOOT, seen(Heartbeat)), limit=200.0)

    judge.take(ocpp_links.refused_again(trace))
    judge.any("heartbeats at the good backend", trace.all(Heartbeat))


@flaws("form")
@case(
    "TLS-CST-019",
    "A backend certificate that can be read and is not as it should be is refused until it is good again",
    sut=Role.STATION,
    cites=("A00.FR.507", "A00.FR.508", "A00.FR.308"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_form(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Versions, serial numbers, points, names, and far too many certificates."""
    await refuses(bench, judge, flaw)
