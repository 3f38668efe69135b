"""Rules for any certificate of a chain: size, key, signature, constraints, extensions."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtensionOID, SignatureAlgorithmOID

from harness.pki.issue import SECOND_KEY
from harness.pki.objection import Objection, error, notice
from harness.pki.recipe import Edition, KeyKind
from harness.pki.rules import ChainRules

_SIGNATURES = {
    KeyKind.P521: SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    KeyKind.P256: SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    KeyKind.ED448: SignatureAlgorithmOID.ED448,
}

_WEAK_HASHES = {"md5", "sha1"}

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


def certificate_objections(
    certificate: x509.Certificate, size: int, depth: int, rules: ChainRules
) -> Iterator[Objection]:
    """What is wrong with one certificate, whatever its place in the chain."""
    if rules.most_bytes and size > rules.most_bytes:
        text = f"{size} bytes where {rules.most_bytes} are allowed"
        yield error("certificate.size", text, *rules.size_cites, depth=depth)
    yield from _algorithms(certificate, depth, rules)
    yield from _constraints(certificate, depth)
    if rules.iso20:
        yield from _annex_b(certificate, depth, rules)


def key_name(certificate: x509.Certificate) -> str:
    """Name of the certified key: its curve, or `rsa` and its bits."""
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa{key.key_size}"
    names = {ed448.Ed448PublicKey: "ed448", ed25519.Ed25519PublicKey: "ed25519"}
    return next((name for kind, name in names.items() if isinstance(key, kind)), type(key).__name__)


def _algorithms(certificate: x509.Certificate, depth: int, rules: ChainRules) -> Iterator[Objection]:
    name = key_name(certificate)
    if rules.key_kinds and name not in rules.key_kinds:
        wanted = " or ".join(rules.key_kinds)
        yield error("certificate.key", f"key {name} where {wanted} is due", *rules.key_cites, depth=depth)
    elif not rules.key_kinds and _is_weak(certificate):
        yield error("certificate.key_strength", f"key {name} has less than 112 bits of security", depth=depth)
    allowed = {_SIGNATURES[kind] for kind in rules.key_kinds if kind in _SIGNATURES}
    used = certificate.signature_algorithm_oid
    if allowed and used not in allowed:
        text = f"signed with {_signature_name(used)}"
        yield error("certificate.signature", text, *rules.key_cites, depth=depth)
    elif not allowed and _hash_name(certificate) in _WEAK_HASHES:
        yield error("certificate.signature", f"signed with {_hash_name(certificate)}", depth=depth)


def _constraints(certificate: x509.Certificate, depth: int) -> Iterator[Objection]:
    constraints = _extension(certificate, ExtensionOID.BASIC_CONSTRAINTS)
    usage = _extension(certificate, ExtensionOID.KEY_USAGE)
    for name, found in (("BasicConstraints", constraints), ("KeyUsage", usage)):
        if found is not None and not found.critical:
            yield error("certificate.not_critical", f"{name} is not critical", depth=depth)
    authority = (
        constraints is not None and isinstance(constraints.value, x509.BasicConstraints) and constraints.value.ca
    )
    if depth and not authority:
        yield error("certificate.no_authority", "issued a certificate and is no CA", depth=depth)
    if depth and usage is not None and isinstance(usage.value, x509.KeyUsage) and not usage.value.key_cert_sign:
        yield error("certificate.no_cert_sign", "issued a certificate without keyCertSign", depth=depth)
    if not depth and authority:
        yield error("leaf.authority", "the leaf calls itself a CA")


def _annex_b(certificate: x509.Certificate, depth: int, rules: ChainRules) -> Iterator[Objection]:
    kinds = {extension.oid for extension in certificate.extensions}
    for extension in certificate.extensions:
        if extension.oid not in _ANNEX_B:
            text = f"extension {extension.oid.dotted_string} is not in Annex B"
            yield notice("certificate.extension", text, "V2G20-2323", depth=depth)
        literal = rules.edition is Edition.ED2022
        if extension.oid in IDENTIFIERS and extension.critical is not literal:
            state = "critical" if extension.critical else "not critical"
            text = f"{extension.oid._name} is {state}, unlike in edition {rules.edition}"
            yield notice("certificate.edition", text, depth=depth)
    if depth and ExtensionOID.EXTENDED_KEY_USAGE in kinds:
        yield notice("certificate.extended_use_in_ca", "a CA has ExtendedKeyUsage", depth=depth)
    pointers = {ExtensionOID.AUTHORITY_INFORMATION_ACCESS, ExtensionOID.CRL_DISTRIBUTION_POINTS}
    if not kinds & pointers and certificate.subject != certificate.issuer:
        text = "tells nowhere to ask whether it was revoked"
        yield notice("certificate.no_revocation", text, "V2G20-2599", "V2G20-2600", depth=depth)


def _extension(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> x509.Extension[x509.ExtensionType] | None:
    return next((extension for extension in certificate.extensions if extension.oid == oid), None)


def _is_weak(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size < 2048
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < 224


def _hash_name(certificate: x509.Certificate) -> str:
    try:
        found = certificate.signature_hash_algorithm
    except ValueError:
        return "an unknown algorithm"
    return found.name if found is not None else ""


def _signature_name(oid: x509.ObjectIdentifier) -> str:
    return f"{oid._name} ({oid.dotted_string})"
