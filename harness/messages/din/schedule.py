"""What the station offers over time: schedules of power, and tariffs."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.din.codes import CostKind
from harness.messages.din.types import PMax, SaId
from harness.messages.field import Message, Wire
from harness.messages.namespaces import DIN_TYPES
from harness.messages.physical import Multiplier
from harness.messages.simple import U8, U32, IdentityReference


class TimeInterval(Message, frozen=True, kw_only=True):
    """Head of the group of time intervals."""

    name: ClassVar[str] = "TimeInterval"
    namespace: ClassVar[str] = DIN_TYPES
    abstract: ClassVar[bool] = True


class RelativeTimeInterval(TimeInterval, frozen=True, kw_only=True):
    """Seconds from now until it starts, and how many it lasts."""

    name: ClassVar[str] = "RelativeTimeInterval"
    namespace: ClassVar[str] = DIN_TYPES

    start: Annotated[U32, Wire("start")]
    duration: Annotated[U32 | None, Wire("duration")] = None


class Entry(Message, frozen=True, kw_only=True):
    """Head of the group of what holds for a time."""

    name: ClassVar[str] = "Entry"
    namespace: ClassVar[str] = DIN_TYPES
    abstract: ClassVar[bool] = True

    time_interval: Annotated[RelativeTimeInterval | TimeInterval, Wire()]


class PMaxScheduleEntry(Entry, frozen=True, kw_only=True):
    """The most power that may flow in a time, in watts."""

    name: ClassVar[str] = "PMaxScheduleEntry"
    namespace: ClassVar[str] = DIN_TYPES

    p_max: Annotated[PMax, Wire("PMax")]


class Cost(Message, frozen=True, kw_only=True):
    """An amount times ten to the power of its multiplier."""

    namespace: ClassVar[str] = DIN_TYPES

    cost_kind: Annotated[CostKind, Wire("costKind")]
    amount: Annotated[U32, Wire("amount")]
    amount_multiplier: Annotated[Multiplier | None, Wire("amountMultiplier")] = None


class ConsumptionCost(Message, frozen=True, kw_only=True):
    """What it costs from a consumption on."""

    namespace: ClassVar[str] = DIN_TYPES

    start_value: Annotated[U32, Wire("startValue")]
    cost: Annotated[tuple[Cost, ...], Wire("Cost", 0, None)] = ()


class SalesTariffEntry(Entry, frozen=True, kw_only=True):
    """What energy costs in a time."""

    name: ClassVar[str] = "SalesTariffEntry"
    namespace: ClassVar[str] = DIN_TYPES

    e_price_level: Annotated[U8, Wire("EPriceLevel")]
    consumption_cost: Annotated[tuple[ConsumptionCost, ...], Wire("ConsumptionCost", 0, None)] = ()


class SalesTariff(Message, frozen=True, kw_only=True):
    """What energy costs over time."""

    name: ClassVar[str] = "SalesTariff"
    namespace: ClassVar[str] = DIN_TYPES
    local: ClassVar[bool] = True

    id: Annotated[str, IdentityReference(), Wire("Id", attribute=True, namespace="")]
    sales_tariff_id: Annotated[SaId, Wire("SalesTariffID")]
    sales_tariff_description: Annotated[str | None, Meta(max_length=32), Wire("SalesTariffDescription")] = None
    num_e_price_levels: Annotated[U8, Wire("NumEPriceLevels")]
    sales_tariff_entry: Annotated[tuple[SalesTariffEntry, ...], Wire("SalesTariffEntry", 1, None)]


class PMaxSchedule(Message, frozen=True, kw_only=True):
    """The most power that may flow over time."""

    namespace: ClassVar[str] = DIN_TYPES

    p_max_schedule_id: Annotated[SaId, Wire("PMaxScheduleID")]
    p_max_schedule_entry: Annotated[tuple[PMaxScheduleEntry, ...], Wire("PMaxScheduleEntry", 1, None)]


class SAScheduleTuple(Message, frozen=True, kw_only=True):
    """One schedule to choose, with its tariff."""

    namespace: ClassVar[str] = DIN_TYPES

    sa_schedule_tuple_id: Annotated[SaId, Wire("SAScheduleTupleID")]
    p_max_schedule: Annotated[PMaxSchedule, Wire("PMaxSchedule")]
    sales_tariff: Annotated[SalesTariff | None, Wire("SalesTariff")] = None


class SASchedules(Message, frozen=True, kw_only=True):
    """Head of the group of schedules on offer."""

    name: ClassVar[str] = "SASchedules"
    namespace: ClassVar[str] = DIN_TYPES
    abstract: ClassVar[bool] = True


class SAScheduleList(SASchedules, frozen=True, kw_only=True):
    """The schedules on offer."""

    name: ClassVar[str] = "SAScheduleList"
    namespace: ClassVar[str] = DIN_TYPES

    sa_schedule_tuple: Annotated[tuple[SAScheduleTuple, ...], Wire("SAScheduleTuple", 1, None)]
