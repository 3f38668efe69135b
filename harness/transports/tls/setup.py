"""What one side of a TLS connection is told before it begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from harness.pki.credentials import Credentials
from harness.transports.tls.profile import TlsProfile
from harness.transports.tls.report import Check, TlsRole

KeyLog = Callable[[str], None]
"""Takes a line of an NSS key log: it opens the whole connection, so whoever asks for it guards it."""


class TlsSetup(Struct, frozen=True, kw_only=True):
    """Everything that an engine needs to know before the first byte."""

    role: TlsRole
    profile: TlsProfile
    credentials: Credentials | None = None
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
