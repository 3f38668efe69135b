"""What the EV offers in its ClientHello, and what it makes of a station that knows nothing of it."""

from __future__ import annotations

import pytest

from harness.kit import (
    ASKED,
    LENIENT_20,
    Bench,
    Feature,
    Judge,
    Role,
    TlsSeen,
    TlsVersion,
    case,
    greeting,
    names_of,
    replace,
)
from harness.messages.sap import SupportedAppProtocolReq

STRICT = (Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE)
SUITES = {0x1302, 0x1303}
GROUPS = [0x0019, 0x001E]
SCHEMES = [0x0603, 0x0808]
"""Table 8: ecdsa_secp521r1_sha512, ed448."""
OLDEST = 0x0303
AUTHORITIES = 47


@case(
    "TLS-EV-011",
    "Without a suite of the standard the EV goes on with nobody",
    sut=Role.EV,
    cites=("V2G20-2459", "V2G20-1860"),
    needs=STRICT,
    control="TLS-EV-001",
)
async def test_station_with_a_foreign_suite(bench: Bench, judge: Judge) -> None:
    """The station knows TLS_AES_128_GCM_SHA256 alone, which every browser takes and the table does not have."""
    foreign = replace(bench.station.tls_profile, suites13=("TLS_AES_128_GCM_SHA256",))

    trace = await bench.run(bench.station.having(tls_profile=foreign), until=ASKED)

    judge.some("TLS attempts", [*trace.all(TlsSeen, event="handshake"), *trace.all(TlsSeen, event="refused")])
    judge.silence("V2G messages over a foreign suite", trace.all(SupportedAppProtocolReq))


@pytest.mark.parametrize("group", ["secp256r1", "x25519", "X25519MLKEM768"])
@case(
    "TLS-EV-012",
    "Without a group of the standard the EV goes on with nobody",
    sut=Role.EV,
    cites=("V2G20-1637", "V2G20-2461"),
    needs=STRICT,
    control="TLS-EV-001",
)
async def test_station_with_a_foreign_group(bench: Bench, judge: Judge, group: str) -> None:
    """The station knows one group, which the table does not have."""
    foreign = replace(bench.station.tls_profile, groups=(group,))

    trace = await bench.run(bench.station.having(tls_profile=foreign), until=ASKED)

    judge.some("TLS attempts", [*trace.all(TlsSeen, event="handshake"), *trace.all(TlsSeen, event="refused")])
    judge.silence("V2G messages over a foreign group", trace.all(SupportedAppProtocolReq))


@case(
    "TLS-EV-013",
    "Groups and signature schemes come in the order of the standard",
    sut=Role.EV,
    cites=("V2G20-2461", "V2G20-1667"),
    needs=STRICT,
    control="TLS-EV-001",
)
async def test_order_of_groups_and_schemes(bench: Bench, judge: Judge) -> None:
    """Tables 7 and 8; others beside or between them are told in TLS-EV-014."""
    trace = await bench.run(until=ASKED)

    handshake = trace.first(TlsSeen, event="handshake")
    hello = handshake.facts["client_hello"]
    judge.equal("groups, in order", [one for one in hello["groups"] if one in GROUPS], GROUPS, at=handshake)
    schemes = [one for one in hello["signature_schemes"] if one in SCHEMES]
    judge.equal("signature schemes, in order", schemes, SCHEMES, at=handshake)


@case(
    "TLS-EV-014",
    "The ClientHello is one of TLS 1.3 through and through",
    sut=Role.EV,
    cites=("V2G20-2364", "V2G20-2365", "V2G20-1860", "RFC 8446, 4.1.2"),
    needs=STRICT,
    control="TLS-EV-001",
)
async def test_hello_has_no_leftovers(bench: Bench, judge: Judge) -> None:
    """No compression, the legacy version field, nothing older than TLS 1.2; what else is offered is told."""
    trace = await bench.run(until=ASKED)

    handshake = trace.first(TlsSeen, event="handshake")
    hello = handshake.facts["client_hello"]
    judge.equal("compression methods", hello["compressions"], [0], at=handshake)
    judge.equal("legacy version", hello["legacy_version"], 0x0303, at=handshake)
    old = [f"{one:#06x}" for one in hello["versions"] if one < OLDEST and not _is_grease(one)]
    judge.equal("versions older than TLS 1.2", old, [], at=handshake)
    judge.equal("early data offered", hello["offers_early_data"], False, at=handshake)  # noqa: FBT003
    others = [f"{one:#06x}" for one in hello["suites"] if one not in SUITES]
    if others:
        judge.notice("suites offered beside the table", ", ".join(others), at=handshake)


@case(
    "TLS-EV-015",
    "The wish for OCSP responses names no responder",
    sut=Role.EV,
    cites=("V2G20-2372", "V2G20-2373"),
    needs=STRICT,
    control="TLS-EV-001",
)
async def test_status_request_names_nobody(bench: Bench, judge: Judge) -> None:
    """Which responder answers is the station's business."""
    trace = await bench.run(until=ASKED)

    handshake = trace.first(TlsSeen, event="handshake")
    hello = handshake.facts["client_hello"]
    judge.holds("OCSP status asked for", hello["asks_status"], "status_request", at=handshake)
    judge.equal("responders named", hello["status_responders"], 0, at=handshake)


@case(
    "TLS-EV-056",
    "The EV names the roots that it trusts",
    sut=Role.EV,
    cites=("V2G20-1006", "V2G20-2369", "V2G20-2368"),
    needs=STRICT,
    control="TLS-EV-001",
)
async def test_roots_are_named(bench: Bench, judge: Judge) -> None:
    """In certificate_authorities, one of them being that of the chain which it took in TLS-EV-001.

    How a name is put together, sources tell differently, and most stacks list a root's subject as it stands: which
    form it is, is told.
    """
    trace = await bench.naming_roots().run(until=ASKED)

    tried = greeting(trace)
    hello = tried.facts["client_hello"]
    judge.among("certificate_authorities", AUTHORITIES, hello["extensions"], at=tried)
    judge.some("roots named", hello["authorities"])
    literal = set(hello["authorities"]) & set(names_of(bench.pki.v2g_roots))
    told = "the subject of the root, byte for byte" if literal else "another form than the subject of the root"
    judge.notice("form of the name", told, at=tried)


@case(
    "TLS-EV-057",
    "With a station of an outdated TLS the EV goes on in no case",
    sut=Role.EV,
    cites=("V2G20-1237", "V2G20-2365"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_outdated_station(bench: Bench, judge: Judge) -> None:
    """TLS 1.1 is what the station has; no protocol of ISO 15118 is spoken over it."""
    outdated = replace(LENIENT_20, lowest=TlsVersion.TLS11, highest=TlsVersion.TLS11)

    trace = await bench.run(bench.station.having(tls_profile=outdated), until=ASKED, limit=30.0)

    judge.some("TLS attempts", [*trace.all(TlsSeen, event="handshake"), *trace.all(TlsSeen, event="refused")])
    judge.silence("V2G messages over an outdated TLS", trace.all(SupportedAppProtocolReq))


def _is_grease(number: int) -> bool:
    """Reserved numbers that some stacks sprinkle in (RFC 8701)."""
    return number & 0x0F0F == 0x0A0A
