"""Bits in and out of bytes, one value at a time, for the interpreter."""

from __future__ import annotations

from harness.exi.errors import ExiError

WINDOW = 32
"""Octets that one look at the stream turns into an integer; wider reads take their own slice."""


def width_of(count: int) -> int:
    """The smallest number of bits that tells `count` things apart."""
    return max(count - 1, 0).bit_length()


class BitReader:
    """Reads a stream from its first bit; `at` is the offset of the next one."""

    def __init__(self, data: bytes) -> None:
        """Start at the first bit of `data`."""
        self.data = data
        self.at = 0
        self.end = 8 * len(data)

    def bits(self, width: int) -> int:
        """The next `width` bits as an unsigned number.

        Raises:
            ExiError: the stream ends before.
        """
        until = self.at + width
        if until > self.end:
            raise ExiError(f"the stream ends, {until - self.end} bits short", bit=self.at)
        word = int.from_bytes(self.data[self.at >> 3 : (until + 7) >> 3], "big")
        self.at = until
        return word >> (-until & 7) & ((1 << width) - 1)

    def octets(self, count: int) -> bytes:
        """The next `count` octets, wherever they start."""
        return self.bits(8 * count).to_bytes(count, "big")

    def unsigned(self, groups: int) -> int:
        """An EXI unsigned integer: seven bits an octet, low group first, the high bit says that more follow.

        Raises:
            ExiError: it has more than `groups` groups, or the stream ends before.
        """
        start, value = self.at, 0
        for group in range(groups):
            octet = self.bits(8)
            value |= (octet & 0x7F) << 7 * group
            if octet < 0x80:
                return value
        raise ExiError(f"an integer of more than {groups} octets", bit=start)


class BitWriter:
    """Collects bits; `data` pads the last octet with zeros."""

    def __init__(self) -> None:
        """Start with nothing written."""
        self._octets = bytearray()
        self._rest = 0
        self._width = 0

    def bits(self, value: int, width: int) -> None:
        """Append the low `width` bits of `value`."""
        self._rest = self._rest << width | value
        self._width += width
        if self._width >= 8 * WINDOW:
            spare = self._width & 7
            self._octets += (self._rest >> spare).to_bytes(self._width >> 3, "big")
            self._rest &= (1 << spare) - 1
            self._width = spare

    def octets(self, value: bytes) -> None:
        """Append whole octets."""
        self.bits(int.from_bytes(value, "big"), 8 * len(value))

    def unsigned(self, value: int) -> None:
        """Append an EXI unsigned integer."""
        while value > 0x7F:
            self.bits(value & 0x7F | 0x80, 8)
            value >>= 7
        self.bits(value, 8)

    def data(self) -> bytes:
        """All that was written."""
        pad = -self._width & 7
        return bytes(self._octets) + (self._rest << pad).to_bytes((self._width + pad) >> 3, "big")
