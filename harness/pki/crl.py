"""Certificate revocation lists: good ones, and every way in which one can fail to say that a certificate is good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import Encoding

from harness.pki.credentials import SigningKey
from harness.pki.ocsp import serial_of
from harness.pki.recipe import DAY


class ListStatus(StrEnum):
    """What a list says of a certificate, or what is wrong with the list."""

    GOOD = "good"
    """Not on it."""
    REVOKED = "revoked"
    STALE = "stale"
    """nextUpdate is past."""
    EARLY = "early"
    """thisUpdate is still to come."""
    WRONG_SIGNER = "wrong_signer"
    """In the name of the right CA, signed by another key [V2G20-2457]."""
    TAMPERED = "tampered"
    """One bit of the signature is wrong [V2G20-2457]."""
    GARBAGE = "garbage"
    """No list at all."""


_GARBAGE = b"TEST ONLY: this is no revocation list"
_WINDOWS = {ListStatus.STALE: (-32 * DAY, -2 * DAY), ListStatus.EARLY: (DAY, 31 * DAY)}
_USUAL_WINDOW = (-DAY, 29 * DAY)


def revocation_list(
    asked: x509.Certificate,
    key: SigningKey,
    *,
    at: float,
    status: ListStatus = ListStatus.GOOD,
    revoked: Sequence[int] = (),
) -> bytes:
    """Make the revocation list of the CA that issued a certificate.

    Args:
        asked: the certificate in question.
        key: what signs; for a wrong signer it is the caller who brings another one.
        at: Unix time around which the list is valid, as far as it is.
        status: what it says of the certificate, or what is wrong with it.
        revoked: serial numbers that are on it besides.

    Returns:
        DER of a CertificateList, or garbage where that is wanted.
    """
    if status is ListStatus.GARBAGE:
        return _GARBAGE
    start, end = _WINDOWS.get(status, _USUAL_WINDOW)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(asked.issuer)
        .last_update(_moment(at + start))
        .next_update(_moment(at + end))
        .add_extension(x509.CRLNumber(max(1, int(at + start))), critical=False)
    )
    try:
        above = asked.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        builder = builder.add_extension(above, critical=False)
    except x509.ExtensionNotFound:
        pass
    listed = [*revoked, serial_of(asked)] if status is ListStatus.REVOKED else revoked
    for serial in dict.fromkeys(listed):
        builder = builder.add_revoked_certificate(_entry(serial, at + start))
    made = builder.sign(key, _hash(key)).public_bytes(Encoding.DER)
    return made[:-1] + bytes([made[-1] ^ 1]) if status is ListStatus.TAMPERED else made


def _entry(serial: int, at: float) -> x509.RevokedCertificate:
    reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(serial)
        .revocation_date(_moment(at))
        .add_extension(reason, critical=False)
        .build()
    )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), tz=UTC)


def _hash(key: SigningKey) -> hashes.SHA256 | hashes.SHA512 | None:
    if isinstance(key, ed448.Ed448PrivateKey):
        return None
    large = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size > 256
    return hashes.SHA512() if large else hashes.SHA256()
