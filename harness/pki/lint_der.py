"""Bytes taken apart by the distinguished encoding rules, bounded, and told where they only follow the basic ones."""

from __future__ import annotations

from msgspec import Struct

_MOST_DEPTH = 24
_MOST_ELEMENTS = 4_000

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x04, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
_CONSTRUCTED = 0x20
_INDEFINITE = 0x80


class UnreadableError(ValueError):
    """The bytes are no encoding at all: cut off, too deep, or too many."""


class Element(Struct, frozen=True):
    """One value: its identifier octet, its contents, and what is inside of it if it is constructed."""

    tag: int
    body: bytes
    whole: bytes
    """With identifier and length, as it was sent."""
    children: tuple[Element, ...] = ()

    def child(self, place: int, tag: int) -> Element:
        """The child at a place, which must have the tag.

        Raises:
            UnreadableError: it is not there or is something else.
        """
        if place >= len(self.children) or self.children[place].tag != tag:
            raise UnreadableError(f"element {tag:#04x} is missing at place {place} of {self.tag:#04x}")
        return self.children[place]


class Reading(Struct, frozen=True):
    """What came of reading."""

    root: Element
    trailing: int
    """Bytes behind the outermost value."""
    loose: tuple[str, ...]
    """Where the encoding is not the one that the distinguished rules leave; empty for DER."""


def read_der(data: bytes) -> Reading:
    """Take bytes apart.

    Raises:
        UnreadableError: they cannot be taken apart, by the basic rules neither, or not within bounds.
    """
    reader = _Reader(data)
    root, end = reader.element(0, len(data), 0)
    return Reading(root=root, trailing=len(data) - end, loose=tuple(dict.fromkeys(reader.loose)))


class _Reader:
    """Walks once over the bytes; the number of elements and their depth are bounded."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _MOST_ELEMENTS
        self.loose: list[str] = []

    def element(self, start: int, limit: int, depth: int) -> tuple[Element, int]:
        """The element at `start` and where it ends; `limit` is the end of what it lies in."""
        self._left -= 1
        if depth > _MOST_DEPTH or self._left < 0:
            raise UnreadableError("too many values, or one within the other too often")
        if start >= limit:
            raise UnreadableError(f"cut off at byte {start}")
        tag = self._data[start]
        if tag & 0x1F == 0x1F:
            raise UnreadableError(f"a tag of several octets at byte {start}")
        length, body = self._length(start + 1, limit)
        if length is None:
            return self._indefinite(tag, start, body, limit, depth)
        end = body + length
        if end > limit:
            raise UnreadableError(f"{length} bytes announced at byte {start}, {limit - body} are there")
        contents = self._data[body:end]
        children = self._children(body, end, depth) if tag & _CONSTRUCTED else ()
        self._check(tag, contents, children)
        return Element(tag, contents, self._data[start:end], children), end

    def _children(self, start: int, end: int, depth: int) -> tuple[Element, ...]:
        found = []
        while start < end:
            child, start = self.element(start, end, depth + 1)
            found.append(child)
        return tuple(found)

    def _length(self, place: int, limit: int) -> tuple[int | None, int]:
        if place >= limit:
            raise UnreadableError(f"cut off at byte {place}")
        first = self._data[place]
        if first < _INDEFINITE:
            return first, place + 1
        if first == _INDEFINITE:
            self.loose.append("a length is left open")
            return None, place + 1
        octets = self._data[place + 1 : place + 1 + (first & 0x7F)]
        if len(octets) < first & 0x7F or len(octets) > 8:
            raise UnreadableError(f"no length at byte {place}")
        length = int.from_bytes(octets)
        if octets[0] == 0 or length < _INDEFINITE:
            self.loose.append("a length takes more octets than it needs")
        return length, place + 1 + len(octets)

    def _indefinite(self, tag: int, start: int, body: int, limit: int, depth: int) -> tuple[Element, int]:
        if not tag & _CONSTRUCTED:
            raise UnreadableError(f"the length of a plain value is left open at byte {start}")
        place, found = body, []
        while self._data[place : place + 2] != b"\0\0":
            child, place = self.element(place, limit, depth + 1)
            found.append(child)
        if place + 2 > limit:
            raise UnreadableError(f"cut off at byte {place}")
        return Element(tag, self._data[body:place], self._data[start : place + 2], tuple(found)), place + 2

    def _check(self, tag: int, body: bytes, children: tuple[Element, ...]) -> None:
        if tag in _PLAIN:
            text = _PLAIN[tag](body)
            if text:
                self.loose.append(text)
        elif tag == SET and [one.whole for one in children] != sorted(one.whole for one in children):
            self.loose.append("the members of a set are not in order")
        elif tag in {BIT_STRING | _CONSTRUCTED, OCTET_STRING | _CONSTRUCTED}:
            self.loose.append("a string comes in pieces")


def _boolean(body: bytes) -> str:
    return "" if body in {b"\0", b"\xff"} else "a boolean is neither 00 nor FF"


def _integer(body: bytes) -> str:
    if not body:
        return "an integer has no octet"
    padded = len(body) > 1 and ((body[0] == 0 and body[1] < 0x80) or (body[0] == 0xFF and body[1] >= 0x80))
    return "an integer takes more octets than it needs" if padded else ""


def _bits(body: bytes) -> str:
    if not body or body[0] > 7 or (len(body) == 1 and body[0]):
        return "a bit string does not tell its unused bits"
    return "the unused bits of a bit string are not zero" if body[-1] & ((1 << body[0]) - 1) and len(body) > 1 else ""


def _identifier(body: bytes) -> str:
    if not body or body[-1] & 0x80:
        return "an object identifier is cut off"
    starts = (body[place] for place in range(len(body)) if place == 0 or not body[place - 1] & 0x80)
    return "an object identifier is padded" if any(octet == 0x80 for octet in starts) else ""


_PLAIN = {BOOLEAN: _boolean, INTEGER: _integer, BIT_STRING: _bits, OBJECT_IDENTIFIER: _identifier}


def dotted(identifier: bytes) -> str:
    """The contents of an object identifier as numbers with dots."""
    parts, value = [], 0
    for octet in identifier:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            parts.append(value)
            value = 0
    if not parts:
        return ""
    first = min(parts[0] // 40, 2)
    return ".".join(str(part) for part in (first, parts[0] - 40 * first, *parts[1:]))
