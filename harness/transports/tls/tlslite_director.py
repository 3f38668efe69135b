"""What a conversation of tlslite's asks of us and tells us, and how a fault of ours gets through tlslite."""

from __future__ import annotations

from collections.abc import Iterator
from traceback import walk_tb
from typing import Any, Protocol

from harness.transports.tls.tlslite_names import BaseTLSException
from harness.transports.tls.tlslite_script import Turn

_SUSPECTS = {"harness", "tlslite", "ecdsa"}

Steps = Iterator[Any]
"""What tlslite's generators yield: 0 or 1 while they wait, then a result."""


class Director(Protocol):
    """Who is asked and told by a `Conversation`."""

    @property
    def pieces(self) -> int:
        """Most bytes of a record with a handshake message; 0: as many as may be."""

    def outgoing(self, data: bytes) -> Turn:
        """What to send instead of a handshake message of tlslite's."""

    def alert_sent(self, *, fatal: bool, number: int) -> None:
        """An alert of tlslite's goes out."""

    def heard(self, kind: int, data: bytes) -> None:
        """A message of the peer, in the clear: content type and content."""

    def secrets(self, client: bytes, server: bytes) -> None:
        """New traffic secrets; up to TLS 1.2 the master secret, and nothing."""

    def own_schemes(self, *, tls13: bool) -> tuple[int, ...]:
        """Schemes that we sign with."""

    def offered_schemes(self) -> tuple[int, ...]:
        """Schemes that we take from the peer."""

    def allowed_suites(self) -> tuple[int, ...]:
        """Suites that a server takes, best first."""

    def forces(self) -> bool:
        """Our certificate stands, whatever the peer takes."""

    def asks_certificate(self) -> bool:
        """A server wants a certificate of this client."""

    def refusal(self, chain: tuple[bytes, ...]) -> tuple[int, str] | None:
        """Alert and reason to refuse the peer's chain for; None to take it."""

    def peer_chain(self) -> tuple[bytes, ...] | None:
        """The certificates that the peer just sent; None if that message cannot be read."""


class Ours(Exception):
    """Carries a fault of our own through tlslite, which takes some exceptions for the peer's."""

    def __init__(self, problem: Exception) -> None:
        self.problem = problem
        super().__init__(str(problem))


def made_by_tlslite(problem: BaseException) -> bool:
    """Whether an exception that came out of tlslite began there, and not in what we gave it to call."""
    if isinstance(problem, BaseTLSException):
        return True
    places = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(problem.__traceback__)]
    packages = [name.partition(".")[0] for name in places]
    return next((name != "harness" for name in reversed(packages) if name in _SUSPECTS), True)


class OnPurpose(Exception):
    """The connection ends here because the script says so."""
