"""What went over one connection in the clear: handshake messages and alerts, both ways."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from harness.transports.tls.alerts import Alert
from harness.transports.tls.certificate_message import (
    CertificateRequest,
    Presented,
    beside,
    read_certificate_request,
    read_certificate_status,
    read_certificate_verify,
    read_chain,
    read_server_key_exchange,
)
from harness.transports.tls.hello import (
    RETRY,
    ClientHello,
    ServerHello,
    read_client_hello,
    read_encrypted_extensions,
    read_server_hello,
)
from harness.transports.tls.octets import MOST_BYTES, Malformed

HELLO_REQUEST = 0
CLIENT_HELLO = 1
SERVER_HELLO = 2
NEW_SESSION_TICKET = 4
ENCRYPTED_EXTENSIONS = 8
CERTIFICATE = 11
SERVER_KEY_EXCHANGE = 12
CERTIFICATE_REQUEST = 13
CERTIFICATE_VERIFY = 15
FINISHED = 20
CERTIFICATE_STATUS = 22
KEY_UPDATE = 24

_ALERT = 21
_HANDSHAKE = 22
_RECORD = 256
"""OpenSSL shows the header of a record as this kind,"""
_INNER = 257
"""and what a protected record of TLS 1.3 holds as this one; we are told of application data alone."""
_HEADER = 4
_FATAL = 2
_KEPT = {
    CLIENT_HELLO,
    SERVER_HELLO,
    ENCRYPTED_EXTENSIONS,
    CERTIFICATE,
    SERVER_KEY_EXCHANGE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_VERIFY,
    CERTIFICATE_STATUS,
}
_MOST_ALERTS = 100
_TLS12 = 0x0303

_T = TypeVar("_T")


class Journal:
    """Takes messages as they go over the wire; `now` is kept up to date by who drives the engine.

    What a message says is read when it is asked for. The first of a kind counts, except for the answer to a request
    to try again, which takes the place of the request.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.alerts: list[Alert] = []
        self.tickets = 0
        """NewSessionTicket messages of the server, whoever it is."""
        self.retried = False
        self.early_data = False
        """The peer sent application data ahead of its Finished."""
        self.renegotiations = 0
        self.key_updates = 0
        self._finished: set[bool] = set()
        """True in it: our Finished went out; False: the peer's came in."""
        self._newer: bool | None = None
        self._first: dict[tuple[bool, int], bytes] = {}
        self._read: dict[tuple[bool, int], object] = {}
        self._unreadable: dict[tuple[bool, int], str] = {}

    def seen(self, sent: bool, kind: int, data: bytes) -> None:  # noqa: FBT001 - called by OpenSSL
        """Note one message, as OpenSSL's message callback shows it."""
        if kind == _HANDSHAKE and len(data) >= _HEADER:
            self.message(sent, data[0], data[_HEADER:])
        elif kind == _ALERT and len(data) == 2:
            self.alert(sent, fatal=data[0] == _FATAL, number=data[1])
        elif not sent and self._holds_data(kind) and False not in self._finished:
            self.early_data = True

    def message(self, sent: bool, kind: int, body: bytes) -> None:  # noqa: FBT001 - as `seen`
        """Note a handshake message: its type and what stands behind its header."""
        if kind in _KEPT:
            self._keep(sent, kind, body)
        if kind == FINISHED:
            self._finished.add(sent)
        elif kind == NEW_SESSION_TICKET:
            self.tickets += 1
        elif not sent:
            self._count(kind)

    def alert(self, sent: bool, *, fatal: bool, number: int) -> None:  # noqa: FBT001 - as `seen`
        """Note an alert."""
        if len(self.alerts) < _MOST_ALERTS:
            self.alerts.append(Alert(sent=sent, fatal=fatal, number=number, at=self.now))

    @property
    def speaks13(self) -> bool:
        """Whether the server chose TLS 1.3 (or, one day, newer)."""
        if self._newer is None and (hello := self.server_hello()) is not None:
            self._newer = hello.version > _TLS12
        return self._newer is True

    @property
    def unreadable(self) -> tuple[str, ...]:
        """What of the peer's messages could not be read so far."""
        return tuple(text for (sent, _), text in self._unreadable.items() if not sent)

    def peer_chain(self) -> tuple[bytes, ...]:
        """DER certificates as the peer sent them."""
        return tuple(entry.certificate for entry in self._chain(sent=False))

    def own_chain(self) -> tuple[bytes, ...]:
        """DER certificates as we sent them."""
        return tuple(entry.certificate for entry in self._chain(sent=True))

    def staples(self) -> tuple[bytes, ...]:
        """The peer's OCSP responses, one for each certificate of its chain, empty where there is none."""
        statuses = self._of_peer(CERTIFICATE_STATUS, read_certificate_status) or ()
        return beside(self._chain(sent=False), statuses)

    def client_hello(self) -> ClientHello | None:
        """The client's first hello, whoever the client is."""
        return self._either(CLIENT_HELLO, read_client_hello)

    def server_hello(self) -> ServerHello | None:
        """The server's last hello, whoever the server is."""
        return self._either(SERVER_HELLO, read_server_hello)

    def encrypted_extensions(self) -> tuple[int, ...] | None:
        """Extensions of EncryptedExtensions; None if there was none."""
        return self._either(ENCRYPTED_EXTENSIONS, read_encrypted_extensions)

    def certificate_request(self) -> CertificateRequest | None:
        """What the server asked of the client's certificate."""
        return self._either(CERTIFICATE_REQUEST, partial(read_certificate_request, tls13=self.speaks13))

    def signature_scheme(self) -> int:
        """The scheme that the peer signed the handshake with; 0 if it did not."""
        verify = self._of_peer(CERTIFICATE_VERIFY, read_certificate_verify)
        return verify or self._of_peer(SERVER_KEY_EXCHANGE, read_server_key_exchange) or 0

    def _holds_data(self, kind: int) -> bool:
        """Whether a record carries data, as its head says; the outer one says so of all that TLS 1.3 protects."""
        return kind == _INNER or (kind == _RECORD and not self.speaks13)

    def _keep(self, sent: bool, kind: int, body: bytes) -> None:  # noqa: FBT001 - as `seen`
        answered = kind == SERVER_HELLO and self.retried
        if kind == SERVER_HELLO and body[2:34] == RETRY:
            self.retried = True
        if answered or (sent, kind) not in self._first:
            # One byte more than what is looked into: too long stays too long.
            self._first[sent, kind] = body[: MOST_BYTES + 1]
            self._read.pop((sent, kind), None)

    def _count(self, kind: int) -> None:
        """What a peer may want of a connection that stands."""
        if kind == KEY_UPDATE:
            self.key_updates += 1
        elif kind == HELLO_REQUEST or (kind == CLIENT_HELLO and False in self._finished):
            self.renegotiations += 1

    def _chain(self, *, sent: bool) -> tuple[Presented, ...]:
        return self._reading(sent, CERTIFICATE, partial(read_chain, tls13=self.speaks13)) or ()

    def _either(self, kind: int, read: Callable[[bytes], _T]) -> _T | None:
        return self._reading((True, kind) in self._first, kind, read)

    def _of_peer(self, kind: int, read: Callable[[bytes], _T]) -> _T | None:
        return self._reading(False, kind, read)  # noqa: FBT003 - not sent by us

    def _reading(self, sent: bool, kind: int, read: Callable[[bytes], _T]) -> _T | None:  # noqa: FBT001 - as `seen`
        """What `read` makes of a message, worked out once."""
        key = (sent, kind)
        body = self._first.get(key)
        if body is None:
            return None
        if key not in self._read:
            try:
                self._read[key] = read(body)
            except Malformed as problem:
                self._read[key] = None
                self._unreadable[key] = f"handshake message {kind}: {problem}"
        found: _T | None = self._read[key]  # type: ignore[assignment]
        return found
