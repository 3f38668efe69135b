"""Our judgement of the peer's chain while the handshake runs: OpenSSL's, and the profile's on top of it."""

from __future__ import annotations

from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from harness.pki.lint import first_error, lint_chain
from harness.pki.lint_certificate import IDENTIFIERS
from harness.pki.objection import Objection
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.rules import rules_for
from harness.transports.tls.adapter import error_text
from harness.transports.tls.journal import Journal
from harness.transports.tls.profile import TlsProfile
from harness.transports.tls.report import ChainVerdict, Check, TlsRole

_OK = 0
_INVALID_PURPOSE = 26
_CERTIFICATE_REJECTED = 28
_UNHANDLED_CRITICAL = 34
_UNDERSTOOD = IDENTIFIERS | {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
}

_PURPOSE_RULES = {"leaf.key_usage", "leaf.extended_use", "leaf.authority"}
"""Refused as an unsupported certificate; all else is a bad one."""


class ChainJudge:
    """Called by OpenSSL for each certificate, the leaf last; the first error found is the verdict."""

    def __init__(self, role: TlsRole, profile: TlsProfile, check: Check, journal: Journal) -> None:
        self._role, self._profile, self._check = role, profile, check
        self._journal = journal
        self._bad: ChainVerdict | None = None
        self._called = False

    @property
    def verdict(self) -> ChainVerdict | None:
        """What came of it; None if the peer sent no chain."""
        return self._bad or (ChainVerdict(good=True) if self._called else None)

    def __call__(self, number: int, depth: int, certificate: bytes) -> int:
        """Judge one certificate; answers with the error to refuse it for, 0 to go on."""
        self._called = True
        if number == _UNHANDLED_CRITICAL and self._understands(certificate):
            number = _OK
        if openssl_code(number) in self._profile.tolerates:
            number = _OK
        if number != _OK:
            return self._object(ChainVerdict(good=False, number=number, depth=depth, text=error_text(number)))
        objection = self._profile_objection() if depth == 0 else None
        if objection is None:
            return _OK
        purpose = objection.code in _PURPOSE_RULES
        return self._object(
            ChainVerdict(
                good=False,
                number=_INVALID_PURPOSE if purpose else _CERTIFICATE_REJECTED,
                depth=objection.depth,
                text=objection.text,
                rule=objection.code,
            )
        )

    def _object(self, verdict: ChainVerdict) -> int:
        self._bad = self._bad or verdict
        return verdict.number if self._check is Check.STRICT else _OK

    def _profile_objection(self) -> Objection | None:
        profile = self._profile
        if profile.chain_profile is None:
            return None
        kind = profile.peer_kind(server=self._role is TlsRole.SERVER)
        chain = self._journal.peer_chain(tls13=True) or self._journal.peer_chain(tls13=False)
        found = _objections(tuple(chain), kind, profile.chain_profile, profile.edition)
        return first_error([one for one in found if one.code not in profile.tolerates])

    def _understands(self, certificate: bytes) -> bool:
        """Whether nothing but what the 2022 edition marks critical is critical."""
        if self._profile.edition is not Edition.ED2022:
            return False
        extensions = x509.load_der_x509_certificate(certificate).extensions
        return all(found.oid in _UNDERSTOOD for found in extensions if found.critical)


def openssl_code(number: int) -> str:
    """What an error of OpenSSL is called where objections have codes."""
    return f"openssl.{number}"


@lru_cache(maxsize=256)
def _objections(chain: tuple[bytes, ...], kind: ChainKind, profile: Profile, edition: Edition) -> tuple[Objection, ...]:
    """What the profile has against a chain; the same few chains come again and again in a run."""
    return lint_chain(chain, rules_for(kind, profile, edition))
