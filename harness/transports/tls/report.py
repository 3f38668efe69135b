"""What one handshake came to, as facts that a trace can carry."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct

from harness.core.errors import HarnessError
from harness.transports.tls.alerts import Alert
from harness.transports.tls.certificate_message import CertificateRequest
from harness.transports.tls.hello import ClientHello, ServerHello, plain


class TlsRole(StrEnum):
    """Which side of the handshake we are."""

    CLIENT = "client"
    SERVER = "server"


class Check(StrEnum):
    """What we do with the peer's chain."""

    STRICT = "strict"
    """Verify it, and refuse it as a conformant endpoint would."""
    ACCEPT = "accept"
    """Take anything and note what a strict endpoint would have said; never for a verdict of conformance alone."""


class Outcome(StrEnum):
    """How a handshake ended."""

    COMPLETE = "complete"
    REFUSED_BY_PEER = "refused by the peer"
    """The peer sent a fatal alert."""
    REFUSED_BY_US = "refused by us"
    """We gave up, with an alert if the peer talks TLS at all: its chain, or what it offered, did not do."""
    CLOSED = "closed by the peer"
    """The peer ended or reset the connection without an alert."""
    TIMEOUT = "timeout"
    """The peer went silent."""


class ChainVerdict(Struct, frozen=True, kw_only=True):
    """What our side thinks of the peer's chain."""

    good: bool
    number: int = 0
    """OpenSSL's number of the error, 0 for none."""
    depth: int = 0
    """Which certificate: 0 is the leaf."""
    text: str = ""
    rule: str = ""
    """Code of our own rule (harness.pki.lint), if OpenSSL itself had no objection."""
    alert: int = 0
    """The alert that fits; 0 where OpenSSL picks one, and for a good chain."""


class HandshakeReport(Struct, frozen=True, kw_only=True):
    """One handshake; `ended` and alerts may still grow while the connection lives."""

    role: TlsRole
    profile: str
    check: Check
    outcome: Outcome
    version: str = ""
    suite: str = ""
    group: str = ""
    signature_scheme: int = 0
    """Scheme of the peer's CertificateVerify or ServerKeyExchange, by the IANA registry; 0: not seen."""
    staples: tuple[bytes, ...] = ()
    """OCSP responses that the peer stapled, one for each certificate sent, leaf first; empty where there is none."""
    tickets: int = 0
    """NewSessionTicket messages of the server."""
    resumed: bool = False
    """By a session of an earlier connection."""
    engine: str = "openssl"
    """Which engine was ours: `openssl` or `adversary`."""
    peer_chain: tuple[bytes, ...] = ()
    """DER as the peer sent it, also if it was refused."""
    presented: tuple[bytes, ...] = ()
    """DER as we sent it."""
    peer_verdict: ChainVerdict | None = None
    """None if there was nothing to verify."""
    client_hello: ClientHello | None = None
    """The client's first hello."""
    server_hello: ServerHello | None = None
    """The server's hello that counts: the one behind a request to try again, if there was one."""
    encrypted_extensions: tuple[int, ...] | None = None
    """Extensions in the server's EncryptedExtensions, by number; None without the message."""
    certificate_request: CertificateRequest | None = None
    retried: bool = False
    """The server asked for another hello (HelloRetryRequest)."""
    early_data: bool = False
    """The peer sent application data ahead of the end of the handshake [V2G20-2375]."""
    renegotiations: int = 0
    """How often the peer wanted to shake hands anew on this connection."""
    key_updates: int = 0
    """KeyUpdate messages of the peer."""
    unreadable: tuple[str, ...] = ()
    """Messages of the peer that could not be read, and why."""
    keylog: bool = False
    """The secrets of this connection were written down, because somebody asked for it."""
    alerts: tuple[Alert, ...] = ()
    error: str = ""
    """Why it is not complete, for a person."""
    settled: bool = True
    """False if a TLS 1.3 client saw no sign yet that the server took its certificate."""
    started: float = 0.0
    """Unix time in seconds."""
    ended: float = 0.0

    @property
    def complete(self) -> bool:
        """True if both sides, as far as could be seen, hold the connection for established."""
        return self.outcome is Outcome.COMPLETE

    @property
    def server_name(self) -> str:
        """The host name that the client asked for; empty without one."""
        return self.client_hello.server_name if self.client_hello else ""

    @property
    def alert_received(self) -> Alert | None:
        """The first fatal alert of the peer."""
        return next((alert for alert in self.alerts if alert.fatal and not alert.sent), None)

    @property
    def alert_sent(self) -> Alert | None:
        """The first fatal alert of ours."""
        return next((alert for alert in self.alerts if alert.fatal and alert.sent), None)

    def facts(self) -> dict[str, Any]:
        """Everything as JSON can carry it: what goes into a trace."""
        verdict = self.peer_verdict
        return {
            "role": self.role.value,
            "profile": self.profile,
            "check": self.check.value,
            "outcome": self.outcome.value,
            "version": self.version,
            "suite": self.suite,
            "group": self.group,
            "signature_scheme": self.signature_scheme,
            "staples": [staple.hex() for staple in self.staples],
            "tickets": self.tickets,
            "resumed": self.resumed,
            "engine": self.engine,
            "verify": ("ok" if verdict.good else verdict.text) if verdict else "nothing to verify",
            "verify_number": verdict.number if verdict else 0,
            "verify_depth": verdict.depth if verdict else 0,
            "verify_rule": verdict.rule if verdict else "",
            "verify_alert": verdict.alert if verdict else 0,
            "peer_chain": [certificate.hex() for certificate in self.peer_chain],
            "presented": [certificate.hex() for certificate in self.presented],
            "server_name": self.server_name,
            "client_hello": plain(self.client_hello) if self.client_hello else None,
            "certificate_requested": self.certificate_request is not None,
            "certificate_request": plain(self.certificate_request) if self.certificate_request else None,
            "server_hello": plain(self.server_hello) if self.server_hello else None,
            "encrypted_extensions": None if self.encrypted_extensions is None else list(self.encrypted_extensions),
            "retried": self.retried,
            "early_data": self.early_data,
            "renegotiations": self.renegotiations,
            "key_updates": self.key_updates,
            "unreadable": list(self.unreadable),
            "keylog": self.keylog,
            "alerts": [
                {"sent": alert.sent, "fatal": alert.fatal, "number": alert.number, "name": alert.name}
                for alert in self.alerts
            ],
            "error": self.error,
            "settled": self.settled,
            "started": self.started,
            "ended": self.ended,
        }


class TlsRefused(HarnessError):
    """A handshake came to nothing; the report says who ended it, and how."""

    def __init__(self, report: HandshakeReport) -> None:
        """Carry the whole report."""
        self.report = report
        super().__init__(f"TLS handshake {report.outcome}: {report.error}")


class TlsEvent(Struct, frozen=True, kw_only=True):
    """Something to record: `handshake`, `refused`, `alert` or `closed`."""

    event: str
    at: float
    """Unix time in seconds."""
    facts: dict[str, Any]
    alert: int | None = None
    sent: bool = False
    """True if our side did it."""
    detail: str = ""
