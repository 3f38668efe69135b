"""What a station must not use: TLS before 1.2, weak suites, no TLS at all."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, TlsSeen, backend_links, case, ocpp_links, seen
from harness.messages.ocpp import BootNotification

BOOT = seen(BootNotification)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS)
CONTROL = "TLS-CST-002"


@case(
    "TLS-CST-030",
    "A backend that can do no better than TLS 1.1 is not used",
    sut=Role.STATION,
    cites=("A00.FR.313", "A00.FR.314", "A00.FR.315"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_old_version(bench: Bench, judge: Judge) -> None:
    """The chain is good; the next time the backend can do better."""
    secured = bench.secured(2)

    trace = await secured.run(
        secured.csms.at_first(tls_profile=backend_links.OUTDATED), plug=False, until=BOOT, limit=120.0
    )

    judge.take(ocpp_links.not_used(trace, what="TLS 1.1 is not used", alerts=ocpp_links.TOO_OLD))
    judge.any("boots at the good backend", trace.all(BootNotification))


@pytest.mark.parametrize("weakness", backend_links.WEAK_SUITES)
@case(
    "TLS-CST-031",
    "A backend that knows weak suites alone is not used",
    sut=Role.STATION,
    cites=("A00.FR.319", "A00.FR.320", "A00.FR.322"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_weak_suites(bench: Bench, judge: Judge, weakness: str) -> None:
    """TLS 1.2 without one suite that OCPP lists."""
    secured = bench.secured(2)
    weak = backend_links.only(*backend_links.WEAK_SUITES[weakness])

    trace = await secured.run(secured.csms.at_first(tls_profile=weak), plug=False, until=BOOT, limit=120.0)

    judge.take(ocpp_links.not_used(trace, what="weak suites are not used", alerts=ocpp_links.NOTHING_IN_COMMON))
    judge.any("boots at the good backend", trace.all(BootNotification))


@case(
    "TLS-CST-032",
    "A station that is to use TLS does not go without, wherever it fails",
    sut=Role.STATION,
    cites=("A00.FR.312", "A05.FR.02"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_no_fallback(bench: Bench, judge: Judge) -> None:
    """For three connections the backend speaks without TLS; whoever asks there for a WebSocket gets one."""
    secured = bench.secured(2)
    plain = bench.secured(1).csms.security.profile

    trace = await secured.run(secured.csms.at_first(3, profile=plain), plug=False, until=BOOT, limit=200.0)

    handshakes = trace.all(TlsSeen, event="handshake", link=ocpp_links.LINK)
    early = trace.until(handshakes[0]) if handshakes else trace
    judge.silence("boots without TLS", early.all(BootNotification))
    judge.any("boots at the good backend", trace.all(BootNotification))
