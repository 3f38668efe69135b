"""Block A: how the station secures its connection to the backend."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, Role, TlsSeen, Trace, backend_links, case, ocpp_links, seen, tls
from harness.messages.ocpp import BootNotification, Heartbeat, SecurityEventNotification, StatusNotification

TLS = (Feature.OCPP201, Feature.OCPP_TLS)
EVENTS = (*TLS, Feature.SECURITY_EVENTS)
LIMIT = 300.0
VERSIONS = ("TLSv1.2", "TLSv1.3")
SUITES = {"ec": backend_links.ECDSA_SUITES, "rsa": backend_links.RSA_SUITES}
FLAWS = (Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, Flaw.SELF_SIGNED)
GOOD = "TC_A_04_CS"


def judge_arrival(judge: Judge, trace: Trace) -> None:
    """The station was let in, booted, and went on to tell of its connectors."""
    judge.silence("refusals", ocpp_links.refusals(trace))
    boot = trace.first(BootNotification)
    judge.some("reports of connectors", trace.since(boot).all(StatusNotification))


@case(
    "TC_A_01_CS",
    "The station is let in by its identity and its password",
    sut=Role.STATION,
    cites=("A00.FR.202", "A00.FR.203", "A00.FR.204", "A00.FR.205", "B01.FR.01", "B01.FR.05"),
    needs=(Feature.OCPP201, Feature.OCPP_BASIC),
)
async def test_password(bench: Bench, judge: Judge) -> None:
    """Without TLS; the backend refuses another user than the last part of the address, and another password."""
    trace = await bench.secured(1).run(plug=False, until=seen(StatusNotification), limit=LIMIT)

    judge_arrival(judge, trace)


@case(
    GOOD,
    "The station comes to a backend that it can trust over TLS, by suites that it has to know",
    sut=Role.STATION,
    cites=("A00.FR.308", "A00.FR.312", "A00.FR.313", "A00.FR.319", "A00.FR.321", "A00.FR.412"),
    needs=TLS,
)
async def test_tls(bench: Bench, judge: Judge) -> None:
    """First as it likes; then with TLS 1.2 and each pair of suites, of which it needs one."""
    secured = bench.secured(2)
    trace = await secured.run(plug=False, until=seen(StatusNotification), limit=LIMIT)

    judge_arrival(judge, trace)
    handshake = trace.first(TlsSeen, event="handshake", link=ocpp_links.LINK)
    judge.among("TLS version", handshake.facts["version"], VERSIONS, at=handshake)
    served = {kind: await _served(secured, kind, suites) for kind, suites in SUITES.items()}
    judge.holds("one pair of suites works", any(served.values()), f"worked: {served}")


async def _served(secured: Bench, kind: str, suites: tuple[str, ...]) -> bool:
    """Whether the station boots with each of these suites, at a backend with a key that goes with them."""
    chain = (backend_links.csms_chain(secured, rsa=kind == "rsa"),)
    for suite in suites:
        csms = secured.csms.secured(chains=chain, tls_profile=backend_links.only(suite))
        trace = await secured.run(csms, plug=False, until=seen(BootNotification), limit=60.0)
        if not trace.all(BootNotification):
            return False
    return True


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.name.lower())
@case(
    "TC_A_05_CS",
    "A station leaves a backend with a bad certificate, and tells of it once a good one is back",
    sut=Role.STATION,
    cites=("A00.FR.308", "A00.FR.309", "A00.FR.310", "A00.FR.412"),
    needs=EVENTS,
    control=GOOD,
)
async def test_bad_certificate(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time in the first connection; the second is as it should be."""
    secured = bench.secured(2)
    csms = secured.csms.at_first(chains=(backend_links.csms_chain(secured, flaw),)).having(heartbeat_interval=30)

    trace = await secured.run(csms, plug=False, until=seen(Heartbeat), limit=LIMIT)

    judge.take(tls.refused(trace, alerts=flaw.alerts, link=ocpp_links.LINK))
    trace.first(BootNotification)
    judge.some("the event", ocpp_links.security_events(trace, "InvalidCsmsCertificate"))


@case(
    "TC_A_06_CS",
    "A station leaves a backend that knows old TLS alone, and tells of it once a better one is there",
    sut=Role.STATION,
    cites=("A00.FR.313", "A00.FR.314", "A00.FR.316"),
    needs=EVENTS,
    control=GOOD,
)
async def test_old_version(bench: Bench, judge: Judge) -> None:
    """TLS 1.1 in the first connection."""
    secured = bench.secured(2)
    csms = secured.csms.at_first(tls_profile=backend_links.OUTDATED).having(heartbeat_interval=30)

    trace = await secured.run(csms, plug=False, until=seen(Heartbeat), limit=LIMIT)

    judge.take(ocpp_links.not_used(trace, what="TLS 1.1 is not used", alerts=ocpp_links.TOO_OLD))
    trace.first(BootNotification)
    judge.some("the event", ocpp_links.security_events(trace, "InvalidTLSVersion"))
    started = [entry for entry in trace.all(SecurityEventNotification) if entry.payload["type"] in ocpp_links.STARTS]
    judge.some("event of the start", started)


@case(
    "TC_A_07_CS",
    "The station shows a certificate that names it, and is let in",
    sut=Role.STATION,
    cites=("A00.FR.402", "A00.FR.404", "A00.FR.405", "A00.FR.501", "A00.FR.511", "B01.FR.11"),
    needs=(Feature.OCPP201, Feature.OCPP_TLS_MUTUAL),
)
async def test_mutual(bench: Bench, judge: Judge) -> None:
    """The backend checks whose it is and by whom; keys and names are looked at as well."""
    trace = await bench.secured(3).run(plug=False, until=seen(StatusNotification), limit=LIMIT)

    judge_arrival(judge, trace)
    handshake = trace.first(TlsSeen, event="handshake", link=ocpp_links.LINK)
    judge.among("TLS version", handshake.facts["version"], VERSIONS, at=handshake)
    judge.holds("a certificate is shown", bool(handshake.facts["peer_chain"]), "there was none", at=handshake)
    judge.take(ocpp_links.names_its_serial(trace))
