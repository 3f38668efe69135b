"""Certificate messages that hold no certificates, or far too many."""

from __future__ import annotations

import pytest

from harness.kit import Adversary, Bench, Feature, Judge, Role, calling_in, case, tls

NONSENSE = {
    "zero_length": Adversary(certificates=(b"",)),
    "random_bytes": Adversary(certificates=(bytes(range(200)),)),
    "no_list": Adversary(certificate_message=b"\x00"),
    "lengths_that_lie": Adversary(certificate_message=bytes.fromhex("00 0000ff 0000ff 3003")),
}
TWENTY, MANY_BYTES = 20, 60_000


@pytest.mark.parametrize("content", NONSENSE)
@case(
    "TLS-STN-044",
    "What is no certificate is refused, and harms nobody",
    sut=Role.STATION,
    cites=("V2G20-1001", "RFC 8446, 4.4.2"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_no_certificate_at_all(bench: Bench, judge: Judge, content: str) -> None:
    """An entry without a byte, bytes without a meaning, a message without its list, lengths beyond the end."""
    noisy = bench.ev.having(tls_adversary=NONSENSE[content])

    trace = await bench.run(calling_in(noisy), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.UNREADABLE))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("much", ["twenty_certificates", "sixty_kilobytes"])
@case(
    "TLS-STN-045",
    "Far too much in a Certificate message harms nobody",
    sut=Role.STATION,
    cites=("V2G20-1003", "V2G20-1001"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_far_too_much(bench: Bench, judge: Judge, much: str) -> None:
    """The good chain, and more of its authorities or one entry of nonsense: refused or taken, but not stalled over."""
    good = bench.pki.vehicle_chain(bench.ev.car.evcc_id).chain
    more = good[1:] * TWENTY if much == "twenty_certificates" else (bytes(MANY_BYTES),)
    flooding = bench.ev.having(tls_adversary=Adversary(certificates=(*good, *more)[:TWENTY]))

    trace = await bench.run(calling_in(flooding), calling_in(bench.ev))

    judge.take(tls.either_way(trace))
    judge.take(tls.served_next(trace))
