"""Keys for tlslite-ng that `cryptography` works with: signing, the peer's signature, key agreement, record ciphers.

tlslite's own arithmetic is Python; these take its place wherever it asks an object for the work. Neither side is
proof against timing: test keys only.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, x448, x25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.pki.credentials import SigningKey
from harness.pki.lint import parse_certificate
from harness.transports.tls.octets import Malformed
from harness.transports.tls.tlslite_names import (
    RSAKey,
    TLSIllegalParameterException,
)

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303 - what a peer may name
    "sha1": hashes.SHA1(),  # noqa: S303 - as above
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_OWN_HASH = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}
_TLSLITE_CURVES = {"secp256r1": "NIST256p", "secp384r1": "NIST384p", "secp521r1": "NIST521p"}
_ANY_LENGTH = SimpleNamespace(curve=SimpleNamespace(baselen=1 << 16))
"""tlslite cuts digests to the size of the curve; `cryptography` does that itself."""

CURVES: dict[int, type[ec.EllipticCurve]] = {23: ec.SECP256R1, 24: ec.SECP384R1, 25: ec.SECP521R1}
"""NIST groups by their IANA numbers."""
X25519, X448 = 29, 30

PublicKey = ec.EllipticCurvePublicKey | ed448.Ed448PublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey


def kind_of(key: SigningKey | PublicKey) -> str:
    """What tlslite calls this kind of key."""
    if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        return "rsa"
    if isinstance(key, ed448.Ed448PrivateKey | ed448.Ed448PublicKey):
        return "Ed448"
    return "Ed25519" if isinstance(key, ed25519.Ed25519PublicKey) else "ecdsa"


def schemes_of(key: SigningKey | PublicKey, *, tls13: bool) -> tuple[int, ...]:
    """The signature schemes that a key can be used with, best first, by the IANA registry."""
    if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        probabilistic = (0x0804, 0x0805, 0x0806)
        return probabilistic if tls13 else (*probabilistic, 0x0401, 0x0501, 0x0601, 0x0201)
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        bound = {"secp256r1": 0x0403, "secp384r1": 0x0503, "secp521r1": 0x0603}.get(key.curve.name, 0x0403)
        return (bound,) if tls13 else (bound, *(scheme for scheme in (0x0403, 0x0503, 0x0603) if scheme != bound))
    return (0x0808,) if kind_of(key) == "Ed448" else (0x0807,)


class OurKey:
    """Our private key as tlslite wants one; signs by any scheme that it is told, fitting or not."""

    private_key = _ANY_LENGTH

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.key_type = kind_of(key)
        self.n = key.private_numbers().public_numbers.n if isinstance(key, rsa.RSAPrivateKey) else 0

    def sign(self, data: bytes, padding: Any = None, hashAlg: Any = None, saltLen: Any = None) -> bytearray:
        """Sign a digest."""
        key, digest = self._key, bytes(data)
        if isinstance(key, rsa.RSAPrivateKey):
            digest, name = _digest(digest, hashAlg)
            return bytearray(key.sign(digest, _filling(padding, name, saltLen), Prehashed(_HASHES[name])))
        if isinstance(key, ec.EllipticCurvePrivateKey):
            digest, name = _digest(digest, hashAlg)
            return bytearray(key.sign(digest, ec.ECDSA(Prehashed(_HASHES[name]))))
        return bytearray(key.sign(digest))

    def hashAndSign(self, data: bytes, *_: Any) -> bytearray:
        """Sign what is not hashed yet."""
        key, message = self._key, bytes(data)
        if isinstance(key, ed448.Ed448PrivateKey):
            return bytearray(key.sign(message))
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return bytearray(key.sign(message, ec.ECDSA(_HASHES[_OWN_HASH.get(key.curve.name, "sha256")])))
        return bytearray(key.sign(message, _filling("pss", "sha256", 32), _HASHES["sha256"]))

    def verify(self, *_: Any, **__: Any) -> bool:
        """Tlslite looks at its own signatures again; wrong ones are wrong on purpose."""
        return True

    hashAndVerify = verify


class PeerKey:
    """The peer's public key as tlslite wants one."""

    public_key = _ANY_LENGTH

    def __init__(self, certificate: bytes) -> None:
        """Take the key out of a certificate.

        Raises:
            Malformed: there is none that could be used.
        """
        parsed = parse_certificate(certificate, 0)
        if not isinstance(parsed, x509.Certificate):
            raise Malformed(f"no usable key in the certificate: {parsed.text}")
        try:
            key = parsed.public_key()
        except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
            raise Malformed(f"no usable key in the certificate: {problem}") from problem
        if not isinstance(key, PublicKey):
            raise Malformed(f"keys of the kind {type(key).__name__} sign no handshake")
        self.key = key
        curve = key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else ""
        self.curve_name = _TLSLITE_CURVES.get(curve, curve)

    def verify(
        self,
        signature: bytes,
        data: bytes,
        padding: Any = None,
        hashAlg: Any = None,
        saltLen: Any = None,
    ) -> bool:
        """Whether a digest was signed by this key."""
        key = self.key
        try:
            if isinstance(key, rsa.RSAPublicKey):
                digest, name = _digest(bytes(data), hashAlg)
                key.verify(bytes(signature), digest, _filling(padding, name, saltLen), Prehashed(_HASHES[name]))
            elif isinstance(key, ec.EllipticCurvePublicKey):
                digest, name = _digest(bytes(data), hashAlg)
                key.verify(bytes(signature), digest, ec.ECDSA(Prehashed(_HASHES[name])))
            else:
                return False
        except (InvalidSignature, ValueError, UnsupportedAlgorithm):
            return False
        return True

    def hashAndVerify(self, signature: bytes, data: bytes, *_: Any) -> bool:
        """Whether a message was signed by this key."""
        if not isinstance(self.key, ed448.Ed448PublicKey | ed25519.Ed25519PublicKey):
            return False
        try:
            self.key.verify(bytes(signature), bytes(data))
        except InvalidSignature:
            return False
        return True


