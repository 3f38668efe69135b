"""Services that a station offers beside the transfer of energy, with parameter sets that the application supplies."""

from __future__ import annotations

from msgspec import Struct

from harness.core.errors import UserError
from harness.core.units import Rational
from harness.messages.iso20.common import (
    BoolValue,
    FiniteString,
    IntValue,
    Parameter,
    ParameterSet,
    RationalNumberValue,
    ServiceParameterList,
)
from harness.messages.iso20.energy import ValueAddedService

Value = bool | int | float | str
"""Of a parameter; its type decides how it travels."""


class ValueAdded(Struct, frozen=True, kw_only=True):
    """One service beside the transfer of energy."""

    service_id: int
    sets: dict[int, dict[str, Value]]
    """By ParameterSetID the values of the parameters by name; one set with one parameter at least."""
    free: bool = True

    def __post_init__(self) -> None:
        """Refuse what no message can say.

        Raises:
            UserError: there is no parameter set, or an empty one.
        """
        if not self.sets or not all(self.sets.values()):
            raise UserError(
                f"service {self.service_id} has no parameter set, or an empty one",
                do="give it at least one set with one parameter",
            )

    def parameter_sets(self) -> ServiceParameterList:
        """The sets as they travel."""
        sets = tuple(
            ParameterSet(
                parameter_set_id=number,
                parameter=tuple(Parameter(parameter_name=name, value=_value(value)) for name, value in values.items()),
            )
            for number, values in self.sets.items()
        )
        return ServiceParameterList(parameter_set=sets)


def _value(value: Value) -> BoolValue | IntValue | RationalNumberValue | FiniteString:
    if isinstance(value, bool):
        return BoolValue(value=value)
    if isinstance(value, int):
        return IntValue(value=value)
    if isinstance(value, str):
        return FiniteString(value=value)
    number = Rational.of(value)
    return RationalNumberValue(exponent=number.exponent, value=number.value)


INTERNET = ValueAdded(
    service_id=ValueAddedService.INTERNET,
    sets={3: {"Protocol": "http", "Port": 80}, 4: {"Protocol": "https", "Port": 443}},
)
"""Stations are used to numbering the ports 20, 21, 80 and 443 from 1 to 4."""
PARKING_STATUS = ValueAdded(
    service_id=ValueAddedService.PARKING_STATUS,
    sets={
        1: {"IntendedService": 1, "ParkingStatusType": 3},
        2: {"IntendedService": 2, "ParkingStatusType": 3},
    },
)
"""VehicleCheckIn (1) and VehicleCheckOut (2), steered by hand within the space."""
