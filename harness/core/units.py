"""Physical values as they travel: an integer, a decimal exponent, and the unit in the type."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import ClassVar, NewType, Self, TypeVar

from msgspec import Struct

Seconds = NewType("Seconds", float)
"""A length of time; instants are plain floats of Unix time, called `at`."""

_HIGHEST = 32767
_LOWEST = -32768


class Rational(Struct, frozen=True, kw_only=True):
    """`value` x 10^`exponent`, a RationalNumber of ISO 15118-20 (8.3.5.3.8).

    Two ways to write one size are unequal values with equal `float`: what counts on the wire is how it was written.
    """

    unit: ClassVar[str] = ""

    exponent: int = 0
    value: int

    @classmethod
    def of(cls, size: float, *, exponent: int | None = None) -> Self:
        """Write `size` with the given exponent, or with the finest from -3 up that fits 16 bits."""
        made: Self = _made(cls, float(size), exponent)
        return made

    def __float__(self) -> float:
        # One division of whole numbers rounds once, as reading the decimal number would.
        if self.exponent < 0:
            return float(self.value / 10**-self.exponent)
        return float(self.value * 10**self.exponent)

    def __str__(self) -> str:
        return f"{float(self):g} {self.unit}".rstrip()


_R = TypeVar("_R", bound=Rational)


@lru_cache(maxsize=8192)
def _made(kind: type[_R], size: float, exponent: int | None) -> _R:
    """A value that nobody can change, so that a charge loop may use the same one in each cycle."""
    value, chosen = _written(size, exponent)
    return kind(value=value, exponent=chosen)


def _written(size: float, exponent: int | None) -> tuple[int, int]:
    """Value and exponent."""
    exact = Decimal(repr(size))
    chosen = -3 if exponent is None else exponent
    scaled = int((exact.scaleb(-chosen)).to_integral_value())
    while exponent is None and not _LOWEST <= scaled <= _HIGHEST:
        chosen += 1
        scaled = int((exact.scaleb(-chosen)).to_integral_value())
    while exponent is None and chosen < 0 and scaled % 10 == 0:
        chosen, scaled = chosen + 1, scaled // 10
    return scaled, chosen


class Volts(Rational, frozen=True, kw_only=True):
    """Electric tension."""

    unit: ClassVar[str] = "V"


class Amperes(Rational, frozen=True, kw_only=True):
    """Electric current; negative towards the station."""

    unit: ClassVar[str] = "A"


class Watts(Rational, frozen=True, kw_only=True):
    """Active power."""

    unit: ClassVar[str] = "W"


class VoltAmperesReactive(Rational, frozen=True, kw_only=True):
    """Reactive power."""

    unit: ClassVar[str] = "var"


class WattHours(Rational, frozen=True, kw_only=True):
    """Energy."""

    unit: ClassVar[str] = "Wh"


class Hertz(Rational, frozen=True, kw_only=True):
    """Frequency."""

    unit: ClassVar[str] = "Hz"
