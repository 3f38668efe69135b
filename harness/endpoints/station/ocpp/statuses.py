"""A station asks its backend for the revocation status of the chain that it shows to EVs (M06)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from harness.endpoints.ocpp_certificates import hashes_of, responder_of, same, with_issuers
from harness.endpoints.station.certificate_store import V2G_ROOT, CertificateStore
from harness.endpoints.station.certificate_terms import SECC
from harness.messages.ocpp import GetCertificateStatus, OcppMessage

_NEVER = float("inf")


class StatusQuestions:
    """Asks after a change and once in a while, and keeps what comes."""

    def __init__(self, store: CertificateStore, *, say: Callable[[OcppMessage], None]) -> None:
        """Nothing was asked yet; `say` takes messages."""
        self._store, self._say = store, say
        self.due = _NEVER
        """When to ask again (M06.FR.10)."""

    def ask(self, at: float) -> None:
        """Say GetCertificateStatus for each certificate of the chain, leaf first."""
        self.due = at + self._store.terms.status_interval
        for certificate, issuer in self._pairs():
            data = {**hashes_of(certificate, issuer), "responderURL": responder_of(certificate)}
            self._say(GetCertificateStatus(ocspRequestData=data))

    def answered(self, call: OcppMessage, payload: dict[str, Any]) -> None:
        """Keep a response for whoever asks for it in TLS; what is none is left alone."""
        if payload["status"] != "Accepted":
            return
        try:
            response = b64decode(payload.get("ocspResult", ""), validate=True)
            ocsp.load_der_ocsp_response(response)
        except (ValueError, binascii.Error):
            return
        for certificate, issuer in self._pairs():
            if same(hashes_of(certificate, issuer), call.payload["ocspRequestData"]):
                self._store.staples[certificate.public_bytes(Encoding.DER)] = response

    def _pairs(self) -> list[Any]:
        own = self._store.chains.get(SECC)
        return [] if own is None else list(with_issuers(own.chain, self._store.roots[V2G_ROOT]))
