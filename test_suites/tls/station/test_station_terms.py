"""The station's own terms: what it negotiates, what it shows, and what it does without TLS 1.3."""

from __future__ import annotations

import pytest

from harness.kit import LENIENT_20, Bench, Feature, Judge, Role, TlsSeen, TlsVersion, answered, case, replace, tls
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes

SUITES = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
GROUPS = ("secp521r1", "x448")
REFUSED = AppProtocolResponseCode.FAILED_NO_NEGOTIATION


@case(
    "TLS-STN-004",
    "Out of many suites and groups the station picks those of the standard",
    sut=Role.STATION,
    cites=("V2G20-1856", "V2G20-2460"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_suite_and_group(bench: Bench, judge: Judge) -> None:
    """The EV offers Tables 6 and 7 in its last places, behind what browsers like."""
    everything = replace(bench.ev.tls_profile, suites13=("TLS_AES_128_GCM_SHA256", *SUITES), groups=("x25519", *GROUPS))

    trace = await bench.run(bench.ev.having(tls_profile=everything), until=answered(SupportedAppProtocolRes))

    judge.silence("refusals", trace.all(TlsSeen, event="refused"))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.among("cipher suite", handshake.facts["suite"], SUITES, at=handshake)
    judge.among("group", handshake.facts["group"], GROUPS, at=handshake)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("suite", SUITES, ids=("aes256", "chacha20"))
@case(
    "TLS-STN-007",
    "The station can do with every suite and group of the standard",
    sut=Role.STATION,
    cites=("V2G20-2458", "V2G20-1634"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_each_suite_and_group(bench: Bench, judge: Judge, suite: str, group: str) -> None:
    """The EV offers one suite of Table 6 and one group of Table 7, and nothing else."""
    narrow = replace(bench.ev.tls_profile, suites13=(suite,), groups=(group,))

    trace = await bench.run(bench.ev.having(tls_profile=narrow), until=answered(SupportedAppProtocolRes))

    judge.silence("refusals", trace.all(TlsSeen, event="refused"))
    judge.any("V2G answer", trace.all(SupportedAppProtocolRes))


@case(
    "TLS-STN-005",
    "The station's own chain keeps to its profile",
    sut=Role.STATION,
    cites=("V2G20-2674", "V2G20-1003", "V2G20-1234"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_station_chain_keeps_to_its_profile(bench: Bench, judge: Judge) -> None:
    """An EV that takes anything looks at depth, size, curve, names and uses of every certificate shown."""
    curious = bench.ev.having(tls_check="accept", tls_profile=LENIENT_20)

    trace = await bench.run(curious, until=answered(SupportedAppProtocolRes))

    judge.take(tls.chain_profile(trace))


@case(
    "TLS-STN-008",
    "Over TLS 1.2 the station speaks no ISO 15118-20",
    sut=Role.STATION,
    cites=("V2G20-2356", "V2G20-1805"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_no_iso20_over_tls12(bench: Bench, judge: Judge) -> None:
    """The EV can do no better than TLS 1.2 and offers ISO 15118-20 all the same; refused by whom does not matter."""
    old = replace(LENIENT_20, highest=TlsVersion.TLS12)

    trace = await bench.run(bench.ev.having(tls_profile=old), until=answered(SupportedAppProtocolRes))

    judge.some("TLS attempts", [*trace.all(TlsSeen, event="handshake"), *trace.all(TlsSeen, event="refused")])
    agreed = trace.all(SupportedAppProtocolRes, where=lambda entry: entry.message.response_code is not REFUSED)
    judge.silence("agreements on ISO 15118-20", agreed)


@case(
    "TLS-STN-009",
    "Without TLS the station speaks no ISO 15118-20",
    sut=Role.STATION,
    cites=("V2G20-2356", "V2G20-1805"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_no_iso20_without_tls(bench: Bench, judge: Judge) -> None:
    """The EV asks for a connection without TLS and offers ISO 15118-20 there; the station may also answer with TLS."""
    trace = await bench.run(bench.ev.having(tls=False), until=answered(SupportedAppProtocolRes), limit=30.0)

    agreed = trace.all(SupportedAppProtocolRes, where=lambda entry: entry.message.response_code is not REFUSED)
    judge.silence("agreements on ISO 15118-20 without TLS", () if trace.all(TlsSeen, event="handshake") else agreed)


@case(
    "TLS-STN-010",
    "The station names the roots that a vehicle's chain may end at",
    sut=Role.STATION,
    cites=("V2G20-2400", "V2G20-2401", "V2G20-2404"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_certificate_request_names_roots(bench: Bench, judge: Judge) -> None:
    """It took our chain in TLS-STN-001, so it has a root; only a station without roots may send an empty list."""
    trace = await bench.run(bench.ev, until=answered(SupportedAppProtocolRes))

    handshake = trace.first(TlsSeen, event="handshake")
    request = handshake.facts["certificate_request"] or {}
    judge.holds("roots named", bool(request.get("authorities")), f"{request.get('authorities', ())}", at=handshake)
