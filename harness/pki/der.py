"""DER written by hand, for the few structures that the library would stamp with a clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, padding

from harness.pki.credentials import SigningKey

SEQUENCE, INTEGER, BIT_STRING, OCTET_STRING, ENUMERATED = 0x30, 0x02, 0x03, 0x04, 0x0A
_GENERALIZED_TIME = 0x18
_NULL = b"\x05\x00"

_ECDSA_SHA512 = bytes.fromhex("06082a8648ce3d040304")
_ECDSA_SHA256 = bytes.fromhex("06082a8648ce3d040302")
_ED448 = bytes.fromhex("06032b6571")
_RSA_SHA256 = bytes.fromhex("06092a864886f70d01010b") + _NULL


def element(tag: int, *parts: bytes) -> bytes:
    """One element: its tag, its length, and the parts one behind the other."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(value: int) -> bytes:
    """An INTEGER, in as few bytes as may be."""
    bits = (~value if value < 0 else value).bit_length()
    return element(INTEGER, value.to_bytes(bits // 8 + 1, "big", signed=True))


def moment(at: float) -> bytes:
    """A GeneralizedTime, to the second.

    Args:
        at: Unix time.
    """
    return element(_GENERALIZED_TIME, f"{datetime.fromtimestamp(int(at), tz=UTC):%Y%m%d%H%M%SZ}".encode())


def signed(data: bytes, key: SigningKey) -> tuple[bytes, bytes]:
    """A signature over `data`: its AlgorithmIdentifier and its BIT STRING, as they follow what is signed."""
    if isinstance(key, ed448.Ed448PrivateKey):
        algorithm, value = _ED448, key.sign(data)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        large = key.curve.key_size > 256
        algorithm = _ECDSA_SHA512 if large else _ECDSA_SHA256
        value = key.sign(data, ec.ECDSA(hashes.SHA512() if large else hashes.SHA256()))
    else:
        algorithm, value = _RSA_SHA256, key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return element(SEQUENCE, algorithm), element(BIT_STRING, b"\0", value)
