"""Handshake messages written byte by byte (RFC 8446, 4; RFC 5246, 7.4): what tlslite made, as our side wants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha1

from cryptography import x509
from msgspec import Struct

from harness.transports.tls.hello import (
    AUTHORITIES,
    GROUPS,
    SERVER_NAME,
    SIGNATURE_SCHEMES,
    STATUS_REQUEST,
    STATUS_REQUEST_V2,
    TRUSTED_CA_KEYS,
    VERSIONS,
)
from harness.transports.tls.octets import Reader
from harness.transports.tls.tlslite_terms import RENEGOTIATION_SIGN, TLS12

Extensions = list[tuple[int, bytes]]

_NEVER_WANTED = {9, 15, 21, 27, 28, 49}
"""Ideas of tlslite's own: certificate types, heartbeat, padding, compression, record size, authentication later."""
_UP_TO_TLS12 = {11, 22, 23, 35, 0xFF01}
_OCSP, _OCSP_MULTI = 1, 2
_ANY_RESPONDER = bytes(4)
"""No responder named, no extensions."""
_BY_SHA1 = 3


class Offer(Struct, frozen=True, kw_only=True):
    """What a ClientHello says, next to what only tlslite can (random, key shares, cookie)."""

    suites: Sequence[int]
    versions: Sequence[int]
    groups: Sequence[int]
    schemes: Sequence[int]
    added: Sequence[tuple[int, bytes]] = ()
    """More extensions."""
    without: Sequence[int] = ()
    """Extensions that are left out, those that are added excepted."""
    names_versions: bool = True
    """supported_versions goes out."""


def vector(width: int, data: bytes) -> bytes:
    """A length and what it counts."""
    return len(data).to_bytes(width, "big") + data


def numbers(width: int, values: Iterable[int]) -> bytes:
    """A vector of numbers of two bytes each."""
    return vector(width, b"".join(value.to_bytes(2, "big") for value in values))


def vectors(width: int, size: int, values: Iterable[bytes]) -> bytes:
    """A vector of vectors."""
    return vector(width, b"".join(vector(size, value) for value in values))


def extensions(values: Iterable[tuple[int, bytes]]) -> bytes:
    """A block of extensions."""
    return vector(2, b"".join(kind.to_bytes(2, "big") + vector(2, body) for kind, body in values))


def message(kind: int, body: bytes) -> bytes:
    """A handshake message with its header."""
    return bytes([kind]) + vector(3, body)


def client_hello(body: bytes, offer: Offer) -> bytes:
    """The ClientHello with exactly what is offered."""
    reader = Reader(body)
    reader.take(2)
    random, session = reader.take(32), reader.vector(1)
    reader.vector(2)
    compressions, found = reader.vector(1), list(reader.extensions())
    newest, oldest = max(offer.versions, default=TLS12), min(offer.versions, default=TLS12)
    unwanted = _NEVER_WANTED if oldest <= TLS12 else _NEVER_WANTED | _UP_TO_TLS12
    found = [(kind, data) for kind, data in found if kind not in unwanted]
    _put(found, GROUPS, numbers(2, offer.groups))
    _put(found, SIGNATURE_SCHEMES, numbers(2, offer.schemes))
    if offer.names_versions:
        _put(found, VERSIONS, numbers(1, offer.versions))
    legacy = min(TLS12, newest).to_bytes(2, "big")
    return (
        legacy
        + random
        + vector(1, session)
        + numbers(2, offer.suites)
        + vector(1, compressions)
        + extensions(_changed(found, offer.added, offer.without))
    )


def server_name(host: str) -> tuple[int, bytes]:
    """The extension that names the host wanted (RFC 6066, 3)."""
    return SERVER_NAME, vector(2, b"\0" + vector(2, host.encode()))


def status_wanted() -> tuple[int, bytes]:
    """The extension that asks for a staple, of any responder [V2G20-2373]."""
    return STATUS_REQUEST, bytes([_OCSP]) + _ANY_RESPONDER


def statuses_wanted() -> tuple[int, bytes]:
    """The extension that asks for a staple for each certificate up to TLS 1.2 (RFC 6961)."""
    return STATUS_REQUEST_V2, vector(2, bytes([_OCSP_MULTI]) + vector(2, _ANY_RESPONDER))


