"""Flaws of how a certificate is written."""

from __future__ import annotations

from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import ISO, ON_CURVES, TWENTY, Bend, Trait, edit, with_leaf
from harness.pki.recipe import ChainRecipe

_UNREADABLE = frozenset({40, 47, 50, 51, 80})
"""What stacks say of bytes that they cannot read: decode_error first of all, OpenSSL internal_error of some keys."""
_OF_ONE_SIZE = ("V2G20-1234", "V2G2-010")


def _wrong(description: str, name: str, **how: object) -> Trait:
    terms: dict[str, object] = {"bend": edit(name, raw=True), "alerts": _UNREADABLE, **how}
    return Trait(description=description, **terms)  # type: ignore[arg-type]


def _larger(more: int) -> Bend:
    """An address of the responder that is longer by so many bytes."""

    def bend(chain: ChainRecipe) -> ChainRecipe:
        return with_leaf(chain, ocsp=f"{chain.leaf.ocsp}/{'x' * more}")

    return bend


TRAITS = {
    Flaw.FIRST_VERSION: _wrong("the leaf is of version 1 and has extensions", "first_version"),
    Flaw.NEGATIVE_SERIAL: _wrong("the serial number is negative", "negative_serial", kinds=ISO),
    Flaw.ZERO_SERIAL: _wrong("the serial number is zero", "zero_serial", kinds=ISO),
    Flaw.LONG_SERIAL: _wrong("the serial number has 24 bytes", "long_serial", kinds=ISO),
    Flaw.COMPRESSED_POINT: _wrong(
        "the point of the key is compressed", "compressed_point", kinds=ISO, profiles=ON_CURVES
    ),
    Flaw.POINT_OFF_CURVE: _wrong(
        "the point of the key does not lie on its curve", "point_off_curve", profiles=ON_CURVES
    ),
    Flaw.EXPLICIT_PARAMETERS: _wrong(
        "the curve of the key is spelt out instead of named", "explicit_parameters", profiles=ON_CURVES
    ),
    Flaw.DOUBLED_EXTENSION: _wrong("an extension is there twice", "doubled_extension"),
    Flaw.PADDED_LENGTH: _wrong("a length is written with a zero before it", "padded_length"),
    Flaw.TRAILING_BYTE: _wrong("a byte follows the certificate", "trailing_byte"),
    Flaw.CUT_SHORT: _wrong("the certificate is cut short", "cut_short"),
    Flaw.NOTHING: _wrong("the leaf has no byte", "nothing"),
    Flaw.NOISE: _wrong("the leaf is noise", "noise"),
    Flaw.LARGE: Trait(
        description="the leaf is larger than the profile allows",
        bend=_larger(1_100),
        kinds=ISO,
        cites=_OF_ONE_SIZE,
    ),
    Flaw.HUGE: Trait(
        description="the leaf has more than 4,000 bytes",
        bend=_larger(3_600),
        kinds=ISO,
        profiles=TWENTY,
        cites=_OF_ONE_SIZE,
    ),
}
