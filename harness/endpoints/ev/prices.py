"""What an EV reads in the prices of a station."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from harness.endpoints.power_over_time import Piece, Plan
from harness.messages.iso20.common import AbsolutePriceSchedule, PriceLevelSchedule, PriceRule

_HOUR = 3600.0

Prices = AbsolutePriceSchedule | PriceLevelSchedule


class Priced(Struct, frozen=True, kw_only=True):
    """A stretch of time with its power and its price for a kWh, or its price level."""

    piece: Piece
    price: float


def stretches(power: Plan, prices: Prices) -> tuple[Priced, ...]:
    """Power over time, cut where prices change; the last price holds on."""
    ends = _ends(prices)
    found = []
    for piece in power:
        cuts = [piece.start, *(at for at, _ in ends if piece.start < at < piece.end), piece.end]
        for start, end in pairwise(cuts):
            price = next((rules for at, rules in ends if start < at), ends[-1][1])
            found.append(Priced(piece=replace(piece, start=start, end=end), price=_price(price, piece.watts)))
    return tuple(found)


def bill(taken: Iterable[Priced], prices: Prices, start: float, end: float) -> float:
    """What the energy between two moments costs, with taxes that are not in the price and within the bounds."""
    cost = sum(
        one.price * one.piece.watts / 1000 * max(0.0, min(one.piece.end, end) - max(one.piece.start, start)) / _HOUR
        for one in taken
    )
    if isinstance(prices, PriceLevelSchedule):
        return cost
    taxes = () if prices.tax_rules is None else prices.tax_rules.tax_rule
    extra = [float(tax.tax_rate) for tax in taxes if tax.applies_to_energy_fee and not tax.tax_included_in_price]
    cost *= 1 + sum(extra) / 100
    lowest = 0.0 if prices.minimum_cost is None else float(prices.minimum_cost)
    highest = float("inf") if prices.maximum_cost is None else float(prices.maximum_cost)
    return max(lowest, min(highest, cost))


def _ends(prices: Prices) -> list[tuple[float, tuple[PriceRule, ...] | float]]:
    """When each stretch of a price schedule ends, and its rules or its level."""
    at, found = float(prices.time_anchor), list[tuple[float, tuple[PriceRule, ...] | float]]()
    if isinstance(prices, PriceLevelSchedule):
        for entry in prices.price_level_schedule_entries.price_level_schedule_entry:
            at += entry.duration
            found.append((at, float(entry.price_level)))
        return found
    for stack in prices.price_rule_stacks.price_rule_stack:
        at += stack.duration
        found.append((at, stack.price_rule))
    return found


def _price(rules: tuple[PriceRule, ...] | float, watts: float) -> float:
    """The fee of the rule that a power falls under."""
    if isinstance(rules, float):
        return rules
    due = [rule for rule in rules if float(rule.power_range_start) <= watts] or list(rules)
    return float(max(due, key=lambda rule: float(rule.power_range_start)).energy_fee)
