"""Certificates that no library would make: taken apart, one thing changed, and signed again with the right key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, padding
from msgspec import Struct
from pyasn1.codec.der.decoder import decode
from pyasn1.codec.der.encoder import encode
from pyasn1.type import char, univ, useful
from pyasn1_modules import rfc5280

from harness.pki.credentials import SigningKey
from harness.pki.der import BIT_STRING, SEQUENCE, element, signed
from harness.pki.edit_curve import spelt_out

Change = Callable[[Any], None]
"""Changes a decoded TBSCertificate in place."""

_ECDSA_SHA1, _ECDSA_SHA256, _ECDSA_SHA512 = "1.2.840.10045.4.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.4"
_RSA_SHA1, _RSA_SHA256 = "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.11"
_KEY_USAGE, _COMMON_NAME = "2.5.29.15", "2.5.4.3"
_UNCOMPRESSED, _EVEN, _ODD = 4, 2, 3


class Edit(Struct, frozen=True, kw_only=True):
    """One edit: of what is signed, of how it is signed, or of the bytes that result."""

    change: Change | None = None
    algorithms: tuple[str, str] = ("", "")
    """Object identifiers, for a key on a curve and for RSA, that the signature has in the place of the usual one."""
    inner_alone: bool = False
    """Only what is signed names that algorithm."""
    doubled: str = ""
    """An extension, dotted, that is there twice."""
    bytes: Callable[[bytes], bytes] | None = None


def edited(certificate: bytes, name: str, key: SigningKey) -> bytes:
    """The certificate with one edit; the very same bytes if there is none to make.

    Args:
        certificate: DER, as it should be.
        name: of an edit; empty for none.
        key: of its issuer.

    Raises:
        KeyError: there is no such edit.
    """
    if not name:
        return certificate
    edit = EDITS[name]
    if edit.bytes is not None:
        return edit.bytes(certificate)
    parts: Any = decode(certificate, asn1Spec=rfc5280.Certificate())[0]
    tbs = parts["tbsCertificate"]
    if edit.change is not None:
        edit.change(tbs)
    algorithm = edit.algorithms[not isinstance(key, ec.EllipticCurvePrivateKey)]
    if algorithm:
        tbs["signature"]["algorithm"] = univ.ObjectIdentifier(algorithm)
    body = _doubled(encode(tbs), edit.doubled) if edit.doubled else encode(tbs)
    return element(SEQUENCE, body, *_signature(body, key, "" if edit.inner_alone else algorithm))


def _signature(body: bytes, key: SigningKey, algorithm: str) -> tuple[bytes, bytes]:
    if not algorithm or isinstance(key, ed448.Ed448PrivateKey):
        return signed(body, key)
    chosen = hashes.SHA1() if algorithm in {_ECDSA_SHA1, _RSA_SHA1} else hashes.SHA256()  # noqa: S303 - the flaw itself
    if isinstance(key, ec.EllipticCurvePrivateKey):
        value = key.sign(body, ec.ECDSA(chosen))
    else:
        value = key.sign(body, padding.PKCS1v15(), chosen)
    named = rfc5280.AlgorithmIdentifier()
    named["algorithm"] = univ.ObjectIdentifier(algorithm)
    return encode(named), element(BIT_STRING, b"\0", value)


def _serial(value: int) -> Change:
    def change(tbs: Any) -> None:
        tbs["serialNumber"] = rfc5280.CertificateSerialNumber(value)

    return change


def _first_version(tbs: Any) -> None:
    tbs["version"] = 0


def _inverted(tbs: Any) -> None:
    validity = tbs["validity"]
    before, after = str(validity["notBefore"]["utcTime"]), str(validity["notAfter"]["utcTime"])
    validity["notBefore"]["utcTime"], validity["notAfter"]["utcTime"] = after, before


def _generalized(tbs: Any) -> None:
    """A date before 2050 in the form of those behind it."""
    after = tbs["validity"]["notAfter"]
    text = str(after["utcTime"])
    after["generalTime"] = useful.GeneralizedTime(f"20{text}")


def _bmp_name(tbs: Any) -> None:
    for part in tbs["subject"][0]:
        for one in part:
            if str(one["type"]) == _COMMON_NAME:
                text = str(decode(bytes(one["value"]))[0])
                one["value"] = univ.Any(encode(char.BMPString(text)))


def _unknown_uses(tbs: Any) -> None:
    """Bits of KeyUsage that nobody has given a meaning."""
    for one in tbs["extensions"]:
        if str(one["extnID"]) == _KEY_USAGE:
            bits = decode(bytes(one["extnValue"]))[0]
            longer = [*bits, *[0] * (9 - len(bits)), 0, 0, 1]
            one["extnValue"] = univ.OctetString(encode(univ.BitString(longer)))


def _point(make: Callable[[bytes], bytes]) -> Change:
    def change(tbs: Any) -> None:
        info = tbs["subjectPublicKeyInfo"]
        info["subjectPublicKey"] = univ.BitString.fromOctetString(make(info["subjectPublicKey"].asOctets()))

    return change


def _compressed(point: bytes) -> bytes:
    half = (len(point) - 1) // 2
    return bytes([_ODD if point[-1] & 1 else _EVEN]) + point[1 : 1 + half]


def _off_curve(point: bytes) -> bytes:
    return point[:-1] + bytes([point[-1] ^ 1])


def _explicit(tbs: Any) -> None:
    """The numbers of the curve where its name is due."""
    algorithm = tbs["subjectPublicKeyInfo"]["algorithm"]
    named = algorithm["parameters"]
    name = str(decode(bytes(named))[0]) if named.hasValue() else ""
    algorithm["parameters"] = univ.Any(spelt_out(name))


def _doubled(body: bytes, oid: str) -> bytes:
    """The extension once more at the end; done on the bytes, for the list takes none twice."""
    tbs: Any = decode(body, asn1Spec=rfc5280.TBSCertificate())[0]
    listed = [encode(one) for one in tbs["extensions"]]
    again = next(one for one in listed if str(decode(one, asn1Spec=rfc5280.Extension())[0]["extnID"]) == oid)
    tagged = element(0xA3, element(SEQUENCE, *listed, again))
    tbs["extensions"] = univ.noValue
    rest = bytes(encode(_without_extensions(body)))
    return element(SEQUENCE, _content(rest), tagged)


def _without_extensions(body: bytes) -> Any:
    whole: Any = decode(body, asn1Spec=rfc5280.TBSCertificate())[0]
    short = rfc5280.TBSCertificate()
    for name in ("version", "serialNumber", "signature", "issuer", "validity", "subject", "subjectPublicKeyInfo"):
        short[name] = whole[name]
    return short


def _content(der: bytes) -> bytes:
    """What stands behind tag and length."""
    return der[2 + (der[1] & 0x7F) :] if der[1] & 0x80 else der[2:]


def _padded_length(der: bytes) -> bytes:
    """The outer length with a zero before it: BER, and not DER."""
    content = _content(der)
    size = len(content).to_bytes(3, "big")
    return bytes([der[0], 0x83]) + size + content


EDITS: dict[str, Edit] = {
    "sha1": Edit(algorithms=(_ECDSA_SHA1, _RSA_SHA1)),
    "weaker_hash": Edit(algorithms=(_ECDSA_SHA256, _RSA_SHA256)),
    "other_inner_algorithm": Edit(algorithms=(_ECDSA_SHA1, _RSA_SHA1), inner_alone=True),
    "first_version": Edit(change=_first_version),
    "negative_serial": Edit(change=_serial(-7)),
    "zero_serial": Edit(change=_serial(0)),
    "long_serial": Edit(change=_serial(1 << 185)),
    "inverted_validity": Edit(change=_inverted),
    "generalized_time": Edit(change=_generalized),
    "bmp_name": Edit(change=_bmp_name),
    "unknown_uses": Edit(change=_unknown_uses),
    "compressed_point": Edit(change=_point(_compressed)),
    "point_off_curve": Edit(change=_point(_off_curve)),
    "explicit_parameters": Edit(change=_explicit),
    "doubled_extension": Edit(doubled=_KEY_USAGE),
    "padded_length": Edit(bytes=_padded_length),
    "trailing_byte": Edit(bytes=lambda der: der + b"\0"),
    "cut_short": Edit(bytes=lambda der: der[:-40]),
    "nothing": Edit(bytes=lambda der: b""),
    "noise": Edit(bytes=lambda der: bytes((7 * place + 13) % 251 for place in range(len(der)))),
    "flipped_signature": Edit(bytes=lambda der: der[:-1] + bytes([der[-1] ^ 1])),
}
"""By the names that recipes know."""
