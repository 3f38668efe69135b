"""The simple types of the V2G schemas, as annotated Python types."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class Hex(Struct, frozen=True):
    """Marks bytes that are hexBinary in the schema; unmarked bytes are base64Binary."""


class Identity(Struct, frozen=True):
    """Marks text that is ID in the schema: what signatures refer to; a name without colon."""


class IdentityReference(Struct, frozen=True):
    """Marks text that is IDREF in the schema (DIN SPEC 70121 has it where ID was meant); written like an identity."""


class In(Struct, frozen=True):
    """Marks a physical value whose unit travels beside it: the units that the standard has for this field."""

    units: tuple[str, ...]


class Uri(Struct, frozen=True):
    """Marks text that is anyURI in the schema."""


U8 = Annotated[int, Meta(ge=0, le=2**8 - 1)]
U16 = Annotated[int, Meta(ge=0, le=2**16 - 1)]
U32 = Annotated[int, Meta(ge=0, le=2**32 - 1)]
U64 = Annotated[int, Meta(ge=0)]
"""unsignedLong; msgspec bounds stop at 63 bits, so the upper bound is checked by `problems`."""
I8 = Annotated[int, Meta(ge=-(2**7), le=2**7 - 1)]
I16 = Annotated[int, Meta(ge=-(2**15), le=2**15 - 1)]
I32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
I64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Integer = int
"""An unbounded integer."""
Percent = Annotated[int, Meta(ge=0, le=100)]
