"""Stations with one fault each in the prices that they tell, and in what they know of the driver's needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Watts
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    AbsolutePriceSchedule,
    PriceLevelSchedule,
    ScheduledSeResControlMode,
    ScheduleExchangeRes,
    ServiceSelectionRes,
)
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.types import ResponseCode

mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")
_HOUR = 3600


def _pricing(change: Callable[[Any], Any]) -> Callable[[Station], Station]:
    """A station whose price schedules are changed, in either control mode."""

    def bend(_: Any, said: ScheduleExchangeRes) -> ScheduleExchangeRes:
        block: Any = said.control_mode
        if not isinstance(block, ScheduledSeResControlMode):
            return replace(said, control_mode=replace(block, price_schedule=change(block.price_schedule)))
        tuples = tuple(
            replace(
                one,
                charging_schedule=replace(
                    one.charging_schedule, price_schedule=change(one.charging_schedule.price_schedule)
                ),
            )
            for one in block.schedule_tuple
        )
        return replace(said, control_mode=replace(block, schedule_tuple=tuples))

    return lambda good: good.answering(ScheduleExchangeRes, bend)


def _an_hour(schedule: Any) -> Any:
    if isinstance(schedule, AbsolutePriceSchedule):
        stacks = schedule.price_rule_stacks
        first = replace(stacks.price_rule_stack[0], duration=_HOUR)
        return replace(schedule, price_rule_stacks=replace(stacks, price_rule_stack=(first,)))
    if isinstance(schedule, PriceLevelSchedule):
        entries = schedule.price_level_schedule_entries
        one = replace(entries.price_level_schedule_entry[0], duration=_HOUR)
        return replace(schedule, price_level_schedule_entries=replace(entries, price_level_schedule_entry=(one,)))
    return schedule


def _levels(schedule: Any) -> Any:
    return replace(schedule, number_of_price_levels=0) if isinstance(schedule, PriceLevelSchedule) else schedule


def _currency(schedule: Any) -> Any:
    return replace(schedule, currency="¤") if isinstance(schedule, AbsolutePriceSchedule) else schedule


def _from_a_kilowatt(schedule: Any) -> Any:
    if not isinstance(schedule, AbsolutePriceSchedule):
        return schedule
    stacks = tuple(
        replace(stack, price_rule=tuple(replace(rule, power_range_start=Watts.of(1000.0)) for rule in stack.price_rule))
        for stack in schedule.price_rule_stacks.price_rule_stack
    )
    return replace(schedule, price_rule_stacks=replace(schedule.price_rule_stacks, price_rule_stack=stacks))


def _without(*names: str) -> Callable[[Station], Station]:
    """A station that leaves out what it knows of the driver's needs."""
    fields: dict[str, Any] = {f"control_mode__{name}": None for name in names}
    return lambda good: good.but(ScheduleExchangeRes, **fields)


def _upside_down(_: Any, said: ScheduleExchangeRes) -> ScheduleExchangeRes:
    block: Any = said.control_mode
    return replace(said, control_mode=replace(block, minimum_soc=90, target_soc=20))


def _leaving_later() -> Callable[[Any, DcChargeLoopRes], DcChargeLoopRes]:
    """Answers of which each puts the departure off by a minute."""
    later = 0

    def change(_: Any, said: DcChargeLoopRes) -> DcChargeLoopRes:
        nonlocal later
        later += 60
        block: Any = said.control_mode
        told = getattr(block, "departure_time", None)
        return said if told is None else replace(said, control_mode=replace(block, departure_time=told + later))

    return change


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "hides-its-prices",
        "tells no prices to an EV that selected them",
        ("PRC-001", "PRC-002", "PRC-003", "PRC-004"),
        _pricing(lambda _: None),
    ),
    mutant(
        "prices-for-an-hour",
        "tells prices for an hour, however long the EV stays",
        ("PRC-002",),
        _pricing(_an_hour),
    ),
    mutant(
        "counts-no-levels",
        "tells price levels above their number",
        ("PRC-003",),
        _pricing(_levels),
    ),
    mutant(
        "unknown-currency",
        "tells prices in a currency that nobody knows",
        ("PRC-004",),
        _pricing(_currency),
    ),
    mutant(
        "no-fee-for-little",
        "tells fees from a kilowatt on",
        ("PRC-004",),
        _pricing(_from_a_kilowatt),
    ),
    mutant(
        "hides-the-departure",
        "does not tell when the driver wants to leave",
        ("NDS-001",),
        _without("departure_time"),
    ),
    mutant(
        "hides-the-target",
        "does not tell how full the driver wants the battery",
        ("NDS-001",),
        _without("target_soc"),
    ),
    mutant(
        "needs-upside-down",
        "wants the battery emptier than at least",
        ("NDS-001",),
        lambda good: good.answering(ScheduleExchangeRes, _upside_down),
    ),
    mutant(
        "sells-needs-in-other-words",
        "answers a selection with a code of another message",
        ("NDS-001",),
        lambda good: good.but(ServiceSelectionRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED),
    ),
    mutant(
        "puts-off-the-departure",
        "puts the departure off in every cycle",
        ("NDS-002",),
        lambda good: good.answering(DcChargeLoopRes, _leaving_later()),
    ),
)
