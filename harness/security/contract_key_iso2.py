"""The private key of a contract on its way to the EV in ISO 15118-2: ECDH on secp256r1 and AES-128-CBC.

The KDF is the concatenation KDF with SHA-256 over the secret and the other information 01 55 56, as public
implementations have it; the element is the 16 octets of the IV and the 32 of the number, without padding and without
any proof that it is intact: only a key that does not belong to its certificate tells of an error.
"""

from __future__ import annotations

import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from harness.core.errors import UserError
from harness.pki.credentials import Credentials, PrivateKey
from harness.security.contract_key import OTHER_INFORMATION, KeyFlaw
from harness.security.keys import Chance, another_key, key_from, key_name, read_certificate
from harness.security.objection import Objection, invalid

_IV, _NUMBER = 16, 32
SIZE = _IV + _NUMBER
"""Octets of the encrypted key."""

FLAWS = frozenset({KeyFlaw.FOREIGN_KEY, KeyFlaw.WRONG_POINT, KeyFlaw.TOO_SHORT})
"""Those that this way of sealing can have."""


class SealedIso2(Struct, frozen=True, kw_only=True):
    """A sealed contract key (48 octets) with the ephemeral public key (65 octets) that it takes to open it."""

    dh_public_key: bytes
    encrypted: bytes


def seal(
    contract: Credentials, provisioning: bytes, *, chance: Chance = os.urandom, flaw: KeyFlaw | None = None
) -> SealedIso2:
    """Encrypt the key of a contract for the car that a provisioning (or, in an update, a contract) certificate names.

    Args:
        contract: leaf certificate and key of the contract, on secp256r1.
        provisioning: DER of the certificate whose key will open it.
        chance: source of the ephemeral key and of the IV.
        flaw: what to do wrong; one of `FLAWS`.

    Raises:
        UserError: a key is on another curve, or the flaw does not exist here.
    """
    if flaw is not None and flaw not in FLAWS:
        raise UserError(f"a contract key of ISO 15118-2 cannot have the flaw {flaw}", do=f"take one of {sorted(FLAWS)}")
    public = x509.load_der_x509_certificate(provisioning).public_key()
    key = another_key(contract.key.reveal()) if flaw is KeyFlaw.FOREIGN_KEY else contract.key.reveal()
    for one in (public, key):
        if key_name(one) != "secp256r1":
            raise UserError(
                f"ISO 15118-2 seals keys on secp256r1 alone, not {key_name(one)}", do="take the profile iso2"
            )
    assert isinstance(public, ec.EllipticCurvePublicKey)  # noqa: S101 - said by its name
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101
    ephemeral = key_from(chance, ec.SECP256R1())
    iv = chance(_IV)
    encryptor = Cipher(algorithms.AES(_key(ephemeral.exchange(ec.ECDH(), public))), modes.CBC(iv)).encryptor()
    number = key.private_numbers().private_value.to_bytes(_NUMBER, "big")
    encrypted = iv + encryptor.update(number) + encryptor.finalize()
    form = PublicFormat.CompressedPoint if flaw is KeyFlaw.WRONG_POINT else PublicFormat.UncompressedPoint
    return SealedIso2(
        dh_public_key=ephemeral.public_key().public_bytes(Encoding.X962, form),
        encrypted=encrypted[:-1] if flaw is KeyFlaw.TOO_SHORT else encrypted,
    )


def open_sealed(sealed: SealedIso2, recipient: Credentials, contract: bytes) -> PrivateKey | Objection:
    """Decrypt a contract key and check that it belongs to its certificate.

    Args:
        sealed: as received.
        recipient: certificate and key that it was sealed for.
        contract: DER of the contract certificate.

    Returns:
        The key, or why there is none; never raises for what the sender did.
    """
    certificate = read_certificate(contract)
    if isinstance(certificate, Objection):
        return certificate
    own = recipient.key.reveal()
    if not isinstance(own, ec.EllipticCurvePrivateKey) or own.curve.key_size != 256:
        return invalid("key.curve", f"the key is encrypted for secp256r1, the recipient's key is {key_name(own)}")
    if sealed.dh_public_key[:1] != b"\x04":
        return invalid("key.dh_public_key", "DHPublicKey does not begin with 04, so it is no full point")
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealed.dh_public_key)
    except ValueError:
        return invalid("key.dh_public_key", "DHPublicKey is no point on secp256r1")
    if len(sealed.encrypted) != SIZE:
        return invalid("key.length", f"the encrypted key has {len(sealed.encrypted)} octets where {SIZE} are due")
    iv, rest = sealed.encrypted[:_IV], sealed.encrypted[_IV:]
    decryptor = Cipher(algorithms.AES(_key(own.exchange(ec.ECDH(), point))), modes.CBC(iv)).decryptor()
    plain = decryptor.update(rest) + decryptor.finalize()
    try:
        key = ec.derive_private_key(int.from_bytes(plain, "big"), ec.SECP256R1())
    except ValueError:
        key = None
    if key is None or key.public_key() != certificate.public_key():
        return invalid("key.foreign", "the decrypted key does not belong to the contract certificate", "V2G2-823")
    return PrivateKey(key)


def _key(secret: bytes) -> bytes:
    return ConcatKDFHash(hashes.SHA256(), 16, OTHER_INFORMATION).derive(secret)
