"""What a TLS peer does wrong on purpose, as one value: what the adversary engine sends instead of what it should."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class HandshakeMessage(StrEnum):
    """Handshake messages by their names in RFC 8446, 4 (and RFC 5246, 7.4)."""

    CLIENT_HELLO = "client_hello"
    SERVER_HELLO = "server_hello"
    ENCRYPTED_EXTENSIONS = "encrypted_extensions"
    CERTIFICATE_REQUEST = "certificate_request"
    CERTIFICATE = "certificate"
    CERTIFICATE_STATUS = "certificate_status"
    SERVER_KEY_EXCHANGE = "server_key_exchange"
    SERVER_HELLO_DONE = "server_hello_done"
    CLIENT_KEY_EXCHANGE = "client_key_exchange"
    CERTIFICATE_VERIFY = "certificate_verify"
    FINISHED = "finished"


class AlertNow(Struct, frozen=True, kw_only=True):
    """An alert in the place of a handshake message of ours."""

    instead_of: HandshakeMessage
    number: int
    fatal: bool = True


class Adversary(Struct, frozen=True, kw_only=True):
    """Every way to misbehave that one connection may need; the default misbehaves in none.

    Each field left alone means: as a conformant engine does it. Numbers are those of the IANA registry.
    """

    certificates: tuple[bytes, ...] | None = None
    """Entries of the Certificate message as they stand, whatever they are; None: the credentials' chain."""
    certificate_message: bytes | None = None
    """The whole body of the Certificate message, length fields and all."""
    signature_scheme: int | None = None
    """Scheme that CertificateVerify names and uses, whether the peer announced it or not."""
    wrong_signature: bool = False
    """CertificateVerify with one bit flipped."""
    foreign_signature: bool = False
    """CertificateVerify by another key than the certificate's."""
    suites: tuple[int, ...] | None = None
    """cipher_suites of the ClientHello."""
    versions: tuple[int, ...] | None = None
    """supported_versions of the ClientHello."""
    groups: tuple[int, ...] | None = None
    """supported_groups of the ClientHello; key shares go with those that the engine knows."""
    schemes: tuple[int, ...] | None = None
    """signature_algorithms of the ClientHello or CertificateRequest."""
    authorities: tuple[bytes, ...] | None = None
    """certificate_authorities of the ClientHello or CertificateRequest, DER names; an empty tuple: no name."""
    hello_extensions: tuple[tuple[int, bytes], ...] = ()
    """More extensions for the hello of our side: type and body."""
    without_extensions: tuple[int, ...] = ()
    """Extensions that our hello leaves out."""
    wrong_status: bool = False
    """Staple bytes that are no OCSP response."""
    leave_out: tuple[HandshakeMessage, ...] = ()
    """Messages of ours that never come."""
    repeat: tuple[HandshakeMessage, ...] = ()
    """Messages of ours that come twice."""
    truncate: tuple[HandshakeMessage, ...] = ()
    """Messages of ours that lose their last byte, the length field as before."""
    pieces: int = 0
    """Most bytes of a record that carries a handshake message; 0: as large as may be."""
    alert: AlertNow | None = None
    early_data: bytes = b""
    """Application data sent ahead of our Finished."""
    key_update: bool = False
    """Asks for new keys right behind the handshake."""
    hello_again: bool = False
    """A second ClientHello, right behind the handshake."""
    silent_at: HandshakeMessage | None = None
    """Says nothing more from this message of ours on."""
    close_at: HandshakeMessage | None = None
    """Ends the connection in the place of this message."""
