"""What an EV would feed back, and what it asks for that."""

from __future__ import annotations

from harness.core.units import Rational, Watts
from harness.endpoints.ev.car import Car
from harness.messages.iso20.common import (
    EvAbsolutePriceSchedule,
    EvEnergyOffer,
    EvPowerSchedule,
    EvPowerScheduleEntry,
    EvPowerScheduleEntryList,
    EvPriceRule,
    EvPriceRuleStack,
    EvPriceRuleStackList,
)

_DAY = 86_400
_ALGORITHM = "urn:iso:std:iso:15118:-20:PriceAlgorithm:1-Power"


def energy_offer(car: Car, departure: int | None, at: float) -> EvEnergyOffer | None:
    """The same power at the same price until the car leaves; what comes from it counts negative (V2G20-1034)."""
    if car.offered_power is None or not car.bidirectional:
        return None
    seconds = _DAY if departure is None else max(1, departure)
    entry = EvPowerScheduleEntry(duration=seconds, power=Watts.of(-abs(car.offered_power)))
    rule = EvPriceRule(energy_fee=Rational.of(car.offered_fee), power_range_start=Watts.of(0.0))
    return EvEnergyOffer(
        ev_power_schedule=EvPowerSchedule(
            time_anchor=int(at),
            ev_power_schedule_entries=EvPowerScheduleEntryList(ev_power_schedule_entry=(entry,)),
        ),
        ev_absolute_price_schedule=EvAbsolutePriceSchedule(
            time_anchor=int(at),
            currency=car.currency,
            price_algorithm=_ALGORITHM,
            ev_price_rule_stacks=EvPriceRuleStackList(
                ev_price_rule_stack=(EvPriceRuleStack(duration=seconds, ev_price_rule=(rule,)),)
            ),
        ),
    )
