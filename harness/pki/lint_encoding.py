"""Rules for the bytes of a certificate, read by ourselves: what a library refuses without a word, or lets pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import ec

from harness.pki.lint_der import (
    BIT_STRING,
    GENERALIZED_TIME,
    INTEGER,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    UTC_TIME,
    Element,
    UnreadableError,
    dotted,
    read_der,
)
from harness.pki.lint_extension_bytes import extension_list_objections
from harness.pki.lint_name_bytes import name_objections
from harness.pki.objection import Objection, error, notice
from harness.pki.rules import ChainRules

_VERSION, _EXTENSIONS = 0xA0, 0xA3
_UNIQUE = {0x81, 0x82, 0xA1, 0xA2}
_THIRD = 2
_WHOLE = b"\0"
_MOST_SERIAL = 20
_NOT_NEEDED_BEFORE = b"2050"
_TIMES = {UTC_TIME: re.compile(rb"\d{12}Z"), GENERALIZED_TIME: re.compile(rb"\d{14}Z")}
_EC_KEY = "1.2.840.10045.2.1"
_PLAIN_SIGNATURES = {"1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4", "1.3.101.113"}
_CURVES: dict[str, ec.EllipticCurve] = {
    "1.2.840.10045.3.1.7": ec.SECP256R1(),
    "1.3.132.0.34": ec.SECP384R1(),
    "1.3.132.0.35": ec.SECP521R1(),
}


def encoding_objections(certificate: bytes, depth: int, rules: ChainRules) -> tuple[Objection, ...]:
    """What is wrong with the bytes, whatever they say; bounded, and no exception for anything.

    Args:
        certificate: DER, or what a stranger takes for it.
        depth: place in the chain.
        rules: what the chain is held against.
    """
    found: list[Objection] = []
    try:
        reading = read_der(certificate)
        found += (_loose(text, depth) for text in reading.loose)
        if reading.trailing:
            text = f"{reading.trailing} bytes follow the certificate"
            found.append(error("certificate.trailing", text, depth=depth))
        found += _certificate(reading.root, depth, rules)
    except UnreadableError as problem:
        return (error("certificate.unreadable", f"cannot be read: {problem}", depth=depth),)
    return tuple(found)


def _loose(text: str, depth: int) -> Objection:
    return error("certificate.encoding", f"is not encoded by the distinguished rules: {text}", depth=depth)


def _certificate(root: Element, depth: int, rules: ChainRules) -> Iterator[Objection]:
    signed, outer = root.child(0, SEQUENCE), root.child(1, SEQUENCE)
    signature = root.child(2, BIT_STRING)
    parts = list(signed.children)
    version = parts.pop(0) if parts and parts[0].tag == _VERSION else None
    if len(parts) < 6:
        raise UnreadableError("the signed part has not all of its fields")
    serial, inner, issuer, validity, subject, key = parts[:6]
    listed = next((part for part in parts[6:] if part.tag == _EXTENSIONS), None)
    yield from _version(version, depth, extended=listed is not None)
    yield from _serial(serial, depth)
    yield from _algorithms(inner, outer, depth)
    yield from _validity(validity, depth)
    for title, name in (("issuer", issuer), ("subject", subject)):
        yield from name_objections(name, title, depth, rules)
    yield from _key(key, depth)
    if signature.body[:1] != _WHOLE or key.child(1, BIT_STRING).body[:1] != _WHOLE:
        yield _loose("key or signature are not whole octets", depth)
    if any(part.tag in _UNIQUE for part in parts[6:]):
        yield notice("certificate.unique_identifier", "has a unique identifier of issuer or subject", depth=depth)
    if listed is not None:
        yield from extension_list_objections(listed.child(0, SEQUENCE), depth)


def _version(version: Element | None, depth: int, *, extended: bool) -> Iterator[Objection]:
    number = int.from_bytes(version.child(0, INTEGER).body, signed=True) if version is not None else 0
    if number != _THIRD:
        text = f"is of version {number + 1}" + (" and has extensions, which came with version 3" if extended else "")
        yield error("certificate.version", text, depth=depth)


def _serial(serial: Element, depth: int) -> Iterator[Objection]:
    if serial.tag != INTEGER:
        raise UnreadableError("there is no serial number")
    number = int.from_bytes(serial.body, signed=True)
    if number <= 0:
        text = "the serial number is zero" if number == 0 else "the serial number is negative"
        yield error("certificate.serial", text, depth=depth)
    elif len(serial.body) > _MOST_SERIAL:
        text = f"the serial number has {len(serial.body)} octets where {_MOST_SERIAL} are allowed"
        yield error("certificate.serial", text, depth=depth)


def _algorithms(inner: Element, outer: Element, depth: int) -> Iterator[Objection]:
    if inner.whole != outer.whole:
        text = f"the signature is by {_identifier(outer)} outside and by {_identifier(inner)} inside what is signed"
        yield error("certificate.algorithms", text, depth=depth)
    if _identifier(inner) in _PLAIN_SIGNATURES and len(inner.children) > 1:
        text = "the signature algorithm has parameters, and should have none"
        yield notice("certificate.algorithm_parameters", text, depth=depth)


def _validity(validity: Element, depth: int) -> Iterator[Objection]:
    if validity.tag != SEQUENCE or len(validity.children) != 2:
        raise UnreadableError("there are not two dates")
    moments = []
    for title, one in zip(("notBefore", "notAfter"), validity.children, strict=True):
        form = _TIMES.get(one.tag)
        if form is None or not form.fullmatch(one.body):
            yield error("certificate.time", f"{title} is not written as a certificate's time is", depth=depth)
            continue
        if one.tag == GENERALIZED_TIME and one.body[:4] < _NOT_NEEDED_BEFORE:
            text = f"{title} is a GeneralizedTime, which is for 2050 and later"
            # A rule for who issues: readers are asked for nothing.
            yield notice("certificate.time_form", text, depth=depth)
        moments.append(_four_digits(one))
    if len(moments) == 2 and moments[1] < moments[0]:
        yield error("certificate.dates", "ends before it begins", depth=depth)


def _four_digits(time: Element) -> bytes:
    if time.tag == GENERALIZED_TIME:
        return time.body
    return (b"19" if time.body[:2] >= b"50" else b"20") + time.body


def _key(key: Element, depth: int) -> Iterator[Objection]:
    algorithm, point = key.child(0, SEQUENCE), key.child(1, BIT_STRING).body[1:]
    if _identifier(algorithm) != _EC_KEY:
        return
    if len(algorithm.children) < 2 or algorithm.children[1].tag != OBJECT_IDENTIFIER:
        text = "the key spells its curve out instead of naming it"
        yield error("certificate.key_parameters", text, depth=depth)
        return
    if point[:1] in {b"\x02", b"\x03"}:
        yield error("certificate.key_compressed", "the point of the key is compressed", depth=depth)
    curve = _CURVES.get(dotted(algorithm.children[1].body))
    if curve is not None and not _lies_on(point, curve):
        yield error("certificate.key_point", "the point of the key does not lie on its curve", depth=depth)


def _lies_on(point: bytes, curve: ec.EllipticCurve) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except ValueError:
        return False
    return True


def _identifier(algorithm: Element) -> str:
    return dotted(algorithm.child(0, OBJECT_IDENTIFIER).body)
