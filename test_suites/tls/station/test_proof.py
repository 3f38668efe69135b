"""Whether a vehicle must prove that the certificate which it shows is its own."""

from __future__ import annotations

import pytest

from harness.kit import Adversary, Bench, Feature, HandshakeMessage, Judge, Role, calling_in, case, tls

PROOFS = {
    "flipped": Adversary(wrong_signature=True),
    "by_another_key": Adversary(foreign_signature=True),
    "by_another_scheme": Adversary(signature_scheme=0x0503),
    "missing": Adversary(leave_out=(HandshakeMessage.CERTIFICATE_VERIFY,)),
}


@pytest.mark.parametrize("proof", PROOFS)
@case(
    "TLS-STN-027",
    "A vehicle that does not prove its certificate its own is refused",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 4.4.3"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_unproven_certificate_is_refused(bench: Bench, judge: Judge, proof: str) -> None:
    """The chain is good; CertificateVerify is wrong by one bit, of another key, by a scheme of its own, or missing."""
    thief = bench.ev.having(tls_adversary=PROOFS[proof])

    trace = await bench.run(calling_in(thief), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.NO_PROOF))
    judge.take(tls.served_next(trace))
