"""TLS 1.2 as ISO 15118-2 has it: the station alone shows a certificate, and any EV may come."""

from __future__ import annotations

import pytest

from harness.kit import (
    Adversary,
    Bench,
    ChainProfile,
    Feature,
    Judge,
    Role,
    TlsSeen,
    answered,
    case,
    key_digests_of,
    replace,
    tls,
)
from harness.messages.sap import SupportedAppProtocolRes

OLDER = (Feature.ISO2, Feature.ISO2_PNC)
"""A contract pays over TLS alone, so that a station with which it may has TLS 1.2."""
SERVED = answered(SupportedAppProtocolRes)
TRUSTED_CA_KEYS, STATUS_REQUEST_V2 = 3, 17
OF_EACH = bytes.fromhex("0007 02 0004 0000 0000")
"""One request for the status of each certificate, to no responder in particular."""


@case(
    "TLS-STN-064",
    "Over TLS 1.2 an EV of ISO 15118-2 is served without a certificate",
    sut=Role.STATION,
    cites=("V2G2-602", "V2G20-2359"),
    needs=OLDER,
)
async def test_ev_without_certificate_is_served(bench: Bench, judge: Judge) -> None:
    """In ISO 15118-2 the contract proves who pays, behind the handshake."""
    trace = await bench.over_tls12().run(until=SERVED)

    judge.take(tls.taken(trace))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.equal("TLS version", handshake.facts["version"], "TLSv1.2", at=handshake)
    judge.equal("client certificate asked for", handshake.facts["certificate_requested"], False, at=handshake)  # noqa: FBT003


@case(
    "TLS-STN-065",
    "The station knows the cipher suite and the curve of ISO 15118-2",
    sut=Role.STATION,
    cites=("V2G2-602", "V2G2-007"),
    needs=OLDER,
    control="TLS-STN-064",
)
async def test_suite_and_curve_of_iso2(bench: Bench, judge: Judge) -> None:
    """The EV offers TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 and secp256r1, and nothing else."""
    older = bench.over_tls12()
    narrow = replace(older.ev.tls_profile, suites12=("ECDHE-ECDSA-AES128-SHA256",), groups=("secp256r1",))

    trace = await older.run(older.ev.having(tls_profile=narrow, tls_check="accept"), until=SERVED)

    judge.take(tls.taken(trace))


@case(
    "TLS-STN-066",
    "The station's chain over TLS 1.2 keeps to the profile of ISO 15118-2",
    sut=Role.STATION,
    cites=("V2G2-007", "V2G2-884", "V2G2-925"),
    needs=OLDER,
    control="TLS-STN-064",
)
async def test_chain_of_iso2(bench: Bench, judge: Judge) -> None:
    """Curve, hash, depth, size and the domain component of an operator."""
    older = bench.over_tls12()
    anything = replace(older.ev.tls_profile, suites12=(), groups=(), signature_schemes=())

    trace = await older.run(older.ev.having(tls_check="accept", tls_profile=anything), until=SERVED)

    judge.take(tls.chain_profile(trace, profile=ChainProfile.ISO2))


@pytest.mark.parametrize("named", ["its_root", "strangers", "nobody"])
@case(
    "TLS-STN-067",
    "Over TLS 1.2 the station shows a chain whatever roots the EV names",
    sut=Role.STATION,
    cites=("V2G2-871", "V2G2-923"),
    needs=OLDER,
    control="TLS-STN-064",
)
async def test_roots_named_over_tls12(bench: Bench, judge: Judge, named: str) -> None:
    """By trusted_ca_keys, its root among them, only that of other people, or without a word."""
    older = bench.over_tls12()
    roots = {"its_root": older.ev.trust, "strangers": bench.pki.csms_roots, "nobody": ()}[named]
    listed = ((TRUSTED_CA_KEYS, key_digests_of(roots)),) if roots else ()
    silent = replace(older.ev.tls_profile, names_roots=False)
    ev = older.ev.having(tls_profile=silent, tls_adversary=Adversary(hello_extensions=listed))

    trace = await older.run(ev, until=SERVED)

    judge.take(tls.taken(trace))


@case(
    "TLS-STN-068",
    "Asked for each certificate's status, the station staples one response for each over TLS 1.2",
    sut=Role.STATION,
    cites=("V2G2-871", "V2G2-876"),
    needs=(*OLDER, Feature.OCSP_STAPLES),
    control="TLS-STN-064",
)
async def test_staples_over_tls12(bench: Bench, judge: Judge) -> None:
    """By status_request_v2 (RFC 6961), which asks for several responses at once."""
    older = bench.minding_status().over_tls12()
    plain = replace(older.ev.tls_profile, asks_status=False)
    asking = Adversary(hello_extensions=((STATUS_REQUEST_V2, OF_EACH),))

    trace = await older.run(older.ev.having(tls_profile=plain, minds_status=False, tls_adversary=asking), until=SERVED)

    judge.take(tls.stapled(trace, older.ev.trust))
