"""How much a stream may make us build."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds that leave room for every lawful V2G message; past them decoding ends with `ExiError`."""

    octets: int = 1 << 20
    """Length of the whole stream, in bytes."""
    text: int = 1 << 16
    """Length of one string, in characters."""
    integer: int = 64
    """Length of one integer, in groups of seven bits."""
    elements: int = 1_000_000
    """Elements in one message; the longest price schedules that the schema allows come to 900,000."""
    depth: int = 64
    """Elements inside each other."""
