"""Keys, their names and their certificates, as far as signing and sealing both need them."""

from __future__ import annotations

from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448

from harness.core.errors import UserError
from harness.messages.xmldsig import X509IssuerSerial
from harness.pki.credentials import SigningKey
from harness.pki.lint import parse_certificate
from harness.security.objection import Objection, of_chain

Chance = Callable[[int], bytes]
"""A source of that many random octets: the operating system's, or a seeded one for runs that are to be repeated."""


def key_name(key: object) -> str:
    """How to call a key in a sentence: its curve, where it has one."""
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        return key.curve.name
    return type(key).__name__.removesuffix("PrivateKey").removesuffix("PublicKey").lstrip("_").lower()


def key_from(chance: Chance, curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    """A key made of what `chance` gives: 64 bits more than the order has, so that no key is likelier than others."""
    size = (curve.key_size + 7) // 8
    number = int.from_bytes(chance(size + 8), "big")
    return ec.derive_private_key(number % (curve.group_order - 1) + 1, curve)


def another_key(key: SigningKey) -> SigningKey:
    """A key of the same kind that is not `key`, always the same one for the same key.

    Raises:
        UserError: it is an RSA key, which ISO 15118 does not know.
    """
    if isinstance(key, ec.EllipticCurvePrivateKey):
        number = key.private_numbers().private_value
        return ec.derive_private_key(number - 1 if number > 1 else 2, key.curve)
    if isinstance(key, ed448.Ed448PrivateKey):
        raw = key.private_bytes_raw()
        return ed448.Ed448PrivateKey.from_private_bytes(bytes([raw[0] ^ 1]) + raw[1:])
    raise UserError("an RSA key makes no signature of ISO 15118", do="take a secp521r1, Ed448 or secp256r1 key")


def read_certificate(certificate: bytes) -> x509.Certificate | Objection:
    """A certificate (DER), or why it cannot be read; never raises for what a peer sent."""
    parsed = parse_certificate(certificate, 0)
    return parsed if isinstance(parsed, x509.Certificate) else of_chain([parsed])[0]


def issuer_serial(certificate: bytes) -> X509IssuerSerial:
    """How requests name a root certificate (DER): by its issuer (RFC 4514) and serial number."""
    read = x509.load_der_x509_certificate(certificate)
    return X509IssuerSerial(x509_issuer_name=read.issuer.rfc4514_string(), x509_serial_number=read.serial_number)
