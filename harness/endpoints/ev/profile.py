"""The power that an EV means to take over time: the schedule it chooses, and its profile within it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from harness.endpoints.ev.journey import Journey
from harness.endpoints.ev.prices import Priced, bill, stretches
from harness.endpoints.power_over_time import Piece, Plan, plan_of, watts_at
from harness.messages.iso20.common import ScheduleTuple

_HOUR = 3600.0


class Intention(Struct, frozen=True, kw_only=True):
    """One schedule, and what the EV would make of it."""

    schedule: ScheduleTuple
    profile: Plan
    energy: float
    """Wh until the departure."""
    cost: float
    """In the currency of the station, or in levels; 0 without prices."""


def choose(journey: Journey, offered: Iterable[ScheduleTuple], at: float) -> Intention:
    """The cheapest schedule that brings the car to its target before it leaves, else the one that brings most."""
    intentions = [_intend(journey, one, at) for one in offered]
    need = _need(journey)
    enough = [one for one in intentions if one.energy >= need - 1.0]
    if enough:
        return min(enough, key=lambda one: one.cost)
    return max(intentions, key=lambda one: one.energy)


def _need(journey: Journey) -> float:
    """Wh to the target."""
    return max(0.0, journey.battery.energy_to(journey.car.target_soc))


def _intend(journey: Journey, offered: ScheduleTuple, at: float) -> Intention:
    forth = plan_of(offered.charging_schedule.power_schedule)
    prices = offered.charging_schedule.price_schedule
    power = tuple(replace(piece, powers=_wanted(journey, offered, piece)) for piece in forth)
    departure = journey.departure_time(at)
    end = forth[-1].end if departure is None else at + departure
    if prices is None or journey.car.wanted_power is not None:
        return Intention(schedule=offered, profile=power, energy=_energy(power, at, end), cost=0.0)
    chosen = _cheapest(stretches(power, prices), _need(journey), at, end)
    cost = bill(chosen, prices, at, end)
    profile = tuple(each.piece for each in chosen)
    return Intention(schedule=offered, profile=profile, energy=_energy(profile, at, end), cost=cost)


def _wanted(journey: Journey, offered: ScheduleTuple, piece: Piece) -> tuple[float, ...]:
    """W that the car would take in a stretch, told in as many elements as the schedule has; negative: it gives."""
    car, share = journey.car, journey.phase_share
    wish, count = car.wanted_power, len(piece.powers)
    most = min(piece.watts, car.max_charge_power * share)
    if wish is None or wish >= 0:
        return tuple(min(most, most if wish is None else wish) / count for _ in range(count))
    back = offered.discharging_schedule
    allowed = abs(watts_at(plan_of(back.power_schedule), piece.start)) if back is not None else 0.0
    return tuple(-min(allowed, car.max_discharge_power * share, -wish) / count for _ in range(count))


def _cheapest(there: tuple[Priced, ...], need: float, at: float, end: float) -> tuple[Priced, ...]:
    """The stretches with power in the cheapest of them until the need is met, and with none in the others."""
    power: dict[int, float] = {}
    for number in sorted(range(len(there)), key=lambda one: (there[one].price, one)):
        piece = there[number].piece
        seconds = max(0.0, min(piece.end, end) - max(piece.start, at))
        taken = min(need, piece.watts * seconds / _HOUR)
        power[number] = taken * _HOUR / seconds if seconds > 0 and taken > 0 else 0.0
        need -= taken
    return tuple(
        replace(one, piece=replace(one.piece, powers=_scaled(one.piece, power[number])))
        for number, one in enumerate(there)
    )


def _scaled(piece: Piece, watts: float) -> tuple[float, ...]:
    share = watts / piece.watts if piece.watts else 0.0
    return tuple(value * share for value in piece.powers)


def _energy(plan: Plan, start: float, end: float) -> float:
    return sum(piece.watts * max(0.0, min(piece.end, end) - max(piece.start, start)) / _HOUR for piece in plan)
