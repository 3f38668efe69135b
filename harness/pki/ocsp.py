"""OCSP responses: good ones, and every way in which one can fail to say that a certificate is good (RFC 6960)."""

from __future__ import annotations

import hashlib
import warnings
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning
from msgspec import Struct

from harness.pki.credentials import PrivateKey, SigningKey
from harness.pki.der import ENUMERATED, OCTET_STRING, SEQUENCE, element, integer, moment, signed
from harness.pki.recipe import DAY

WEEK = 7 * DAY
"""Seconds that a response may be valid for at most [V2G20-1021]."""

_HOUR = 3_600
_BASIC = bytes.fromhex("06092b0601050507300101")
_HASHES = {
    "sha1": bytes.fromhex("06052b0e03021a"),
    "sha256": bytes.fromhex("0609608648016503040201"),
    "sha384": bytes.fromhex("0609608648016503040202"),
    "sha512": bytes.fromhex("0609608648016503040203"),
}
HASHES = frozenset(_HASHES)
"""How a response may name a certificate."""
USUAL_HASH = "sha256"
_SUCCESSFUL, _TRY_LATER = 0, 3
_KEY_COMPROMISE = 1


class Status(StrEnum):
    """What a response says of a certificate, or what is wrong with the response."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    STALE = "stale"
    """nextUpdate is past."""
    EARLY = "early"
    """thisUpdate is still to come."""
    TOO_LONG = "too_long"
    """Valid for more than a week [V2G20-1021]."""
    UNSIGNED_ERROR = "unsigned_error"
    """An error in the place of a response: try later."""
    WRONG_SIGNER = "wrong_signer"
    """Signed by a responder whom nobody above the certificate delegated."""
    SIGNER_WITHOUT_EKU = "signer_without_eku"
    """Signed by a certificate of the right CA that is not meant for it."""
    TAMPERED = "tampered"
    """One bit of the signature is wrong."""
    OTHER_CERTIFICATE = "other_certificate"
    """About another serial number."""
    GARBAGE = "garbage"
    """No OCSP response at all."""

    @property
    def description(self) -> str:
        """What is the matter, for a report."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    Status.GOOD: "the response says that the certificate is good",
    Status.REVOKED: "the response says that the certificate was revoked",
    Status.UNKNOWN: "the responder does not know the certificate",
    Status.STALE: "the response ran out two days ago",
    Status.EARLY: "the response becomes valid tomorrow",
    Status.TOO_LONG: "the response is valid for thirty days",
    Status.UNSIGNED_ERROR: "the responder asks to try later",
    Status.WRONG_SIGNER: "the response is signed by a responder of another hierarchy",
    Status.SIGNER_WITHOUT_EKU: "the response is signed by a certificate that is not meant for it",
    Status.TAMPERED: "one bit of the signature on the response is wrong",
    Status.OTHER_CERTIFICATE: "the response is about another certificate",
    Status.GARBAGE: "what was given is no OCSP response",
}

_GARBAGE = b"TEST ONLY: this is no OCSP response"
_WINDOWS = {
    Status.STALE: (-8 * DAY, -2 * DAY),
    Status.EARLY: (DAY, 3 * DAY),
    Status.TOO_LONG: (-DAY, 29 * DAY),
}
_USUAL_WINDOW = (-DAY, 5 * DAY)


class Delegation(StrEnum):
    """Who signs for a CA."""

    ISSUER = "issuer"
    """A responder certified by the CA that issued the certificate in question (RFC 6960, 4.2.2.2)."""
    ROOT = "root"
    """One responder certified by the root, for the whole tree below it (ISO 15118-20, H.1)."""
    ITSELF = "itself"
    """The CA that issued the certificate in question."""


class ResponderKey(Struct, frozen=True, kw_only=True):
    """Who signs a response."""

    certificate: bytes
    """DER."""
    key: PrivateKey
    enclosed: bool = True
    """The certificate travels in the response; a CA that signs for itself leaves it out."""


