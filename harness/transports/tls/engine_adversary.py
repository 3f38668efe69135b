"""The TLS engine by tlslite-ng: does on purpose what OpenSSL would never do, and reports as the other one does."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from harness.transports.tls.adversary import Adversary, HandshakeMessage, refuse_impossible
from harness.transports.tls.alerts import Alert
from harness.transports.tls.engine import EngineOver
from harness.transports.tls.journal import Journal
from harness.transports.tls.profile import TlsVersion
from harness.transports.tls.report import HandshakeReport, Outcome, TlsRole
from harness.transports.tls.reported import reported
from harness.transports.tls.setup import TlsSetup
from harness.transports.tls.tlslite_careless import conversation
from harness.transports.tls.tlslite_director import OnPurpose, Ours, made_by_tlslite
from harness.transports.tls.tlslite_keys import OurKey
from harness.transports.tls.tlslite_names import (
    BaseTLSException,
    TLSAbruptCloseError,
    TLSDecryptionFailed,
    TLSIllegalParameterException,
    TLSInternalError,
    TLSLocalAlert,
    TLSRemoteAlert,
)
from harness.transports.tls.tlslite_parts import Pipe, own_chain, settings_for
from harness.transports.tls.tlslite_script import ALERT, HANDSHAKE, SENT
from harness.transports.tls.tlslite_stage import Stage
from harness.transports.tls.tlslite_terms import GROUP_NAMES, SUITE_NAMES, terms_of

_WAITING, _DONE = object(), object()
_SILENT_END = "the peer closed the connection without an alert"
_NO_TLS = "wrong version number: what came is no TLS"
_TICKET_KEY = secrets.token_bytes(32)
"""Tickets of one process open the sessions of another connection in it, where somebody wants that."""
_UPDATE_REQUESTED = 1

_ALERTS: tuple[tuple[type[Exception], int], ...] = (
    (TLSDecryptionFailed, 51),
    (TLSIllegalParameterException, 47),
    (TLSInternalError, 47),
    (SyntaxError, 50),
)
"""What tlslite raises without telling the peer, and the alert that fits; for all else internal_error."""
_INTERNAL_ERROR = 80


class AdversaryEngine:
    """The engine for misbehaving; see `harness.transports.tls.engine.TlsEngine` and `Adversary`.

    Raises:
        ValueError: the setup wants something of this role that only the other can do.
    """

    def __init__(self, setup: TlsSetup) -> None:
        self._setup = setup
        self._adversary = setup.adversary or Adversary()
        refuse_impossible(
            self._adversary,
            setup.role,
            setup.profile,
            asks_certificate=setup.asks_certificate,
            staples=any(setup.staples),
        )
        self._client = setup.role is TlsRole.CLIENT
        self.journal = Journal()
        self.journal.now = setup.at
        self._stage = Stage(setup, self.journal)
        self._pipe = Pipe()
        self._connection = conversation(self._adversary, self._pipe, self._stage)
        self._steps = self._begin()
        self._reader: Iterator[Any] | None = None
        self.outcome: Outcome | None = None
        """None while the handshake runs."""
        self.error = ""
        self.ended = False
        """True once the peer has ended the connection orderly."""
        self.established = False
        """True once the handshake is done as far as this side can see by itself."""
        self.settled = False
        self._ahead = b""
        self._fed = self._over = self._deaf = False
        self._finished_at = 0.0

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts so far, of either side, in order."""
        return tuple(self.journal.alerts)

    def feed(self, data: bytes) -> None:
        """Take bytes from the network."""
        self._fed = self._fed or bool(data)
        self._pipe.feed(data)

    def feed_end(self) -> None:
        """Take note that no more bytes will come."""
        self._pipe.ended = True

    def take(self) -> bytes:
        """Bytes for the network."""
        return self._pipe.take()

    def handshake(self, at: float) -> bool:
        """Go on with the handshake; True when it has ended, one way or the other."""
        if self.outcome is not None or self.established:
            return True
        self.journal.now = at
        if self._deaf:
            if self._pipe.ended:
                self.fail(at, _SILENT_END)
            return self._pipe.ended
        result = self._go_on(at, self._steps)
        if result is _WAITING or self.outcome is not None:
            return self.outcome is not None
        taken = bool(isinstance(result, bytes) and result) or (self._client and self.journal.tickets > 0)
        if self._holds_back and not taken:
            # Our Finished is not out: the peer may say what it thinks of that, or take us all the same.
            self._steps = self._connection.readAsync()
            return self.handshake(at) if result is _DONE else self._connection.closed and self._ended_early(at)
        self._ahead = result if isinstance(result, bytes) else b""
        self._establish(at)
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
        if self.ended or self._over:
            return b""
        self._reader = self._reader or self._connection.readAsync()
        result = self._go_on(at, self._reader)
        if not isinstance(result, bytes):
            self.settled = self.settled or self.journal.tickets > 0
            return b""
        self._reader = None
        self.ended = not result and self._connection.closed
        self.settled = self.settled or bool(result)
        return result

    def write(self, data: bytes) -> None:
        """Encrypt bytes; `take` gives them.

        Raises:
            EngineOver: the connection is over on this side.
        """
        if self._over or not self.established:
            raise EngineOver
        self._connection.write_all(data)

    def close(self, at: float) -> None:
        """Say that no more will be sent."""
        self.journal.now = at
        if not self._over:
            self._over = True
            self._alarm(0, fatal=False)

    def fail(self, at: float, error: str, outcome: Outcome | None = None) -> None:
        """Take note that the handshake, or the connection after it, has failed."""
        if self.error and self.outcome is not Outcome.COMPLETE:
            return
        refused = next((alert for alert in self.journal.alerts if alert.fatal and not alert.sent), None)
        if outcome is None and refused:
            outcome = Outcome.REFUSED_BY_PEER
        elif outcome is None:
            outcome = Outcome.CLOSED if self._pipe.ended else Outcome.REFUSED_BY_US
        self._over = True
        self.error = self._explain(error, outcome, refused)
        if self.outcome is None or not self.settled:
            self.outcome = outcome
        self._finished_at = self._finished_at or at

    def report(self) -> HandshakeReport:
        """What was seen so far."""
        setup, journal, hello = self._setup, self.journal, self.journal.server_hello()
        group = (hello.group if hello else 0) or self._connection.ecdhCurve or self._stage.group
        return reported(
            setup,
            journal,
            outcome=self.outcome or Outcome.TIMEOUT,
            version=self._version() if self.established else "",
            suite=SUITE_NAMES.get(hello.suite, f"{hello.suite:#06x}") if hello else "",
            group=GROUP_NAMES.get(group, f"{group:#06x}") if self.established and group else "",
            resumed=self.established and bool(self._connection.resumed or (hello and hello.takes_session)),
            engine="adversary",
            peer_verdict=self._stage.verdict,
            error=self.error,
            settled=self.settled,
            ended=self._finished_at,
        )

    @property
    def session(self) -> object | None:
        """None: this engine takes up no session of an earlier connection."""
        return None

    @property
    def _holds_back(self) -> bool:
        """Whether the peer cannot have our Finished."""
        finished = HandshakeMessage.FINISHED
        return self._pipe.muted or finished in self._adversary.leave_out or finished in self._adversary.truncate

    def _ended_early(self, at: float) -> bool:
        self.fail(at, "the peer sent close_notify in the middle of the handshake", Outcome.CLOSED)
        return True

    def _begin(self) -> Iterator[Any]:
        setup, terms = self._setup, terms_of(self._setup.profile, self._adversary)
        key = OurKey(self._stage.key) if self._stage.key is not None else None
        chain = own_chain(key.key_type) if key is not None else None
        if self._client:
            shares = terms.groups if self._adversary.groups is not None else terms.groups[:1]
            return self._connection.client(chain, key, settings_for(terms, shares, None))
        ticket = _TICKET_KEY if setup.tickets else secrets.token_bytes(32)
        settings = settings_for(terms, terms.groups, ticket)
        asks = setup.asks_certificate and HandshakeMessage.CERTIFICATE_REQUEST not in self._adversary.leave_out
        return self._connection.server(chain, key, settings, asks=asks)

    def _establish(self, at: float) -> None:
        self.established = True
        self._finished_at = at
        self.settled = not self._client or not self._connection.negotiated13
        if self._adversary.key_update:
            self._go_on(at, self._connection.send_keyupdate_request(_UPDATE_REQUESTED))
        if self._adversary.hello_again:
            self._connection.say(HANDSHAKE, self._stage.first_hello)
        if not self.settled:
            self._ahead = self._ahead or self.read(at)
            self.journal.early_data = self.journal.early_data or bool(self._ahead)

    def _go_on(self, at: float, steps: Iterator[Any]) -> Any:
        """Run tlslite until it waits, gives something or is done; what the peer does wrong ends in `fail`."""
        try:
            for result in steps:
                if result == 0:
                    return _WAITING
                if result != 1:
                    return result
        except Ours as fault:
            raise fault.problem from fault
        except OnPurpose as end:
            self.fail(at, str(end), Outcome.REFUSED_BY_US)
        except TLSRemoteAlert as alert:
            self.fail(at, f"the peer sent alert {alert.description} in the middle of the handshake")
        except TLSAbruptCloseError:
            self.fail(at, _SILENT_END)
        except Exception as problem:  # noqa: BLE001 - tlslite trips over hostile bytes in many ways
            return self._give_up(at, problem)
        return _DONE

    def _give_up(self, at: float, problem: Exception) -> Any:
        """Tell the peer, unless tlslite has; a fault of our own is raised again."""
        if not self._fed or not made_by_tlslite(problem):
            raise problem
        if self._pipe.muted or self._adversary.sulks:
            self._deaf = self._pipe.muted = True
            return _WAITING
        if not isinstance(problem, TLSLocalAlert):
            self._alarm(next((number for kind, number in _ALERTS if isinstance(problem, kind)), _INTERNAL_ERROR))
        words = problem.message if isinstance(problem, TLSLocalAlert) else str(problem)
        words = words or (_NO_TLS if self._pipe.foreign else self.journal.alerts[-1].name)
        if not isinstance(problem, BaseTLSException):
            words = f"tlslite could not follow the peer: {type(problem).__name__} {words}"
        self.fail(at, words)
        return _DONE

    def _alarm(self, number: int, *, fatal: bool = True) -> None:
        self.journal.alert(SENT, fatal=fatal, number=number)
        self._connection.say(ALERT, bytes([2 if fatal else 1, number]))

    def _version(self) -> str:
        return TlsVersion.TLS13.value if self._connection.negotiated13 else TlsVersion.TLS12.value

    def _explain(self, error: str, outcome: Outcome, refused: Alert | None) -> str:
        verdict = self._stage.verdict
        if outcome is Outcome.REFUSED_BY_PEER and refused:
            return f"the peer sent {refused.name} ({refused.number})"
        if (
            outcome is Outcome.REFUSED_BY_US
            and verdict is not None
            and not verdict.good
            and not self._purposeful(error)
        ):
            return f"the peer's chain does not do: {verdict.text} (certificate {verdict.depth})"
        return error

    @staticmethod
    def _purposeful(error: str) -> bool:
        return "on purpose" in error