def roots_named(roots: Iterable[bytes]) -> tuple[int, bytes]:
    """trusted_ca_keys: roots by the SHA-1 of each (RFC 6066, 6)."""
    digests = (bytes([_BY_SHA1]) + sha1(root, usedforsecurity=False).digest() for root in roots)
    return TRUSTED_CA_KEYS, vector(2, b"".join(digests))


def authorities_named(names: Iterable[bytes]) -> tuple[int, bytes]:
    """certificate_authorities (RFC 8446, 4.2.4); an empty list has two bytes."""
    return AUTHORITIES, vectors(2, 2, names)


def suites_offered(suites: Sequence[int], *, tls12: bool) -> tuple[int, ...]:
    """The suites of a ClientHello: what the terms name, and the sign of secure renegotiation that TLS 1.2 asks for."""
    return (*suites, RENEGOTIATION_SIGN) if tls12 else tuple(suites)


def server_hello(body: bytes, more: Sequence[tuple[int, bytes]], without: Sequence[int]) -> bytes:
    """The ServerHello with more extensions, or without some."""
    reader = Reader(body)
    start = reader.take(34)
    session, rest = reader.vector(1), reader.take(3)
    found = _changed(list(reader.extensions()), more, without)
    return start + vector(1, session) + rest + (extensions(found) if found else b"")


def certificates13(context: bytes, entries: Sequence[bytes], staples: Sequence[bytes]) -> bytes:
    """The body of a Certificate message of TLS 1.3; a staple that is empty, or missing at the end, is left out."""
    parts = []
    for number, entry in enumerate(entries):
        staple = staples[number] if number < len(staples) else b""
        status = [(STATUS_REQUEST, bytes([_OCSP]) + vector(3, staple))] if staple else []
        parts.append(vector(3, entry) + extensions(status))
    return vector(1, context) + vector(3, b"".join(parts))


def certificates12(entries: Sequence[bytes]) -> bytes:
    """The body of a Certificate message up to TLS 1.2."""
    return vectors(3, 3, entries)


def certificate_status(staples: Sequence[bytes], *, asked: int) -> bytes:
    """The body of a CertificateStatus (RFC 6066, 8; RFC 6961, 2.2), by the extension that asked for it."""
    if asked == STATUS_REQUEST_V2:
        return bytes([_OCSP_MULTI]) + vectors(3, 3, staples)
    return bytes([_OCSP]) + vector(3, staples[0])


def certificate_request13(body: bytes, schemes: Sequence[int], authorities: Sequence[bytes] | None) -> bytes:
    """The body of a CertificateRequest of TLS 1.3; without `authorities` no extension names any."""
    found: Extensions = [(SIGNATURE_SCHEMES, numbers(2, schemes))]
    if authorities is not None:
        found.append(authorities_named(authorities))
    return vector(1, Reader(body).vector(1)) + extensions(found)


def certificate_request12(body: bytes, schemes: Sequence[int], authorities: Sequence[bytes] | None) -> bytes:
    """The body of a CertificateRequest up to TLS 1.2."""
    return vector(1, Reader(body).vector(1)) + numbers(2, schemes) + vectors(2, 2, authorities or ())


def flipped(body: bytes) -> bytes:
    """The body with its last bit turned: there the signature ends."""
    return body[:-1] + bytes([body[-1] ^ 1])


def named(body: bytes, scheme: int, *, at: int) -> bytes:
    """The body with another signature scheme named."""
    return body[:at] + scheme.to_bytes(2, "big") + body[at + 2 :]


def subject(root: bytes) -> bytes:
    """The name of a root as certificate_authorities lists it."""
    return x509.load_der_x509_certificate(root).subject.public_bytes()


def _put(found: Extensions, kind: int, body: bytes) -> None:
    """Replace an extension in its place, or add it."""
    for number, (present, _) in enumerate(found):
        if present == kind:
            found[number] = (kind, body)
            return
    found.append((kind, body))


def _changed(found: Extensions, more: Sequence[tuple[int, bytes]], without: Sequence[int]) -> Extensions:
    return [*((kind, body) for kind, body in found if kind not in without), *more]
