"""Physical values of DIN SPEC 70121: multiplier, value, and a unit that may be left out."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from harness.messages import physical
from harness.messages.field import Message, Wire
from harness.messages.namespaces import DIN_TYPES
from harness.messages.simple import I16, In


class Unit(StrEnum):
    """In what a size is counted."""

    HOUR = "h"
    MINUTE = "m"
    SECOND = "s"
    AMPERE = "A"
    AMPERE_HOUR = "Ah"
    VOLT = "V"
    VOLT_AMPERE = "VA"
    WATT = "W"
    WATT_PER_SECOND = "W/s"
    WATT_HOUR = "Wh"


class PhysicalValue(Message, physical.Sized, frozen=True, kw_only=True):
    """`value` x 10^`multiplier` of a unit; `float()` gives the size in the bare unit."""

    namespace: ClassVar[str] = DIN_TYPES

    multiplier: Annotated[physical.Multiplier, Wire("Multiplier")]
    unit: Annotated[Unit | None, Wire("Unit")] = None
    value: Annotated[I16, Wire("Value")]

    @classmethod
    def of(cls, size: float, unit: Unit | None, *, multiplier: int | None = None) -> Self:
        """Write a size with the given multiplier, or with the finest that fits 16 bits."""
        chosen, value = physical.written(size, multiplier)
        return cls(multiplier=chosen, unit=unit, value=value)


Volts = Annotated[PhysicalValue, In((Unit.VOLT,))]
Amperes = Annotated[PhysicalValue, In((Unit.AMPERE,))]
Watts = Annotated[PhysicalValue, In((Unit.WATT,))]
WattHours = Annotated[PhysicalValue, In((Unit.WATT_HOUR,))]
Time = Annotated[PhysicalValue, In((Unit.HOUR, Unit.MINUTE, Unit.SECOND))]


def volts(size: float, *, multiplier: int | None = None) -> PhysicalValue:
    """An electric tension."""
    return PhysicalValue.of(size, Unit.VOLT, multiplier=multiplier)


def amperes(size: float, *, multiplier: int | None = None) -> PhysicalValue:
    """An electric current."""
    return PhysicalValue.of(size, Unit.AMPERE, multiplier=multiplier)


def watts(size: float, *, multiplier: int | None = None) -> PhysicalValue:
    """A power."""
    return PhysicalValue.of(size, Unit.WATT, multiplier=multiplier)


def watt_hours(size: float, *, multiplier: int | None = None) -> PhysicalValue:
    """An energy."""
    return PhysicalValue.of(size, Unit.WATT_HOUR, multiplier=multiplier)


def seconds(size: float, *, multiplier: int | None = None) -> PhysicalValue:
    """A length of time."""
    return PhysicalValue.of(size, Unit.SECOND, multiplier=multiplier)
