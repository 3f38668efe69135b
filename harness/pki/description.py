"""What a certificate says, in words for a person: nothing is judged here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from msgspec import Struct

from harness.pki.lint import parse_certificate
from harness.pki.lint_certificate import key_name
from harness.pki.objection import Objection
from harness.pki.ocsp import serial_of

_PARTS = {
    NameOID.COMMON_NAME: "CN",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COUNTRY_NAME: "C",
    NameOID.DOMAIN_COMPONENT: "DC",
    NameOID.SERIAL_NUMBER: "serialNumber",
}
_USES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
_PURPOSES = {
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "2.5.29.37.0": "anyExtendedKeyUsage",
}


class ExtensionFacts(Struct, frozen=True, kw_only=True):
    """One extension in words."""

    name: str
    critical: bool
    text: str


class CertificateFacts(Struct, frozen=True, kw_only=True):
    """One certificate in words; dates are Unix time in seconds."""

    subject: str
    issuer: str
    common_name: str
    serial: str
    """Hexadecimal."""
    valid_from: float
    valid_until: float
    key: str
    """The curve, or `rsa` and its bits."""
    signature: str
    size: int
    """Bytes of DER."""
    sha256: str
    authority: bool
    self_issued: bool
    extensions: tuple[ExtensionFacts, ...]

    @property
    def validity(self) -> str:
        """Both dates, to print."""
        return f"{_day(self.valid_from)} to {_day(self.valid_until)}"


def describe(certificate: bytes) -> CertificateFacts:
    """The facts of a certificate in DER.

    Raises:
        ValueError: it cannot be read; see `harness.pki.lint.parse_certificate` for bytes from strangers.
    """
    parsed = parse_certificate(certificate, 0)
    if isinstance(parsed, Objection):
        raise ValueError(parsed.text)  # noqa: TRY004 - what a stranger wrote is no matter of our types
    extensions = tuple(_extension(extension) for extension in parsed.extensions)
    names = parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    constraints = next((one.value for one in parsed.extensions if isinstance(one.value, x509.BasicConstraints)), None)
    return CertificateFacts(
        subject=name_text(parsed.subject),
        issuer=name_text(parsed.issuer),
        common_name=str(names[0].value) if names else "(no common name)",
        serial=f"{serial_of(parsed):x}",
        valid_from=parsed.not_valid_before_utc.timestamp(),
        valid_until=parsed.not_valid_after_utc.timestamp(),
        key=key_name(parsed),
        signature=parsed.signature_algorithm_oid._name,
        size=len(certificate),
        sha256=hashes_of(certificate),
        authority=constraints is not None and constraints.ca,
        self_issued=parsed.subject == parsed.issuer,
        extensions=extensions,
    )


def hashes_of(certificate: bytes) -> str:
    """SHA-256 of the DER, in pairs of digits: what a report names a certificate by."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(certificate)
    return digest.finalize().hex(":").upper()


def name_text(name: x509.Name) -> str:
    """A distinguished name on one line, in the order in which it is written."""
    parts = (f"{_PARTS.get(one.oid, one.oid.dotted_string)}={one.value!s}" for one in name)
    return ", ".join(parts) or "(no name)"


def _extension(extension: x509.Extension[x509.ExtensionType]) -> ExtensionFacts:
    value: Any = extension.value
    teller = next((tell for kind, tell in _TELLERS if isinstance(value, kind)), None)
    name = extension.oid._name if extension.oid._name != "Unknown OID" else extension.oid.dotted_string
    return ExtensionFacts(name=name, critical=extension.critical, text=teller(value) if teller else _octets(value))


def _constraints(value: x509.BasicConstraints) -> str:
    if not value.ca:
        return "no CA"
    return "CA" if value.path_length is None else f"CA, at most {value.path_length} CAs below"


def _usage(value: x509.KeyUsage) -> str:
    return ", ".join(word for name, word in _USES.items() if getattr(value, name)) or "nothing"


def _purposes(value: x509.ExtendedKeyUsage) -> str:
    return ", ".join(_PURPOSES.get(use.dotted_string, use.dotted_string) for use in value)


def _access(value: x509.AuthorityInformationAccess | x509.SubjectInformationAccess) -> str:
    def words() -> Iterator[str]:
        for one in value:
            yield f"{one.access_method._name} {one.access_location.value}"

    return "; ".join(words())


def _lists(value: x509.CRLDistributionPoints) -> str:
    return "; ".join(str(name.value) for point in value for name in point.full_name or ())


def _names(value: x509.SubjectAlternativeName) -> str:
    return ", ".join(str(name.value) for name in value)


def _octets(value: Any) -> str:
    data = value.value if isinstance(value, x509.UnrecognizedExtension) else value.public_bytes()
    return f"{len(data)} bytes: {data[:24].hex()}{'...' if len(data) > 24 else ''}"


_TELLERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (x509.BasicConstraints, _constraints),
    (x509.KeyUsage, _usage),
    (x509.ExtendedKeyUsage, _purposes),
    (x509.SubjectKeyIdentifier, lambda value: value.digest.hex()),
    (x509.AuthorityKeyIdentifier, lambda value: (value.key_identifier or b"").hex() or "by name"),
    (x509.AuthorityInformationAccess, _access),
    (x509.SubjectInformationAccess, _access),
    (x509.CRLDistributionPoints, _lists),
    (x509.SubjectAlternativeName, _names),
)


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%d}"
