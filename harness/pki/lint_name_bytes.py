"""Rules for how the names in a certificate are written: their parts, and the kind of string of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.pki.lint_der import OBJECT_IDENTIFIER, SEQUENCE, SET, Element, UnreadableError, dotted
from harness.pki.objection import Objection, error, notice
from harness.pki.rules import ChainRules

_UTF8, _PRINTABLE, _IA5 = 0x0C, 0x13, 0x16
_OLD = {0x14: "TeletexString", 0x1C: "UniversalString", 0x1E: "BMPString"}
_TITLES = {_UTF8: "UTF8String", _PRINTABLE: "PrintableString", _IA5: "IA5String", **_OLD}
_COUNTRY, _DOMAIN, _SERIAL = "2.5.4.6", "0.9.2342.19200300.100.1.25", "2.5.4.5"
_PARTS = {
    "2.5.4.3": "CN",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    _COUNTRY: "C",
    _SERIAL: "serialNumber",
    _DOMAIN: "DC",
}
_MOST_CHARACTERS = {"2.5.4.3": 64, "2.5.4.10": 64, "2.5.4.11": 64, _SERIAL: 64, _COUNTRY: 2}


def name_objections(name: Element, title: str, depth: int, rules: ChainRules) -> Iterator[Objection]:
    """What is wrong with how a name is written.

    Args:
        name: the sequence of its parts.
        title: `issuer` or `subject`.
        depth: place in the chain.
        rules: what the chain is held against.

    Raises:
        UnreadableError: it is no name.
    """
    if name.tag != SEQUENCE:
        raise UnreadableError(f"there is no {title}")
    if not name.children:
        yield error("certificate.no_name", f"the {title} has no name", depth=depth)
    kinds: Counter[str] = Counter()
    for part in name.children:
        if part.tag != SET or not part.children:
            raise UnreadableError(f"the {title} has a part without a value")
        if len(part.children) > 1:
            yield notice("certificate.name_parts", f"the {title} has several values in one part", depth=depth)
        for pair in part.children:
            kind = dotted(pair.child(0, OBJECT_IDENTIFIER).body)
            kinds[kind] += 1
            if len(pair.children) != 2:
                raise UnreadableError(f"the {title} has a part without a value")
            yield from _value(kind, pair.children[1], title, depth, rules)
    for kind, number in kinds.items():
        if number > 1 and kind != _DOMAIN and kind in _PARTS:
            text = f"the {title} has {_PARTS[kind]} {number} times"
            yield notice("certificate.name_twice", text, depth=depth)


def _value(kind: str, value: Element, title: str, depth: int, rules: ChainRules) -> Iterator[Objection]:
    part = f"{_PARTS.get(kind, kind)} of the {title}"
    written = _TITLES.get(value.tag, f"tag {value.tag:#04x}")
    if value.tag in _OLD:
        text = f"{part} is a {written}"
        if rules.iso20:
            yield error("certificate.string_type", text, depth=depth)
        else:
            yield notice("certificate.string_type", text, depth=depth)
        return
    due = _due(kind)
    if value.tag not in due:
        text = f"{part} is a {written} where {_TITLES[due[0]]} is usual"
        yield notice("certificate.string_type", text, *(("V2G20-3038",) if kind == _DOMAIN else ()), depth=depth)
    yield from _characters(kind, value, part, depth)


def _characters(kind: str, value: Element, part: str, depth: int) -> Iterator[Objection]:
    try:
        text = value.body.decode("utf-8" if value.tag == _UTF8 else "ascii")
    except UnicodeDecodeError:
        yield notice(
            "certificate.characters", f"{part} has characters that its kind of string cannot have", depth=depth
        )
        return
    most = _MOST_CHARACTERS.get(kind)
    if not text or (most and len(text) > most):
        yield notice("certificate.name_length", f"{part} has {len(text)} characters", depth=depth)
    if kind == _COUNTRY and not (len(text) == 2 and text.isalpha() and text.isupper()):
        yield notice("certificate.country", f"{part} is not two capital letters", depth=depth)


def _due(kind: str) -> tuple[int, ...]:
    if kind in {_COUNTRY, _SERIAL}:
        return (_PRINTABLE,)
    return (_IA5,) if kind == _DOMAIN else (_UTF8, _PRINTABLE)
