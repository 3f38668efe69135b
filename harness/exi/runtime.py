"""What compiled functions call for values of variable length.

A decoder has the whole stream as one integer `n` and the number `s` of bits still unread below the cursor; a shift by
a negative `s` raises ValueError: the stream ended. An encoder has all bits so far as one integer `a`, whose leading
bit is the leading bit of the header, so that its length is known. Both raise where the interpreter should look.
"""

from __future__ import annotations

from harness.exi.errors import Unusual
from harness.exi.limits import Limits
from harness.exi.strings import SURROGATES

EVERYWHERE = -1
"""Key of an encoder's global string table; the local ones stand under the numbers of their qualified names."""
LONGEST_LOG = 200
"""With more strings than this to search for each hit, the interpreter's tables are better."""
GROUPS = Limits().integer

_OCTET = tuple(bytes((octet,)) for octet in range(0x80))

_MASKS = (0, 0, *((1 << 8 * size) - 1 for size in range(0x80)))
"""By the octet that says a string's length, two more than it is."""

_WIDE_MASKS: dict[int, int] = {}
"""By size in octets; compiled functions read no stream of more than a few thousand."""

Said = list[tuple[int, str]]
"""The strings a decoder has read so far, each with the number of its qualified name."""
WriteTables = dict[int, dict[str, int]]


def more(n: int, s: int, head: int) -> tuple[int, int]:
    """The rest of an unsigned integer whose first octet, `head`, said that more follow."""
    value, shift = head & 0x7F, 7
    while shift < 7 * GROUPS:
        s -= 8
        octet = n >> s & 0xFF
        if octet < 0x80:
            return value | octet << shift, s
        value |= (octet & 0x7F) << shift
        shift += 7
    raise Unusual


def octets(n: int, s: int, head: int) -> tuple[bytes, int, int]:
    """Binary content whose length begins with the octet `head`.

    Also what is left of the stream: once most of it has been read, the rest is cheaper to shift alone.
    """
    if head < 0x80:
        s -= 8 * head
        return (n >> s & (1 << 8 * head) - 1).to_bytes(head, "big"), n, s
    head, s = more(n, s, head)
    s -= 8 * head
    if s < 0:
        raise Unusual
    mask = _WIDE_MASKS.get(head) or _WIDE_MASKS.setdefault(head, (1 << 8 * head) - 1)
    value = (n >> s & mask).to_bytes(head, "big")
    return value, n & (1 << s) - 1 if n.bit_length() > 2 * s else n, s


def text(n: int, s: int, head: int, said: Said, number: int) -> tuple[str, int]:
    """A string whose length, or table, begins with the octet `head`; `number` is that of its qualified name."""
    if head < 3:
        return ("", s) if head == 2 else _hit(n, s, [text for name, text in said if head or name == number])
    if head < 0x80:
        size, mask = head - 2, _MASKS[head]
        s -= 8 * size
    else:
        head, s = more(n, s, head)
        size = head - 2
        s -= 8 * size
        if s < 0 or size < 1:
            raise Unusual
        mask = (1 << 8 * size) - 1
    raw = (n >> s & mask).to_bytes(size, "big")
    if raw.isascii():
        value = raw.decode("ascii")
    else:
        value, s = _characters(n, s + 8 * size, size)
    said.append((number, value))
    return value, s


def _hit(n: int, s: int, table: list[str]) -> tuple[str, int]:
    if not 0 < len(table) <= LONGEST_LOG:
        raise Unusual
    width = (len(table) - 1).bit_length()
    s -= width
    return table[n >> s & (1 << width) - 1], s


def _characters(n: int, s: int, size: int) -> tuple[str, int]:
    points = []
    for _ in range(size):
        s -= 8
        point = n >> s & 0xFF
        if point > 0x7F:
            point, s = more(n, s, point)
        if point in SURROGATES:
            raise Unusual
        points.append(chr(point))
    return "".join(points), s


def put_unsigned(a: int, value: int) -> int:
    """Append an integer that is not negative."""
    if value < 0x80:
        if value < 0:
            raise Unusual
        return a << 8 | value
    if value < 0x4000:
        return a << 16 | (value & 0x7F | 0x80) << 8 | value >> 7
    return _put_groups(a, value)


def put_signed(a: int, value: int) -> int:
    """Append an integer: its sign, then its magnitude."""
    if value < 0:
        a, value = a << 1 | 1, ~value
    else:
        a <<= 1
    if value < 0x80:
        return a << 8 | value
    if value < 0x4000:
        return a << 16 | (value & 0x7F | 0x80) << 8 | value >> 7
    return _put_groups(a, value)


def _put_groups(a: int, value: int) -> int:
    while value > 0x7F:
        a = a << 8 | value & 0x7F | 0x80
        value >>= 7
    return a << 8 | value


def put_octets(a: int, width: int, value: bytes) -> int:
    """Append zeros, `width` of them, then binary content with its length."""
    size = len(value)
    raw = (_OCTET[size] if size < 0x80 else _length(size)) + value
    return a << width + 8 * len(raw) | int.from_bytes(raw, "big")


def _length(size: int) -> bytes:
    """An unsigned integer as octets."""
    if size < 0x80:
        return _OCTET[size]
    groups = bytearray()
    while size > 0x7F:
        groups.append(size & 0x7F | 0x80)
        size >>= 7
    groups.append(size)
    return bytes(groups)


def put_text(a: int, width: int, value: str, tables: WriteTables | None, number: int) -> int:
    """Append zeros, then a string, by number if it was said before; without tables always in full."""
    if tables is not None:
        local = tables.get(number)
        if local is None:
            local = tables[number] = {}
        elif value in local:
            return a << width + 8 + (len(local) - 1).bit_length() | local[value]
        everywhere = tables[EVERYWHERE]
        if value in everywhere:
            return (a << width + 8 | 1) << (len(everywhere) - 1).bit_length() | everywhere[value]
        if value:
            local[value] = len(local)
            everywhere[value] = len(everywhere)
    size = len(value) + 2
    if value.isascii():
        raw = (_OCTET[size] if size < 0x80 else _length(size)) + value.encode()
    else:
        raw = _length(size) + b"".join(map(_point, map(ord, value)))
    return a << width + 8 * len(raw) | int.from_bytes(raw, "big")


def _point(point: int) -> bytes:
    if point in SURROGATES:
        raise Unusual
    return _length(point)


def append(a: int, part: int) -> int:
    """Append bits that were written on their own, behind a leading one."""
    width = part.bit_length() - 1
    return a << width | part ^ 1 << width
