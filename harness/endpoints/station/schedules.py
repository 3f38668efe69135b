"""The schedules that a station offers: power over time within all limits, with prices."""

from __future__ import annotations

from harness.core.units import Rational
from harness.endpoints.phases import fields
from harness.endpoints.station import prices
from harness.endpoints.station.desk import Desk
from harness.endpoints.station.over_time import Steps, over_time
from harness.endpoints.station.planning import TupleTerms
from harness.endpoints.station.prices import PriceTerms
from harness.endpoints.variant import Pricing
from harness.messages.iso20.common import (
    AbsolutePriceSchedule,
    ChargingSchedule,
    PowerSchedule,
    PowerScheduleEntry,
    PowerScheduleEntryList,
    PriceLevelSchedule,
    ScheduleTuple,
)
from harness.messages.iso20.energy import is_bidirectional

MOST_TUPLES = 3
_DAY = 86_400


def schedule_tuples(desk: Desk, points: int, at: float) -> tuple[ScheduleTuple, ...]:
    """What the EV may choose from, until it leaves or for a day (V2G20-1563), in entries that it can take."""
    departure = desk.needs.departure_time
    duration = max(1, int(departure)) if departure is not None else _DAY
    plant, back = desk.plant, None
    forth = over_time(lambda moment: plant.limits(moment).max_charge_power, at, duration, points)
    if is_bidirectional(desk.visit.service_id):
        back = over_time(lambda moment: plant.limits(moment).max_discharge_power, at, duration, points)
    priced = PriceTerms(number=1, anchor=int(at), duration=duration, points=points)
    return tuple(
        _tuple(desk, number, terms, forth, back, priced)
        for number, terms in enumerate(plant.settings.schedule_tuples[:MOST_TUPLES], 1)
    )


def price_schedule(desk: Desk, terms: PriceTerms) -> AbsolutePriceSchedule | PriceLevelSchedule | None:
    """Prices in the way that the parameter set says; none where it says none."""
    settings, pricing = desk.plant.settings, desk.visit.variant.pricing
    if pricing == Pricing.ABSOLUTE:
        return prices.absolute(settings.tariff, terms)
    if pricing == Pricing.LEVELS:
        return prices.levels(settings.tariff, terms)
    return prices.one_level(terms) if settings.price_levels else None


def _tuple(
    desk: Desk, number: int, terms: TupleTerms, forth: Steps, back: Steps | None, priced: PriceTerms
) -> ScheduleTuple:
    charging = _charging(desk, forth, terms.share, _priced(priced, terms, number=2 * number - 1))
    discharging = None
    if back is not None:
        # What comes from the EV counts negative (V2G20-1034, V2G20-1035).
        discharging = _charging(desk, back, -terms.share, _priced(priced, terms, number=2 * number, back=True))
    return ScheduleTuple(schedule_tuple_id=number, charging_schedule=charging, discharging_schedule=discharging)


def _priced(terms: PriceTerms, tuple_terms: TupleTerms, *, number: int, back: bool = False) -> PriceTerms:
    return PriceTerms(
        number=number,
        anchor=terms.anchor,
        duration=terms.duration,
        points=terms.points,
        factor=tuple_terms.price_factor,
        back=back,
    )


def _charging(desk: Desk, steps: Steps, share: float, terms: PriceTerms) -> ChargingSchedule:
    entries = tuple(
        PowerScheduleEntry(duration=seconds, **fields("power", desk.plant.by_phase(watts * share)))  # type: ignore[arg-type]
        for seconds, watts in steps
    )
    tolerance = desk.plant.settings.power_tolerance
    power = PowerSchedule(
        time_anchor=terms.anchor,
        power_tolerance=None if tolerance is None else Rational.of(tolerance),
        power_schedule_entries=PowerScheduleEntryList(power_schedule_entry=entries),
    )
    return ChargingSchedule(power_schedule=power, price_schedule=price_schedule(desk, terms))
