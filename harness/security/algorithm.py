"""The algorithms of signatures in ISO 15118: their names on the wire, their digests, their raw values."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256, sha384, sha512, shake_256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, utils
from msgspec import Struct

from harness.core.errors import UserError
from harness.pki.credentials import SigningKey
from harness.security.keys import key_name

CANONICAL_EXI = "http://www.w3.org/TR/canonical-exi/"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#"
_ISO20 = "urn:iso:std:iso:15118:-20:Security:"

PublicKey = ec.EllipticCurvePublicKey | ed448.Ed448PublicKey
"""Keys that signatures of ISO 15118 can be verified with."""


class _Terms(Struct, frozen=True):
    signature: str
    digest: str


class Algorithm(StrEnum):
    """A pair of signature and digest algorithm that belongs together."""

    P521_SHA512 = "ecdsa-sha512"
    """ISO 15118-20, the usual one; 132 octets [V2G20-2674][V2G20-1000]."""
    ED448_SHAKE256 = "ed448-shake256"
    """ISO 15118-20, the additional one; 114 octets, no hash before signing [V2G20-2473][V2G20-2476]."""
    P256_SHA256 = "ecdsa-sha256"
    """ISO 15118-2, 64 octets; what deployed peers use for -20 as well."""

    @property
    def signature_uri(self) -> str:
        """Its name in SignatureMethod."""
        return _TERMS[self].signature

    @property
    def digest_uri(self) -> str:
        """The name in DigestMethod that goes with it."""
        return _TERMS[self].digest

    @classmethod
    def of(cls, key: SigningKey | PublicKey) -> Algorithm:
        """The algorithm that goes with a key.

        Raises:
            UserError: ISO 15118 has none for it.
        """
        if isinstance(key, ed448.Ed448PrivateKey | ed448.Ed448PublicKey):
            return cls.ED448_SHAKE256
        if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
            if key.curve.key_size == 521:
                return cls.P521_SHA512
            if key.curve.key_size == 256:
                return cls.P256_SHA256
        raise UserError(f"ISO 15118 has no signature for {key_name(key)}", do="take secp521r1, Ed448 or secp256r1")


_TERMS = {
    Algorithm.P521_SHA512: _Terms(f"{_MORE}ecdsa-sha512", f"{_ENCRYPTION}sha512"),
    Algorithm.ED448_SHAKE256: _Terms(f"{_ISO20}xmldsig#Ed448", f"{_ISO20}xmlenc#SHAKE256"),
    Algorithm.P256_SHA256: _Terms(f"{_MORE}ecdsa-sha256", f"{_ENCRYPTION}sha256"),
}

ED448_OF_RFC_9231 = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448"
"""Another name of Ed448 that is seen in the field; the standard has its own [V2G20-2473]."""

ED448_URIS = {Algorithm.ED448_SHAKE256.signature_uri, ED448_OF_RFC_9231}
ECDSA_URIS: dict[str, hashes.HashAlgorithm] = {
    f"{_MORE}ecdsa-sha512": hashes.SHA512(),
    f"{_MORE}ecdsa-sha256": hashes.SHA256(),
    f"{_MORE}ecdsa-sha384": hashes.SHA384(),
}
"""The hash that each name of ECDSA stands for."""

_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    f"{_ENCRYPTION}sha512": lambda data: sha512(data).digest(),
    f"{_ENCRYPTION}sha256": lambda data: sha256(data).digest(),
    f"{_MORE}sha384": lambda data: sha384(data).digest(),
    f"{_ISO20}xmlenc#SHAKE256": lambda data: shake_256(data).digest(64),
}


def digest(uri: str, data: bytes) -> bytes | None:
    """The digest of `data` by the algorithm of that name; None for a name that nobody knows here."""
    function = _DIGESTS.get(uri)
    return None if function is None else function(data)


def raw_size(key: PublicKey) -> int:
    """Octets of a signature value that belongs to `key`: r and s in full length, or the two halves of Ed448."""
    if isinstance(key, ed448.Ed448PublicKey):
        return 114
    return 2 * _number_size(key.curve)


def sign_value(key: SigningKey, uri: str, data: bytes) -> bytes:
    """The raw signature value over `data`, as the algorithm of that name makes it.

    ECDSA is made without chance (RFC 6979), so that the same run gives the same bytes.

    Raises:
        UserError: the key and the name do not go together.
    """
    if isinstance(key, ed448.Ed448PrivateKey):
        return key.sign(data)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or uri not in ECDSA_URIS:
        raise UserError(f"{key_name(key)} makes no signature by the name {uri}", do="take a secp521r1 or Ed448 key")
    der = key.sign(data, ec.ECDSA(ECDSA_URIS[uri], deterministic_signing=True))
    return raw_of_der(der, key.curve)


def verifies(key: PublicKey, uri: str, value: bytes, data: bytes) -> bool:
    """Whether a raw value of any even length is a signature over `data`; an unknown name verifies nothing."""
    try:
        if isinstance(key, ed448.Ed448PublicKey):
            key.verify(value, data)
            return uri in ED448_URIS
        if uri not in ECDSA_URIS:
            return False
        half = len(value) // 2
        numbers = int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
        key.verify(utils.encode_dss_signature(*numbers), data, ec.ECDSA(ECDSA_URIS[uri]))
    except InvalidSignature:
        return False
    return True


def raw_of_der(der: bytes, curve: ec.EllipticCurve) -> bytes:
    """The numbers r and s one after the other, each in the full length of the curve [V2G20-1000].

    Raises:
        ValueError: it is no DER signature.
        OverflowError: a number is too large for the curve.
    """
    r, s = utils.decode_dss_signature(der)
    size = _number_size(curve)
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def der_of_raw(raw: bytes) -> bytes:
    """The DER of r and s; what the standard forbids and some peers send."""
    half = len(raw) // 2
    return utils.encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def _number_size(curve: ec.EllipticCurve) -> int:
    return (curve.key_size + 7) // 8
