"""How a station secures its link to the backend, and what it tells of attempts that failed (A00, A04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from harness.endpoints.ocpp_security import OCPP_TLS, SecurityProfile
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from harness.pki.credentials import Credentials
from harness.transports.base import Stream
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.profile import TlsProfile
from harness.transports.tls.report import HandshakeReport, Outcome
from harness.transports.tls.secure import secure_client
from harness.transports.tls.stream import Now, OnEvent, TlsStream

INVALID_CERTIFICATE = "InvalidCsmsCertificate"
INVALID_VERSION = "InvalidTLSVersion"
INVALID_SUITE = "InvalidTLSCipherSuite"

_HANDSHAKE_FAILURE, _ILLEGAL_PARAMETER, _PROTOCOL_VERSION, _INSUFFICIENT_SECURITY = 40, 47, 70, 71
_MOST_TOLD = 255
"""Characters of techInfo."""


class StationSecurity(Struct, frozen=True, kw_only=True):
    """One station's security profile and what goes with it."""

    profile: SecurityProfile = SecurityProfile.NONE
    host: str | None = None
    """Name that the backend's certificate must bear (A00.FR.412); empty: any. None: that of the run."""
    credentials: Credentials | None = None
    """What it shows in profile 3; None: that of the run."""
    shows_certificate: bool = True
    """In profile 3, show one."""
    roots: tuple[bytes, ...] | None = None
    """DER roots that a backend's chain may end at. None: those of the run."""
    tls_profile: TlsProfile = OCPP_TLS
    check: Literal["strict", "accept"] = "strict"
    """Whether a bad backend chain is refused; `accept` takes any."""
    adversary: Adversary | None = None
    """How it misbehaves in TLS; None: in no way."""
    shows_password: bool = True
    """In profiles 1 and 2, send the Authorization header."""
    password: str | None = None
    """What it holds instead of the station's password; None: that one."""
    user: str = ""
    """User name of that header; empty: the station's id, as A00.FR.203 wants it."""
    opening: bytes = b""
    """Sent ahead of the first word of TLS."""
    tls: bool | None = None
    """Begin with TLS or without, whatever the address says; None: as it says."""
    falls_back: bool = False
    """Go without TLS once TLS has failed."""
    comes_back: bool = True
    """Try again after a connection came to nothing."""
    earlier: tuple[StationSecurity, ...] = ()
    """What it is for the first connections instead, one for each."""

    def at(self, number: int) -> StationSecurity:
        """What it is for the connection with this number, from 0."""
        return self.earlier[number] if number < len(self.earlier) else self


async def secure_backend(
    stream: Stream, security: StationSecurity, *, now: Now, on_event: OnEvent, host: str
) -> TlsStream:
    """TLS towards the backend, by the station's security profile.

    Raises:
        TlsRefused: no connection came of it.
    """
    mutual = security.profile is SecurityProfile.TLS_MUTUAL and security.shows_certificate
    return await secure_client(
        stream,
        security.credentials if mutual else None,
        security.roots or (),
        security.tls_profile,
        now=now,
        check=security.check,
        server_name=host if security.host is None else security.host or None,
        on_event=on_event,
        adversary=security.adversary,
    )


def event_of(report: HandshakeReport) -> str:
    """The security event that a handshake which came to nothing is, as far as a station can tell; empty: none."""
    verdict = report.peer_verdict
    if report.outcome is Outcome.REFUSED_BY_US and verdict is not None and not verdict.good:
        return INVALID_CERTIFICATE
    fatal = report.alert_sent if report.outcome is Outcome.REFUSED_BY_US else report.alert_received
    if fatal is None:
        return ""
    if fatal.number == _PROTOCOL_VERSION:
        return INVALID_VERSION
    if fatal.number in {_HANDSHAKE_FAILURE, _ILLEGAL_PARAMETER, _INSUFFICIENT_SECURITY} and report.peer_chain == ():
        return INVALID_SUITE
    return ""


class SecurityTeller:
    """Tells the backend of refused backends, once each until a connection works again (A00.FR.310, A04)."""

    def __init__(self, *, say: Callable[[OcppMessage], None], stamp: Callable[[float], str]) -> None:
        """Nothing has happened yet.

        Args:
            say: takes messages, and keeps those of security until they can be sent.
            stamp: writes a moment in the backend's time.
        """
        self._say, self._stamp = say, stamp
        self._told: set[str] = set()

    def refused(self, report: HandshakeReport, at: float) -> None:
        """A TLS handshake came to nothing."""
        event = event_of(report)
        if event and event not in self._told:
            self._told.add(event)
            self.tell(event, at, report.error)

    def connected(self) -> None:
        """A connection works: whatever fails from now on is news."""
        self._told.clear()

    def tell(self, event: str, at: float, info: str = "") -> None:
        """Say SecurityEventNotification, now or as soon as it can be said."""
        more = {"techInfo": info[:_MOST_TOLD]} if info else {}
        self._say(ocpp.SecurityEventNotification(type=event, timestamp=self._stamp(at), **more))
