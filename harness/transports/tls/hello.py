"""What handshake messages say in the clear: ClientHello, CertificateRequest, Certificate, as plain facts."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

CLIENT_HELLO = 1
NEW_SESSION_TICKET = 4
CERTIFICATE = 11
CERTIFICATE_REQUEST = 13

_SERVER_NAME = 0
_STATUS_REQUEST = 5
_GROUPS = 10
_SIGNATURE_SCHEMES = 13
_VERSIONS = 43
_AUTHORITIES = 47
_KEY_SHARES = 51

_MOST_CERTIFICATES = 30


class Malformed(ValueError):
    """A handshake message that cannot be read."""


class ClientHello(Struct, frozen=True, kw_only=True):
    """What a client offers; numbers are those of the IANA registry, in the order sent."""

    versions: tuple[int, ...] = ()
    suites: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    key_shares: tuple[int, ...] = ()
    signature_schemes: tuple[int, ...] = ()
    extensions: tuple[int, ...] = ()
    authorities: tuple[bytes, ...] = ()
    """DER names of the roots that the client lists."""
    server_name: str = ""
    asks_status: bool = False


class CertificateRequest(Struct, frozen=True, kw_only=True):
    """What a server asks of the client's certificate."""

    signature_schemes: tuple[int, ...] = ()
    authorities: tuple[bytes, ...] = ()
    """DER names of the roots that the server lists."""
    extensions: tuple[int, ...] = ()


class _Reader:
    """Reads length-prefixed vectors of a handshake message."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def more(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise Malformed(f"{count} bytes expected at {self._at}, {len(part)} there")
        self._at += count
        return part

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def vector(self, width: int) -> bytes:
        return self.take(self.number(width))

    def numbers(self, width: int, size: int = 2) -> tuple[int, ...]:
        inner = _Reader(self.vector(width))
        found = []
        while inner.more:
            found.append(inner.number(size))
        return tuple(found)

    def extensions(self) -> dict[int, bytes]:
        if not self.more:
            return {}
        inner = _Reader(self.vector(2))
        found: dict[int, bytes] = {}
        while inner.more:
            kind = inner.number(2)
            found[kind] = inner.vector(2)
        return found


def read_client_hello(body: bytes) -> ClientHello:
    """Read a ClientHello without its four bytes of header.

    Raises:
        Malformed: it cannot be read.
    """
    reader = _Reader(body)
    legacy = reader.number(2)
    reader.take(32)
    reader.vector(1)
    suites = reader.numbers(2)
    reader.vector(1)
    extensions = reader.extensions()

    def numbers(kind: int, width: int = 2) -> tuple[int, ...]:
        return _Reader(extensions[kind]).numbers(width) if kind in extensions else ()

    return ClientHello(
        versions=numbers(_VERSIONS, 1) or (legacy,),
        suites=suites,
        groups=numbers(_GROUPS),
        key_shares=_key_shares(extensions.get(_KEY_SHARES)),
        signature_schemes=numbers(_SIGNATURE_SCHEMES),
        extensions=tuple(extensions),
        authorities=_names(extensions.get(_AUTHORITIES)),
        server_name=_server_name(extensions.get(_SERVER_NAME)),
        asks_status=_STATUS_REQUEST in extensions,
    )


def read_certificate_request(body: bytes, *, tls13: bool) -> CertificateRequest:
    """Read a CertificateRequest without its header.

    Raises:
        Malformed: it cannot be read.
    """
    reader = _Reader(body)
    if not tls13:
        reader.vector(1)
        schemes = reader.numbers(2)
        return CertificateRequest(signature_schemes=schemes, authorities=_names(body[-_rest(reader) :]))
    reader.vector(1)
    extensions = reader.extensions()
    offered = extensions.get(_SIGNATURE_SCHEMES)
    return CertificateRequest(
        signature_schemes=_Reader(offered).numbers(2) if offered else (),
        authorities=_names(extensions.get(_AUTHORITIES)),
        extensions=tuple(extensions),
    )


def read_certificates(body: bytes, *, tls13: bool) -> tuple[bytes, ...]:
    """The DER certificates of a Certificate message without its header, at most thirty.

    Raises:
        Malformed: it cannot be read.
    """
    reader = _Reader(body)
    if tls13:
        reader.vector(1)
    entries = _Reader(reader.vector(3))
    found: list[bytes] = []
    while entries.more and len(found) < _MOST_CERTIFICATES:
        found.append(entries.vector(3))
        if tls13:
            entries.vector(2)
    return tuple(found)


def plain(facts: Struct) -> dict[str, Any]:
    """The facts as JSON can carry them; bytes become hexadecimal text."""
    return {name: _plain(getattr(facts, name)) for name in facts.__struct_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _rest(reader: _Reader) -> int:
    return len(reader._data) - reader._at


def _key_shares(body: bytes | None) -> tuple[int, ...]:
    if body is None:
        return ()
    inner = _Reader(_Reader(body).vector(2))
    found = []
    while inner.more:
        found.append(inner.number(2))
        inner.vector(2)
    return tuple(found)


def _names(body: bytes | None) -> tuple[bytes, ...]:
    if not body:
        return ()
    inner = _Reader(_Reader(body).vector(2))
    found = []
    while inner.more:
        found.append(inner.vector(2))
    return tuple(found)


def _server_name(body: bytes | None) -> str:
    if not body:
        return ""
    inner = _Reader(_Reader(body).vector(2))
    inner.number(1)
    return inner.vector(2).decode("ascii", "replace")
