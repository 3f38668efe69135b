"""The TLS engine by OpenSSL: bytes in, bytes out, no socket, and everything seen kept for the report."""

from __future__ import annotations

from msgspec import structs
from OpenSSL import SSL

from harness.transports.tls.adapter import Hooks, offer_session, require_host, set_time, was_resumed
from harness.transports.tls.alerts import Alert
from harness.transports.tls.anchors import chosen
from harness.transports.tls.engine import EngineOver
from harness.transports.tls.engine_openssl_context import context_for
from harness.transports.tls.engine_openssl_judge import ChainJudge
from harness.transports.tls.host import is_address
from harness.transports.tls.journal import Journal
from harness.transports.tls.profile import TlsVersion
from harness.transports.tls.report import HandshakeReport, Outcome, TlsRole
from harness.transports.tls.reported import reported
from harness.transports.tls.setup import Revocation, TlsSetup

_CHUNK = 65_536
_TLS13 = 0x0304
_HANDSHAKE = 22
_CLIENT_HELLO = b"\x01"
_SILENT_END = "the peer closed the connection without an alert"


class OpensslEngine:
    """The engine for well-behaved peers; see `harness.transports.tls.engine.TlsEngine`."""

    def __init__(self, setup: TlsSetup) -> None:
        self._setup = setup
        self.journal = Journal()
        self._judge = ChainJudge(setup, self.journal)
        self._hooks = Hooks(
            seen=self._seen if setup.profile.spares_tls12 or setup.others else self.journal.seen,
            judge=self._judge,
            status=self._judge.status,
            keep=setup.keylog,
            staple=next(iter(setup.staples), b""),
        )
        self._made = context_for(setup)
        self._connection = SSL.Connection(self._made.context, None)
        self.outcome: Outcome | None = None
        """None while the handshake runs."""
        self.error = ""
        self.ended = False
        """True once the peer has ended the connection orderly."""
        self.established = False
        """True once the handshake is done as far as this side can see by itself."""
        self.settled = False
        self._starved = False
        self._ahead = b""
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
        self._own_fault()
        self.established = True
        self._finished_at = at
        self.settled = self._setup.role is TlsRole.SERVER or self._version() != TlsVersion.TLS13
        if not self.settled:
            self._look_ahead(at)
        return True

    def complete(self, at: float) -> None:
        """Take the handshake for established on both sides."""
        if self.outcome is None:
            self.outcome = Outcome.COMPLETE
            self._finished_at = at

    def read(self, at: float) -> bytes:
        """Decrypted bytes; none while nothing is there, at the end, and after a failure (see `outcome`, `error`)."""
        self.journal.now = at
        if self._ahead:
            data, self._ahead = self._ahead, b""
            return data
        try:
            data = self._connection.recv(_CHUNK)
        except SSL.WantReadError:
            self._own_fault()
            self.settled = self.settled or self.journal.tickets > 0
            return b""
        except SSL.ZeroReturnError:
            self.ended = True
            return b""
        except (SSL.Error, SSL.SysCallError) as problem:
            self._own_fault()
            self.fail(at, _reason(problem))
            return b""
        self._own_fault()
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
        return reported(
            setup,
            journal,
            outcome=self.outcome or Outcome.TIMEOUT,
            version=self._version() if self.established else "",
            suite=self._connection.get_cipher_name() or "",
            group=(self._connection.get_group_name() or "").lower() if self.established else "",
            resumed=self.established and was_resumed(self._connection),
            peer_verdict=self._judge.verdict,
            error=self.error,
            settled=self.settled,
            ended=self._finished_at,
        )

    @property
    def session(self) -> object | None:
        """The session as it stands, for `TlsSetup.session` of a later connection; None before there is one."""
        return self._connection.get_session()

    def _look_ahead(self, at: float) -> None:
        """Data that came before our Finished is out was sent ahead of the end of the handshake."""
        self._ahead = self.read(at)
        self.journal.early_data = self.journal.early_data or bool(self._ahead)

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
        """Note a message; what a server shows and asks may depend on the client's hello, just before it is used."""
        self.journal.seen(sent, kind, data)
        setup, hello = self._setup, self.journal.client_hello()
        is_hello = kind == _HANDSHAKE and data[:1] == _CLIENT_HELLO
        if setup.role is not TlsRole.SERVER or sent or not is_hello or hello is None:
            return
        if setup.credentials is not None and setup.others:
            shown = chosen(setup.credentials, setup.others, hello)
            self._made = context_for(structs.replace(setup, credentials=shown))
            self._connection.set_context(self._made.context)
            if shown is not setup.credentials:
                self._hooks.staple = b""
        if setup.profile.spares_tls12 and _TLS13 not in hello.versions:
            self._connection.set_verify(SSL.VERIFY_NONE)

    def _start(self) -> None:
        setup, connection = self._setup, self._connection
        self._hooks.attach(connection)
        self.journal.now = setup.at
        set_time(connection, setup.at)
        if setup.role is TlsRole.SERVER:
            connection.set_accept_state()
            return
        connection.set_connect_state()
        if setup.server_name:
            require_host(connection, setup.server_name)
            if not is_address(setup.server_name):
                connection.set_tlsext_host_name(setup.server_name.encode())
        if setup.profile.asks_status or setup.revocation is not Revocation.NONE:
            connection.request_ocsp()
        if setup.session is not None:
            if not isinstance(setup.session, SSL.Session):
                raise TypeError("a session of OpenSSL is needed, for one of another engine means nothing to it")
            offer_session(connection, setup.session)


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
