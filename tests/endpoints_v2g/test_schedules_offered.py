"""The schedules that a station offers: entries from limits that change, several tuples, prices in money or levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.planning import TupleTerms
from harness.endpoints.station.quantities import PowerCap
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.tariff import Extra, Rate, Tariff, Tax
from harness.messages.iso20.common import (
    AbsolutePriceSchedule,
    DynamicSeResControlMode,
    PriceLevelSchedule,
    ScheduledSeResControlMode,
    ScheduleExchangeRes,
    ScheduleTuple,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.problems import problems
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet


def laboratory(**settings: Any) -> StationSettings:
    return msgspec.structs.replace(LABORATORY, **settings)


def scheduled(**car: Any) -> Ev:
    return Ev(tls=False, car=Car(service=EnergyService.DC_BPT, control_mode=SCHEDULED, **car))


def offered(lab: Lab) -> tuple[Any, ...]:
    answer = lab.said(ScheduleExchangeRes)[-1]
    assert isinstance(answer.control_mode, ScheduledSeResControlMode)
    assert problems(answer) == ()
    assert (lab.outcome.state, lab.violations()) == ("finished", [])
    tuples: tuple[ScheduleTuple, ...] = answer.control_mode.schedule_tuple
    return tuples


def steps(schedule: Any) -> list[tuple[int, float]]:
    entries = schedule.power_schedule.power_schedule_entries.power_schedule_entry
    return [(entry.duration, float(entry.power)) for entry in entries]


def test_site_limits_make_entries_in_both_directions(meet: Meet) -> None:
    lab = meet(
        scheduled(), settings=laboratory(grid_limits=((0.0, 60_000.0), (1_805.0, 20_000.0), (3_600.0, 30_000.0)))
    )

    (only,) = offered(lab)
    forth, back = steps(only.charging_schedule), steps(only.discharging_schedule)
    assert [power for _, power in forth] == [50_000, 20_000, 30_000]
    assert [power for _, power in back] == [-50_000, -20_000, -30_000]
    # The EV was plugged in a little before it asked, and the seconds count from there.
    assert forth[0][0] == pytest.approx(1_805, abs=5)
    assert forth[1][0] == 1_795
    assert sum(seconds for seconds, _ in forth) == 7_200


def test_cap_of_the_backend_to_come_is_planned_for(meet: Meet) -> None:
    def plan(lab: Lab) -> None:
        begin = lab.clock.now()
        lab.plant.cap_by(lambda at: PowerCap(watts=8_000.0) if at - begin >= 1_000.0 else None, begin)

    (only,) = offered(meet(scheduled(), prepare=plan))

    assert [power for _, power in steps(only.charging_schedule)] == [50_000, 8_000]
    assert [power for _, power in steps(only.discharging_schedule)] == [-50_000]


def test_open_departure_is_planned_for_a_day(meet: Meet) -> None:
    """V2G20-1563."""
    (only,) = offered(meet(scheduled(departure_time=None)))

    assert steps(only.charging_schedule) == [(86_400, 50_000)]


def test_entries_are_no_more_than_the_ev_can_take_and_never_too_high(meet: Meet) -> None:
    limits = tuple((60.0 * minute, 10_000.0 + 1_000.0 * (minute % 7)) for minute in range(100))
    lab = meet(scheduled(schedule_points=12), settings=laboratory(grid_limits=limits))

    (only,) = offered(lab)
    found = steps(only.charging_schedule)
    assert 6 <= len(found) <= 12
    assert sum(seconds for seconds, _ in found) == 7_200
    assert {power for _, power in found} <= {10_000, 11_000, 12_000, 13_000}


def test_ev_may_choose_among_several_but_not_more_than_three(meet: Meet) -> None:
    terms = tuple(TupleTerms(share=share) for share in (1.0, 0.5, 0.25, 0.1))
    lab = meet(scheduled(), settings=laboratory(schedule_tuples=terms))

    tuples = offered(lab)
    assert [one.schedule_tuple_id for one in tuples] == [1, 2, 3]
    assert [steps(one.charging_schedule) for one in tuples] == [[(7_200, 50_000)], [(7_200, 25_000)], [(7_200, 12_500)]]


def test_prices_in_money(meet: Meet) -> None:
    tariff = Tariff(
        rates=(
            Rate(energy_fee=0.40, parking_fee=1.5, fast_fee=0.60, fast_from=11_000.0),
            Rate(start=1_800.0, energy_fee=0.20, feed_in_fee=0.15, carbon_dioxide=90, renewable=95),
        ),
        taxes=(Tax(), Tax(name="City", rate=2.5, included=False, on_parking=False)),
        extras=(Extra(name="Washing", fee=9.0),),
    )
    lab = meet(scheduled(pricing=1), settings=laboratory(tariff=tariff))

    (only,) = offered(lab)
    prices: Any = only.charging_schedule.price_schedule
    assert type(prices).__name__ == "AbsolutePriceSchedule"
    assert (prices.currency, prices.language, prices.id) == ("EUR", "en", "prices-1")
    stacks = prices.price_rule_stacks.price_rule_stack
    assert [stack.duration for stack in stacks] == [1_800, 5_400]
    slow, fast = stacks[0].price_rule
    assert (float(slow.energy_fee), float(slow.parking_fee), float(slow.power_range_start)) == (0.4, 1.5, 0)
    assert (float(fast.energy_fee), float(fast.power_range_start)) == (0.6, 11_000)
    (late,) = stacks[1].price_rule
    assert (late.carbon_dioxide_emission, late.renewable_generation_percentage) == (90, 95)
    taxes = prices.tax_rules.tax_rule
    assert [(float(tax.tax_rate), tax.tax_included_in_price) for tax in taxes] == [(19, True), (2.5, False)]
    (overstay,) = prices.overstay_rules.overstay_rule
    assert (float(overstay.overstay_fee), prices.overstay_rules.overstay_time_threshold) == (2, 900)
    assert prices.additional_selected_services.additional_service[0].service_name == "Washing"
    back = only.discharging_schedule.price_schedule
    assert back.id == "prices-2"
    assert [float(stack.price_rule[0].energy_fee) for stack in back.price_rule_stacks.price_rule_stack] == [0.2, 0.15]


def test_prices_in_levels(meet: Meet) -> None:
    lab = meet(scheduled(pricing=2))

    prices = offered(lab)[0].charging_schedule.price_schedule
    assert isinstance(prices, PriceLevelSchedule)
    entries = prices.price_level_schedule_entries.price_level_schedule_entry
    assert (prices.number_of_price_levels, [(e.duration, e.price_level) for e in entries]) == (
        2,
        [(3_600, 2), (3_600, 1)],
    )


def test_no_prices_where_the_parameter_set_says_none(meet: Meet) -> None:
    (only,) = offered(meet(scheduled()))

    assert (only.charging_schedule.price_schedule, only.discharging_schedule.price_schedule) == (None, None)


@pytest.mark.parametrize(("pricing", "kind"), [(1, AbsolutePriceSchedule), (2, PriceLevelSchedule), (0, type(None))])
def test_dynamic_ev_hears_prices_too(meet: Meet, pricing: int, kind: type) -> None:
    lab = meet(Ev(tls=False).with_car(control_mode=DYNAMIC, pricing=pricing))

    answer = lab.said(ScheduleExchangeRes)[-1]
    assert isinstance(answer.control_mode, DynamicSeResControlMode)
    assert isinstance(answer.control_mode.price_schedule, kind)
    assert (lab.outcome.state, problems(answer)) == ("finished", ())


def test_price_stretches_are_no_more_than_the_ev_can_take(meet: Meet) -> None:
    rates = tuple(Rate(start=60.0 * minute, energy_fee=0.2 + minute / 1_000) for minute in range(60))
    lab = meet(scheduled(pricing=1, schedule_points=12), settings=laboratory(tariff=Tariff(rates=rates)))

    stacks = offered(lab)[0].charging_schedule.price_schedule.price_rule_stacks.price_rule_stack
    assert (len(stacks), sum(stack.duration for stack in stacks)) == (12, 7_200)


def test_ids_of_price_schedules_differ(meet: Meet) -> None:
    terms = (TupleTerms(), TupleTerms(share=0.5, price_factor=0.5))
    tuples = offered(meet(scheduled(pricing=1), settings=laboratory(schedule_tuples=terms)))

    prices = [part.price_schedule for one in tuples for part in (one.charging_schedule, one.discharging_schedule)]
    assert len({each.id for each in prices}) == len({each.price_schedule_id for each in prices}) == 4
    assert float(prices[2].price_rule_stacks.price_rule_stack[0].price_rule[0].energy_fee) == pytest.approx(0.225)
