"""Rules for how the extensions of a certificate are written, one by one and together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.pki.lint_der import (
    BIT_STRING,
    BOOLEAN,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    Element,
    UnreadableError,
    dotted,
    read_der,
)
from harness.pki.objection import Objection, error, notice

_KNOWN = ("2.5.29.", "1.3.6.1.5.5.7.1.")
_KEY_USAGE = "2.5.29.15"
_MOST_USES = 9


def extension_list_objections(listed: Element, depth: int) -> Iterator[Objection]:
    """What is wrong with how extensions are written.

    Raises:
        UnreadableError: they are no extensions.
    """
    if not listed.children:
        yield error("certificate.encoding", "has an empty list of extensions", depth=depth)
    counted: Counter[str] = Counter()
    for extension in listed.children:
        name = dotted(extension.child(0, OBJECT_IDENTIFIER).body)
        counted[name] += 1
        if any(part.tag == BOOLEAN and part.body == b"\0" for part in extension.children):
            text = f"extension {name} spells out that it is not critical"
            yield error("certificate.encoding", text, depth=depth)
        value = extension.children[-1]
        if value.tag != OCTET_STRING:
            raise UnreadableError(f"extension {name} has no value")
        if name.startswith(_KNOWN):
            yield from _value(name, value.body, depth)
    for name, times in counted.items():
        if times > 1:
            yield error("certificate.extension_twice", f"extension {name} is there {times} times", depth=depth)


def _value(name: str, value: bytes, depth: int) -> Iterator[Objection]:
    try:
        reading = read_der(value)
    except UnreadableError as problem:
        yield error("certificate.extension_value", f"extension {name} cannot be read: {problem}", depth=depth)
        return
    for loose in reading.loose:
        text = f"extension {name} is not encoded by the distinguished rules: {loose}"
        yield error("certificate.encoding", text, depth=depth)
    if reading.trailing:
        text = f"{reading.trailing} bytes follow the value of extension {name}"
        yield error("certificate.extension_value", text, depth=depth)
    if name == _KEY_USAGE:
        yield from _key_usage(reading.root, depth)


def _key_usage(bits: Element, depth: int) -> Iterator[Objection]:
    if bits.tag != BIT_STRING or not bits.body:
        yield error("certificate.key_usage_bits", "KeyUsage is no string of bits", depth=depth)
        return
    number = 8 * (len(bits.body) - 1) - bits.body[0]
    if not any(bits.body[1:]):
        yield error("certificate.key_usage_bits", "KeyUsage allows nothing", depth=depth)
    elif number > _MOST_USES:
        text = f"KeyUsage has {number} bits where {_MOST_USES} have a meaning"
        yield error("certificate.key_usage_bits", text, depth=depth)
    elif not bits.body[-1] >> bits.body[0] & 1:
        # Embedded tools have long written it so, and no validator minds.
        yield notice("certificate.key_usage_zeros", "KeyUsage has zeros at its end", depth=depth)
