"""What the station offers over time: schedules of power, and tariffs."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.iso2.codes import CostKind
from harness.messages.iso2.physical import Watts
from harness.messages.iso2.types import SaId
from harness.messages.namespaces import ISO2_TYPES
from harness.messages.physical import Multiplier
from harness.messages.simple import U8, U32, Identity


class TimeInterval(Message, frozen=True, kw_only=True):
    """Head of the group of time intervals."""

    name: ClassVar[str] = "TimeInterval"
    namespace: ClassVar[str] = ISO2_TYPES
    abstract: ClassVar[bool] = True


class RelativeTimeInterval(TimeInterval, frozen=True, kw_only=True):
    """Seconds from now until it starts, and how many it lasts."""

    name: ClassVar[str] = "RelativeTimeInterval"
    namespace: ClassVar[str] = ISO2_TYPES

    start: Annotated[int, Meta(ge=0, le=16_777_214), Wire("start")]
    duration: Annotated[int | None, Meta(ge=0, le=86_400), Wire("duration")] = None


class Entry(Message, frozen=True, kw_only=True):
    """Head of the group of what holds for a time."""

    name: ClassVar[str] = "Entry"
    namespace: ClassVar[str] = ISO2_TYPES
    abstract: ClassVar[bool] = True

    time_interval: Annotated[RelativeTimeInterval | TimeInterval, Wire()]


class PMaxScheduleEntry(Entry, frozen=True, kw_only=True):
    """The most power that may flow in a time."""

    name: ClassVar[str] = "PMaxScheduleEntry"
    namespace: ClassVar[str] = ISO2_TYPES

    p_max: Annotated[Watts, Wire("PMax")]


class Cost(Message, frozen=True, kw_only=True):
    """An amount times ten to the power of its multiplier."""

    namespace: ClassVar[str] = ISO2_TYPES

    cost_kind: Annotated[CostKind, Wire("costKind")]
    amount: Annotated[U32, Wire("amount")]
    amount_multiplier: Annotated[Multiplier | None, Wire("amountMultiplier")] = None


class ConsumptionCost(Message, frozen=True, kw_only=True):
    """What it costs from a power on."""

    namespace: ClassVar[str] = ISO2_TYPES

    start_value: Annotated[Watts, Wire("startValue")]
    cost: Annotated[tuple[Cost, ...], Wire("Cost", 1, 3)]


class SalesTariffEntry(Entry, frozen=True, kw_only=True):
    """What energy costs in a time."""

    name: ClassVar[str] = "SalesTariffEntry"
    namespace: ClassVar[str] = ISO2_TYPES

    e_price_level: Annotated[U8 | None, Wire("EPriceLevel")] = None
    consumption_cost: Annotated[tuple[ConsumptionCost, ...], Wire("ConsumptionCost", 0, 3)] = ()


class SalesTariff(Message, frozen=True, kw_only=True):
    """What energy costs over time; signed by the mobility operator."""

    name: ClassVar[str] = "SalesTariff"
    namespace: ClassVar[str] = ISO2_TYPES
    local: ClassVar[bool] = True

    id: Annotated[str | None, Identity(), Wire("Id", attribute=True)] = None
    sales_tariff_id: Annotated[SaId, Wire("SalesTariffID")]
    sales_tariff_description: Annotated[str | None, Meta(max_length=32), Wire("SalesTariffDescription")] = None
    num_e_price_levels: Annotated[U8 | None, Wire("NumEPriceLevels")] = None
    sales_tariff_entry: Annotated[tuple[SalesTariffEntry, ...], Wire("SalesTariffEntry", 1, 1024)]


class PMaxSchedule(Message, frozen=True, kw_only=True):
    """The most power that may flow over time."""

    namespace: ClassVar[str] = ISO2_TYPES

    p_max_schedule_entry: Annotated[tuple[PMaxScheduleEntry, ...], Wire("PMaxScheduleEntry", 1, 1024)]


class SAScheduleTuple(Message, frozen=True, kw_only=True):
    """One schedule to choose, with its tariff."""

    namespace: ClassVar[str] = ISO2_TYPES

    sa_schedule_tuple_id: Annotated[SaId, Wire("SAScheduleTupleID")]
    p_max_schedule: Annotated[PMaxSchedule, Wire("PMaxSchedule")]
    sales_tariff: Annotated[SalesTariff | None, Wire("SalesTariff")] = None


class SASchedules(Message, frozen=True, kw_only=True):
    """Head of the group of schedules on offer."""

    name: ClassVar[str] = "SASchedules"
    namespace: ClassVar[str] = ISO2_TYPES
    abstract: ClassVar[bool] = True


class SAScheduleList(SASchedules, frozen=True, kw_only=True):
    """The schedules on offer."""

    name: ClassVar[str] = "SAScheduleList"
    namespace: ClassVar[str] = ISO2_TYPES

    sa_schedule_tuple: Annotated[tuple[SAScheduleTuple, ...], Wire("SAScheduleTuple", 1, 3)]
