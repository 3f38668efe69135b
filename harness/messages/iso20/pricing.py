"""Prices over time, as levels or in money, as the station tells them."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.core.units import Rational, Watts
from harness.messages.field import Message, Wire
from harness.messages.iso20.types import Description, Identifier, Name, NumericId
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import U8, U16, U32, U64, Identity

Currency = Annotated[str, Meta(max_length=3)]
Language = Annotated[str, Meta(max_length=3)]


class PriceSchedule(Message, frozen=True, kw_only=True):
    """What all price schedules have: a start, an id, a description."""

    namespace: ClassVar[str] = COMMON_MESSAGES
    abstract: ClassVar[bool] = True

    time_anchor: Annotated[U64, Wire("TimeAnchor")]
    price_schedule_id: Annotated[NumericId, Wire("PriceScheduleID")]
    price_schedule_description: Annotated[Description | None, Wire("PriceScheduleDescription")] = None


class PriceLevelScheduleEntry(Message, frozen=True, kw_only=True):
    """A price level for a number of seconds."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    duration: Annotated[U32, Wire("Duration")]
    price_level: Annotated[U8, Wire("PriceLevel")]


class PriceLevelScheduleEntryList(Message, frozen=True, kw_only=True):
    """Consecutive stretches of a price level schedule."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    price_level_schedule_entry: Annotated[tuple[PriceLevelScheduleEntry, ...], Wire("PriceLevelScheduleEntry", 1, 1024)]


class PriceLevelSchedule(PriceSchedule, frozen=True, kw_only=True):
    """Prices as levels, to be compared with each other only."""

    name: ClassVar[str] = "PriceLevelSchedule"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    id: Annotated[Annotated[str, Identity()] | None, Wire("Id", attribute=True)] = None
    number_of_price_levels: Annotated[U8, Wire("NumberOfPriceLevels")]
    price_level_schedule_entries: Annotated[PriceLevelScheduleEntryList, Wire("PriceLevelScheduleEntries")]


class TaxRule(Message, frozen=True, kw_only=True):
    """A tax, and to which fees it applies."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    tax_rule_id: Annotated[NumericId, Wire("TaxRuleID")]
    tax_rule_name: Annotated[Name | None, Wire("TaxRuleName")] = None
    tax_rate: Annotated[Rational, Wire("TaxRate")]
    tax_included_in_price: Annotated[bool | None, Wire("TaxIncludedInPrice")] = None
    applies_to_energy_fee: Annotated[bool, Wire("AppliesToEnergyFee")]
    applies_to_parking_fee: Annotated[bool, Wire("AppliesToParkingFee")]
    applies_to_overstay_fee: Annotated[bool, Wire("AppliesToOverstayFee")]
    applies_minimum_maximum_cost: Annotated[bool, Wire("AppliesMinimumMaximumCost")]


class TaxRuleList(Message, frozen=True, kw_only=True):
    """The taxes that may apply."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    tax_rule: Annotated[tuple[TaxRule, ...], Wire("TaxRule", 1, 10)]


class PriceRule(Message, frozen=True, kw_only=True):
    """The fees from a certain power up."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    energy_fee: Annotated[Rational, Wire("EnergyFee")]
    parking_fee: Annotated[Rational | None, Wire("ParkingFee")] = None
    parking_fee_period: Annotated[U32 | None, Wire("ParkingFeePeriod")] = None
    carbon_dioxide_emission: Annotated[U16 | None, Wire("CarbonDioxideEmission")] = None
    renewable_generation_percentage: Annotated[U8 | None, Wire("RenewableGenerationPercentage")] = None
    power_range_start: Annotated[Watts, Wire("PowerRangeStart")]


class PriceRuleStack(Message, frozen=True, kw_only=True):
    """The prices during a number of seconds, by power."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    duration: Annotated[U32, Wire("Duration")]
    price_rule: Annotated[tuple[PriceRule, ...], Wire("PriceRule", 1, 8)]


class PriceRuleStackList(Message, frozen=True, kw_only=True):
    """Consecutive stretches with prices."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    price_rule_stack: Annotated[tuple[PriceRuleStack, ...], Wire("PriceRuleStack", 1, 1024)]


class OverstayRule(Message, frozen=True, kw_only=True):
    """The fee from a certain time of overstay on."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    overstay_rule_description: Annotated[Description | None, Wire("OverstayRuleDescription")] = None
    start_time: Annotated[U32, Wire("StartTime")]
    overstay_fee: Annotated[Rational, Wire("OverstayFee")]
    overstay_fee_period: Annotated[U32, Wire("OverstayFeePeriod")]


class OverstayRuleList(Message, frozen=True, kw_only=True):
    """When staying on begins to cost, and how much."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    overstay_time_threshold: Annotated[U32 | None, Wire("OverstayTimeThreshold")] = None
    overstay_power_threshold: Annotated[Watts | None, Wire("OverstayPowerThreshold")] = None
    overstay_rule: Annotated[tuple[OverstayRule, ...], Wire("OverstayRule", 1, 5)]


class AdditionalService(Message, frozen=True, kw_only=True):
    """A service and its fee."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    service_name: Annotated[Name, Wire("ServiceName")]
    service_fee: Annotated[Rational, Wire("ServiceFee")]


class AdditionalServiceList(Message, frozen=True, kw_only=True):
    """Services on the bill beside the energy."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    additional_service: Annotated[tuple[AdditionalService, ...], Wire("AdditionalService", 1, 5)]


class AbsolutePriceSchedule(PriceSchedule, frozen=True, kw_only=True):
    """Prices in money, with taxes, overstay rules and services."""

    name: ClassVar[str] = "AbsolutePriceSchedule"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    id: Annotated[Annotated[str, Identity()] | None, Wire("Id", attribute=True)] = None
    currency: Annotated[Currency, Wire("Currency")]
    language: Annotated[Language, Wire("Language")]
    price_algorithm: Annotated[Identifier, Wire("PriceAlgorithm")]
    minimum_cost: Annotated[Rational | None, Wire("MinimumCost")] = None
    maximum_cost: Annotated[Rational | None, Wire("MaximumCost")] = None
    tax_rules: Annotated[TaxRuleList | None, Wire("TaxRules")] = None
    price_rule_stacks: Annotated[PriceRuleStackList, Wire("PriceRuleStacks")]
    overstay_rules: Annotated[OverstayRuleList | None, Wire("OverstayRules")] = None
    additional_selected_services: Annotated[AdditionalServiceList | None, Wire("AdditionalSelectedServices")] = None
