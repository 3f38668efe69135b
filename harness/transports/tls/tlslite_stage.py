"""The script of our side with eyes for the peer: what it said, what its chain is worth, which secrets there are."""

from __future__ import annotations

from harness.transports.tls.journal import Journal
from harness.transports.tls.report import ChainVerdict, Check
from harness.transports.tls.setup import TlsSetup
from harness.transports.tls.tlslite_script import APPLICATION, HANDSHAKE, RECEIVED, SENT, Script
from harness.transports.tls.verification import judge_chain

_INNER = 257
_CERTIFICATE_REQUIRED, _HANDSHAKE_FAILURE = 116, 40


class Stage(Script):
    """The script, with eyes for the peer and a judgement of its chain."""

    def __init__(self, setup: TlsSetup, journal: Journal) -> None:
        super().__init__(setup, journal)
        self.verdict: ChainVerdict | None = None
        self._flights = 0

    def alert_sent(self, *, fatal: bool, number: int) -> None:
        """An alert of ours goes out."""
        self._journal.alert(SENT, fatal=fatal, number=number)

    def heard(self, kind: int, data: bytes) -> None:
        """A message of the peer, in the clear."""
        if kind == APPLICATION:
            self._journal.seen(RECEIVED, _INNER, bytes([APPLICATION]))
            return
        self._journal.seen(RECEIVED, kind, data)
        if kind == HANDSHAKE and not self._client:
            self.hello_received()

    def secrets(self, client: bytes, server: bytes) -> None:
        """New secrets: lines of an NSS key log for who asked."""
        hello = self._journal.client_hello()
        keep = self._setup.keylog
        if keep is None or hello is None:
            return
        if not server:
            keep(f"CLIENT_RANDOM {hello.random.hex()} {client.hex()}")
            return
        end = "TRAFFIC_SECRET_0" if self._flights else "HANDSHAKE_TRAFFIC_SECRET"
        self._flights += 1
        keep(f"CLIENT_{end} {hello.random.hex()} {client.hex()}")
        keep(f"SERVER_{end} {hello.random.hex()} {server.hex()}")

    def peer_chain(self) -> tuple[bytes, ...] | None:
        """What the peer sent; None if its Certificate message cannot be read."""
        chain = self._journal.peer_chain()
        return None if not chain and self._journal.unreadable else chain

    def refusal(self, chain: tuple[bytes, ...]) -> tuple[int, str] | None:
        """Alert and reason to refuse the peer's chain for."""
        self.verdict = judge_chain(self._setup, chain, self._journal.staples())
        if self._setup.check is not Check.STRICT:
            return None
        if self.verdict is None:
            number = _CERTIFICATE_REQUIRED if self._journal.speaks13 else _HANDSHAKE_FAILURE
            return number, "the peer sent no certificate"
        return None if self.verdict.good else (self.verdict.alert, self.verdict.text)
