"""What each edition asks of a signature, and where it says so."""

from __future__ import annotations

from msgspec import Struct

from harness.pki.recipe import KeyKind
from harness.security.algorithm import Algorithm


class Terms(Struct, frozen=True, kw_only=True):
    """The demands of one edition."""

    schema: str
    """Key of the schema of its messages."""
    keys: tuple[KeyKind, ...]
    key_cites: tuple[str, ...]
    refusal_cites: tuple[str, ...]
    """That a signature which does not verify is refused."""
    raw_cites: tuple[str, ...] = ()
    """That values are raw."""
    form_cites: tuple[str, ...] = ()
    """How elements become octets, and how references look."""
    most_references: int = 0
    """0: no limit that is known."""
    type_allowed: bool = True
    """Whether a reference may tell the type of what it names."""


_ISO2 = Terms(
    schema="iso2",
    keys=(KeyKind.P256,),
    key_cites=("V2G2-006", "V2G2-007"),
    refusal_cites=("V2G2-461",),
    form_cites=("V2G2-767", "V2G2-771", "V2G2-909"),
    most_references=4,
    type_allowed=False,
)
_ISO20 = Terms(
    schema="common",
    keys=(KeyKind.P521, KeyKind.ED448),
    key_cites=("V2G20-2674", "V2G20-2319"),
    refusal_cites=("V2G20-461",),
    raw_cites=("V2G20-1000",),
    form_cites=("V2G20-771",),
)

ALGORITHMS = {
    KeyKind.P521: Algorithm.P521_SHA512,
    KeyKind.ED448: Algorithm.ED448_SHAKE256,
    KeyKind.P256: Algorithm.P256_SHA256,
}
"""The algorithm that goes with each kind of key."""


def terms_of(schema: str) -> Terms:
    """The demands on a signature in messages of a schema; all but `iso2` are of ISO 15118-20."""
    return _ISO2 if schema == _ISO2.schema else _ISO20
