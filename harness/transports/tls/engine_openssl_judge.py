"""Our judgement of the peer's chain while OpenSSL shakes hands: OpenSSL's own, and what it is blind to."""

from __future__ import annotations

from collections.abc import Callable

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from harness.pki.lint_certificate import IDENTIFIERS
from harness.pki.objection import Objection, error
from harness.pki.recipe import Edition
from harness.transports.tls.adapter import error_text
from harness.transports.tls.journal import Journal
from harness.transports.tls.report import ChainVerdict, Check, TlsRole
from harness.transports.tls.setup import Revocation, TlsSetup
from harness.transports.tls.verification import form_objection, openssl_code, path_objection, refusal, status_objection

_OK = 0
_REVOKED = 23
_UNHANDLED_CRITICAL = 34
_UNDERSTOOD = IDENTIFIERS | {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
}


class ChainJudge:
    """Called by OpenSSL for each certificate, the leaf last, then for the status; the first error is the verdict."""

    def __init__(self, setup: TlsSetup, journal: Journal) -> None:
        self._setup, self._journal = setup, journal
        self._bad: ChainVerdict | None = None
        self._called = False

    @property
    def verdict(self) -> ChainVerdict | None:
        """What came of it; None if the peer sent no chain."""
        return self._bad or (ChainVerdict(good=True) if self._called else None)

    def __call__(self, number: int, depth: int, certificate: Callable[[], bytes]) -> int:
        """Judge one certificate; answers with the error to refuse it for, 0 to go on."""
        self._called = True
        if number == _UNHANDLED_CRITICAL and self._tolerates(certificate):
            number = _OK
        if number != _OK and openssl_code(number) not in self._setup.profile.tolerates:
            return self._object(ChainVerdict(good=False, number=number, depth=depth, text=error_text(number)))
        found = self._chain_verdict() if depth == 0 else None
        return _OK if found is None else self._object(found)

    def status(self) -> bool:
        """Judge what a server said of its revocation status, once all of it is there; False to refuse it."""
        found = self._status_objection()
        return found is None or self._object(refusal(found, self._setup.role)) == _OK

    def _object(self, verdict: ChainVerdict) -> int:
        self._bad = self._bad or verdict
        return verdict.number if self._setup.check is Check.STRICT else _OK

    def _chain_verdict(self) -> ChainVerdict | None:
        setup, chain = self._setup, self._journal.peer_chain()
        if not chain:
            found: Objection | None = error("certificate.message", "the Certificate message cannot be read")
        else:
            found = path_objection(setup, chain) or form_objection(setup, chain)
        if found is not None:
            return refusal(found, setup.role)
        return self._early_status()

    def _early_status(self) -> ChainVerdict | None:
        """What can be said of the status while certificates are judged.

        A client's callback for the status knows one alert; that of a revoked certificate must be sent from here,
        which TLS 1.2 comes by before it has the status.
        """
        client = self._setup.role is TlsRole.CLIENT
        found = self._status_objection() if self._journal.speaks13 or not client else None
        verdict = refusal(found, self._setup.role) if found else None
        return None if verdict is None or (client and verdict.number != _REVOKED) else verdict

    def _status_objection(self) -> Objection | None:
        if self._setup.revocation is Revocation.NONE:
            return None
        return status_objection(self._setup, self._journal.peer_chain(), self._journal.staples())

    def _tolerates(self, certificate: Callable[[], bytes]) -> bool:
        """Whether nothing but what the 2022 edition marks critical is critical."""
        if self._setup.profile.edition is not Edition.ED2022:
            return False
        extensions = x509.load_der_x509_certificate(certificate()).extensions
        return all(found.oid in _UNDERSTOOD for found in extensions if found.critical)
