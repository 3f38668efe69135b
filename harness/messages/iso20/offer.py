"""What an EV would feed back, when, and for which price."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.core.units import Rational, Watts
from harness.messages.field import Message, Wire
from harness.messages.iso20.pricing import Currency
from harness.messages.iso20.types import Identifier
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import U32, U64


class EvPowerScheduleEntry(Message, frozen=True, kw_only=True):
    """A power for a number of seconds."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    duration: Annotated[U32, Wire("Duration")]
    power: Annotated[Watts, Wire("Power")]


class EvPowerScheduleEntryList(Message, frozen=True, kw_only=True):
    """Consecutive stretches of the EV's offer."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    ev_power_schedule_entry: Annotated[tuple[EvPowerScheduleEntry, ...], Wire("EVPowerScheduleEntry", 1, 1024)]


class EvPowerSchedule(Message, frozen=True, kw_only=True):
    """The power over time that the EV would feed back."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    time_anchor: Annotated[U64, Wire("TimeAnchor")]
    ev_power_schedule_entries: Annotated[EvPowerScheduleEntryList, Wire("EVPowerScheduleEntries")]


class EvPriceRule(Message, frozen=True, kw_only=True):
    """The EV's fee from a certain power up."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    energy_fee: Annotated[Rational, Wire("EnergyFee")]
    power_range_start: Annotated[Watts, Wire("PowerRangeStart")]


class EvPriceRuleStack(Message, frozen=True, kw_only=True):
    """The EV's prices during a number of seconds, by power."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    duration: Annotated[U32, Wire("Duration")]
    ev_price_rule: Annotated[tuple[EvPriceRule, ...], Wire("EVPriceRule", 1, 8)]


class EvPriceRuleStackList(Message, frozen=True, kw_only=True):
    """Consecutive stretches of the EV's prices."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    ev_price_rule_stack: Annotated[tuple[EvPriceRuleStack, ...], Wire("EVPriceRuleStack", 1, 1024)]


class EvAbsolutePriceSchedule(Message, frozen=True, kw_only=True):
    """What the EV asks for its energy, in money."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    time_anchor: Annotated[U64, Wire("TimeAnchor")]
    currency: Annotated[Currency, Wire("Currency")]
    price_algorithm: Annotated[Identifier, Wire("PriceAlgorithm")]
    ev_price_rule_stacks: Annotated[EvPriceRuleStackList, Wire("EVPriceRuleStacks")]


class EvEnergyOffer(Message, frozen=True, kw_only=True):
    """Power that the EV would feed back, and its price."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    ev_power_schedule: Annotated[EvPowerSchedule, Wire("EVPowerSchedule")]
    ev_absolute_price_schedule: Annotated[EvAbsolutePriceSchedule, Wire("EVAbsolutePriceSchedule")]
