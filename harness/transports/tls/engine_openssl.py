"""The TLS engine by OpenSSL: bytes in, bytes out, no socket, and everything seen kept for the report."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address

from cryptography import x509
from OpenSSL import SSL, crypto

from harness.transports.tls.adapter import Hooks, require_host, set_groups, set_signature_schemes
from harness.transports.tls.alerts import Alert
from harness.transports.tls.engine import EngineOver
from harness.transports.tls.journal import Journal
from harness.transports.tls.profile import TlsVersion
from harness.transports.tls.report import Check, HandshakeReport, Outcome, TlsRole
from harness.transports.tls.setup import TlsSetup
from harness.transports.tls.verification import ChainJudge

_VERSIONS = {TlsVersion.TLS12: SSL.TLS1_2_VERSION, TlsVersion.TLS13: SSL.TLS1_3_VERSION}
_CHUNK = 65_536
_TLS13 = 0x0304
_SILENT_END = "the peer closed the connection without an alert"
_NO_AUTO_CHAIN = 0x8
"""OpenSSL would otherwise complete a chain that is short on purpose from the trusted roots."""


class OpensslEngine:
    """The engine for well-behaved peers; see `harness.transports.tls.engine.TlsEngine`."""

    def __init__(self, setup: TlsSetup) -> None:
        self._setup = setup
        self.journal = Journal()
        self._hooks = Hooks()
        self._judge = ChainJudge(setup.role, setup.profile, setup.check, self.journal)
        self._connection = SSL.Connection(self._context(), None)
        self.outcome: Outcome | None = None
        """None while the handshake runs."""
        self.error = ""
        self.ended = False
        """True once the peer has ended the connection orderly."""
        self.established = False
        """True once the handshake is done as far as this side can see by itself."""
        self.settled = False
        self._starved = False
        self._finished_at = 0.0
        self._start()

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts so far, of either side, in order."""
        return tuple(self.journal.alerts)

    def feed(self, data: bytes) -> None:
        """Take bytes from the network."""
        if data:
            self._connection.bio_write(data)

    def feed_end(self) -> None:
        """Take note that no more bytes will come."""
        self._starved = True
        self._connection.bio_shutdown()

    def take(self) -> bytes:
        """Bytes for the network."""
        parts = []
        while True:
            try:
                parts.append(self._connection.bio_read(_CHUNK))
            except SSL.WantReadError:
                return b"".join(parts)

    def handshake(self, at: float) -> bool:
        """Go on with the handshake; True when it has ended, one way or the other."""
        if self.outcome is not None or self.established:
            return True
        self.journal.now = at
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return self._own_fault()
        except (SSL.Error, SSL.SysCallError, SSL.ZeroReturnError) as problem:
            self._own_fault()
            self.fail(at, _reason(problem))
            return True
        self.established = True
        self._finished_at = at
        self.settled = self._setup.role is TlsRole.SERVER or self._version() != TlsVersion.TLS13
        return True

    def complete(self, at: float) -> None:
        """Take the handshake for established on both sides."""
        if self.outcome is None:
            self.outcome = Outcome.COMPLETE
            self._finished_at = at

    def read(self, at: float) -> bytes:
        """Decrypted bytes; none while nothing is there, at the end, and after a failure (see `outcome`, `error`)."""
        self.journal.now = at
        try:
            data = self._connection.recv(_CHUNK)
        except SSL.WantReadError:
            self._own_fault()
            self.settled = self.settled or self.journal.ticket_seen
            return b""
        except SSL.ZeroReturnError:
            self.ended = True
            return b""
        except (SSL.Error, SSL.SysCallError) as problem:
            self._own_fault()
            self.fail(at, _reason(problem))
            return b""
        self.settled = True
        return data

    def write(self, data: bytes) -> None:
        """Encrypt bytes; `take` gives them.

        Raises:
            EngineOver: the connection is over on this side.
        """
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._connection.send(rest) :]
        except SSL.Error as problem:
            raise EngineOver from problem

    def close(self, at: float) -> None:
        """Say that no more will be sent."""
        self.journal.now = at
        try:
            self._connection.shutdown()
        except SSL.Error as problem:
            self.error = self.error or _reason(problem)

    def fail(self, at: float, error: str, outcome: Outcome | None = None) -> None:
        """Take note that the handshake, or the connection after it, has failed."""
        if self.error and self.outcome is not Outcome.COMPLETE:
            return
        report = self.report()
        if outcome is None and report.alert_received:
            outcome = Outcome.REFUSED_BY_PEER
        elif outcome is None:
            # OpenSSL answers the end of the stream with an alert of its own, which refuses nothing.
            outcome = Outcome.CLOSED if self._starved else Outcome.REFUSED_BY_US
        self.error = self._explain(error, outcome, report)
        if self.outcome is None or not self.settled:
            self.outcome = outcome
        self._finished_at = self._finished_at or at

    def report(self) -> HandshakeReport:
        """What was seen so far."""
        setup, journal = self._setup, self.journal
        tls13 = self._version() == TlsVersion.TLS13
        return HandshakeReport(
            role=setup.role,
            profile=setup.profile.name,
            check=setup.check,
            outcome=self.outcome or Outcome.TIMEOUT,
            version=self._version() if self.established else "",
            suite=self._connection.get_cipher_name() or "",
            group=(self._connection.get_group_name() or "").lower() if self.established else "",
            peer_chain=journal.peer_chain(tls13=tls13),
            presented=journal.own_chain(tls13=tls13),
            peer_verdict=self._judge.verdict,
            client_hello=journal.client_hello(),
            certificate_request=journal.certificate_request(tls13=tls13),
            alerts=tuple(journal.alerts),
            error=self.error,
            settled=self.settled,
            started=setup.at,
            ended=self._finished_at,
        )

    def _version(self) -> str:
        return str(self._connection.get_protocol_version_name())

    def _explain(self, error: str, outcome: Outcome, report: HandshakeReport) -> str:
        verdict = self._judge.verdict
        if outcome is Outcome.REFUSED_BY_PEER and report.alert_received:
            return f"the peer sent {report.alert_received.name} ({report.alert_received.number})"
        if outcome is Outcome.REFUSED_BY_US and verdict is not None and not verdict.good:
            return f"the peer's chain does not do: {verdict.text} (certificate {verdict.depth})"
        return error

    def _own_fault(self) -> bool:
        """Raise what went wrong in one of our callbacks; False otherwise."""
        if self._hooks.problems:
            raise self._hooks.problems[0]
        return False

    def _seen(self, sent: bool, kind: int, data: bytes) -> None:  # noqa: FBT001 - called by OpenSSL
        """Note a message; a hello without TLS 1.3 is answered without a CertificateRequest."""
        self.journal.seen(sent, kind, data)
        hello = self.journal.client_hello()
        if self._setup.role is TlsRole.SERVER and hello is not None and _TLS13 not in hello.versions:
            self._connection.set_verify(SSL.VERIFY_NONE)

    def _start(self) -> None:
        setup, connection = self._setup, self._connection
        self.journal.now = setup.at
        if setup.role is TlsRole.SERVER:
            connection.set_accept_state()
            return
        connection.set_connect_state()
        if setup.server_name:
            require_host(connection, setup.server_name)
            if not _is_address(setup.server_name):
                connection.set_tlsext_host_name(setup.server_name.encode())
        if setup.profile.asks_status:
            connection.request_ocsp()

    def _context(self) -> SSL.Context:
        profile = self._setup.profile
        context = SSL.Context(SSL.TLS_METHOD)
        context.set_min_proto_version(_VERSIONS[profile.lowest])
        context.set_max_proto_version(_VERSIONS[profile.highest])
        context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION)
        context.set_mode(_NO_AUTO_CHAIN)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_session_id(b"v2x")
        # Level 0: weak keys are what some flaws are made of; strict profiles have rules of their own for them.
        suites = ":".join(profile.suites12) or "DEFAULT"
        context.set_cipher_list(f"{suites}:@SECLEVEL=0".encode())
        if profile.suites13:
            context.set_tls13_ciphersuites(":".join(profile.suites13).encode())
        if profile.groups:
            set_groups(context, profile.groups)
        if profile.signature_schemes:
            set_signature_schemes(context, profile.signature_schemes)
        self._arm(context)
        return context

    def _arm(self, context: SSL.Context) -> None:
        """Give the context keys, anchors and eyes."""
        setup = self._setup
        if setup.credentials is not None:
            leaf, *more = [x509.load_der_x509_certificate(der) for der in setup.credentials.chain]
            context.use_certificate(leaf)
            context.use_privatekey(setup.credentials.key.reveal())
            for certificate in more:
                context.add_extra_chain_cert(certificate)
        store = context.get_cert_store()
        for root in setup.roots:
            anchor = x509.load_der_x509_certificate(root)
            if store is not None:
                store.add_cert(crypto.X509.from_cryptography(anchor))
            if setup.role is TlsRole.SERVER:
                context.add_client_ca(anchor)
        if store is not None:
            store.set_time(datetime.fromtimestamp(setup.at, tz=UTC))
        self._hooks.watch_messages(context, self._seen if setup.profile.spares_tls12 else self.journal.seen)
        self._hooks.judge_certificates(context, _mode(setup), self._judge)
        if setup.keylog is not None:
            keep = setup.keylog
            context.set_keylog_callback(lambda _connection, line: keep(line.decode()))


def _mode(setup: TlsSetup) -> int:
    if setup.role is TlsRole.SERVER and not setup.asks_certificate:
        return SSL.VERIFY_NONE
    if setup.role is TlsRole.SERVER and setup.check is Check.STRICT:
        return SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
    return SSL.VERIFY_PEER


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _reason(problem: Exception) -> str:
    """OpenSSL's own words for a failure."""
    if isinstance(problem, SSL.SysCallError):
        return _SILENT_END
    if isinstance(problem, SSL.ZeroReturnError):
        return "the peer sent close_notify in the middle of the handshake"
    stack = problem.args[0] if problem.args else ()
    if not isinstance(stack, list | tuple):
        return str(problem)
    words = "; ".join(str(entry[-1]) for entry in stack if entry) or "OpenSSL gave no reason"
    return _SILENT_END if words.startswith("unexpected eof") else words
