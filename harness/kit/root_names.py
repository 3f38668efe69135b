"""How roots are named in a handshake: by subject, or by digest."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha1

from cryptography import x509


def names_of(roots: Iterable[bytes]) -> tuple[str, ...]:
    """Subjects of roots (DER) as a CertificateRequest or a ClientHello lists them, in hexadecimal digits."""
    return tuple(x509.load_der_x509_certificate(root).subject.public_bytes().hex() for root in roots)


def key_digests_of(roots: Iterable[bytes]) -> bytes:
    """The body of trusted_ca_keys (RFC 6066, 6) that names roots (DER) by the SHA-1 of their certificates."""
    listed = b"".join(b"\x03" + sha1(root, usedforsecurity=False).digest() for root in roots)
    return len(listed).to_bytes(2, "big") + listed


def issuers_of(chain: Iterable[str]) -> tuple[str, ...]:
    """Who issued the certificates of a chain, both in hexadecimal digits of DER; an unreadable one is left out."""
    found = []
    for certificate in chain:
        try:
            found.append(x509.load_der_x509_certificate(bytes.fromhex(certificate)).issuer.public_bytes().hex())
        except ValueError:
            continue
    return tuple(found)
