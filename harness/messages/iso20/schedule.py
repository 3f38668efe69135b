"""How much power when: ScheduleExchange and the power schedules in it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.core.units import Rational, WattHours, Watts
from harness.messages.field import Message, Wire
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.offer import EvEnergyOffer
from harness.messages.iso20.pricing import AbsolutePriceSchedule, PriceLevelSchedule
from harness.messages.iso20.types import NumericId, V2gRequest, V2gResponse
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import U32, U64, Percent


class PowerScheduleEntry(Message, frozen=True, kw_only=True):
    """A power, per phase where phases differ, for a number of seconds."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    duration: Annotated[U32, Wire("Duration")]
    power: Annotated[Watts, Wire("Power")]
    power_l2: Annotated[Watts | None, Wire("Power_L2")] = None
    power_l3: Annotated[Watts | None, Wire("Power_L3")] = None


class PowerScheduleEntryList(Message, frozen=True, kw_only=True):
    """Consecutive stretches of a power schedule."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    power_schedule_entry: Annotated[tuple[PowerScheduleEntry, ...], Wire("PowerScheduleEntry", 1, 1024)]


class PowerSchedule(Message, frozen=True, kw_only=True):
    """Power over time, and the energy that it adds up to."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    time_anchor: Annotated[U64, Wire("TimeAnchor")]
    available_energy: Annotated[WattHours | None, Wire("AvailableEnergy")] = None
    power_tolerance: Annotated[Rational | None, Wire("PowerTolerance")] = None
    power_schedule_entries: Annotated[PowerScheduleEntryList, Wire("PowerScheduleEntries")]


class ChargingSchedule(Message, frozen=True, kw_only=True):
    """Power over time, with prices if there are any."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    power_schedule: Annotated[PowerSchedule, Wire("PowerSchedule")]
    price_schedule: Annotated[AbsolutePriceSchedule | PriceLevelSchedule | None, Wire()] = None


class ScheduleTuple(Message, frozen=True, kw_only=True):
    """A schedule to charge by, with one to discharge by where the service has both."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    schedule_tuple_id: Annotated[NumericId, Wire("ScheduleTupleID")]
    charging_schedule: Annotated[ChargingSchedule, Wire("ChargingSchedule")]
    discharging_schedule: Annotated[ChargingSchedule | None, Wire("DischargingSchedule")] = None


class DynamicSeReqControlMode(Message, frozen=True, kw_only=True):
    """What an EV that leaves the planning to the station needs, and when it leaves."""

    name: ClassVar[str] = "Dynamic_SEReqControlMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    departure_time: Annotated[U32, Wire("DepartureTime")]
    minimum_soc: Annotated[Percent | None, Wire("MinimumSOC")] = None
    target_soc: Annotated[Percent | None, Wire("TargetSOC")] = None
    ev_target_energy_request: Annotated[WattHours, Wire("EVTargetEnergyRequest")]
    ev_maximum_energy_request: Annotated[WattHours, Wire("EVMaximumEnergyRequest")]
    ev_minimum_energy_request: Annotated[WattHours, Wire("EVMinimumEnergyRequest")]
    ev_maximum_v2x_energy_request: Annotated[WattHours | None, Wire("EVMaximumV2XEnergyRequest")] = None
    ev_minimum_v2x_energy_request: Annotated[WattHours | None, Wire("EVMinimumV2XEnergyRequest")] = None


class ScheduledSeReqControlMode(Message, frozen=True, kw_only=True):
    """What an EV that will follow a schedule wants to be planned for; DepartureTime in seconds from now."""

    name: ClassVar[str] = "Scheduled_SEReqControlMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    departure_time: Annotated[U32 | None, Wire("DepartureTime")] = None
    ev_target_energy_request: Annotated[WattHours | None, Wire("EVTargetEnergyRequest")] = None
    ev_maximum_energy_request: Annotated[WattHours | None, Wire("EVMaximumEnergyRequest")] = None
    ev_minimum_energy_request: Annotated[WattHours | None, Wire("EVMinimumEnergyRequest")] = None
    ev_energy_offer: Annotated[EvEnergyOffer | None, Wire("EVEnergyOffer")] = None


class ScheduleExchangeReq(V2gRequest, frozen=True, kw_only=True):
    """What the EV needs, from which the station makes schedules or targets."""

    name: ClassVar[str] = "ScheduleExchangeReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    maximum_supporting_points: Annotated[int, Meta(ge=12, le=1024), Wire("MaximumSupportingPoints")]
    control_mode: Annotated[DynamicSeReqControlMode | ScheduledSeReqControlMode, Wire()]


class DynamicSeResControlMode(Message, frozen=True, kw_only=True):
    """What the station plans for."""

    name: ClassVar[str] = "Dynamic_SEResControlMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    departure_time: Annotated[U32 | None, Wire("DepartureTime")] = None
    minimum_soc: Annotated[Percent | None, Wire("MinimumSOC")] = None
    target_soc: Annotated[Percent | None, Wire("TargetSOC")] = None
    price_schedule: Annotated[AbsolutePriceSchedule | PriceLevelSchedule | None, Wire()] = None


class ScheduledSeResControlMode(Message, frozen=True, kw_only=True):
    """The schedules among which the EV chooses."""

    name: ClassVar[str] = "Scheduled_SEResControlMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    schedule_tuple: Annotated[tuple[ScheduleTuple, ...], Wire("ScheduleTuple", 1, 3)]


class ScheduleExchangeRes(V2gResponse, frozen=True, kw_only=True):
    """Schedules to choose from, or the targets that the station will follow."""

    name: ClassVar[str] = "ScheduleExchangeRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]
    go_to_pause: Annotated[bool | None, Wire("GoToPause")] = None
    control_mode: Annotated[DynamicSeResControlMode | ScheduledSeResControlMode, Wire()]
