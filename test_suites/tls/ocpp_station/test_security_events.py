"""What a station tells its backend of its security, once it can."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, Role, asks, backend_links, case, conversation, ocpp_links, seen
from harness.messages.ocpp import BootNotification, Heartbeat, Reset, SecurityEventNotification

NEEDS = (Feature.OCPP201, Feature.OCPP_TLS, Feature.SECURITY_EVENTS)
CONTROL = "TLS-CST-002"
FLAWS = (Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, Flaw.SELF_SIGNED, Flaw.TAMPERED_SIGNATURE)
TOLERANCE = 4.0
"""Seconds that the clocks of both sides may differ by."""
AHEAD = 7200.0
INVALID = "InvalidCsmsCertificate"


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.name.lower())
@case(
    "TLS-CST-020",
    "A backend with a bad certificate is told of once the right one is back",
    sut=Role.STATION,
    cites=("A00.FR.310", "A04.FR.02"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_bad_certificate_is_told(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """The first connection meets the flaw; over the second one the station says so."""
    secured = bench.secured(2)
    csms = secured.csms.at_first(chains=(backend_links.csms_chain(secured, flaw),))
    until = seen(SecurityEventNotification, type=INVALID)

    trace = await secured.run(csms, plug=False, until=until, limit=120.0)

    judge.some("the event", ocpp_links.security_events(trace, INVALID))


@case(
    "TLS-CST-021",
    "A backend that is wrong three times in a row is told of once",
    sut=Role.STATION,
    cites=("A00.FR.310",),
    needs=NEEDS,
    control=CONTROL,
)
async def test_told_once(bench: Bench, judge: Judge) -> None:
    """Three connections in a row meet the same flaw; a minute at the good backend is enough to tell."""
    secured = bench.secured(2)
    stranger = (backend_links.csms_chain(secured, Flaw.UNKNOWN_ROOT),)
    csms = secured.csms.at_first(3, chains=stranger).having(heartbeat_interval=60)

    trace = await secured.run(csms, plug=False, until=seen(Heartbeat), limit=300.0)

    told = ocpp_links.security_events(trace, INVALID)
    judge.equal("events of the series", len(told), 1, at=told)


@case(
    "TLS-CST-022",
    "The event tells when it was, not when it could be sent",
    sut=Role.STATION,
    cites=("A04.FR.01", "A04.FR.02"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_time_of_the_event(bench: Bench, judge: Judge) -> None:
    """The station meets the bad backend four times, longer apart each time, before the good one is back."""
    secured = bench.secured(2)
    stranger = (backend_links.csms_chain(secured, Flaw.UNKNOWN_ROOT),)
    until = seen(SecurityEventNotification, type=INVALID)

    trace = await secured.run(secured.csms.at_first(4, chains=stranger), plug=False, until=until, limit=300.0)

    refused = ocpp_links.refusals(trace)
    for told in ocpp_links.security_events(trace, INVALID)[:1]:
        off = min((abs(conversation.moment(told) - one.at) for one in refused), default=float("inf"))
        judge.between("from a refusal to the time told", off, 0.0, TOLERANCE, unit="s", at=(*refused, told))
    judge.some("the event", ocpp_links.security_events(trace, INVALID))


@case(
    "TLS-CST-023",
    "A backend with too old a version of TLS is told of",
    sut=Role.STATION,
    cites=("A00.FR.316", "A04.FR.02"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_old_version_is_told(bench: Bench, judge: Judge) -> None:
    """The first connection meets TLS 1.1 alone."""
    secured = bench.secured(2)
    csms = secured.csms.at_first(tls_profile=backend_links.OUTDATED)
    until = seen(SecurityEventNotification, type="InvalidTLSVersion")

    trace = await secured.run(csms, plug=False, until=until, limit=120.0)

    judge.some("the event", ocpp_links.security_events(trace, "InvalidTLSVersion"))


@pytest.mark.parametrize("weakness", backend_links.WEAK_SUITES)
@case(
    "TLS-CST-024",
    "A backend with weak suites alone is told of",
    sut=Role.STATION,
    cites=("A00.FR.323", "A04.FR.02"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_weak_suites_are_told(bench: Bench, judge: Judge, weakness: str) -> None:
    """The first connection meets TLS 1.2 without a suite that OCPP lists."""
    secured = bench.secured(2)
    weak = backend_links.only(*backend_links.WEAK_SUITES[weakness])
    until = seen(SecurityEventNotification, type="InvalidTLSCipherSuite")

    trace = await secured.run(secured.csms.at_first(tls_profile=weak), plug=False, until=until, limit=120.0)

    judge.some("the event", ocpp_links.security_events(trace, "InvalidTLSCipherSuite"))


@case(
    "TLS-CST-025",
    "The station tells that it has started",
    sut=Role.STATION,
    cites=("A04.FR.01",),
    needs=NEEDS,
    control=CONTROL,
)
async def test_start_is_told(bench: Bench, judge: Judge) -> None:
    """A station that boots, for whatever reason, has StartupOfTheDevice or ResetOrReboot to tell."""
    csms = bench.secured(2).csms.having(heartbeat_interval=60)

    trace = await bench.secured(2).run(csms, plug=False, until=seen(Heartbeat), limit=200.0)

    booted = trace.first(BootNotification.response)
    after = trace.since(booted)
    started = [one for kind in ocpp_links.STARTS for one in ocpp_links.security_events(after, kind)]
    judge.some("the event", started)


@case(
    "TLS-CST-026",
    "The station tells that it was reset",
    sut=Role.STATION,
    cites=("A04.FR.01",),
    needs=(*NEEDS, Feature.REMOTE_CONTROL),
    control=CONTROL,
)
async def test_reset_is_told(bench: Bench, judge: Judge) -> None:
    """The backend asks for a reset; the event may come before it or after."""
    secured = bench.secured(2)
    csms = secured.csms.asking(Reset(type="Immediate"), delay=5.0).having(heartbeat_interval=60)

    trace = await secured.run(csms, plug=False, until=seen(Heartbeat), limit=300.0)

    after = trace.since(trace.first(Reset))
    judge.some("the event", ocpp_links.security_events(after, "ResetOrReboot"))


@case(
    "TLS-CST-027",
    "The station tells that its clock was set",
    sut=Role.STATION,
    cites=("A04.FR.01",),
    needs=NEEDS,
    control=CONTROL,
    maturity="watch",
)
async def test_set_clock_is_told(bench: Bench, judge: Judge) -> None:
    """The backend tells a time two hours ahead at the boot."""
    secured = bench.secured(2)
    csms = asks.clock_ahead(secured.csms, AHEAD).having(heartbeat_interval=60)

    trace = await secured.run(csms, plug=False, until=seen(Heartbeat), limit=200.0)

    judge.some("the event", ocpp_links.security_events(trace, "SettingSystemTime"))


@case(
    "TLS-CST-028",
    "An event that nobody answered is told again",
    sut=Role.STATION,
    cites=("A04.FR.02", "A04.FR.03"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_unanswered_event(bench: Bench, judge: Judge) -> None:
    """The backend says nothing to the first event; ten minutes are plenty to try again."""
    secured = bench.secured(2)
    csms = secured.csms.silent_on(SecurityEventNotification.response, nth=1)
    until = seen(SecurityEventNotification.response)

    trace = await secured.run(csms, plug=False, until=until, limit=600.0)

    told = trace.all(SecurityEventNotification)
    kinds = [entry.payload["type"] for entry in told]
    judge.holds("the event comes again", kinds.count(kinds[0]) > 1 if kinds else False, f"{kinds}", at=told)
