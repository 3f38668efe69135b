"""What a TLS peer does wrong on purpose, as one value: what the adversary engine sends instead of what it should."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, structs

from harness.transports.tls.profile import TlsProfile, TlsVersion
from harness.transports.tls.report import TlsRole


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


class Blindness(StrEnum):
    """What a careless implementation does not look at in the peer's handshake."""

    SIGNATURE = "signature"
    """Whether CertificateVerify was signed by the key of the certificate."""
    SCHEME = "scheme"
    """Whether CertificateVerify names a scheme that was offered."""
    PROOF = "proof"
    """Whether there is a CertificateVerify at all."""


class Adversary(Struct, frozen=True, kw_only=True):
    """Every way to misbehave that one connection may need; the default misbehaves in one alone.

    Each field left alone means: as a conformant engine does it, but that the credentials are presented and used
    whether or not the peer announced their curve and scheme. Numbers are those of the IANA registry. A field that
    makes no sense for a role is refused when the engine is made (`refuse_impossible`).
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
    """More extensions for the hello of our side (ClientHello, ServerHello): type and body. One that is there already
    comes twice then."""
    without_extensions: tuple[int, ...] = ()
    """Extensions that our hello leaves out."""
    wrong_status: bool = False
    """Staple bytes that are no OCSP response, one for each certificate."""
    unasked_status: bool = False
    """Staples also for a client that did not ask for any."""
    leave_out: tuple[HandshakeMessage, ...] = ()
    """Messages of ours that never come."""
    repeat: tuple[HandshakeMessage, ...] = ()
    """Messages of ours that come twice."""
    truncate: tuple[HandshakeMessage, ...] = ()
    """Messages of ours that lose their last byte, the length field as before."""
    pieces: int = 0
    """Most bytes of a record that carries a handshake message; 0: as large as may be."""
    alert: AlertNow | None = None
    """Behind a fatal one our side ends the connection: refused by us, on purpose."""
    early_data: bytes = b""
    """Application data sent ahead of our Finished."""
    key_update: bool = False
    """Asks for new keys right behind the handshake."""
    hello_again: bool = False
    """A second ClientHello, right behind the handshake."""
    silent_at: HandshakeMessage | None = None
    """Says nothing more from this message of ours on, and waits for what the peer makes of it."""
    close_at: HandshakeMessage | None = None
    """Ends the connection in the place of this message: refused by us, on purpose."""

    blind_to: tuple[Blindness, ...] = ()
    """What it lets pass in the peer's handshake."""
    sulks: bool = False
    """Where it should refuse, it says nothing and keeps the connection open."""


_CLIENT_SAYS = {
    HandshakeMessage.CLIENT_HELLO,
    HandshakeMessage.CERTIFICATE,
    HandshakeMessage.CLIENT_KEY_EXCHANGE,
    HandshakeMessage.CERTIFICATE_VERIFY,
    HandshakeMessage.FINISHED,
}
_SERVER_SAYS = set(HandshakeMessage) - {HandshakeMessage.CLIENT_HELLO, HandshakeMessage.CLIENT_KEY_EXCHANGE}
_ONLY_TLS12 = {
    HandshakeMessage.CERTIFICATE_STATUS,
    HandshakeMessage.SERVER_KEY_EXCHANGE,
    HandshakeMessage.SERVER_HELLO_DONE,
    HandshakeMessage.CLIENT_KEY_EXCHANGE,
}
_CLIENT_ONLY = ("suites", "versions", "groups", "hello_again")
_SERVER_ONLY = ("wrong_status", "unasked_status")
_REQUEST_ONLY = ("schemes", "authorities")
_ALTERNATIVES = (("certificates", "certificate_message"), ("wrong_status", "certificate_message"))


def refuse_impossible(
    adversary: Adversary, role: TlsRole, profile: TlsProfile, *, asks_certificate: bool, staples: bool
) -> None:
    """See that a role can do all that is wanted of it.

    Args:
        adversary: what is wanted.
        role: of whom.
        profile: on whose terms.
        asks_certificate: a server asks for a certificate.
        staples: a server has OCSP responses to staple.

    Raises:
        ValueError: it cannot; names the field and the role, for nothing is left out silently.
    """
    wanted = {name for name, usual in structs.asdict(Adversary()).items() if getattr(adversary, name) != usual}
    impossible = wanted & set(_SERVER_ONLY if role is TlsRole.CLIENT else _CLIENT_ONLY)
    if role is TlsRole.SERVER and not asks_certificate:
        impossible |= wanted & set(_REQUEST_ONLY)
    if profile.highest is not TlsVersion.TLS13:
        impossible |= wanted & {"key_update"}
    staples = staples or adversary.wrong_status
    if not staples:
        impossible |= wanted & {"unasked_status"}
    for name in sorted(impossible):
        raise ValueError(f"Adversary.{name} is nothing that a {role} of the TLS profile {profile.name} can do")
    for one, other in _ALTERNATIVES:
        if {one, other} <= wanted:
            raise ValueError(f"Adversary.{one} and Adversary.{other} of a {role} exclude each other")
    for name, message in _places(adversary):
        if message not in _said_by(role, profile, asks_certificate=asks_certificate, staples=staples):
            raise ValueError(f"Adversary.{name}: a {role} of the TLS profile {profile.name} sends no {message}")


def _places(adversary: Adversary) -> list[tuple[str, HandshakeMessage]]:
    """Fields that name a message, and which."""
    lists = ("leave_out", "repeat", "truncate")
    found = [(name, message) for name in lists for message in getattr(adversary, name)]
    found += [(name, message) for name in ("silent_at", "close_at") if (message := getattr(adversary, name))]
    return [*found, ("alert", adversary.alert.instead_of)] if adversary.alert else found


def _said_by(role: TlsRole, profile: TlsProfile, *, asks_certificate: bool, staples: bool) -> set[HandshakeMessage]:
    said = set(_CLIENT_SAYS if role is TlsRole.CLIENT else _SERVER_SAYS)
    if profile.lowest is TlsVersion.TLS13:
        said -= _ONLY_TLS12
    if profile.highest is not TlsVersion.TLS13:
        said -= {HandshakeMessage.ENCRYPTED_EXTENSIONS}
        said -= {HandshakeMessage.CERTIFICATE_VERIFY} if role is TlsRole.SERVER else set()
    said -= set() if staples else {HandshakeMessage.CERTIFICATE_STATUS}
    return said if asks_certificate else said - {HandshakeMessage.CERTIFICATE_REQUEST}
