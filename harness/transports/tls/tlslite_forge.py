"""Handshake messages written byte by byte (RFC 8446, 4; RFC 5246, 7.4): what tlslite made, as our side wants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography import x509

from harness.transports.tls.hello import (
    AUTHORITIES,
    GROUPS,
    SERVER_NAME,
    SIGNATURE_SCHEMES,
    STATUS_REQUEST,
    STATUS_REQUEST_V2,
    VERSIONS,
)
from harness.transports.tls.octets import Reader
from harness.transports.tls.tlslite_terms import RENEGOTIATION_SIGN, TLS12

Extensions = list[tuple[int, bytes]]

_NEVER_WANTED = {15, 21, 27, 28, 49}
"""Heartbeat, padding, compressed certificates, record size, authentication afterwards: tlslite's own ideas."""
_UP_TO_TLS12 = {11, 22, 23, 35, 0xFF01}
_OCSP, _OCSP_MULTI = 1, 2


class Offer:
    """What a ClientHello says, next to what only tlslite can (random, key shares, cookie)."""

    def __init__(
        self, *, suites: Sequence[int], versions: Sequence[int], groups: Sequence[int], schemes: Sequence[int]
    ) -> None:
        self.suites, self.versions, self.groups, self.schemes = suites, versions, groups, schemes
        self.server_name = ""
        self.asks_status = False
        self.authorities: Sequence[bytes] | None = None
        self.more: Sequence[tuple[int, bytes]] = ()
        self.without: Sequence[int] = ()
        self.keeps_versions = False
        """The extension supported_versions goes out even if nothing newer than TLS 1.2 is in it."""


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
    newest = max(offer.versions, default=TLS12)
    unwanted = _NEVER_WANTED if min(offer.versions, default=TLS12) <= TLS12 else _NEVER_WANTED | _UP_TO_TLS12
    found = [(kind, data) for kind, data in found if kind not in unwanted]
    _put(found, GROUPS, numbers(2, offer.groups))
    _put(found, SIGNATURE_SCHEMES, numbers(2, offer.schemes))
    if offer.keeps_versions or newest > TLS12:
        _put(found, VERSIONS, numbers(1, offer.versions))
    if offer.server_name:
        found.insert(0, (SERVER_NAME, vector(2, b"\0" + vector(2, offer.server_name.encode()))))
    if offer.asks_status:
        found.append((STATUS_REQUEST, bytes([_OCSP]) + vector(2, b"") + vector(2, b"")))
    if offer.authorities is not None:
        found.append((AUTHORITIES, vectors(2, 2, offer.authorities)))
    legacy = min(TLS12, newest).to_bytes(2, "big")
    return (
        legacy
        + random
        + vector(1, session)
        + numbers(2, offer.suites)
        + vector(1, compressions)
        + extensions(_changed(found, offer.more, offer.without))
    )


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
        found.append((AUTHORITIES, vectors(2, 2, authorities)))
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
