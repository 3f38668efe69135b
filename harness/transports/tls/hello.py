"""What the hellos of both sides say in the clear, as plain facts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import Struct

from harness.transports.tls.octets import Malformed, Reader

SERVER_NAME = 0
TRUSTED_CA_KEYS = 3
STATUS_REQUEST = 5
GROUPS = 10
SIGNATURE_SCHEMES = 13
STATUS_REQUEST_V2 = 17
SESSION_TICKET = 35
PRE_SHARED_KEY = 41
EARLY_DATA = 42
VERSIONS = 43
AUTHORITIES = 47
OID_FILTERS = 48
KEY_SHARES = 51

RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""The random of a ServerHello that is a HelloRetryRequest (RFC 8446, 4.1.3)."""

_RANDOM = 32
_BOTH_ENDS = 16
"""The same few messages are read for both ends, where both are ours, and again for each report."""


class TrustedAuthority(Struct, frozen=True, kw_only=True):
    """One entry of trusted_ca_keys (RFC 6066, 6): how a root is named, and the name or digest."""

    kind: int
    """0 agreed beforehand, 1 SHA-1 of the key, 2 name, 3 SHA-1 of the certificate."""
    value: bytes = b""


class ClientHello(Struct, frozen=True, kw_only=True):
    """What a client offers; numbers are those of the IANA registry, in the order sent."""

    legacy_version: int = 0
    random: bytes = b""
    session_id: bytes = b""
    compressions: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    """supported_versions, or the legacy version without that extension."""
    suites: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    key_shares: tuple[int, ...] = ()
    signature_schemes: tuple[int, ...] = ()
    extensions: tuple[int, ...] = ()
    """All of them, one that came twice included."""
    authorities: tuple[bytes, ...] = ()
    """DER names of the roots that the client lists; 47 in `extensions` tells an empty list from none."""
    server_name: str = ""
    asks_status: bool = False
    status_responders: int = 0
    """Entries of the responder list in status_request; none are allowed [V2G20-2373]."""
    status_kinds_v2: tuple[int, ...] = ()
    """What status_request_v2 asks for (RFC 6961): 1 ocsp, 2 ocsp_multi."""
    trusted_authorities: tuple[TrustedAuthority, ...] = ()
    offers_session: bool = False
    """A pre-shared key, or a filled session ticket."""
    offers_early_data: bool = False


class ServerHello(Struct, frozen=True, kw_only=True):
    """What a server chose."""

    version: int
    """The version that counts: supported_versions, or the legacy version without that extension."""
    legacy_version: int = 0
    random: bytes = b""
    suite: int = 0
    compression: int = 0
    group: int = 0
    """Group of the key share; 0 without one, as up to TLS 1.2."""
    extensions: tuple[int, ...] = ()
    takes_session: bool = False
    """A pre-shared key was taken."""

    @property
    def retry(self) -> bool:
        """Whether it is a HelloRetryRequest."""
        return self.random == RETRY


@lru_cache(maxsize=_BOTH_ENDS)
def read_client_hello(body: bytes) -> ClientHello:
    """Read a ClientHello without its four bytes of header.

    Raises:
        Malformed: it cannot be read.
    """
    reader = Reader(body)
    legacy, random, session_id = reader.number(2), reader.take(_RANDOM), reader.vector(1)
    suites, compressions = reader.numbers(2), tuple(reader.vector(1))
    listed = reader.extensions()
    extensions = dict(listed)

    def numbers(kind: int, width: int = 2) -> tuple[int, ...]:
        return Reader(extensions[kind]).numbers(width) if kind in extensions else ()

    return ClientHello(
        legacy_version=legacy,
        random=random,
        session_id=session_id,
        compressions=compressions,
        versions=numbers(VERSIONS, 1) or (legacy,),
        suites=suites,
        groups=numbers(GROUPS),
        key_shares=_key_shares(extensions.get(KEY_SHARES)),
        signature_schemes=numbers(SIGNATURE_SCHEMES),
        extensions=tuple(kind for kind, _ in listed),
        authorities=read_names(extensions.get(AUTHORITIES)),
        server_name=_server_name(extensions.get(SERVER_NAME)),
        asks_status=STATUS_REQUEST in extensions,
        status_responders=_responders(extensions.get(STATUS_REQUEST)),
        status_kinds_v2=_kinds_v2(extensions.get(STATUS_REQUEST_V2)),
        trusted_authorities=_trusted(extensions.get(TRUSTED_CA_KEYS)),
        offers_session=PRE_SHARED_KEY in extensions or bool(extensions.get(SESSION_TICKET)),
        offers_early_data=EARLY_DATA in extensions,
    )


