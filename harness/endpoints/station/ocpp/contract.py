"""A contract chain as OCPP tells a backend of it: hashes by which each certificate's status can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from harness.security.keys import read_certificate

MOST = 4
"""Certificates that Authorize has room for."""


def hash_data(chain: Sequence[bytes], roots: Sequence[bytes]) -> list[dict[str, Any]]:
    """The iso15118CertificateHashData of a contract chain; a certificate whose issuer is not known is left out.

    Args:
        chain: DER, leaf first.
        roots: DER of the roots that it may end at.
    """
    known = [read for der in (*chain, *roots) if isinstance(read := read_certificate(der), x509.Certificate)]
    found = []
    for certificate in known[: len(chain)]:
        issuer = next((one for one in known if one.subject == certificate.issuer and one is not certificate), None)
        if issuer is not None:
            found.append(_hashes(certificate, issuer))
    return found[:MOST]


def _hashes(certificate: x509.Certificate, issuer: x509.Certificate) -> dict[str, Any]:
    """Hashes as OCSP has them (RFC 6960, 4.1.1)."""
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA256()).build()
    return {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": asked.issuer_name_hash.hex(),
        "issuerKeyHash": asked.issuer_key_hash.hex(),
        "serialNumber": f"{certificate.serial_number:x}",
        "responderURL": _responder(certificate),
    }


def _responder(certificate: x509.Certificate) -> str:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ""
    places = (one for one in access if one.access_method == AuthorityInformationAccessOID.OCSP)
    return next((str(one.access_location.value) for one in places), "")
