"""A CA behind an emulated backend: looks at requests of stations and signs what is in order (A02)."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID
from msgspec import Struct

from harness.endpoints.ocpp_certificates import loaded
from harness.pki.credentials import Credentials, SigningKey
from harness.pki.ocsp import ResponderKey, Status, respond
from harness.pki.recipe import DAY

_LONGEST = 5_500
"""Characters of a request in SignCertificate."""
_RSA, _EC = 2_048, 224
"""Bits of a key that is strong enough (A00.FR.502, A00.FR.503)."""


class Authority(Struct, frozen=True, kw_only=True):
    """One CA, and what its certificates look like."""

    issuer: Credentials
    """Its own certificate, those above it without the root, and its key."""
    template: bytes
    """DER of a certificate whose extensions all others get."""
    validity: float = 90.0 * DAY
    """Seconds that a certificate is valid; it begins an hour early, for clocks that are behind."""

    def sign(self, request: x509.CertificateSigningRequest, at: float, *, flaw: str = "") -> tuple[bytes, ...]:
        """A chain (DER, leaf first) for a request that is in order.

        Args:
            request: as `read_request` gave it.
            at: Unix time.
            flaw: what to do wrong on purpose: `expired`, `early`, `another_name`.
        """
        start, end = at - 3_600, at + self.validity
        if flaw == "expired":
            start, end = at - 2 * DAY, at - DAY
        elif flaw == "early":
            start, end = at + DAY, at + 2 * DAY
        subject = _renamed(request.subject) if flaw == "another_name" else request.subject
        above = loaded(self.issuer.chain[0])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(above.subject)
            .public_key(request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.fromtimestamp(int(start), tz=UTC))
            .not_valid_after(datetime.fromtimestamp(int(min(end, above.not_valid_after_utc.timestamp())), tz=UTC))
        )
        for extension in loaded(self.template).extensions:
            value: x509.ExtensionType = extension.value
            if extension.oid == ExtensionOID.SUBJECT_KEY_IDENTIFIER:
                value = _identifier(request, len(extension.value.digest))
            builder = builder.add_extension(value, critical=extension.critical)
        key = self.issuer.key.reveal()
        return (builder.sign(key, _hash(key)).public_bytes(Encoding.DER), *self.issuer.chain)

    def status(self, certificate: bytes, at: float, status: Status = Status.GOOD) -> bytes:
        """The OCSP response (DER) for one of its certificates; the CA signs it itself."""
        responder = ResponderKey(certificate=b"", key=self.issuer.key, enclosed=False)
        return respond(loaded(certificate), self.issuer.key.reveal(), responder, at=at, status=status)


def read_request(text: str) -> x509.CertificateSigningRequest | str:
    """A request (PEM) that may be signed, or why it may not; never raises for what a station sent."""
    if len(text) > _LONGEST:
        return f"the request has {len(text)} characters, {_LONGEST} are allowed"
    try:
        request = x509.load_pem_x509_csr(text.encode())
        sound, strong = request.is_signature_valid, _strong(request.public_key())
        names = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "what was sent is no request in PEM"
    if not sound:
        return "the request is not signed with its own key"
    if not strong:
        return "the key is too weak"
    return request if names else "the request names nobody"


def common_name_of(request: x509.CertificateSigningRequest) -> str:
    """Whom a request is for."""
    return str(request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _strong(key: object) -> bool:
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= _RSA
    return isinstance(key, ed448.Ed448PublicKey) or (isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= _EC)


def _identifier(request: x509.CertificateSigningRequest, size: int) -> x509.SubjectKeyIdentifier:
    """As long as that of the template: RFC 5280, 4.2.1.2, method 1, or method 2 of 64 bits."""
    digest = x509.SubjectKeyIdentifier.from_public_key(request.public_key()).digest
    short = bytes([0x40 | digest[-8] & 0x0F]) + digest[-7:]
    return x509.SubjectKeyIdentifier(short if size == len(short) else digest)


def _renamed(name: x509.Name) -> x509.Name:
    other = (
        x509.NameAttribute(each.oid, "SOMEBODY-ELSE") if each.oid == NameOID.COMMON_NAME else each for each in name
    )
    return x509.Name(other)


def _hash(key: SigningKey) -> hashes.SHA256 | hashes.SHA512 | None:
    if isinstance(key, ed448.Ed448PrivateKey):
        return None
    large = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size > 256
    return hashes.SHA512() if large else hashes.SHA256()