@lru_cache(maxsize=_BOTH_ENDS)
def read_server_hello(body: bytes) -> ServerHello:
    """Read a ServerHello, or a HelloRetryRequest, without its header.

    Raises:
        Malformed: it cannot be read.
    """
    reader = Reader(body)
    legacy, random = reader.number(2), reader.take(_RANDOM)
    reader.vector(1)
    suite, compression = reader.number(2), reader.number(1)
    listed = reader.extensions()
    extensions = dict(listed)
    chosen, share = extensions.get(VERSIONS), extensions.get(KEY_SHARES)
    return ServerHello(
        version=Reader(chosen).number(2) if chosen else legacy,
        legacy_version=legacy,
        random=random,
        suite=suite,
        compression=compression,
        group=Reader(share).number(2) if share else 0,
        extensions=tuple(kind for kind, _ in listed),
        takes_session=PRE_SHARED_KEY in extensions,
    )


@lru_cache(maxsize=_BOTH_ENDS)
def read_encrypted_extensions(body: bytes) -> tuple[int, ...]:
    """The numbers of the extensions in EncryptedExtensions, in order.

    Raises:
        Malformed: it cannot be read.
    """
    return tuple(kind for kind, _ in Reader(body).extensions())


def read_names(body: bytes | None) -> tuple[bytes, ...]:
    """The DER names of a list of authorities; none for no list and for an empty one.

    Raises:
        Malformed: it cannot be read.
    """
    return Reader(body).vectors(2, 2) if body else ()


def plain(facts: Struct) -> dict[str, Any]:
    """The facts as JSON can carry them; bytes become hexadecimal text."""
    return {name: _plain(getattr(facts, name)) for name in facts.__struct_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value) if value and isinstance(value[0], int) else [_plain(part) for part in value]
    if isinstance(value, bytes):
        return value.hex()
    return plain(value) if isinstance(value, Struct) else value


def _key_shares(body: bytes | None) -> tuple[int, ...]:
    if body is None:
        return ()
    inner = Reader(Reader(body).vector(2))
    found = []
    while inner.more:
        found.append(inner.number(2))
        inner.vector(2)
    return tuple(found)


def _server_name(body: bytes | None) -> str:
    if not body:
        return ""
    inner = Reader(Reader(body).vector(2))
    inner.number(1)
    return inner.vector(2).decode("ascii", "replace")


def _responders(body: bytes | None) -> int:
    """How many responders a status request lists (RFC 6066, 8)."""
    if not body:
        return 0
    reader = Reader(body)
    return len(reader.vectors(2, 2)) if reader.number(1) == 1 else 0


def _kinds_v2(body: bytes | None) -> tuple[int, ...]:
    if not body:
        return ()
    inner = Reader(Reader(body).vector(2))
    found = []
    while inner.more:
        found.append(inner.number(1))
        inner.vector(2)
    return tuple(found)


def _trusted(body: bytes | None) -> tuple[TrustedAuthority, ...]:
    if not body:
        return ()
    inner = Reader(Reader(body).vector(2))
    found = []
    while inner.more:
        kind = inner.number(1)
        if kind not in {0, 1, 2, 3}:
            raise Malformed(f"trusted_ca_keys names a root in the unknown way {kind}")
        value = b"" if kind == 0 else inner.vector(2) if kind == 2 else inner.take(20)
        found.append(TrustedAuthority(kind=kind, value=value))
    return tuple(found)