def respond(
    asked: x509.Certificate,
    issuer: SigningKey,
    responder: ResponderKey,
    *,
    at: float,
    status: Status = Status.GOOD,
    hashed: str = USUAL_HASH,
) -> bytes:
    """Make an OCSP response.

    Args:
        asked: the certificate in question.
        issuer: key of the CA that issued it; its public half names the CA.
        responder: who signs; for a wrong signer it is the caller who brings one.
        at: Unix time around which the response is valid, as far as it is.
        status: what it says, or what is wrong with it.
        hashed: how the certificate is named: sha1, sha256, sha384 or sha512; askers want theirs back.

    Returns:
        DER of an OCSPResponse, or garbage where that is wanted.

    Raises:
        KeyError: another hash.
    """
    if status is Status.GARBAGE:
        return _GARBAGE
    if status is Status.UNSIGNED_ERROR:
        return element(SEQUENCE, element(ENUMERATED, bytes([_TRY_LATER])))
    serial = serial_of(asked) + (status is Status.OTHER_CERTIFICATE)
    name = asked.issuer.public_bytes()
    start, end = _WINDOWS.get(status, _USUAL_WINDOW)
    single = element(
        SEQUENCE,
        _certificate_id(name, issuer, serial, hashed),
        _status(status, at),
        moment(at + start),
        element(0xA0, moment(at + end)),
    )
    data = element(SEQUENCE, _responder_id(responder), moment(at + start), element(SEQUENCE, single))
    algorithm, signature = signed(data, responder.key.reveal())
    if status is Status.TAMPERED:
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    enclosed = element(0xA0, element(SEQUENCE, responder.certificate)) if responder.enclosed else b""
    basic = element(SEQUENCE, data, algorithm, signature, enclosed)
    body = element(0xA0, element(SEQUENCE, _BASIC, element(OCTET_STRING, basic)))
    return element(SEQUENCE, element(ENUMERATED, bytes([_SUCCESSFUL])), body)


def serial_of(certificate: x509.Certificate) -> int:
    """The serial number, also one that no certificate should have, without the library's word on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return certificate.serial_number


def key_hash(public: CertificatePublicKeyTypes, algorithm: str) -> bytes:
    """Hash of a public key as OCSP names it: over the bits of the key alone (RFC 6960, 4.1.1).

    Raises:
        TypeError: a key that no hierarchy of ours knows.
    """
    if isinstance(public, ec.EllipticCurvePublicKey):
        bits = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    elif isinstance(public, ed448.Ed448PublicKey | ed25519.Ed25519PublicKey):
        bits = public.public_bytes_raw()
    elif isinstance(public, rsa.RSAPublicKey):
        bits = public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    else:
        raise TypeError(f"no way to name a key of the kind {type(public).__name__}")
    return hashlib.new(algorithm, bits, usedforsecurity=False).digest()


def _certificate_id(name: bytes, issuer: SigningKey, serial: int, hashed: str) -> bytes:
    algorithm = element(SEQUENCE, _HASHES[hashed], b"\x05\x00")
    of_name = hashlib.new(hashed, name, usedforsecurity=False).digest()
    hashes = (of_name, key_hash(issuer.public_key(), hashed))
    return element(SEQUENCE, algorithm, *(element(OCTET_STRING, value) for value in hashes), integer(serial))


def _status(status: Status, at: float) -> bytes:
    match status:
        case Status.REVOKED:
            reason = element(0xA0, element(ENUMERATED, bytes([_KEY_COMPROMISE])))
            return element(0xA1, moment(at - DAY - _HOUR), reason)
        case Status.UNKNOWN:
            return element(0x82)
        case _:
            return element(0x80)


def _responder_id(responder: ResponderKey) -> bytes:
    """By key: the form that needs no name."""
    return element(0xA2, element(OCTET_STRING, key_hash(responder.key.reveal().public_key(), "sha1")))
