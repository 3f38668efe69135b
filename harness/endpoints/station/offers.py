"""The services and parameter sets of a station, and the schedules it offers."""

from __future__ import annotations

from harness.core.units import Watts
from harness.endpoints.station.quantities import Limits
from harness.endpoints.station.settings import DC_BPT, DYNAMIC, SCHEDULED, StationSettings
from harness.messages.iso20.common import (
    ChargingSchedule,
    IntValue,
    Parameter,
    ParameterSet,
    PowerSchedule,
    PowerScheduleEntry,
    PowerScheduleEntryList,
    PriceLevelSchedule,
    PriceLevelScheduleEntry,
    PriceLevelScheduleEntryList,
    ScheduleTuple,
    Service,
    ServiceList,
    ServiceParameterList,
)

CONTROL_MODE_CODES = {SCHEDULED: 1, DYNAMIC: 2}
"""Values of the service parameter ControlMode."""
TUPLE_ID = 1

_CONNECTOR_EXTENDED = 2
_NEEDS_FROM_EVCC = 1
_NO_PRICING = 0
_UNIFIED_CHANNEL = 1
_GRID_FOLLOWING = 1
_DAY = 86_400


def energy_services(settings: StationSettings) -> ServiceList:
    """The energy transfer services."""
    return ServiceList(service=tuple(Service(service_id=each, free_service=True) for each in settings.services))


def parameter_sets(settings: StationSettings, service_id: int) -> ServiceParameterList:
    """The parameter sets of a service, one for each control mode; ids count from 1."""
    sets = tuple(
        ParameterSet(parameter_set_id=number, parameter=_parameters(service_id, mode))
        for number, mode in enumerate(settings.control_modes, 1)
    )
    return ServiceParameterList(parameter_set=sets)


def control_mode_of(settings: StationSettings, parameter_set_id: int) -> str | None:
    """The control mode that a parameter set stands for; None if there is no such set."""
    if 1 <= parameter_set_id <= len(settings.control_modes):
        return settings.control_modes[parameter_set_id - 1]
    return None


def schedules(
    limits: Limits, service_id: int, departure: float | None, at: float, *, priced: bool = False
) -> tuple[ScheduleTuple, ...]:
    """One tuple with the power allowed now, until the EV leaves or for a day (V2G20-1563); `priced` at one level."""
    duration = max(1, int(departure)) if departure is not None else _DAY
    prices = _one_price_level(duration, at) if priced else None
    back = None
    if service_id == DC_BPT:
        # What comes from the EV counts negative (V2G20-1034, V2G20-1035).
        power = _schedule(-limits.max_discharge_power, duration, at)
        back = ChargingSchedule(power_schedule=power, price_schedule=prices)
    forth = ChargingSchedule(power_schedule=_schedule(limits.max_charge_power, duration, at), price_schedule=prices)
    return (ScheduleTuple(schedule_tuple_id=TUPLE_ID, charging_schedule=forth, discharging_schedule=back),)


def _schedule(watts: float, duration: int, at: float) -> PowerSchedule:
    entry = PowerScheduleEntry(duration=duration, power=Watts.of(watts))
    return PowerSchedule(
        time_anchor=int(at), power_schedule_entries=PowerScheduleEntryList(power_schedule_entry=(entry,))
    )


def _one_price_level(duration: int, at: float) -> PriceLevelSchedule:
    entry = PriceLevelScheduleEntry(duration=duration, price_level=1)
    return PriceLevelSchedule(
        time_anchor=int(at),
        price_schedule_id=1,
        number_of_price_levels=1,
        price_level_schedule_entries=PriceLevelScheduleEntryList(price_level_schedule_entry=(entry,)),
    )


def _parameters(service_id: int, control_mode: str) -> tuple[Parameter, ...]:
    values = {
        "Connector": _CONNECTOR_EXTENDED,
        "ControlMode": CONTROL_MODE_CODES[control_mode],
        "MobilityNeedsMode": _NEEDS_FROM_EVCC,
        "Pricing": _NO_PRICING,
    }
    if service_id == DC_BPT:
        values |= {"BPTChannel": _UNIFIED_CHANNEL, "GeneratorMode": _GRID_FOLLOWING}
    return tuple(Parameter(parameter_name=name, value=IntValue(value=value)) for name, value in values.items())
