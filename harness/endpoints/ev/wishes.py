"""Which of a station's parameter sets suits a car best."""

from __future__ import annotations

from collections.abc import Iterable

from harness.endpoints.ev.car import Car
from harness.endpoints.variant import CONTROL_MODES, NeedsFrom, Variant, variant_in
from harness.messages.iso20.common import ParameterSet
from harness.messages.iso20.energy import Flow, flow_of


def pick(car: Car, sets: Iterable[ParameterSet]) -> tuple[ParameterSet, Variant] | None:
    """The set that comes nearest to the car's wishes, and what it says; None if the car can do with none of them.

    What a set leaves open counts as what the car wants: real stations leave out a lot.
    """
    said = [(one, variant_in(one)) for one in sets]
    possible = [(one, variant) for one, variant in said if _bearable(car, variant)]
    return min(possible, key=lambda each: _strangeness(car, each[1]), default=None)


def settled(car: Car, variant: Variant) -> str:
    """The control mode that a picked variant means for the car."""
    return variant.control_mode or car.control_mode


def _bearable(car: Car, variant: Variant) -> bool:
    modes = tuple(CONTROL_MODES) if car.either_mode else (car.control_mode,)
    needs = {None, int(NeedsFrom.EVCC), car.needs_from}
    return variant.control_mode in {None, *modes} and variant.needs_from in needs


def _strangeness(car: Car, variant: Variant) -> tuple[bool, ...]:
    """What of the car's wishes a variant does not fulfil, the weightiest first."""
    alternating = flow_of(car.service) is Flow.AC
    wanted = (
        (variant.control_mode, car.control_mode),
        (variant.phases if alternating else None, car.phases),
        (variant.needs_from, car.needs_from),
        (variant.pricing, car.pricing),
        (variant.bpt_channel, car.bpt_channel),
        (variant.generator_mode, car.generator_mode),
    )
    return tuple(said not in {None, wish} for said, wish in wanted)
