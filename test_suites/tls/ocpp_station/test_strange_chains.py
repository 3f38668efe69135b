"""Chains of a backend that hardly anybody can read, and those that some take and some refuse."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, Role, backend_links, case, ocpp_links, seen, tls
from harness.messages.ocpp import BootNotification

BOOT = seen(BootNotification)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS)
CONTROL = "TLS-CST-002"


def flaws(name: str) -> pytest.MarkDecorator:
    """One variant for each flaw of a family."""
    return pytest.mark.parametrize("flaw", backend_links.ocpp_flaws(name), ids=lambda flaw: flaw.name.lower())


@flaws("bytes")
@case(
    "TLS-CST-060",
    "A backend certificate that hardly anybody can read is refused until it is good again",
    sut=Role.STATION,
    cites=("A00.FR.507", "A00.FR.308"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_bytes(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Cut short, padded, empty, noise: nobody may be harmed by it."""
    secured = bench.secured(2)
    csms = secured.csms.at_first(chains=(backend_links.csms_chain(secured, flaw),))

    trace = await secured.run(csms, plug=False, until=BOOT, limit=120.0)

    judge.take(tls.refused(trace, alerts=flaw.alerts, link=ocpp_links.LINK))
    judge.any("boots at the good backend", trace.all(BootNotification))


@flaws("disputed")
@case(
    "TLS-CST-061",
    "A backend chain that some take and some refuse is taken or refused, not stalled over",
    sut=Role.STATION,
    cites=("A00.FR.308",),
    needs=NEEDS,
    control=CONTROL,
)
async def test_disputed(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """Certificates in another order, one twice, a stranger or the root among them; what came of it is told."""
    secured = bench.secured(2)
    csms = secured.csms.at_first(chains=(backend_links.csms_chain(secured, flaw),))

    trace = await secured.run(csms, plug=False, until=BOOT, limit=120.0)

    judge.take(tls.either_way(trace, link=ocpp_links.LINK))
    judge.any("boots at the good backend", trace.all(BootNotification))
