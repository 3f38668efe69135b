"""What went over one connection in the clear: handshake messages and alerts, both ways."""

from __future__ import annotations

from harness.transports.tls.alerts import Alert
from harness.transports.tls.hello import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CLIENT_HELLO,
    NEW_SESSION_TICKET,
    CertificateRequest,
    ClientHello,
    Malformed,
    read_certificate_request,
    read_certificates,
    read_client_hello,
)

_ALERT = 21
_HANDSHAKE = 22
_HEADER = 4
_FATAL = 2
_WANTED = {CLIENT_HELLO, CERTIFICATE, CERTIFICATE_REQUEST}


class Journal:
    """Takes messages as OpenSSL shows them; `now` is kept up to date by who drives the engine."""

    def __init__(self) -> None:
        self.now = 0.0
        self.alerts: list[Alert] = []
        self.ticket_seen = False
        """The server sent a session ticket: it took our certificate."""
        self._first: dict[tuple[bool, int], bytes] = {}

    def seen(self, sent: bool, kind: int, data: bytes) -> None:  # noqa: FBT001 - called by OpenSSL
        """Note one message."""
        if kind == _ALERT and len(data) == 2:
            self.alerts.append(Alert(sent=sent, fatal=data[0] == _FATAL, number=data[1], at=self.now))
        elif kind == _HANDSHAKE and len(data) >= _HEADER:
            if data[0] in _WANTED:
                self._first.setdefault((sent, data[0]), data[_HEADER:])
            self.ticket_seen = self.ticket_seen or (not sent and data[0] == NEW_SESSION_TICKET)

    def peer_chain(self, *, tls13: bool) -> tuple[bytes, ...]:
        """DER certificates as the peer sent them."""
        return self._chain(sent=False, tls13=tls13)

    def own_chain(self, *, tls13: bool) -> tuple[bytes, ...]:
        """DER certificates as we sent them."""
        return self._chain(sent=True, tls13=tls13)

    def client_hello(self) -> ClientHello | None:
        """The client's first hello, whoever the client is."""
        body = self._either(CLIENT_HELLO)
        try:
            return read_client_hello(body) if body else None
        except Malformed:
            return None

    def certificate_request(self, *, tls13: bool) -> CertificateRequest | None:
        """What the server asked of the client's certificate."""
        body = self._either(CERTIFICATE_REQUEST)
        try:
            return read_certificate_request(body, tls13=tls13) if body else None
        except Malformed:
            return None

    def _chain(self, *, sent: bool, tls13: bool) -> tuple[bytes, ...]:
        body = self._first.get((sent, CERTIFICATE), b"")
        try:
            return read_certificates(body, tls13=tls13) if body else ()
        except Malformed:
            return ()

    def _either(self, kind: int) -> bytes:
        return self._first.get((True, kind)) or self._first.get((False, kind), b"")
