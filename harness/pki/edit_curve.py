"""Curves spelt out in full, as a key may not have them: every number is right, and only the name is missing."""

from __future__ import annotations

from msgspec import Struct

from harness.pki.der import OCTET_STRING, SEQUENCE, element, integer

_PRIME_FIELD = bytes.fromhex("06072a8648ce3d0101")
_FIRST_VERSION, _COFACTOR = 1, 1


class Curve(Struct, frozen=True, kw_only=True):
    """The numbers of a curve y^2 = x^3 - 3x + b over a prime field (SEC 2)."""

    prime: int
    b: int
    base: tuple[int, int]
    order: int


_P521 = Curve(
    prime=(1 << 521) - 1,
    b=int(
        "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109"
        "e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00", 16,
    ),
    base=(
        int(
            "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3d"
            "baa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66", 16,
        ),
        int(
            "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e6"
            "62c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650", 16,
        ),
    ),
    order=(1 << 521) - int(
        "5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7", 16,
    ),
)  # fmt: skip
_P256 = Curve(
    prime=(1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    base=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
_CURVES = {"1.3.132.0.35": _P521, "1.2.840.10045.3.1.7": _P256}


def spelt_out(name: str) -> bytes:
    """ECParameters of a curve without its name (RFC 3279, 2.3.5).

    Args:
        name: dotted; those of secp521r1 stand in for any curve that has no numbers here.

    Returns:
        DER.
    """
    curve = _CURVES.get(name, _P521)
    size = (curve.prime.bit_length() + 7) // 8
    a, b, x, y = (number.to_bytes(size, "big") for number in (curve.prime - 3, curve.b, *curve.base))
    return element(
        SEQUENCE,
        integer(_FIRST_VERSION),
        element(SEQUENCE, _PRIME_FIELD, integer(curve.prime)),
        element(SEQUENCE, element(OCTET_STRING, a), element(OCTET_STRING, b)),
        element(OCTET_STRING, b"\x04", x, y),
        integer(curve.order),
        integer(_COFACTOR),
    )
