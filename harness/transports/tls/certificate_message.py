"""What goes over a connection about certificates: the request, the chain with its staples, and who signed how."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from harness.transports.tls.hello import AUTHORITIES, SIGNATURE_SCHEMES, STATUS_REQUEST, read_names
from harness.transports.tls.octets import Malformed, Reader

MOST_CERTIFICATES = 30
"""A chain is read up to here; what a peer sends beyond is of no use to anybody."""

_AGAIN = 64
"""The same few chains and requests come again and again in a run."""
_OCSP = 1
_OCSP_MULTI = 2
_NAMED_CURVE = 3


class CertificateRequest(Struct, frozen=True, kw_only=True):
    """What a server asks of the client's certificate."""

    signature_schemes: tuple[int, ...] = ()
    authorities: tuple[bytes, ...] = ()
    """DER names of the roots that the server lists."""
    extensions: tuple[int, ...] = ()
    """By number, TLS 1.3 alone: 48 is oid_filters and 5 status_request, which no station sends [V2G20-2406]."""


class Presented(Struct, frozen=True):
    """One entry of a Certificate message."""

    certificate: bytes
    staple: bytes = b""
    """The OCSP response that came with it (TLS 1.3)."""


@lru_cache(maxsize=_AGAIN)
def read_certificate_request(body: bytes, *, tls13: bool) -> CertificateRequest:
    """Read a CertificateRequest without its header.

    Raises:
        Malformed: it cannot be read.
    """
    reader = Reader(body)
    reader.vector(1)
    if not tls13:
        schemes = reader.numbers(2)
        return CertificateRequest(signature_schemes=schemes, authorities=read_names(reader.rest))
    listed = reader.extensions()
    extensions = dict(listed)
    offered = extensions.get(SIGNATURE_SCHEMES)
    return CertificateRequest(
        signature_schemes=Reader(offered).numbers(2) if offered else (),
        authorities=read_names(extensions.get(AUTHORITIES)),
        extensions=tuple(kind for kind, _ in listed),
    )


@lru_cache(maxsize=_AGAIN)
def read_chain(body: bytes, *, tls13: bool) -> tuple[Presented, ...]:
    """The entries of a Certificate message without its header, at most thirty.

    Raises:
        Malformed: it cannot be read.
    """
    reader = Reader(body)
    if tls13:
        reader.vector(1)
    entries = Reader(reader.vector(3))
    found: list[Presented] = []
    while entries.more and len(found) < MOST_CERTIFICATES:
        certificate = entries.vector(3)
        found.append(Presented(certificate, _entry_staple(entries) if tls13 else b""))
    return tuple(found)


def read_certificates(body: bytes, *, tls13: bool) -> tuple[bytes, ...]:
    """The DER certificates of a Certificate message without its header, at most thirty.

    Raises:
        Malformed: it cannot be read.
    """
    return tuple(entry.certificate for entry in read_chain(body, tls13=tls13))


def read_certificate_status(body: bytes) -> tuple[bytes, ...]:
    """The OCSP responses of a CertificateStatus message (TLS 1.2): of the leaf, or of each certificate (RFC 6961).

    Raises:
        Malformed: it cannot be read.
    """
    reader = Reader(body)
    kind = reader.number(1)
    if kind == _OCSP:
        return (reader.vector(3),)
    if kind == _OCSP_MULTI:
        return reader.vectors(3, 3)[:MOST_CERTIFICATES]
    raise Malformed(f"a certificate status of the unknown kind {kind}")


def beside(chain: tuple[Presented, ...], statuses: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The staple of each certificate, from wherever it came; empty where there is none."""
    padded = (*statuses, *(b"" for _ in chain))
    return tuple(entry.staple or status for entry, status in zip(chain, padded, strict=False))


def read_certificate_verify(body: bytes) -> int:
    """The signature scheme of a CertificateVerify.

    Raises:
        Malformed: it cannot be read.
    """
    return Reader(body).number(2)


def read_server_key_exchange(body: bytes) -> int:
    """The signature scheme of an elliptic ServerKeyExchange (TLS 1.2); 0 for one that is not over a named curve.

    Raises:
        Malformed: it cannot be read.
    """
    reader = Reader(body)
    if reader.number(1) != _NAMED_CURVE:
        return 0
    reader.take(2)
    reader.vector(1)
    return reader.number(2)


def _entry_staple(entries: Reader) -> bytes:
    """The staple among the extensions of one entry; the entry's extensions are read to their end in any case."""
    extensions = Reader(entries.vector(2))
    staple = b""
    while extensions.more:
        kind, value = extensions.number(2), extensions.vector(2)
        if kind == STATUS_REQUEST:
            status = Reader(value)
            staple = status.vector(3) if status.number(1) == _OCSP else b""
    return staple
