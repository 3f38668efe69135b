"""How much a stream may make us build."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds that no lawful V2G message comes near; past them decoding ends with `ExiError`."""

    octets: int = 1 << 20
    """Length of the whole stream, in bytes."""
    text: int = 1 << 16
    """Length of one string, in characters."""
    integer: int = 64
    """Length of one integer, in groups of seven bits."""
    elements: int = 200_000
    """Elements in one message."""
    depth: int = 64
    """Elements inside each other."""
