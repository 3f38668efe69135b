"""Certificate messages of stations that hold no certificates, or far too many."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Adversary, Bench, Feature, Judge, Role, case, tls

NONSENSE = {
    "nothing": Adversary(certificates=()),
    "zero_length": Adversary(certificates=(b"",)),
    "random_bytes": Adversary(certificates=(bytes(range(200)),)),
    "no_list": Adversary(certificate_message=b"\x00"),
    "lengths_that_lie": Adversary(certificate_message=bytes.fromhex("00 0000ff 0000ff 3003")),
}
TWENTY, MANY_BYTES = 20, 60_000


@pytest.mark.parametrize("content", NONSENSE)
@case(
    "TLS-EV-027",
    "What is no certificate of a station is refused",
    sut=Role.EV,
    cites=("V2G20-1001", "RFC 8446, 4.4.2"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_no_certificate_at_all(bench: Bench, judge: Judge, content: str) -> None:
    """No entry, one without a byte, bytes without a meaning, a message without its list, lengths beyond the end."""
    noisy = bench.station.having(tls_adversary=NONSENSE[content])

    trace = await bench.run(noisy, until=ASKED)

    judge.take(tls.broken_off(trace, alerts=tls.UNREADABLE))


@pytest.mark.parametrize("much", ["twenty_certificates", "sixty_kilobytes"])
@case(
    "TLS-EV-028",
    "Far too much in a station's Certificate message does not stall the EV",
    sut=Role.EV,
    cites=("V2G20-1003", "V2G20-1001"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_far_too_much(bench: Bench, judge: Judge, much: str) -> None:
    """The good chain, and more of its authorities or one entry of nonsense: refused or taken, but not stalled over."""
    good = bench.pki.secc_chain().chain
    more = good[1:] * TWENTY if much == "twenty_certificates" else (bytes(MANY_BYTES),)
    flooding = bench.station.having(tls_adversary=Adversary(certificates=(*good, *more)[:TWENTY]))

    trace = await bench.run(flooding, until=ASKED)

    judge.take(tls.either_way(trace))
