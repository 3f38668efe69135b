"""Contracts that a station cannot validate itself, and may leave to its backend (C07)."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from harness.endpoints.station.plant import Plant
from harness.pki.path import issued_by
from harness.security.keys import read_certificate


def anchors(plant: Plant, roots: Sequence[bytes], chain: Sequence[bytes]) -> tuple[bytes, ...]:
    """The roots (DER) to judge a contract chain by: where none of ours is above it, its own top if that may be.

    The station then looks at dates, signatures and form; whom the top belongs to, the backend has to say
    (CentralContractValidationAllowed).

    Args:
        plant: tells whether that is allowed, and whether there is a backend.
        roots: those of the station.
        chain: leaf first, as the EV showed it.
    """
    settings = plant.settings
    own = tuple(roots)
    if not (settings.certificates.central_validation and settings.backend) or len(chain) < 2:
        return own
    top = read_certificate(chain[-1])
    if not isinstance(top, x509.Certificate):
        return own
    known = [read for der in own if isinstance(read := read_certificate(der), x509.Certificate)]
    return own if any(issued_by(top, root) for root in known) else (*own, chain[-1])
