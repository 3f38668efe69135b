"""One recipe and two keys made into one DER certificate."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x448
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from msgspec import Struct

from harness.pki.credentials import SigningKey
from harness.pki.recipe import CertificateRecipe, KeyKind, KeyUse, Subject

UNKNOWN_EXTENSION = x509.ObjectIdentifier("2.25.329800735698586629295641978511506172918")
"""An identifier made from a UUID, which nobody else can have given a meaning."""


SECOND_KEY = x509.ObjectIdentifier("2.5.29.72")
"""The extension subjectAltPublicKeyInfo, in which a provisioning certificate has its key on X448 [V2G20-2534]."""


class Signer(Struct, frozen=True):
    """Who signs: the recipe that tells its name, and its key."""

    recipe: CertificateRecipe
    key: SigningKey
    hand: SigningKey | None = None
    """A key that signs in the place of its own."""


def new_key(kind: KeyKind) -> SigningKey:
    """A fresh key pair."""
    match kind:
        case KeyKind.P521:
            return ec.generate_private_key(ec.SECP521R1())
        case KeyKind.P256:
            return ec.generate_private_key(ec.SECP256R1())
        case KeyKind.P384:
            return ec.generate_private_key(ec.SECP384R1())
        case KeyKind.K256:
            return ec.generate_private_key(ec.SECP256K1())
        case KeyKind.BRAINPOOL:
            return ec.generate_private_key(ec.BrainpoolP512R1())
        case KeyKind.ED448:
            # The last octet is zero, so that 56 octets hold the key: a contract key of 57 octets fits no message.
            return ed448.Ed448PrivateKey.from_private_bytes(os.urandom(56) + b"\0")
        case KeyKind.RSA2048:
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        case KeyKind.RSA1024:
            return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the flaw itself


def issue(
    recipe: CertificateRecipe,
    key: SigningKey,
    signer: Signer,
    *,
    at: float,
    serial: int,
    agreement: x448.X448PublicKey | None = None,
) -> bytes:
    """Make a certificate.

    Args:
        recipe: what it says.
        key: the key pair that it certifies.
        signer: who signs it; itself for a root.
        at: Unix time that the recipe's dates count from.
        serial: serial number, positive and below 2**159.
        agreement: a second key that it certifies, for agreeing on secrets.

    Returns:
        DER.
    """
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(recipe.subject))
        .issuer_name(_name(signer.recipe.subject))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_moment(at + recipe.valid_from))
        .not_valid_after(_moment(at + recipe.valid_until))
    )
    for extension, critical in _extensions(recipe, key, signer):
        builder = builder.add_extension(extension, critical=critical)
    if agreement is not None:
        info = agreement.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        builder = builder.add_extension(x509.UnrecognizedExtension(SECOND_KEY, info), critical=False)
    hand = signer.hand or signer.key
    return builder.sign(hand, hash_of(hand)).public_bytes(Encoding.DER)


def key_identifier(key: SigningKey, *, short: bool) -> bytes:
    """Subject key identifier: RFC 5280, 4.2.1.2, method 2 (8 bytes) if `short`, else method 1 (20 bytes)."""
    digest = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
    return bytes([0x40 | digest[-8] & 0x0F]) + digest[-7:] if short else digest


def _extensions(recipe: CertificateRecipe, key: SigningKey, signer: Signer) -> list[tuple[x509.ExtensionType, bool]]:
    pointers = recipe.critical_pointers
    own = key_identifier(key, short=recipe.short_identifier)
    above = key_identifier(signer.key, short=signer.recipe.short_identifier)
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=recipe.authority, path_length=recipe.path_length), True),
        (_key_usage(recipe.uses), True),
        (x509.SubjectKeyIdentifier(recipe.own_identifier or own), pointers),
    ]
    if signer.recipe is not recipe:
        found.append((x509.AuthorityKeyIdentifier(recipe.issuer_identifier or above, None, None), pointers))
    if recipe.extended_uses:
        uses = [x509.ObjectIdentifier(use) for use in recipe.extended_uses]
        found.append((x509.ExtendedKeyUsage(uses), True))
    if recipe.ocsp:
        address = x509.UniformResourceIdentifier(recipe.ocsp)
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, address)
        found.append((x509.AuthorityInformationAccess([access]), pointers))
    if recipe.crl:
        place = x509.DistributionPoint([x509.UniformResourceIdentifier(recipe.crl)], None, None, None)
        found.append((x509.CRLDistributionPoints([place]), pointers))
    if recipe.unknown_extension:
        found.append((x509.UnrecognizedExtension(UNKNOWN_EXTENSION, b"\x05\x00"), True))
    more = recipe.more_extensions
    found += [(x509.UnrecognizedExtension(x509.ObjectIdentifier(one.oid), one.value), one.critical) for one in more]
    return _bent(recipe, found)


def _bent(
    recipe: CertificateRecipe, usual: list[tuple[x509.ExtensionType, bool]]
) -> list[tuple[x509.ExtensionType, bool]]:
    """The extensions without those left out, and marked as the recipe has it."""
    marks = dict(recipe.criticality)
    kept = [(one, critical) for one, critical in usual if one.oid.dotted_string not in recipe.without]
    return [(one, marks.get(one.oid.dotted_string, critical)) for one, critical in kept]


def _key_usage(uses: tuple[KeyUse, ...]) -> x509.KeyUsage:
    bits: dict[str, Any] = {use.value: use in uses for use in KeyUse}
    return x509.KeyUsage(**bits, encipher_only=False, decipher_only=False)


def _name(subject: Subject) -> x509.Name:
    """Country first, as RFC 5280 lists the parts; the domain component outermost."""
    parts = (
        (NameOID.DOMAIN_COMPONENT, subject.domain),
        (NameOID.COUNTRY_NAME, subject.country),
        (NameOID.ORGANIZATION_NAME, subject.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, subject.unit),
        (NameOID.COMMON_NAME, subject.common_name),
        (NameOID.COMMON_NAME, subject.second_name),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), tz=UTC)


def hash_of(key: SigningKey) -> hashes.SHA256 | hashes.SHA512 | None:
    """The hash of signatures by a key; None where the algorithm has its own."""
    if isinstance(key, ed448.Ed448PrivateKey):
        return None
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size > 256:
        return hashes.SHA512()
    return hashes.SHA256()
