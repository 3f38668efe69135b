"""The private key of a contract on its way to the EV: sealed by the provider, opened by the EV (ISO 15118-20).

Whoever issues contracts (party U) and the EV (party V) agree on a secret by ECDH with an ephemeral key on one side and
the key of the OEM provisioning certificate on the other; a concatenation KDF (NIST SP 800-56A) with SHA-512 over the
secret and the other information 01 55 56 gives the AES-256-GCM key. The element is the 12 octets of the IV, the
encrypted number, and the tag of 16 octets; the additional data are the PCID and the contract certificate's subject
key identifier as 16 upper-case hexadecimal characters [V2G20-2492].

Two points are not settled by what is public. A key on Ed448 has 57 octets and the element for X448 leaves 56: keys of
ours end with a zero octet, which is left out here; others are sealed in full, one octet longer than the schema allows.
And the schema gives DHPublicKey 133 octets always, while a public key on X448 has 56, unpadded [V2G20-2495]: we send
56, and read 133 with zeros before or behind as well.
"""

from __future__ import annotations

import os
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, x448
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509.oid import NameOID
from msgspec import Struct

from harness.core.errors import UserError
from harness.messages.iso20.certificates import EcdhCurve
from harness.pki.credentials import Credentials, PrivateKey, SigningKey
from harness.pki.issue import SECOND_KEY
from harness.security.keys import Chance, another_key, key_from, key_name, read_certificate
from harness.security.objection import Objection, invalid

OTHER_INFORMATION = b"\x01\x55\x56"
"""Algorithm id, party U, party V; -2 and -20 alike."""

_IV, _TAG = 12, 16
_P521 = 66
_PUBLIC = 133
_UNUSED_BITS = 0xFE
"""Of the first octet of a number on secp521r1 [V2G20-2678]."""
SIZES = {EcdhCurve.SECP521: _IV + _P521 + _TAG, EcdhCurve.X448: _IV + 56 + _TAG}
"""Octets of the encrypted key: 94 and 84."""

AgreementPublicKey = ec.EllipticCurvePublicKey | x448.X448PublicKey


class KeyFlaw(StrEnum):
    """One thing wrong with a sealed key; everything else is right."""

    WRONG_TAG = "wrong_tag"
    WRONG_ADDITIONAL_DATA = "wrong_additional_data"
    WRONG_POINT = "wrong_point"
    UNUSED_BITS = "unused_bits"
    FOREIGN_KEY = "foreign_key"
    TOO_SHORT = "too_short"


class Sealed(Struct, frozen=True, kw_only=True):
    """A sealed contract key with the ephemeral public key that it takes to open it."""

    curve: EcdhCurve
    dh_public_key: bytes
    encrypted: bytes


def seal(
    contract: Credentials, provisioning: bytes, *, chance: Chance = os.urandom, flaw: KeyFlaw | None = None
) -> Sealed:
    """Encrypt the key of a contract for the car that a provisioning certificate belongs to.

    Args:
        contract: leaf certificate and key of the contract.
        provisioning: DER of the car's OEM provisioning certificate; its key decides on the curve.
        chance: source of the ephemeral key and of the IV.
        flaw: what to do wrong.

    Raises:
        UserError: the two certificates do not go together, or the flaw does not fit the curve.
    """
    recipient = x509.load_der_x509_certificate(provisioning)
    public = agreement_key(recipient)
    if public is None:
        raise UserError(
            "has no key that a contract key could be encrypted for",
            where=f"provisioning certificate {recipient.subject.rfc4514_string()}",
            do="take one with a key on secp521r1, or with a second key on X448",
        )
    key = another_key(contract.key.reveal()) if flaw is KeyFlaw.FOREIGN_KEY else contract.key.reveal()
    curve = EcdhCurve.X448 if isinstance(public, x448.X448PublicKey) else EcdhCurve.SECP521
    plain = _plain(key, curve)
    if flaw is KeyFlaw.UNUSED_BITS:
        if curve is not EcdhCurve.SECP521:
            raise UserError("a key on X448 has no unused bits", do="take a provisioning certificate on secp521r1")
        plain = bytes([plain[0] | _UNUSED_BITS]) + plain[1:]
    dh_public_key, secret = _agree(public, chance)
    additional = additional_data(recipient, x509.load_der_x509_certificate(contract.chain[0]))
    if flaw is KeyFlaw.WRONG_ADDITIONAL_DATA:
        additional = additional[::-1]
    iv = chance(_IV)
    encrypted = iv + AESGCM(_key(secret)).encrypt(iv, plain, additional)
    return _spoilt(Sealed(curve=curve, dh_public_key=dh_public_key, encrypted=encrypted), flaw)


def open_sealed(sealed: Sealed, provisioning: Credentials, contract: bytes) -> PrivateKey | Objection:
    """Decrypt a contract key and check that it belongs to its certificate.

    Args:
        sealed: as received.
        provisioning: the car's OEM provisioning certificate and keys.
        contract: DER of the contract certificate.

    Returns:
        The key, or why there is none; never raises for what the sender did.
    """
    certificate = read_certificate(contract)
    if isinstance(certificate, Objection):
        return certificate
    secret = _secret(sealed, provisioning)
    if isinstance(secret, Objection):
        return secret
    allowed = {SIZES[sealed.curve], SIZES[sealed.curve] + (sealed.curve is EcdhCurve.X448)}
    if len(sealed.encrypted) not in allowed:
        text = f"the encrypted key has {len(sealed.encrypted)} octets where {SIZES[sealed.curve]} are due"
        return invalid("key.length", text, "V2G20-2504")
    iv, rest = sealed.encrypted[:_IV], sealed.encrypted[_IV:]
    additional = additional_data(x509.load_der_x509_certificate(provisioning.chain[0]), certificate)
    try:
        plain = AESGCM(_key(secret)).decrypt(iv, rest, additional)
    except InvalidTag:
        text = "the encrypted key does not verify: another recipient, another certificate, or changed on its way"
        return invalid("key.tag", text, "V2G20-2504", "V2G20-2492")
    return _checked(plain, certificate.public_key())


