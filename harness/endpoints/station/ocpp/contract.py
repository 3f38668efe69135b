"""A contract chain as OCPP tells a backend of it: hashes by which each certificate's status can be asked for."""

from __future__ import annotations

from collections.abc import Sequence

from harness.endpoints.ocpp_certificates import HashData, ocsp_data

MOST = 4
"""Certificates that Authorize has room for."""


def hash_data(chain: Sequence[bytes], roots: Sequence[bytes]) -> list[HashData]:
    """The iso15118CertificateHashData of a contract chain; a certificate whose issuer is not known is left out.

    Args:
        chain: DER, leaf first.
        roots: DER of the roots that it may end at.
    """
    return ocsp_data(chain, roots)[:MOST]
