"""Rules for any certificate of a chain: key, signature, and what it may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtensionOID, SignatureAlgorithmOID

from harness.pki.lint_annex_b import IDENTIFIERS, annex_b_objections
from harness.pki.objection import Objection, error, notice
from harness.pki.recipe import KeyKind
from harness.pki.rules import ChainRules

__all__ = ["IDENTIFIERS", "certificate_objections", "constraints_of", "key_name", "key_objections", "value_of"]

_SIGNATURES = {
    KeyKind.P521: SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    KeyKind.P256: SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    KeyKind.ED448: SignatureAlgorithmOID.ED448,
}

_UNKNOWN = "an unknown algorithm"
_UNFIT_HASHES = {"md5", "sha1", _UNKNOWN}

Value = TypeVar("Value", bound=x509.ExtensionType)


def certificate_objections(certificate: x509.Certificate, depth: int, rules: ChainRules) -> Iterator[Objection]:
    """What is wrong with one certificate, whatever its place in the chain."""
    yield from key_objections(certificate, depth, rules)
    yield from _criticality(certificate, depth, rules)
    if depth:
        yield from _authority(certificate, depth, rules)
    elif (constraints := constraints_of(certificate)) is not None and constraints.ca:
        yield error("leaf.authority", "the leaf calls itself a CA")
    if rules.iso20:
        yield from annex_b_objections(certificate, depth, rules)


def key_name(certificate: x509.Certificate) -> str:
    """Name of the certified key: its curve, or `rsa` and its bits."""
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa{key.key_size}"
    names = {ed448.Ed448PublicKey: "ed448", ed25519.Ed25519PublicKey: "ed25519"}
    return next((name for kind, name in names.items() if isinstance(key, kind)), type(key).__name__)


def value_of(certificate: x509.Certificate, kind: type[Value]) -> Value | None:
    """The value of an extension of a kind, None where there is none."""
    return next((one.value for one in certificate.extensions if isinstance(one.value, kind)), None)


def constraints_of(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    """BasicConstraints, if there are any."""
    return value_of(certificate, x509.BasicConstraints)


def key_objections(certificate: x509.Certificate, depth: int, rules: ChainRules) -> Iterator[Objection]:
    """What is wrong with the kind of key that is certified, and with the kind of signature."""
    name = key_name(certificate)
    if rules.key_kinds and name not in rules.key_kinds:
        wanted = " or ".join(rules.key_kinds)
        yield error("certificate.key", f"key {name} where {wanted} is due", *rules.key_cites, depth=depth)
    elif not rules.key_kinds and _is_weak(certificate):
        text = f"key {name} has less than 112 bits of security"
        yield error("certificate.key_strength", text, "A00.FR.501", depth=depth)
    allowed = {_SIGNATURES[kind] for kind in rules.key_kinds if kind in _SIGNATURES}
    used = certificate.signature_algorithm_oid
    if allowed and used not in allowed:
        text = f"signed with {_signature_name(used)}"
        yield error("certificate.signature", text, *rules.key_cites, depth=depth)
    elif not allowed and _hash_name(certificate) in _UNFIT_HASHES:
        yield error("certificate.signature", f"signed with {_hash_name(certificate)}", depth=depth)


def _criticality(certificate: x509.Certificate, depth: int, rules: ChainRules) -> Iterator[Objection]:
    """OCPP leaves it to RFC 5280, which insists on it for the constraints of a CA alone."""
    for extension in certificate.extensions:
        if extension.critical:
            continue
        if extension.oid == ExtensionOID.BASIC_CONSTRAINTS and (depth or rules.constraints_due):
            yield error("certificate.not_critical", "BasicConstraints is not critical", depth=depth)
        elif extension.oid == ExtensionOID.KEY_USAGE:
            make = error if rules.constraints_due else notice
            yield make("certificate.not_critical", "KeyUsage is not critical", depth=depth)


def _authority(certificate: x509.Certificate, depth: int, rules: ChainRules) -> Iterator[Objection]:
    constraints = constraints_of(certificate)
    usage = value_of(certificate, x509.KeyUsage)
    if constraints is None or not constraints.ca:
        yield error("certificate.no_authority", "issued a certificate and is no CA", depth=depth)
    if usage is None:
        make = error if rules.constraints_due else notice
        yield make("certificate.no_key_usage", "issued a certificate and has no KeyUsage", depth=depth)
    elif not usage.key_cert_sign:
        yield error("certificate.no_cert_sign", "issued a certificate without keyCertSign", depth=depth)


def _is_weak(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size < 2048
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < 224


def _hash_name(certificate: x509.Certificate) -> str:
    try:
        found = certificate.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        return _UNKNOWN
    return found.name if found is not None else ""


def _signature_name(oid: x509.ObjectIdentifier) -> str:
    return f"{oid._name} ({oid.dotted_string})"
