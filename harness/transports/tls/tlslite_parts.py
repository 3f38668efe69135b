"""What tlslite-ng is handed, by its public interface: a socket that is none, chains that are none, settings."""

from __future__ import annotations

import errno
from typing import Any

from harness.transports.tls.tlslite_names import (
    ECPointFormat,
    HandshakeSettings,
    SignatureScheme,
    X509CertChain,
)
from harness.transports.tls.tlslite_terms import GROUP_NAMES, Terms

CHANGE_CIPHER_SPEC = 20


class Pipe:
    """What tlslite takes for a socket that never blocks."""

    def __init__(self) -> None:
        self._incoming, self._outgoing = bytearray(), bytearray()
        self.ended = False
        """No more bytes will come."""
        self.muted = False
        """Nothing goes out any more."""
        self.foreign = False
        """What came in is no record of TLS."""

    def feed(self, data: bytes) -> None:
        """Bytes from the network."""
        self._incoming += data

    def take(self) -> bytes:
        """Bytes for the network."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    def recv(self, size: int) -> bytes:
        """As a socket."""
        if not self._incoming and not self.ended:
            raise BlockingIOError(errno.EWOULDBLOCK, "nothing there yet")
        data = bytes(self._incoming[:size])
        del self._incoming[:size]
        return data

    def send(self, data: bytes) -> int:
        """As a socket."""
        if not self.muted:
            self._outgoing += data
        return len(data)

    sendall = send

    def close(self) -> None:
        """As a socket; the end is the stream's business."""


class StandIn:
    """What tlslite wants to know of a certificate."""

    issuer = subject = b""

    def __init__(self, kind: str, key: Any) -> None:
        self.certAlg, self.publicKey = kind, key

    def writeBytes(self) -> bytearray:
        """What would go out; the script writes that."""
        return bytearray()


class Unread:
    """An extension that tlslite finds under no number, with its bytes as they came: binders of tickets cover them."""

    extType = None

    def __init__(self, extension: Any) -> None:
        self._bytes = bytes(extension.write())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unread) and other._bytes == self._bytes

    def __hash__(self) -> int:
        return hash(self._bytes)

    def write(self) -> bytearray:
        """As an extension."""
        return bytearray(self._bytes)


class Chain(X509CertChain):  # type: ignore[misc] # tlslite has no types
    """A chain as tlslite wants one, which holds no certificate of ours or of the peer."""

    def getEndEntityPublicKey(self) -> Any:
        """The leaf's key."""
        return self.x509List[0].publicKey


def own_chain(key_type: str) -> Any:
    """The chain that tlslite believes to present; what goes out is the script's business."""
    return Chain([StandIn(key_type, None)])


def settings_for(terms: Terms, shares: tuple[int, ...], ticket_key: bytes | None) -> Any:
    """Settings that leave the decisions to our terms, as far as tlslite lets one.

    Args:
        terms: what our side offers or allows.
        shares: groups that a client sends a key share for.
        ticket_key: 32 bytes to close session tickets with; None: no tickets.
    """
    settings = HandshakeSettings()
    versions = [(number >> 8, number & 0xFF) for number in terms.versions]
    settings.minVersion, settings.maxVersion, settings.versions = min(versions), max(versions), versions
    settings.eccCurves = [GROUP_NAMES[group] for group in terms.groups]
    settings.keyShares = [GROUP_NAMES[group] for group in shares]
    settings.dhGroups = []
    settings.ec_point_formats = [ECPointFormat.uncompressed]
    settings.use_heartbeat_extension = settings.usePaddingExtension = False
    settings.record_size_limit = None
    settings.certificate_compression_send = settings.certificate_compression_receive = []
    settings.psk_modes = ["psk_dhe_ke"]
    settings.ticketKeys = [bytearray(ticket_key)] if ticket_key else []
    return settings.validate()


def scheme_pair(number: int) -> tuple[int, int]:
    """A signature scheme as tlslite writes it."""
    return number >> 8, number & 0xFF


def knows_scheme(number: int) -> bool:
    """Whether tlslite can sign by a scheme; any other can still be named."""
    return SignatureScheme.toRepr(scheme_pair(number)) is not None
