"""Prices: told in the form that the EV selected, for as long as the power, in figures that can be computed with."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, answered, case
from harness.messages.field import Message
from harness.messages.iso20.common import (
    AbsolutePriceSchedule,
    PriceLevelSchedule,
    Processing,
    ScheduledSeResControlMode,
    ScheduleExchangeRes,
)

NEEDS = (Feature.ISO20_DC, Feature.PRICE_SCHEDULES)
SCHEDULED, DYNAMIC = (*NEEDS, Feature.SCHEDULED), (*NEEDS, Feature.DYNAMIC)
SETTLED = answered(ScheduleExchangeRes, evse_processing=Processing.FINISHED)
FORMS: dict[str, tuple[int, type[Message]]] = {
    "absolute": (1, AbsolutePriceSchedule),
    "levels": (2, PriceLevelSchedule),
}
"""What the service parameter Pricing asks for, and what answers it."""
DAY = 86_400


def settled(trace: Trace) -> Entry:
    """The response that settles the schedule."""
    return trace.first(ScheduleExchangeRes, evse_processing=Processing.FINISHED)


def prices(entry: Entry) -> list[tuple[str, Any]]:
    """The price schedules of a response, with what to call them; None where there is none."""
    block = entry.message.control_mode
    if not isinstance(block, ScheduledSeResControlMode):
        return [("the session", block.price_schedule)]
    return [(f"tuple {one.schedule_tuple_id}", one.charging_schedule.price_schedule) for one in block.schedule_tuple]


def length(schedule: Any) -> int:
    """How many seconds a price schedule covers."""
    if isinstance(schedule, AbsolutePriceSchedule):
        return sum(one.duration for one in schedule.price_rule_stacks.price_rule_stack)
    return sum(one.duration for one in schedule.price_level_schedule_entries.price_level_schedule_entry)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-PRC-001",
    "Prices come in the form that the EV selected",
    sut=Role.STATION,
    cites=("V2G20-2176",),
    needs=(*SCHEDULED, Feature.DYNAMIC),
)
async def test_prices_come_as_selected(bench: Bench, judge: Judge, mode: str, form: str) -> None:
    """The EV selects a parameter set with absolute prices, or with price levels."""
    pricing, wanted = FORMS[form]

    trace = await bench.run(getattr(bench.ev, mode)().with_car(pricing=pricing), until=SETTLED)

    reply = settled(trace)
    for name, schedule in prices(reply):
        told = "none" if schedule is None else schedule.name
        judge.equal(f"prices of {name}", told, wanted.name, at=reply)


@pytest.mark.parametrize("form", FORMS)
@case(
    "ISO20-STN-PRC-002",
    "Without a departure time prices reach a day ahead",
    sut=Role.STATION,
    cites=("V2G20-1563",),
    needs=SCHEDULED,
)
async def test_prices_reach_a_day_ahead(bench: Bench, judge: Judge, form: str) -> None:
    """The EV does not say when it leaves."""
    ev = bench.ev.scheduled().with_car(pricing=FORMS[form][0], departure_time=None)

    trace = await bench.run(ev, until=SETTLED)

    reply = settled(trace)
    told = [(name, one) for name, one in prices(reply) if one is not None]
    judge.some("price schedules", told)
    for name, one in told:
        judge.between(f"prices of {name}, length", length(one), DAY, float("inf"), unit="s", at=reply)


@case(
    "ISO20-STN-PRC-003",
    "Price levels lie between one and their number",
    sut=Role.STATION,
    cites=("V2G20-2176",),
    needs=SCHEDULED,
)
async def test_price_levels_are_within_their_number(bench: Bench, judge: Judge) -> None:
    """A level that is above NumberOfPriceLevels cannot be compared with anything."""
    trace = await bench.run(bench.ev.scheduled().with_car(pricing=2), until=SETTLED)

    reply = settled(trace)
    schedules = [one for _, one in prices(reply) if isinstance(one, PriceLevelSchedule)]
    judge.some("price levels", schedules)
    for one in schedules:
        levels = [each.price_level for each in one.price_level_schedule_entries.price_level_schedule_entry]
        told = f"{sorted(set(levels))} of {one.number_of_price_levels}"
        judge.holds("levels", min(levels) >= 0 and max(levels) <= one.number_of_price_levels, told, at=reply)


@case(
    "ISO20-STN-PRC-004",
    "Absolute prices name a currency, and a fee for every power",
    sut=Role.STATION,
    cites=("V2G20-2176",),
    needs=SCHEDULED,
)
async def test_absolute_prices_can_be_computed_with(bench: Bench, judge: Judge) -> None:
    """Each stretch must have a rule that begins at no power at all, and rules in rising order."""
    trace = await bench.run(bench.ev.scheduled().with_car(pricing=1), until=SETTLED)

    reply = settled(trace)
    schedules = [one for _, one in prices(reply) if isinstance(one, AbsolutePriceSchedule)]
    judge.some("absolute prices", schedules)
    for one in schedules:
        currency = one.currency
        judge.holds("currency", len(currency) == 3 and currency.isalpha() and currency.isupper(), currency, at=reply)
        starts = [[float(rule.power_range_start) for rule in stack.price_rule] for stack in stacks(one)]
        judge.holds("a fee from 0 W on", all(each[0] == 0 for each in starts), f"{starts[:3]}", at=reply)
        judge.holds("rules in rising order", all(each == sorted(each) for each in starts), f"{starts[:3]}", at=reply)


def stacks(schedule: AbsolutePriceSchedule) -> tuple[Any, ...]:
    """The stretches of absolute prices."""
    return schedule.price_rule_stacks.price_rule_stack
