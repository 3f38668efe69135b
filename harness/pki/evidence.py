"""What OCSP responses and revocation lists are worth: who signed them, when they hold, what they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import new as new_hash

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID
from msgspec import Struct

from harness.pki.objection import Objection, error
from harness.pki.ocsp import WEEK, key_hash, serial_of
from harness.pki.path import issued_by

MOST_RESPONSE_BYTES, MOST_LIST_BYTES = 65_536, 4_194_304
_MOST_SIGNERS = 8
_CLOCKS_APART = timedelta(minutes=5)
"""How far a responder's clock may be ahead; the standards name no figure."""

_LIST_EXTENSIONS = {ExtensionOID.CRL_NUMBER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER}


class Certified(Struct, frozen=True):
    """A certificate, and who may speak for it."""

    certificate: x509.Certificate
    issuer: x509.Certificate
    root: tuple[x509.Certificate, ...]
    """The roots of its tree, who may delegate a responder for all of it (ISO 15118-20, H.1)."""


class Unusable(Struct, frozen=True):
    """Bytes that say nothing about anybody."""

    code: str
    text: str

    def objection(self, depth: int) -> Objection:
        """Why they do not help the certificate whose place they stand in."""
        return error(self.code, self.text, "V2G20-2416", "V2G20-2439", depth=depth)


class Response(Struct, frozen=True):
    """An OCSP response that can be read."""

    whole: ocsp.OCSPResponse
    singles: tuple[ocsp.OCSPSingleResponse, ...]
    signers: tuple[x509.Certificate, ...]

    def concerns(self, asked: Certified) -> bool:
        """Whether it has something to say about a certificate."""
        return any(_names(single, asked) for single in self.singles)

    def objections(self, asked: Certified, at: float, depth: int) -> Iterator[Objection]:
        """What keeps it from saying that the certificate is good; an answer counts only if somebody signed who may."""
        objection = self._signer_objection(asked, at, depth)
        if objection is not None:
            yield objection
            return
        single = next(single for single in self.singles if _names(single, asked))
        yield from _window(single.this_update_utc, single.next_update_utc, at, depth)
        until = single.next_update_utc
        if until is None or (until - single.this_update_utc).total_seconds() > WEEK:
            span = f"from {_said(single.this_update_utc)} to {_said(until)}" if until else "without an end"
            yield error("status.too_long", f"the response is valid {span}", "V2G20-1021", depth=depth)
        if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            yield _revoked(single.revocation_time_utc, depth)
        elif single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            yield error("status.unknown", "the responder does not know the certificate", "V2G20-2415", depth=depth)

    def _signer_objection(self, asked: Certified, at: float, depth: int) -> Objection | None:
        signer = next((one for one in (asked.issuer, *self.signers) if self._by(one)), None)
        if signer is None:
            return _signer("the certificate of who signed the response is not in it", depth)
        if signer != asked.issuer and (problem := _delegate_problem(signer, asked, at)):
            return _signer(problem, depth)
        data, signature = self.whole.tbs_response_bytes, self.whole.signature
        if not _verifies(signer, data, signature, self.whole):
            return error("status.signature", "the signature on the response is wrong", "V2G20-2414", depth=depth)
        return None

    def _by(self, candidate: x509.Certificate) -> bool:
        """Whether the response calls this certificate its signer."""
        if self.whole.responder_key_hash is not None:
            return self.whole.responder_key_hash == _hash_of(candidate, "sha1")
        return self.whole.responder_name == candidate.subject


class RevocationList(Struct, frozen=True):
    """A complete revocation list that can be read."""

    whole: x509.CertificateRevocationList

    def concerns(self, asked: Certified) -> bool:
        """Whether it is of the CA that issued a certificate."""
        return self.whole.issuer == asked.certificate.issuer

    def objections(self, asked: Certified, at: float, depth: int) -> Iterator[Objection]:
        """What keeps it from saying that the certificate is good."""
        if not _may(asked.issuer, "crl_sign"):
            yield _signer("the CA may not sign revocation lists", depth)
            return
        if not self._signed_by(asked.issuer):
            text = "the signature on the revocation list is not of the CA that it names"
            yield error("status.signature", text, "V2G20-2457", depth=depth)
            return
        yield from _window(self.whole.last_update_utc, self.whole.next_update_utc, at, depth)
        serial = serial_of(asked.certificate)
        entry = self.whole.get_revoked_certificate_by_serial_number(serial) if serial >= 0 else None
        if entry is not None:
            yield _revoked(entry.revocation_date_utc, depth)

    def _signed_by(self, issuer: x509.Certificate) -> bool:
        public = issuer.public_key()
        if not isinstance(public, _Verifying):
            return False
        try:
            return self.whole.is_signature_valid(public)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return False


Evidence = Response | RevocationList
"""Something that says whether certificates are revoked."""


