"""How the simple values travel (EXI 1.0, section 7.1): each datatype reads and writes one value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from harness.exi.bits import BitReader, BitWriter, width_of
from harness.exi.errors import ExiError
from harness.exi.limits import Limits
from harness.exi.strings import SURROGATES, ReadStrings, WriteStrings

LARGEST_PACKED_RANGE = 4096
"""Integers with no more values than this take a fixed number of bits."""


class Readers(Struct, frozen=True):
    """What reading a value needs beside the stream."""

    strings: ReadStrings
    limits: Limits


class Boolean(Struct, frozen=True):
    """One bit."""

    def read(self, reader: BitReader, readers: Readers, name: int) -> bool:
        """The next value."""
        return bool(reader.bits(1))

    def write(self, writer: BitWriter, strings: WriteStrings, name: int, value: Any) -> None:
        """Append a value; ExiError if it is no truth value."""
        if value not in (0, 1):
            raise ExiError(f"{value!r} is neither true nor false")
        writer.bits(int(value), 1)


class Enumeration(Struct, frozen=True):
    """An index into the values in schema order; `values` are what the message carries."""

    values: tuple[Any, ...]

    @property
    def width(self) -> int:
        """Bits of one value."""
        return width_of(len(self.values))

    def read(self, reader: BitReader, readers: Readers, name: int) -> Any:
        """The next value; ExiError if the index names none."""
        start = reader.at
        index = reader.bits(self.width)
        if index >= len(self.values):
            raise ExiError(f"value {index} of an enumeration of {len(self.values)}", bit=start)
        return self.values[index]

    def write(self, writer: BitWriter, strings: WriteStrings, name: int, value: Any) -> None:
        """Append a value; ExiError if the enumeration has no such value."""
        if value not in self.values:
            raise ExiError(f"{value!r} is no value of the enumeration {', '.join(map(str, self.values))}")
        writer.bits(self.values.index(value), self.width)


class Packed(Struct, frozen=True):
    """An integer of a small range: its distance from `lower` in `width` bits.

    Numbers past the upper bound that still fit the bits are read and written: whether they are allowed is not
    a question of coding.
    """

    lower: int
    width: int

    @classmethod
    def between(cls, lower: int, upper: int) -> Packed:
        """The datatype of the integers from `lower` to `upper`."""
        return cls(lower, width_of(upper - lower + 1))

    def read(self, reader: BitReader, readers: Readers, name: int) -> int:
        """The next value."""
        return self.lower + reader.bits(self.width)

    def write(self, writer: BitWriter, strings: WriteStrings, name: int, value: Any) -> None:
        """Append a value; ExiError if it is no integer or does not fit the bits."""
        upper = self.lower + (1 << self.width) - 1
        if not self.lower <= whole(value) <= upper:
            raise ExiError(f"{value} is not between {self.lower} and {upper}, all that {self.width} bits can say")
        writer.bits(value - self.lower, self.width)


class Unsigned(Struct, frozen=True):
    """An integer that is never negative."""

    def read(self, reader: BitReader, readers: Readers, name: int) -> int:
        """The next value."""
        return reader.unsigned(readers.limits.integer)

    def write(self, writer: BitWriter, strings: WriteStrings, name: int, value: Any) -> None:
        """Append a value; ExiError if it is no integer or negative."""
        if whole(value) < 0:
            raise ExiError(f"{value} is negative, and the element carries no sign")
        writer.unsigned(value)


class Signed(Struct, frozen=True):
    """A sign bit, then the magnitude (of a negative number less one)."""

    def read(self, reader: BitReader, readers: Readers, name: int) -> int:
        """The next value."""
        negative = reader.bits(1)
        magnitude = reader.unsigned(readers.limits.integer)
        return -magnitude - 1 if negative else magnitude

    def write(self, writer: BitWriter, strings: WriteStrings, name: int, value: Any) -> None:
        """Append a value; ExiError if it is no integer."""
        negative = whole(value) < 0
        writer.bits(int(negative), 1)
        writer.unsigned(-value - 1 if negative else value)


class Binary(Struct, frozen=True):
    """A length and that many octets."""

    empty = b""

    def read(self, reader: BitReader, readers: Readers, name: int) -> bytes:
        """The next value."""
        return reader.octets(reader.unsigned(readers.limits.integer))

    def write(self, writer: BitWriter, strings: WriteStrings, name: int, value: Any) -> None:
        """Append a value; ExiError if it is not made of octets."""
        if not isinstance(value, bytes | bytearray):
            raise ExiError(f"{value!r} is not bytes")
        writer.unsigned(len(value))
        writer.octets(bytes(value))


class Text(Struct, frozen=True):
    """Characters, through the string tables."""

    empty = ""

    def read(self, reader: BitReader, readers: Readers, name: int) -> str:
        """The next value."""
        return readers.strings.read(reader, name)

    def write(self, writer: BitWriter, strings: WriteStrings, name: int, value: Any) -> None:
        """Append a value; ExiError if it is no text."""
        if not isinstance(value, str):
            raise ExiError(f"{value!r} is not text")
        if not value.isascii() and any(ord(character) in SURROGATES for character in value):
            raise ExiError(f"{value!r} holds half a character")
        strings.write(writer, value, name)


Datatype = Boolean | Enumeration | Packed | Unsigned | Signed | Binary | Text


def whole(value: Any) -> int:
    """`value` if it is an integer; ExiError if not."""
    if not isinstance(value, int):
        raise ExiError(f"{value!r} is not an integer")
    return value


def integer(lower: int | None, upper: int | None) -> Datatype:
    """The datatype of the integers between two bounds, None for no bound."""
    if lower is not None and upper is not None and upper - lower < LARGEST_PACKED_RANGE:
        return Packed.between(lower, upper)
    return Unsigned() if lower is not None and lower >= 0 else Signed()


def enumeration(values: Sequence[Any]) -> Enumeration:
    """The datatype of an enumeration, its values in schema order."""
    return Enumeration(tuple(values))
