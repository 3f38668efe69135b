"""What one side of a TLS connection is told before it begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from harness.pki.credentials import Credentials
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.anchors import Anchored
from harness.transports.tls.profile import TlsProfile
from harness.transports.tls.report import Check, TlsRole

KeyLog = Callable[[str], None]
"""Takes a line of an NSS key log: it opens the whole connection, so whoever asks for it guards it."""


class Revocation(StrEnum):
    """What a strict side makes of the peer's revocation status (OCSP responses stapled, or handed to it)."""

    NONE = "none"
    """Nothing: a private environment without Plug and Charge [V2G20-2398, V2G20-2433]."""
    LEAF = "leaf"
    """The leaf must be known to be good."""
    CHAIN = "chain"
    """Each certificate below the root must be known to be good [V2G20-2388, V2G20-2415, V2G20-2416]."""


class TlsSetup(Struct, frozen=True, kw_only=True):
    """Everything that an engine needs to know before the first byte."""

    role: TlsRole
    profile: TlsProfile
    credentials: Credentials | None = None
    others: tuple[Anchored, ...] = ()
    """Chains that a server shows in the place of `credentials` where the client lists their root [V2G20-2379]."""
    roots: Sequence[bytes] = ()
    """DER of the roots that the peer's chain may end at."""
    at: float
    """Unix time in seconds that the peer's certificates are checked at."""
    check: Check = Check.STRICT
    asks_certificate: bool = True
    """A server asks the client for a certificate."""
    server_name: str = ""
    """A client asks for this host and checks the server's leaf against it."""
    keylog: KeyLog | None = None
    staples: tuple[bytes, ...] = ()
    """OCSP responses (DER) that a server staples, one for each certificate of its chain, leaf first; an empty one is
    left out. More than the leaf's take the adversary engine, for OpenSSL staples no more."""
    revocation: Revocation = Revocation.NONE
    statuses: tuple[bytes, ...] = ()
    """OCSP responses and CRLs (DER) about the peer's chain that this side has learned otherwise: a server's way."""
    tickets: bool = False
    """A server takes a client's earlier session for its certificate; ISO 15118-20 has no word for it.

    Without it OpenSSL sends the tickets of TLS 1.3 all the same, but they open nothing."""
    session: object | None = None
    """A client offers this session of an earlier connection (`TlsStream.session`) to the server."""
    adversary: Adversary | None = None
    """Misbehave in these ways; takes the adversary engine."""

    @property
    def needs_adversary(self) -> bool:
        """Whether OpenSSL could not do what is wanted."""
        raw = self.credentials is not None and self.credentials.raw
        asks_each = self.role is TlsRole.CLIENT and self.profile.asks_status_v2
        return raw or asks_each or self.adversary is not None or any(self.staples[1:])
