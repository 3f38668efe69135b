"""The record layer of tlslite-ng, with its hooks overridden: no SSL 2, fast ciphers, secrets told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from harness.transports.tls.tlslite_director import Steps
from harness.transports.tls.tlslite_keys import RecordCipher
from harness.transports.tls.tlslite_names import (
    CipherSuite,
    ContentType,
    Parser,
    RecordHeader3,
    RecordLayer,
    RecordSocket,
    TLSUnexpectedMessage,
)


class Headers(RecordSocket):  # type: ignore[misc] # tlslite has no types
    """Reads headers of records, and nothing of SSL 2."""

    def _recvHeader(self) -> Steps:
        buffer = bytearray()
        for result in self._sockRecvAll(5):
            if result in (0, 1):
                yield result
            else:
                buffer = result
                break
        if buffer[0] not in ContentType.all or buffer[1] != 3:
            self.sock.socket.foreign = True
            raise TLSUnexpectedMessage
        yield RecordHeader3().parse(Parser(buffer))


class Records(RecordLayer):  # type: ignore[misc] # tlslite has no types
    """Records with ciphers of `cryptography`, and secrets that are told."""

    def __init__(self, socket: Any, told: Callable[[bytes, bytes], None]) -> None:
        super().__init__(socket)
        self._recordSocket = Headers(socket)
        self._told = told

    @staticmethod
    def _getCipherSettings(cipherSuite: int) -> Any:
        key, nonce, make = RecordLayer._getCipherSettings(cipherSuite)
        if cipherSuite in CipherSuite.aes128GcmSuites or cipherSuite in CipherSuite.aes256GcmSuites:
            return key, nonce, lambda secret, _: RecordCipher(AESGCM(bytes(secret)), f"aes{8 * key}gcm")
        if cipherSuite in CipherSuite.chacha20Suites:
            return key, nonce, lambda secret, _: RecordCipher(ChaCha20Poly1305(bytes(secret)), "chacha20-poly1305")
        return key, nonce, make

    def calcTLS1_3PendingState(
        self,
        cipherSuite: int,
        cl_traffic_secret: bytes,
        sr_traffic_secret: bytes,
        implementations: Any,
    ) -> None:
        """New keys of TLS 1.3."""
        self._told(bytes(cl_traffic_secret), bytes(sr_traffic_secret))
        super().calcTLS1_3PendingState(cipherSuite, cl_traffic_secret, sr_traffic_secret, implementations)

    def calcPendingStates(
        self,
        cipherSuite: int,
        masterSecret: bytes,
        *more: Any,
    ) -> None:
        """New keys up to TLS 1.2."""
        self._told(bytes(masterSecret), b"")
        super().calcPendingStates(cipherSuite, masterSecret, *more)
