"""Rules for the extensions of a certificate of ISO 15118-20, Annex B, in either edition."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from harness.pki.issue import SECOND_KEY
from harness.pki.objection import Objection, Severity, error, notice
from harness.pki.recipe import Edition
from harness.pki.rules import ChainRules, Pointer

_ANNEX_B = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    ExtensionOID.SUBJECT_INFORMATION_ACCESS,
    ExtensionOID.CRL_DISTRIBUTION_POINTS,
    ExtensionOID.CERTIFICATE_POLICIES,
    SECOND_KEY,
}

IDENTIFIERS = {
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    ExtensionOID.CRL_DISTRIBUTION_POINTS,
}
"""Critical in the 2022 edition of ISO 15118-20, not critical (or open) in AMD 1."""


def annex_b_objections(certificate: x509.Certificate, depth: int, rules: ChainRules) -> Iterator[Objection]:
    """Which extensions are there and should not be, or are missing, or are marked as in the other edition."""
    yield from _present(certificate, depth, rules)
    yield from _identifiers(certificate, depth)
    pointed = _pointers(certificate)
    if rules.pointer is not Pointer.NONE and certificate.subject != certificate.issuer:
        if not pointed:
            text = "tells nowhere to ask whether it was revoked"
            cited = rules.pointer_cites_in_ca if depth else rules.pointer_cites
            make = error if cited else notice
            yield make("certificate.no_revocation", text, *cited, depth=depth)
        elif rules.pointer is Pointer.OCSP and Pointer.OCSP not in pointed:
            text = "names a revocation list and no OCSP responder"
            yield notice("certificate.no_responder", text, depth=depth)


def _present(certificate: x509.Certificate, depth: int, rules: ChainRules) -> Iterator[Objection]:
    literal = rules.edition is Edition.ED2022
    for extension in certificate.extensions:
        if extension.oid not in _ANNEX_B:
            text = f"extension {extension.oid.dotted_string} is not in Annex B"
            yield notice("certificate.extension", text, "V2G20-2323", depth=depth)
        if extension.oid in IDENTIFIERS and extension.critical is not literal:
            state = "critical" if extension.critical else "not critical"
            text = f"{extension.oid._name} is {state}, unlike in edition {rules.edition}"
            yield notice("certificate.edition", text, depth=depth)
        if depth and extension.oid == ExtensionOID.EXTENDED_KEY_USAGE and rules.extended_use_in_ca:
            make = error if rules.extended_use_in_ca is Severity.ERROR else notice
            yield make("certificate.extended_use_in_ca", "a CA has ExtendedKeyUsage", depth=depth)


def _identifiers(certificate: x509.Certificate, depth: int) -> Iterator[Objection]:
    own = _find(certificate, ExtensionOID.SUBJECT_KEY_IDENTIFIER)
    above = _find(certificate, ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
    if own is None:
        text = "has no key identifier, which encrypted contracts refer to"
        yield notice("certificate.no_key_identifier", text, "V2G20-2492", depth=depth)
    elif isinstance(own.value, x509.SubjectKeyIdentifier):
        yield from _method(certificate, own.value.digest, depth)
    if above is None:
        if certificate.subject != certificate.issuer:
            text = "does not name the key of its issuer"
            yield notice("certificate.no_authority_identifier", text, depth=depth)
    elif isinstance(above.value, x509.AuthorityKeyIdentifier) and above.value.authority_cert_issuer:
        text = "names its issuer's issuer and serial number, which AMD 1 does not allow"
        yield notice("certificate.authority_issuer", text, depth=depth)


def _method(certificate: x509.Certificate, identifier: bytes, depth: int) -> Iterator[Objection]:
    """RFC 5280, 4.2.1.2: the hash of the key, whole (method 1) or its last 60 bits behind 0100 (method 2)."""
    whole = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    short = bytes([0x40 | whole[-8] & 0x0F]) + whole[-7:]
    if identifier == whole:
        text = "the key identifier is of method 1, which the 2022 edition does not know and messages have no room for"
        yield notice("certificate.key_identifier_method", text, "V2G20-2492", depth=depth)
    elif identifier != short:
        text = "the key identifier is not made from the key"
        yield error("certificate.key_identifier", text, "V2G20-2492", depth=depth)


def _pointers(certificate: x509.Certificate) -> set[Pointer]:
    found: set[Pointer] = set()
    for extension in certificate.extensions:
        value = extension.value
        if isinstance(value, x509.CRLDistributionPoints):
            found.add(Pointer.ANY)
        elif isinstance(value, x509.AuthorityInformationAccess):
            methods = {one.access_method for one in value}
            if AuthorityInformationAccessOID.OCSP in methods:
                found.add(Pointer.OCSP)
    return found


def _find(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> x509.Extension[x509.ExtensionType] | None:
    return next((extension for extension in certificate.extensions if extension.oid == oid), None)
