"""The EV's own terms: what it offers, what it shows, and what it does without TLS 1.3."""

from __future__ import annotations

from harness.kit import (
    LENIENT_20,
    Bench,
    Entry,
    Feature,
    Judge,
    Role,
    TlsSeen,
    TlsVersion,
    case,
    closed,
    either,
    replace,
    seen,
    tls,
)
from harness.messages.sap import SupportedAppProtocolReq

ASKED = either(seen(SupportedAppProtocolReq), closed())
ISO20 = "urn:iso:std:iso:15118:-20"
TLS13 = 0x0304
SUITES = [0x1302, 0x1303]
"""Table 6: TLS_AES_256_GCM_SHA384, then TLS_CHACHA20_POLY1305_SHA256."""
GROUPS = [0x0019, 0x001E]
"""Table 7: secp521r1, then x448."""


def offers_iso20(entry: Entry) -> bool:
    """Whether an offer names ISO 15118-20."""
    return any(one.protocol_namespace.startswith(ISO20) for one in entry.message.app_protocol)


@case(
    "TLS-EV-003",
    "The EV's own chain keeps to its profile",
    sut=Role.EV,
    cites=("V2G20-2598", "V2G20-2674", "V2G20-1003"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_vehicle_chain_keeps_to_its_profile(bench: Bench, judge: Judge) -> None:
    """A station that takes anything looks at names, depth, size, curve and uses, as in Annex B."""
    curious = bench.station.having(tls_check="accept", tls_profile=LENIENT_20)

    trace = await bench.run(curious, until=ASKED)

    judge.take(tls.chain_profile(trace))


@case(
    "TLS-EV-004",
    "The ClientHello offers what the standard asks for, in its order",
    sut=Role.EV,
    cites=("V2G20-2365", "V2G20-2459", "V2G20-1858", "V2G20-1637", "V2G20-2372"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-EV-001",
)
async def test_client_hello(bench: Bench, judge: Judge) -> None:
    """TLS 1.3, both suites of Table 6 in their order, both groups of Table 7, and a wish for OCSP responses."""
    trace = await bench.run(until=ASKED)

    handshake = trace.first(TlsSeen, event="handshake")
    hello = handshake.facts["client_hello"]
    judge.among("TLS 1.3", TLS13, hello["versions"], at=handshake)
    offered = [suite for suite in hello["suites"] if suite in SUITES]
    judge.equal("suites of Table 6, in order", offered, SUITES, at=handshake)
    groups = {group for group in hello["groups"] if group in GROUPS}
    judge.equal("groups of Table 7", groups, set(GROUPS), at=handshake)
    judge.holds("OCSP status asked for", hello["asks_status"], "status_request", at=handshake)


@case(
    "TLS-EV-005",
    "Without TLS the EV offers no ISO 15118-20",
    sut=Role.EV,
    cites=("V2G20-1237", "V2G20-1805"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_no_iso20_without_tls(bench: Bench, judge: Judge) -> None:
    """The station answers discovery with a port that has no TLS."""
    plain = bench.station.set(allow_plain_tcp=True).having(credentials=None)

    trace = await bench.run(plain, until=ASKED, limit=30.0)

    judge.silence("offers of ISO 15118-20", trace.all(SupportedAppProtocolReq, where=offers_iso20))


@case(
    "TLS-EV-006",
    "Over TLS 1.2 the EV offers no ISO 15118-20",
    sut=Role.EV,
    cites=("V2G20-1237", "V2G20-1805"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_no_iso20_over_tls12(bench: Bench, judge: Judge) -> None:
    """The station can do no better than TLS 1.2; the EV may refuse that, or offer something older."""
    old = bench.station.having(tls_profile=replace(LENIENT_20, highest=TlsVersion.TLS12))

    trace = await bench.run(old, until=ASKED, limit=30.0)

    judge.some("TLS attempts", [*trace.all(TlsSeen, event="handshake"), *trace.all(TlsSeen, event="refused")])
    judge.silence("offers of ISO 15118-20", trace.all(SupportedAppProtocolReq, where=offers_iso20))
