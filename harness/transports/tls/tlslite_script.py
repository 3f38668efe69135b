"""What our side says in each place of the handshake: tlslite's message, another, several, none, or the end."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from msgspec import Struct

from harness.pki.credentials import SigningKey
from harness.transports.tls import journal as messages
from harness.transports.tls import tlslite_forge as forge
from harness.transports.tls.adversary import Adversary, HandshakeMessage
from harness.transports.tls.hello import (
    SERVER_NAME,
    SIGNATURE_SCHEMES,
    STATUS_REQUEST,
    STATUS_REQUEST_V2,
    TRUSTED_CA_KEYS,
    VERSIONS,
)
from harness.transports.tls.host import is_address
from harness.transports.tls.journal import Journal
from harness.transports.tls.octets import Malformed, Reader
from harness.transports.tls.report import TlsRole
from harness.transports.tls.setup import Revocation, TlsSetup
from harness.transports.tls.tlslite_keys import schemes_of
from harness.transports.tls.tlslite_terms import SCHEMES, TLS12, TLS13, terms_of

SILENCE, ALERT, HANDSHAKE, APPLICATION = -1, 21, 22, 23
"""What an act is made of: nothing more from here on, or records of this content type."""

SENT, RECEIVED = True, False

_OLD_SCHEMES = (0x0203, 0x0201)
"""What up to TLS 1.2 a client gets that names no scheme (RFC 5246, 7.4.1.4.1)."""
_NO_STAPLE = b"this is no OCSP response"
_KINDS = {
    messages.CLIENT_HELLO: HandshakeMessage.CLIENT_HELLO,
    messages.SERVER_HELLO: HandshakeMessage.SERVER_HELLO,
    messages.ENCRYPTED_EXTENSIONS: HandshakeMessage.ENCRYPTED_EXTENSIONS,
    messages.CERTIFICATE_REQUEST: HandshakeMessage.CERTIFICATE_REQUEST,
    messages.CERTIFICATE: HandshakeMessage.CERTIFICATE,
    messages.CERTIFICATE_STATUS: HandshakeMessage.CERTIFICATE_STATUS,
    messages.SERVER_KEY_EXCHANGE: HandshakeMessage.SERVER_KEY_EXCHANGE,
    14: HandshakeMessage.SERVER_HELLO_DONE,
    16: HandshakeMessage.CLIENT_KEY_EXCHANGE,
    messages.CERTIFICATE_VERIFY: HandshakeMessage.CERTIFICATE_VERIFY,
    messages.FINISHED: HandshakeMessage.FINISHED,
}


class Turn(Struct, frozen=True):
    """What goes out in the place of one message."""

    acts: tuple[tuple[int, bytes], ...] = ()
    """Content type and content."""
    end: str = ""
    """Why the connection ends behind the acts; empty: it goes on."""


class Script:
    """Told each message that tlslite is about to send; says what to send in its place."""

    def __init__(self, setup: TlsSetup, journal: Journal) -> None:
        self._setup, self._journal = setup, journal
        self._adversary = setup.adversary or Adversary()
        self._terms = terms_of(setup.profile, self._adversary)
        self._client = setup.role is TlsRole.CLIENT
        self.key = self._signing_key()
        """What CertificateVerify is signed with; None for a client that presents nothing."""
        self._status_asked = 0
        self.first_hello = b""
        """The first ClientHello of ours, header and all."""
        self.group = 0
        """Group of a ServerKeyExchange of ours, up to TLS 1.2."""

    @property
    def pieces(self) -> int:
        """Most bytes of a record with a handshake message; 0: as many as may be."""
        return self._adversary.pieces

    def forces(self) -> bool:
        """Our certificate and scheme stand, whatever the peer says it takes."""
        credentials = self._setup.credentials
        return self._setup.adversary is not None or (credentials is not None and credentials.raw)

    def offered_schemes(self) -> tuple[int, ...]:
        """Schemes that we take from the peer."""
        asks_oddly = self._adversary.schemes is not None or SIGNATURE_SCHEMES in self._adversary.without_extensions
        return (*SCHEMES.values(), *_OLD_SCHEMES) if asks_oddly else self._terms.schemes

    def allowed_suites(self) -> tuple[int, ...]:
        """Suites that a server takes, best first."""
        return self._terms.suites

    def asks_certificate(self) -> bool:
        """A server wants a certificate of this client [V2G20-2400], but not of one of ISO 15118-2."""
        hello = self._journal.client_hello()
        spared = self._setup.profile.spares_tls12 and hello is not None and TLS13 not in hello.versions
        return self._setup.asks_certificate and not spared

    def own_schemes(self, *, tls13: bool) -> tuple[int, ...]:
        """Schemes that we would sign with, best first."""
        if self._adversary.signature_scheme is not None:
            return (self._adversary.signature_scheme, *self._natural(tls13=tls13))
        return self._natural(tls13=tls13)

    def outgoing(self, data: bytes) -> Turn:
        """What to send instead of one handshake message."""
        kind, body = data[0], self._edited(data[0], data[4:])
        name, adversary = _KINDS.get(kind), self._adversary
        if name is None:
            return self._noted(Turn(((HANDSHAKE, data),)))
        if name is adversary.close_at:
            return Turn(end=f"closed on purpose in the place of {name}")
        if adversary.alert is not None and name is adversary.alert.instead_of:
            return self._alert_instead(name)
        if name is adversary.silent_at:
            return Turn(((SILENCE, b""),))
        if kind == messages.CLIENT_HELLO:
            self.first_hello = self.first_hello or forge.message(kind, body)
        acts = self._said(name, forge.message(kind, body))
        if kind == messages.CERTIFICATE and self._staples_apart():
            status = forge.certificate_status(self.staples, asked=self._status_asked)
            acts += self.outgoing(forge.message(messages.CERTIFICATE_STATUS, status)).acts
        return self._noted(Turn(acts))

    def hello_received(self) -> None:
        """The client's hello is in the journal: see whether it asks for staples."""
        hello = self._journal.client_hello()
        if hello is None:
            return
        if 2 in hello.status_kinds_v2:
            self._status_asked = STATUS_REQUEST_V2
        elif hello.asks_status or self._adversary.unasked_status:
            self._status_asked = STATUS_REQUEST

    @property
    def staples(self) -> tuple[bytes, ...]:
        """OCSP responses, one for each certificate, as far as there are any."""
        if self._adversary.wrong_status:
            return (_NO_STAPLE,) * len(self.entries)
        return self._setup.staples

    @property
    def entries(self) -> tuple[bytes, ...]:
        """The certificates that we present."""
        if self._adversary.certificates is not None:
            return self._adversary.certificates
        return self._setup.credentials.chain if self._setup.credentials else ()

    def _said(self, name: HandshakeMessage, message: bytes) -> tuple[tuple[int, bytes], ...]:
        """One message with what comes before it, left out, cut or twice."""
        adversary = self._adversary
        ahead: tuple[tuple[int, bytes], ...] = ()
        if name is HandshakeMessage.FINISHED and adversary.early_data:
            ahead = ((APPLICATION, adversary.early_data),)
        unsigned = name is HandshakeMessage.CERTIFICATE_VERIFY and self._client and not self._shows_something()
        if name in adversary.leave_out or unsigned:
            return ahead
        if name in adversary.truncate:
            message = message[:-1]
        return (*ahead, *((HANDSHAKE, message),) * (2 if name in adversary.repeat else 1))

    def _alert_instead(self, name: HandshakeMessage) -> Turn:
        alert = self._adversary.alert
        assert alert is not None  # noqa: S101 - for mypy; the caller has looked
        self._journal.alert(SENT, fatal=alert.fatal, number=alert.number)
        end = f"sent alert {alert.number} on purpose in the place of {name}" if alert.fatal else ""
        return Turn(((ALERT, bytes([2 if alert.fatal else 1, alert.number])),), end)

    def _noted(self, turn: Turn) -> Turn:
        for kind, data in turn.acts:
            if kind == HANDSHAKE:
                self._journal.seen(SENT, HANDSHAKE, data)
        return turn

    def _edited(self, kind: int, body: bytes) -> bytes:
        adversary = self._adversary
        if kind == messages.CLIENT_HELLO:
            return forge.client_hello(body, self._offer())
        if kind == messages.SERVER_HELLO:
            more = ((self._status_asked, b""),) if self._staples_apart(body) else ()
            return forge.server_hello(body, (*more, *adversary.hello_extensions), adversary.without_extensions)
        if kind == messages.CERTIFICATE_REQUEST:
            return self._request(body)
        if kind == messages.CERTIFICATE:
            return self._certificate(body)
        if kind == messages.CERTIFICATE_VERIFY:
            return self._signature(body, at=0)
        if kind == messages.SERVER_KEY_EXCHANGE:
            self.group = int.from_bytes(body[1:3], "big")
            return self._signature(body, at=4 + body[3])
        return body

    def _offer(self) -> forge.Offer:
        adversary, terms = self._adversary, self._terms
        versions = terms.versions if adversary.versions is None else adversary.versions
        usual = forge.suites_offered(terms.suites, tls12=TLS12 in terms.versions)
        return forge.Offer(
            suites=usual if adversary.suites is None else adversary.suites,
            versions=versions,
            groups=terms.groups if adversary.groups is None else adversary.groups,
            schemes=terms.schemes if adversary.schemes is None else adversary.schemes,
            added=(*self._asked(), *adversary.hello_extensions),
            without=adversary.without_extensions,
            names_versions=TLS13 in versions or adversary.versions is not None,
        )

    def _asked(self) -> Iterator[tuple[int, bytes]]:
        """Extensions of our hello that tlslite does not make."""
        setup, profile, left_out = self._setup, self._setup.profile, self._adversary.without_extensions
        if setup.server_name and not is_address(setup.server_name) and SERVER_NAME not in left_out:
            yield forge.server_name(setup.server_name)
        if (profile.asks_status or setup.revocation is not Revocation.NONE) and STATUS_REQUEST not in left_out:
            yield forge.status_wanted()
        if profile.asks_status_v2 and STATUS_REQUEST_V2 not in left_out:
            yield forge.statuses_wanted()
        if profile.names_roots and TRUSTED_CA_KEYS not in left_out:
            yield forge.roots_named(setup.roots)
        if self._adversary.authorities is not None:
            yield forge.authorities_named(self._adversary.authorities)

    def _request(self, body: bytes) -> bytes:
        schemes = self._terms.schemes if self._adversary.schemes is None else self._adversary.schemes
        authorities = self._adversary.authorities
        if authorities is None and self._setup.roots:
            authorities = tuple(forge.subject(root) for root in self._setup.roots)
        make = forge.certificate_request13 if self._journal.speaks13 else forge.certificate_request12
        return make(body, schemes, authorities)

    def _certificate(self, body: bytes) -> bytes:
        if self._adversary.certificate_message is not None:
            return self._adversary.certificate_message
        if not self._journal.speaks13:
            return forge.certificates12(self.entries)
        staples = self.staples if self._status_asked else ()
        return forge.certificates13(Reader(body).vector(1), self.entries, staples)

    def _signature(self, body: bytes, *, at: int) -> bytes:
        if self._adversary.signature_scheme is not None:
            body = forge.named(body, self._adversary.signature_scheme, at=at)
        return forge.flipped(body) if self._adversary.wrong_signature else body

    def _staples_apart(self, hello: bytes = b"") -> bool:
        """Whether the staples go into a message of their own, which only TLS 1.2 has."""
        if not self._status_asked or not any(self.staples) or self._client:
            return False
        return not (_chooses13(hello) if hello else self._journal.speaks13)

    def _shows_something(self) -> bool:
        return bool(self.entries) or self._adversary.certificate_message is not None

    def _natural(self, *, tls13: bool) -> tuple[int, ...]:
        if self.key is None:
            return ()
        fitting = schemes_of(self.key, tls13=tls13)
        return fitting if self.forces() else tuple(scheme for scheme in fitting if scheme in self._terms.schemes)

    def _signing_key(self) -> SigningKey | None:
        credentials = self._setup.credentials
        if credentials is None and not self._shows_something():
            return None
        own = credentials.key.reveal() if credentials is not None else ec.generate_private_key(ec.SECP521R1())
        return _another(own) if self._adversary.foreign_signature else own


def _another(key: SigningKey) -> SigningKey:
    """A fresh key of the same kind."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return ec.generate_private_key(key.curve)
    if isinstance(key, rsa.RSAPrivateKey):
        return rsa.generate_private_key(public_exponent=65537, key_size=key.key_size)
    return ed448.Ed448PrivateKey.generate()


def _chooses13(hello: bytes) -> bool:
    try:
        reader = Reader(hello)
        reader.take(34)
        reader.vector(1)
        reader.take(3)
        return any(kind == VERSIONS for kind, _ in reader.extensions())
    except Malformed:
        return False
