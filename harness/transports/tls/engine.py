"""What every TLS engine does: bytes in, bytes out, no socket, and everything seen kept for the report."""

from __future__ import annotations

from typing import Protocol

from harness.transports.tls.alerts import Alert
from harness.transports.tls.report import HandshakeReport, Outcome


class TlsEngine(Protocol):
    """One side of one connection.

    `feed` what arrived, call `handshake` until it is done, then `read` and `write`; after each of them send what `take`
    gives. What the peer does wrong never raises: it shows in `outcome` and in the report.
    """

    outcome: Outcome | None
    """None while the handshake runs."""
    error: str
    ended: bool
    """True once the peer has ended the connection orderly."""
    established: bool
    """True once the handshake is done as far as this side can see by itself."""
    settled: bool
    """False while a TLS 1.3 client has no sign yet that the server took its certificate."""

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts so far, of either side, in order."""

    @property
    def session(self) -> object | None:
        """The session of this connection, for another of the same engine to offer; None if there is none."""
        return None

    def feed(self, data: bytes) -> None:
        """Take bytes from the network."""

    def feed_end(self) -> None:
        """Take note that no more bytes will come."""

    def take(self) -> bytes:
        """Bytes for the network."""

    def handshake(self, at: float) -> bool:
        """Go on with the handshake; True when it has ended, one way or the other."""

    def complete(self, at: float) -> None:
        """Take the handshake for established on both sides."""

    def read(self, at: float) -> bytes:
        """Decrypted bytes; none while nothing is there, at the end, and after a failure (see `outcome`, `error`)."""

    def write(self, data: bytes) -> None:
        """Encrypt bytes; `take` gives them.

        Raises:
            EngineOver: the connection is over on this side.
        """

    def close(self, at: float) -> None:
        """Say that no more will be sent."""

    def fail(self, at: float, error: str, outcome: Outcome | None = None) -> None:
        """Take note that the handshake, or the connection after it, has failed."""

    def report(self) -> HandshakeReport:
        """What was seen so far."""


class EngineOver(Exception):
    """Nothing can be written any more."""
