"""What the parameter sets of an energy transfer service say, as both sides of a plug understand them."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

from harness.messages.iso20.common import (
    BoolValue,
    ByteValue,
    IntValue,
    Parameter,
    ParameterSet,
    RationalNumberValue,
    ShortValue,
)

SCHEDULED = "scheduled"
DYNAMIC = "dynamic"
CONTROL_MODES = {SCHEDULED: 1, DYNAMIC: 2}
"""Values of the service parameter ControlMode."""


class NeedsFrom(IntEnum):
    """Who says what the driver needs (MobilityNeedsMode); the station only in Dynamic control mode (V2G20-2663)."""

    EVCC = 1
    SECC = 2


class Pricing(IntEnum):
    """How prices are told."""

    NONE = 0
    ABSOLUTE = 1
    LEVELS = 2


class Channel(IntEnum):
    """Whether charging and discharging share one power channel (BPTChannel)."""

    UNIFIED = 1
    SEPARATED = 2


SINGLE_PHASE = 1
"""Connector of alternating current with one phase; peers call three phases 2 or 3."""


class Variant(Struct, frozen=True, kw_only=True):
    """One way to have a service; None where its parameter set says nothing."""

    control_mode: str | None = None
    needs_from: int | None = None
    pricing: int | None = None
    connector: int | None = None
    nominal_voltage: int | None = None
    """V between phase and neutral; alternating current only."""
    bpt_channel: int | None = None
    generator_mode: int | None = None
    islanding_detection: int | None = None

    @property
    def phases(self) -> int:
        """Phases of alternating current behind the connector; three where it is not said to be a single one."""
        return 1 if self.connector == SINGLE_PHASE else 3

    @property
    def separated(self) -> bool:
        """Whether the EV must say which power channel it means."""
        return self.bpt_channel == Channel.SEPARATED


_PLAIN = {
    "Connector": "connector",
    "EVSENominalVoltage": "nominal_voltage",
    "MobilityNeedsMode": "needs_from",
    "Pricing": "pricing",
    "BPTChannel": "bpt_channel",
    "GeneratorMode": "generator_mode",
    "GridCodeIslandingDetectionMethod": "islanding_detection",
}
"""Names of service parameters, and the fields that hold them."""


def parameter_set(variant: Variant, number: int) -> ParameterSet:
    """The parameter set `number` that says what a variant says."""
    values: dict[str, int | None] = {name: getattr(variant, field) for name, field in _PLAIN.items()}
    values["ControlMode"] = CONTROL_MODES.get(variant.control_mode or "")
    said = tuple(
        Parameter(parameter_name=name, value=IntValue(value=int(value)))
        for name, value in sorted(values.items())
        if value is not None
    )
    return ParameterSet(parameter_set_id=number, parameter=said)


def variant_in(parameters: ParameterSet) -> Variant:
    """What a parameter set says, whatever kind of number it says it with; names that we do not know are passed over."""
    numbers = {one.parameter_name: _number(one) for one in parameters.parameter}
    modes = {code: mode for mode, code in CONTROL_MODES.items()}
    plain = {field: numbers.get(name) for name, field in _PLAIN.items()}
    return Variant(control_mode=modes.get(numbers.get("ControlMode") or 0), **plain)


def _number(parameter: Parameter) -> int | None:
    match parameter.value:
        case BoolValue(value=value) | ByteValue(value=value) | ShortValue(value=value) | IntValue(value=value):
            return int(value)
        case RationalNumberValue(value=value, exponent=exponent):
            return round(value * 10.0**exponent)
    return None