@lru_cache(maxsize=512)
def read_evidence(data: bytes) -> Evidence | Unusable:
    """An OCSP response or a revocation list from hostile bytes, or why they are of no use."""
    if len(data) > MOST_LIST_BYTES:
        return Unusable("status.unreadable", f"{len(data)} bytes")
    try:
        return _read_response(data) if len(data) <= MOST_RESPONSE_BYTES else _read_list(data)
    except Exception as problem:  # noqa: BLE001 - hostile bytes raise whatever they like; nothing of ours runs here
        unread = problem
    try:
        return _read_list(data)
    except Exception:  # noqa: BLE001 - as above
        return Unusable("status.unreadable", f"no OCSP response and no revocation list: {unread}")


def _read_response(data: bytes) -> Evidence | Unusable:
    whole = ocsp.load_der_ocsp_response(data)
    if whole.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        said = whole.response_status.name.lower().replace("_", " ")
        return Unusable("status.error", f"the responder answered with an error: {said}")
    singles, signers = tuple(whole.responses), tuple(whole.certificates[:_MOST_SIGNERS])
    for single in singles:
        # Read lazily by the library: broken ones raise here.
        _ = single.this_update_utc, single.next_update_utc, single.certificate_status, single.revocation_time_utc
        _ = single.hash_algorithm
    for signer in signers:
        signer.public_key()
        _ = signer.extensions, signer.subject, signer.issuer
    _ = whole.responder_name, whole.extensions, whole.signature_algorithm_oid
    return Response(whole, singles, signers)


def _read_list(data: bytes) -> Evidence | Unusable:
    whole = x509.load_der_x509_crl(data)
    odd = [one.oid.dotted_string for one in whole.extensions if one.critical and one.oid not in _LIST_EXTENSIONS]
    if odd:
        return Unusable("status.unreadable", f"the revocation list has the critical extension {odd[0]}")
    _ = whole.last_update_utc, whole.next_update_utc, whole.issuer, whole.get_revoked_certificate_by_serial_number(1)
    return RevocationList(whole)


def _names(single: ocsp.OCSPSingleResponse, asked: Certified) -> bool:
    """Whether an answer is about this certificate: its serial number, and name and key of its issuer."""
    if single.serial_number != serial_of(asked.certificate):
        return False
    algorithm = single.hash_algorithm.name
    name = new_hash(algorithm, asked.certificate.issuer.public_bytes(), usedforsecurity=False).digest()
    return single.issuer_name_hash == name and single.issuer_key_hash == _hash_of(asked.issuer, algorithm)


def _hash_of(certificate: x509.Certificate, algorithm: str) -> bytes:
    try:
        return key_hash(certificate.public_key(), algorithm)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return b""


def _delegate_problem(signer: x509.Certificate, asked: Certified, at: float) -> str:
    """Why a certificate may not sign for the CA; empty if it may."""
    if not any(issued_by(signer, above) for above in (asked.issuer, *asked.root)):
        return "who signed the response was delegated neither by the certificate's CA nor by the root"
    try:
        uses = list(signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        uses = []
    if ExtendedKeyUsageOID.OCSP_SIGNING not in uses:
        return "who signed the response has no extended key usage OCSPSigning"
    if not _may(signer, "digital_signature"):
        return "the key that signed the response may not make signatures"
    moment = datetime.fromtimestamp(at, tz=UTC)
    if not signer.not_valid_before_utc <= moment <= signer.not_valid_after_utc:
        return "the certificate of who signed the response is not valid now"
    return ""


def _may(certificate: x509.Certificate, use: str) -> bool:
    """Whether KeyUsage allows it; it does where there is none (RFC 5280, 4.2.1.3)."""
    try:
        return bool(getattr(certificate.extensions.get_extension_for_class(x509.KeyUsage).value, use))
    except x509.ExtensionNotFound:
        return True


_Verifying = ec.EllipticCurvePublicKey | ed448.Ed448PublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey


@lru_cache(maxsize=512)
def _verifies(signer: x509.Certificate, data: bytes, signature: bytes, response: ocsp.OCSPResponse) -> bool:
    public = signer.public_key()
    try:
        algorithm = response.signature_hash_algorithm
        if isinstance(public, ed448.Ed448PublicKey | ed25519.Ed25519PublicKey):
            public.verify(signature, data)
        elif isinstance(public, ec.EllipticCurvePublicKey) and algorithm is not None:
            public.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(public, rsa.RSAPublicKey) and algorithm is not None:
            public.verify(signature, data, padding.PKCS1v15(), algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _window(start: datetime, end: datetime | None, at: float, depth: int) -> Iterator[Objection]:
    moment = datetime.fromtimestamp(at, tz=UTC)
    if start > moment + _CLOCKS_APART:
        yield error("status.not_yet", f"it holds only from {_said(start)} on", "V2G20-2415", depth=depth)
    if end is not None and end < moment:
        yield error("status.stale", f"it held until {_said(end)}", "V2G20-2415", "V2G20-1021", depth=depth)


def _revoked(when: datetime | None, depth: int) -> Objection:
    text = f"revoked on {_said(when)}" if when else "revoked"
    return error("status.revoked", f"the certificate was {text}", "V2G20-2415", "V2G20-2438", depth=depth)


def _signer(text: str, depth: int) -> Objection:
    return error("status.signer", text, "V2G20-2413", "V2G20-2394", depth=depth)


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