class Agreement:
    """One key agreement as tlslite wants one (its RawDHKeyExchange)."""

    def __init__(self, group: int) -> None:
        self._group = group

    def get_random_private_key(self) -> Any:
        """A fresh private key."""
        if self._group == X25519:
            return x25519.X25519PrivateKey.generate()
        if self._group == X448:
            return x448.X448PrivateKey.generate()
        return ec.generate_private_key(CURVES[self._group]())

    def calc_public_value(self, private: Any, point_format: Any = None) -> bytearray:
        """What goes to the peer."""
        if self._group in CURVES:
            return bytearray(private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        return bytearray(private.public_key().public_bytes_raw())

    def calc_shared_key(self, private: Any, peer_share: bytes, valid_point_formats: Any = None) -> bytearray:
        """The secret.

        Raises:
            TLSIllegalParameterException: the peer's share is none of this group.
        """
        share = bytes(peer_share)
        if self._group in CURVES and share[:1] != b"\x04":
            raise TLSIllegalParameterException("a point must come uncompressed")
        try:
            if self._group == X25519:
                return bytearray(private.exchange(x25519.X25519PublicKey.from_public_bytes(share)))
            if self._group == X448:
                return bytearray(private.exchange(x448.X448PublicKey.from_public_bytes(share)))
            point = ec.EllipticCurvePublicKey.from_encoded_point(CURVES[self._group](), share)
            return bytearray(private.exchange(ec.ECDH(), point))
        except ValueError as problem:
            raise TLSIllegalParameterException(f"key share of no use: {problem}") from problem


class RecordCipher:
    """An authenticating cipher as tlslite wants one."""

    isBlockCipher = False
    isAEAD = True
    nonceLength = 12
    tagLength = 16
    implementation = "cryptography"

    def __init__(self, cipher: AESGCM | ChaCha20Poly1305, name: str) -> None:
        self._cipher = cipher
        self.name = name

    def seal(self, nonce: bytes, plaintext: bytes, data: bytes) -> bytearray:
        """Encrypt."""
        return bytearray(self._cipher.encrypt(bytes(nonce), bytes(plaintext), bytes(data)))

    def open(self, nonce: bytes, ciphertext: bytes, data: bytes) -> bytearray | None:
        """Decrypt; None if the tag is wrong."""
        try:
            return bytearray(self._cipher.decrypt(bytes(nonce), bytes(ciphertext), bytes(data)))
        except InvalidTag:
            return None


def _filling(kind: Any, name: str, salt: Any) -> padding.AsymmetricPadding:
    if kind != "pss":
        return padding.PKCS1v15()
    return padding.PSS(mgf=padding.MGF1(_HASHES[name]), salt_length=salt or _HASHES[name].digest_size)


def _digest(data: bytes, name: Any) -> tuple[bytes, str]:
    """A digest and what made it; tlslite puts the name in front of some for PKCS #1, and cuts none of ours."""
    if name in _HASHES:
        return data, str(name)
    for known, algorithm in _HASHES.items():
        digest = data[-algorithm.digest_size :]
        if data == bytes(RSAKey.addPKCS1Prefix(digest, known)) or (data == digest and known != "md5"):
            return digest, known
    raise ValueError(f"{len(data)} bytes are no digest")