def agreement_key(certificate: x509.Certificate) -> AgreementPublicKey | None:
    """The key of a provisioning certificate that secrets are agreed with; None if it has none for -20."""
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size == 521:
        return key
    try:
        extension = certificate.extensions.get_extension_for_oid(SECOND_KEY)
        second = load_der_public_key(extension.value.public_bytes())
    except (x509.ExtensionNotFound, ValueError):
        return None
    return second if isinstance(second, x448.X448PublicKey) else None


def additional_data(provisioning: x509.Certificate, contract: x509.Certificate) -> bytes:
    """What the tag covers beside the key: PCID, and the contract's key identifier in hexadecimal [V2G20-2492]."""
    names = provisioning.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    pcid = str(names[0].value) if names else ""
    try:
        identifier = contract.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        identifier = b""
    return (pcid + identifier.hex().upper()).encode()


def _agree(public: AgreementPublicKey, chance: Chance) -> tuple[bytes, bytes]:
    """An ephemeral public key as it is sent, and the secret that it gives."""
    if isinstance(public, x448.X448PublicKey):
        second = x448.X448PrivateKey.from_private_bytes(chance(56))
        return second.public_key().public_bytes_raw(), second.exchange(public)
    ephemeral = key_from(chance, public.curve)
    sent = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return sent, ephemeral.exchange(ec.ECDH(), public)


def _secret(sealed: Sealed, provisioning: Credentials) -> bytes | Objection:
    own = provisioning.key.reveal()
    if sealed.curve is EcdhCurve.X448:
        if provisioning.agreement is None:
            return invalid(
                "key.curve", "the key is encrypted for X448, and the provisioning certificate has no such key"
            )
        try:
            peer = x448.X448PublicKey.from_public_bytes(_unpadded(sealed.dh_public_key))
            return provisioning.agreement.reveal().exchange(peer)
        except ValueError:
            text = f"DHPublicKey ({len(sealed.dh_public_key)} octets) is no key on X448"
            return invalid("key.dh_public_key", text, "V2G20-2495")
    if not isinstance(own, ec.EllipticCurvePrivateKey) or own.curve.key_size != 521:
        return invalid("key.curve", f"the key is encrypted for secp521r1, the provisioning key is {key_name(own)}")
    if sealed.dh_public_key[:1] != b"\x04":
        return invalid("key.dh_public_key", "DHPublicKey does not begin with 04, so it is no full point", "V2G20-2572")
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP521R1(), sealed.dh_public_key)
    except ValueError:
        return invalid("key.dh_public_key", "DHPublicKey is no point on secp521r1", "V2G20-2572")
    return own.exchange(ec.ECDH(), point)


def _unpadded(public: bytes) -> bytes:
    """A key on X448 out of the 133 octets that the schema asks for, if zeros make up for the rest."""
    padding = bytes(_PUBLIC - 56)
    if len(public) == _PUBLIC and public.startswith(padding):
        return public[-56:]
    return public[:56] if len(public) == _PUBLIC and public.endswith(padding) else public


def _key(secret: bytes) -> bytes:
    return ConcatKDFHash(hashes.SHA512(), 32, OTHER_INFORMATION).derive(secret)


def _plain(key: SigningKey, curve: EcdhCurve) -> bytes:
    """The number, highest octet first [V2G20-2498], or the octets of an Ed448 key."""
    if curve is EcdhCurve.SECP521 and isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size == 521:
        return key.private_numbers().private_value.to_bytes(_P521, "big")
    if curve is EcdhCurve.X448 and isinstance(key, ed448.Ed448PrivateKey):
        return key.private_bytes_raw().removesuffix(b"\0")
    raise UserError(
        f"a contract key {key_name(key)} does not go with a provisioning key for {curve}",
        do="take contract and provisioning certificates of the same profile",
    )


def _checked(plain: bytes, certified: object) -> PrivateKey | Objection:
    """The key that was decrypted, if it is the one of the certificate [V2G20-2507]."""
    foreign = invalid("key.foreign", "the decrypted key does not belong to the contract certificate", "V2G20-2507")
    key: SigningKey
    if len(plain) == _P521:
        if plain[0] & _UNUSED_BITS:
            return invalid("key.unused_bits", "the seven leading bits of the key are not zero", "V2G20-2678")
        try:
            key = ec.derive_private_key(int.from_bytes(plain, "big"), ec.SECP521R1())
        except ValueError:
            return foreign
    else:
        key = ed448.Ed448PrivateKey.from_private_bytes(plain.ljust(57, b"\0"))
    return PrivateKey(key) if key.public_key() == certified else foreign


def _spoilt(sealed: Sealed, flaw: KeyFlaw | None) -> Sealed:
    encrypted, public = sealed.encrypted, sealed.dh_public_key
    match flaw:
        case KeyFlaw.WRONG_TAG:
            encrypted = encrypted[:-1] + bytes([encrypted[-1] ^ 1])
        case KeyFlaw.TOO_SHORT:
            encrypted = encrypted[:-1]
        case KeyFlaw.WRONG_POINT:
            # Compressed form on secp521r1; on X448 every 56 octets are a key, so there is one missing.
            public = public[:-1] if sealed.curve is EcdhCurve.X448 else b"\x02" + public[1:]
        case _:
            return sealed
    return Sealed(curve=sealed.curve, dh_public_key=public, encrypted=encrypted)
