"""TLS towards the vehicle: which vehicle chains the station takes, and what it shows of itself."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, LinkSeen, Role, TlsSeen, case, closed, seen, tls
from harness.messages.sap import SupportedAppProtocolRes

STRICT_SUITES = {"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
STRICT_GROUPS = {"secp521r1", "x448"}


@case(
    "TLS-STN-001",
    "A good vehicle chain is taken",
    sut=Role.STATION,
    cites=("V2G20-1264", "V2G20-2400"),
    needs=Feature.TLS13_MUTUAL,
)
async def test_good_vehicle_chain_is_taken(bench: Bench, judge: Judge) -> None:
    """Mutual TLS 1.3, then the first V2G message is answered: only then is the handshake known to be over."""
    trace = await bench.run(bench.ev, until=seen(SupportedAppProtocolRes))

    handshake = trace.first(TlsSeen, event="handshake")
    judge.equal("TLS version", handshake.facts["version"], "TLSv1.3", at=handshake)
    judge.holds("client certificate asked for", handshake.facts["certificate_requested"], at=handshake)
    judge.some("V2G answer", trace.all(SupportedAppProtocolRes))


@pytest.mark.parametrize("flaw", tls.VEHICLE_FLAWS, ids=lambda flaw: flaw.name.lower())
@case(
    "TLS-STN-002",
    "A flawed vehicle chain is refused before any V2G message",
    sut=Role.STATION,
    cites=("V2G20-1001",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_flawed_vehicle_chain_is_refused(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-STN-001 shows that the same chain without it is taken."""
    ev = bench.ev.having(credentials=bench.pki.vehicle_chain(flaw=flaw))

    trace = await bench.run(ev, until=closed())

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.silence("V2G answers", trace.all(SupportedAppProtocolRes))


@case(
    "TLS-STN-003",
    "A vehicle without a certificate is refused",
    sut=Role.STATION,
    cites=("V2G20-2400",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_vehicle_without_certificate_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV answers the CertificateRequest with an empty chain."""
    trace = await bench.run(bench.ev.having(credentials=None), until=closed())

    judge.take(tls.refused(trace, alerts=tls.NO_CERTIFICATE))
    judge.silence("V2G answers", trace.all(SupportedAppProtocolRes))


@case(
    "TLS-STN-004",
    "Suite and group are those of the standard",
    sut=Role.STATION,
    cites=("V2G20-2458", "V2G20-1856", "V2G20-1634", "V2G20-2460"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_suite_and_group(bench: Bench, judge: Judge) -> None:
    """The EV offers what Tables 6 and 7 list, and nothing else."""
    trace = await bench.run(bench.ev, until=seen(SupportedAppProtocolRes))

    handshake = trace.first(TlsSeen, event="handshake")
    judge.among("cipher suite", handshake.facts["suite"], STRICT_SUITES, at=handshake)
    judge.among("group", handshake.facts["group"], STRICT_GROUPS, at=handshake)


@case(
    "TLS-STN-005",
    "The station's own chain keeps to its profile",
    sut=Role.STATION,
    cites=("V2G20-2674", "V2G20-1003", "V2G20-1234"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_station_chain_keeps_to_its_profile(bench: Bench, judge: Judge) -> None:
    """Depth, size, curve, names and uses of every certificate that the station shows."""
    trace = await bench.run(bench.ev, until=seen(SupportedAppProtocolRes))

    judge.take(tls.chain_profile(trace))


@case(
    "TLS-STN-006",
    "A refused vehicle does not keep the next one out",
    sut=Role.STATION,
    cites=("V2G20-1264",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_next_vehicle_is_served(bench: Bench, judge: Judge) -> None:
    """A vehicle with a self-signed certificate is refused; the next, with a good chain, is answered."""
    stranger = bench.ev.having(credentials=bench.pki.vehicle_chain(flaw=Flaw.SELF_SIGNED))

    trace = await bench.run(stranger, bench.ev, until=seen(SupportedAppProtocolRes))

    judge.take(tls.refused(trace, alerts=Flaw.SELF_SIGNED.alerts))
    judge.some("answers to the next vehicle", trace.all(SupportedAppProtocolRes))
    judge.between("connections", len(trace.all(LinkSeen, state="open")), 1, 2)
