"""Whether a station must prove that the certificate which it shows is its own."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Adversary, Bench, Feature, HandshakeMessage, Judge, Role, case, tls

PROOFS = {
    "flipped": Adversary(wrong_signature=True),
    "by_another_key": Adversary(foreign_signature=True),
    "by_another_scheme": Adversary(signature_scheme=0x0503),
    "missing": Adversary(leave_out=(HandshakeMessage.CERTIFICATE_VERIFY,)),
}


@pytest.mark.parametrize("proof", PROOFS)
@case(
    "TLS-EV-018",
    "A station that does not prove its certificate its own is refused",
    sut=Role.EV,
    cites=("V2G20-1264", "RFC 8446, 4.4.3"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_unproven_certificate_is_refused(bench: Bench, judge: Judge, proof: str) -> None:
    """The chain is good; CertificateVerify is wrong by one bit, of another key, by a scheme of its own, or missing."""
    thief = bench.station.having(tls_adversary=PROOFS[proof])

    trace = await bench.run(thief, until=ASKED)

    judge.take(tls.broken_off(trace, alerts=tls.NO_PROOF))
