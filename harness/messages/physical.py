"""Physical values whose unit travels with them, as ISO 15118-2 and DIN SPEC 70121 write them."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Protocol

from msgspec import Meta

from harness.core.units import Amperes, Rational, Volts, WattHours, Watts

Multiplier = Annotated[int, Meta(ge=-3, le=3)]
"""Power of ten."""

_RATIONALS: dict[str, type[Rational]] = {kind.unit: kind for kind in (Volts, Amperes, Watts, WattHours)}
_FINEST, _COARSEST = -3, 3
_HIGHEST, _LOWEST = 32767, -32768


class _Written(Protocol):
    @property
    def multiplier(self) -> int: ...
    @property
    def value(self) -> int: ...
    @property
    def unit(self) -> StrEnum | None: ...


class Sized:
    """What both kinds of physical value can tell of themselves; mixed into their declarations."""

    __slots__ = ()

    @property
    def amount(self: _Written) -> Decimal:
        """The size in its unit, exactly as written."""
        return Decimal(self.value).scaleb(self.multiplier)

    @property
    def rational(self: _Written) -> Rational:
        """The same as ISO 15118-20 writes it, its unit in the type where we have one for it."""
        return _RATIONALS.get(str(self.unit), Rational)(value=self.value, exponent=self.multiplier)

    def __float__(self: _Written) -> float:
        return float(Decimal(self.value).scaleb(self.multiplier))

    def __str__(self: _Written) -> str:
        return f"{float(Decimal(self.value).scaleb(self.multiplier)):g} {self.unit or ''}".rstrip()


def written(size: float, multiplier: int | None = None) -> tuple[int, int]:
    """Multiplier and value of a size: with the multiplier given, or the finest that fits 16 bits without idle zeros."""
    exact = Decimal(repr(float(size)))
    if multiplier is not None:
        return multiplier, int(exact.scaleb(-multiplier).to_integral_value())
    chosen = _FINEST
    scaled = int(exact.scaleb(-chosen).to_integral_value())
    while not _LOWEST <= scaled <= _HIGHEST and chosen < _COARSEST:
        chosen += 1
        scaled = int(exact.scaleb(-chosen).to_integral_value())
    while chosen < 0 and scaled % 10 == 0:
        chosen, scaled = chosen + 1, scaled // 10
    return chosen, scaled
