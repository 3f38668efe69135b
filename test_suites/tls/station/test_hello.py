"""Hellos of vehicles that nobody can go on with: parts missing, parts twice, no point, versions of long ago."""

from __future__ import annotations

import pytest

from harness.kit import Adversary, Bench, Feature, Judge, Role, TlsSeen, calling_in, case, tls

GROUPS, SCHEMES, VERSIONS, KEY_SHARES = 10, 13, 43, 51
TLS12 = 0x0303
MISSING = {"groups": GROUPS, "schemes": SCHEMES, "key_shares": KEY_SHARES, "versions": VERSIONS}
OFF_CURVE, SHORT = b"\x04" + b"\x01" * 132, b"\x04" + b"\x01" * 20
SHARES = {"no_point": OFF_CURVE, "too_short": SHORT, "empty": b""}
OLD = {
    "tls11": Adversary(versions=(0x0302,), suites=(0xC009, 0xC023, 0x1302)),
    "tls12_as_a_fallback": Adversary(versions=(0x0303,), suites=(0xC02C, 0xC023, 0x5600), without_extensions=(43,)),
}
"""TLS_FALLBACK_SCSV, 0x5600, says that a better version had been tried before (RFC 7507)."""


@pytest.mark.parametrize("missing", MISSING)
@case(
    "TLS-STN-040",
    "A ClientHello without what TLS 1.3 needs is refused",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 9.2"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_hello_with_a_part_missing(bench: Bench, judge: Judge, missing: str) -> None:
    """No groups, no signature schemes, no key shares; without versions it is one of TLS 1.2."""
    forgetful = bench.ev.having(tls_adversary=Adversary(without_extensions=(MISSING[missing],)))

    trace = await bench.run(calling_in(forgetful), calling_in(bench.ev))

    answers = trace.all(TlsSeen, where=lambda entry: (entry.facts.get("server_hello") or {}).get("version") == TLS12)
    judge.silence("ServerHello of TLS 1.2", answers)
    judge.take(tls.broken_off(trace, alerts=tls.INCOMPLETE))
    judge.take(tls.served_next(trace))


@case(
    "TLS-STN-041",
    "A ClientHello with an extension that comes twice is refused",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 4.2"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_extension_twice(bench: Bench, judge: Judge) -> None:
    """supported_groups stands there a second time, with secp521r1 alone."""
    double = Adversary(hello_extensions=((GROUPS, bytes.fromhex("00020019")),))

    trace = await bench.run(calling_in(bench.ev.having(tls_adversary=double)), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.UNREADABLE))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("share", SHARES)
@case(
    "TLS-STN-042",
    "A key share that is no point of its curve is refused",
    sut=Role.STATION,
    cites=("V2G20-1634", "RFC 8446, 4.2.8"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_key_share_off_the_curve(bench: Bench, judge: Judge, share: str) -> None:
    """For secp521r1, which the strict profile has: coordinates off the curve, too few bytes, none."""
    entry = bytes.fromhex("0019") + len(SHARES[share]).to_bytes(2, "big") + SHARES[share]
    body = len(entry).to_bytes(2, "big") + entry
    wrong = Adversary(without_extensions=(KEY_SHARES,), hello_extensions=((KEY_SHARES, body),))

    trace = await bench.run(calling_in(bench.ev.having(tls_adversary=wrong)), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.UNREADABLE | tls.NOTHING_IN_COMMON))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("version", OLD)
@case(
    "TLS-STN-043",
    "An older version of TLS is refused where TLS 1.3 is there",
    sut=Role.STATION,
    cites=("V2G20-2356", "V2G20-1264"),
    needs=(Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE),
    control="TLS-STN-001",
)
async def test_old_version_is_refused(bench: Bench, judge: Judge, version: str) -> None:
    """TLS 1.1 alone; or TLS 1.2 from somebody who says that it is a fallback."""
    trace = await bench.run(calling_in(bench.ev.having(tls_adversary=OLD[version])), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.TOO_OLD))
    judge.take(tls.served_next(trace))
