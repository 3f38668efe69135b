"""What the EV makes of schedules, and how the station holds it to its word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.units import Amperes, Rational, Watts
from harness.endpoints.ev.car import SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.power_over_time import Piece, watts_at
from harness.endpoints.station.planning import TupleTerms
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.tariff import Rate, Tariff
from harness.messages.iso20.ac import AcChargeLoopReq, AcChargeLoopRes
from harness.messages.iso20.common import (
    EvPowerProfile,
    PowerDeliveryReq,
    PowerDeliveryRes,
    PowerToleranceAcceptance,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import ResponseCode
from harness.messages.problems import problems
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

VIOLATION = ResponseCode.WARNING_EV_POWER_PROFILE_VIOLATION
DEAR_THEN_CHEAP = Tariff(rates=(Rate(energy_fee=0.5), Rate(start=3_600.0, energy_fee=0.1)))


def laboratory(**settings: Any) -> StationSettings:
    return msgspec.structs.replace(LABORATORY, **settings)


def scheduled(service: int = EnergyService.DC_BPT, **car: Any) -> Ev:
    return Ev(tls=False, car=Car(service=service, control_mode=SCHEDULED, **car))


def profile(lab: Lab) -> EvPowerProfile:
    said: EvPowerProfile = lab.said(PowerDeliveryReq)[0].ev_power_profile
    return said


def powers(lab: Lab) -> list[tuple[int, float]]:
    entries = profile(lab).ev_power_profile_entries.ev_power_profile_entry
    return [(entry.duration, float(entry.power)) for entry in entries]


def with_profile(change: Any) -> Any:
    """Bends the entries of the first profile."""

    def bent(_heard: Any, said: PowerDeliveryReq) -> PowerDeliveryReq:
        told = said.ev_power_profile
        assert told is not None
        entries = change(told.ev_power_profile_entries.ev_power_profile_entry)
        wrapped = msgspec.structs.replace(told.ev_power_profile_entries, ev_power_profile_entry=entries)
        return msgspec.structs.replace(
            said, ev_power_profile=msgspec.structs.replace(told, ev_power_profile_entries=wrapped)
        )

    return bent


def test_profile_follows_the_entries_of_the_schedule(meet: Meet) -> None:
    lab = meet(scheduled(), settings=laboratory(grid_limits=((0.0, 60_000.0), (3_600.0, 20_000.0))))

    assert [power for _, power in powers(lab)] == [40_000, 20_000]
    assert sum(seconds for seconds, _ in powers(lab)) == 7_200


def test_ev_charges_when_it_is_cheap(meet: Meet) -> None:
    # From 40 to 80 % of 60 kWh are 24 kWh: the cheap hour takes them all.
    lab = meet(scheduled(pricing=1), settings=laboratory(tariff=DEAR_THEN_CHEAP))

    assert [seconds for seconds, _ in powers(lab)] == [3_600, 3_600]
    dear, cheap = (power for _, power in powers(lab))
    assert dear == 0
    assert cheap == pytest.approx(24_000, rel=0.01)
    # And so it does: in the dear hour nothing flows.
    assert float(lab.said(DcChargeLoopReq)[-1].control_mode.ev_target_current) == 0


def test_what_the_cheap_hour_does_not_hold_is_bought_dear(meet: Meet) -> None:
    settings = laboratory(tariff=DEAR_THEN_CHEAP, max_charge_power=18_000.0)
    lab = meet(scheduled(pricing=1), settings=settings)

    dear, cheap = (power for _, power in powers(lab))
    assert cheap == 18_000
    assert dear == pytest.approx(6_000, rel=0.02)


def test_levels_guide_the_ev_as_well(meet: Meet) -> None:
    lab = meet(scheduled(pricing=2), settings=laboratory(tariff=DEAR_THEN_CHEAP))

    assert [power > 0 for _, power in powers(lab)] == [False, True]


@pytest.mark.parametrize(
    ("share", "factor", "chosen"),
    [(0.5, 0.5, 2), (0.5, 2.0, 1), (0.1, 0.1, 1)],
    ids=["slower and cheaper", "slower and dearer", "cheap but too slow"],
)
def test_ev_takes_the_cheapest_that_brings_it_home(meet: Meet, share: float, factor: float, chosen: int) -> None:
    terms = (TupleTerms(), TupleTerms(share=share, price_factor=factor))
    settings = laboratory(schedule_tuples=terms, tariff=DEAR_THEN_CHEAP)
    lab = meet(scheduled(pricing=1), settings=settings)

    assert profile(lab).control_mode.selected_schedule_tuple_id == chosen  # type: ignore[union-attr]
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_where_none_brings_enough_the_most_counts(meet: Meet) -> None:
    terms = (TupleTerms(share=0.05), TupleTerms(share=0.1, price_factor=3.0), TupleTerms(share=0.02))
    lab = meet(scheduled(pricing=1), settings=laboratory(schedule_tuples=terms, tariff=DEAR_THEN_CHEAP))

    assert profile(lab).control_mode.selected_schedule_tuple_id == 2  # type: ignore[union-attr]


def test_ev_that_gives_announces_negative_power(meet: Meet) -> None:
    settings = laboratory(grid_limits=((0.0, 60_000.0), (3_600.0, 6_000.0)))
    lab = meet(scheduled(wanted_power=-10_000.0), settings=settings)

    assert [power for _, power in powers(lab)] == [-10_000, -6_000]
    assert {m.response_code for m in lab.said(DcChargeLoopRes)} == {ResponseCode.OK}
    assert lab.outcome.state == "finished"


@pytest.mark.parametrize(
    ("service", "change"),
    [
        (EnergyService.DC_BPT, lambda entries: (msgspec.structs.replace(entries[0], power=Watts.of(60_000.0)),)),
        (EnergyService.DC_BPT, lambda entries: (msgspec.structs.replace(entries[0], power=Watts.of(-60_000.0)),)),
        (EnergyService.DC, lambda entries: (msgspec.structs.replace(entries[0], power=Watts.of(-1_000.0)),)),
        (
            EnergyService.DC,
            lambda entries: (
                msgspec.structs.replace(entries[0], duration=100),
                msgspec.structs.replace(entries[0], duration=7_000, power=Watts.of(50_500.0)),
            ),
        ),
    ],
    ids=["above", "below", "discharging without leave", "above later"],
)
def test_profile_outside_the_schedule_is_invalid(meet: Meet, service: int, change: Any) -> None:
    lab = meet(scheduled(service).answering(PowerDeliveryReq, with_profile(change), nth=1))

    assert lab.said(PowerDeliveryRes)[-1].response_code is ResponseCode.FAILED_EV_POWER_PROFILE_INVALID
    assert "EnergyStarted" not in lab.happenings()


def test_profile_that_looks_right_at_its_start_only_is_invalid(meet: Meet) -> None:
    settings = laboratory(grid_limits=((0.0, 60_000.0), (3_600.0, 20_000.0)))

    def one_entry(entries: Any) -> Any:
        return (msgspec.structs.replace(entries[0], duration=7_200),)

    lab = meet(scheduled().answering(PowerDeliveryReq, with_profile(one_entry), nth=1), settings=settings)

    assert lab.said(PowerDeliveryRes)[-1].response_code is ResponseCode.FAILED_EV_POWER_PROFILE_INVALID


def greedy(_heard: Any, said: DcChargeLoopReq) -> DcChargeLoopReq:
    block = msgspec.structs.replace(said.control_mode, ev_target_current=Amperes.of(60.0))
    return msgspec.structs.replace(said, control_mode=block)


def test_ev_that_draws_more_than_it_announced_is_warned(meet: Meet) -> None:
    """V2G20-1864; the session goes on."""
    ev = scheduled(wanted_power=10_000.0).having(loops=10).answering(DcChargeLoopReq, greedy)
    lab = meet(ev)

    codes = [m.response_code for m in lab.said(DcChargeLoopRes)]
    assert codes[0] is ResponseCode.OK
    assert set(codes[2:]) == {VIOLATION}
    assert (lab.outcome.state, len(codes)) == ("finished", 10)


def test_strict_station_turns_away_who_leaves_its_profile(meet: Meet) -> None:
    """V2G20-1864, the other way to take it."""
    ev = scheduled(wanted_power=10_000.0).having(loops=10).answering(DcChargeLoopReq, greedy)
    lab = meet(ev, settings=laboratory(violation_ends_session=True))

    codes = [m.response_code for m in lab.said(DcChargeLoopRes)]
    assert codes[-1] is ResponseCode.FAILED_EV_POWER_PROFILE_VIOLATION
    assert (lab.outcome.state, len(codes) < 10) == ("failed", True)


def test_less_than_announced_is_no_violation(meet: Meet) -> None:
    settings = laboratory(site_plan=(), max_charge_power=50_000.0)
    ev = scheduled().having(loops=10)
    lab = meet(ev.but(DcChargeLoopReq, control_mode__ev_target_current=Amperes.of(5.0)), settings=settings)

    assert {m.response_code for m in lab.said(DcChargeLoopRes)} == {ResponseCode.OK}


def test_alternating_current_is_held_to_its_profile_too(meet: Meet) -> None:
    settings = laboratory(services=(5, 1))
    ev = Ev(tls=False).on_ac(control_mode=SCHEDULED, wanted_power=5_000.0)
    lab = meet(
        ev.but(AcChargeLoopReq, control_mode__ev_present_active_power=Watts.of(9_000.0), nth=3), settings=settings
    )

    codes = [m.response_code for m in lab.said(AcChargeLoopRes)]
    assert codes[2] is VIOLATION
    assert {*codes[:2], *codes[3:]} == {ResponseCode.OK}


@pytest.mark.parametrize(
    ("offered", "confirms", "required", "code"),
    [
        (None, True, False, ResponseCode.OK),
        (2_000.0, True, False, ResponseCode.OK_POWER_TOLERANCE_CONFIRMED),
        (2_000.0, False, False, ResponseCode.WARNING_POWER_TOLERANCE_NOT_CONFIRMED),
        (2_000.0, False, True, ResponseCode.FAILED_POWER_TOLERANCE_NOT_CONFIRMED),
    ],
)
def test_tolerance_is_offered_and_confirmed(
    meet: Meet, offered: float | None, confirms: bool, required: bool, code: ResponseCode
) -> None:
    settings = laboratory(power_tolerance=offered, tolerance_required=required)
    lab = meet(scheduled(confirms_tolerance=confirms), settings=settings)

    assert lab.said(PowerDeliveryRes)[0].response_code is code
    (only,) = lab.said(ScheduleExchangeRes)[-1].control_mode.schedule_tuple
    told = only.charging_schedule.power_schedule.power_tolerance
    assert told == (None if offered is None else Rational.of(offered))
    accepted = profile(lab).control_mode.power_tolerance_acceptance  # type: ignore[union-attr]
    assert (accepted is PowerToleranceAcceptance.POWER_TOLERANCE_CONFIRMED) is (offered is not None and confirms)
    assert lab.outcome.state == ("failed" if required else "finished")


@pytest.mark.parametrize(("tolerance", "warned"), [(20_000.0, False), (1_000.0, True)])
def test_confirmed_tolerance_is_what_counts(meet: Meet, tolerance: float, warned: bool) -> None:
    ev = scheduled(wanted_power=10_000.0).having(loops=10).answering(DcChargeLoopReq, greedy)
    lab = meet(ev, settings=laboratory(power_tolerance=tolerance))

    assert (VIOLATION in [m.response_code for m in lab.said(DcChargeLoopRes)]) is warned


def test_plans_are_read_as_steps() -> None:
    pieces = (
        Piece(start=0.0, end=10.0, powers=(1.0, 2.0, 3.0)),
        Piece(start=10.0, end=20.0, powers=(4.0,)),
    )

    assert [watts_at(pieces, at) for at in (-5.0, 0.0, 9.9, 10.0, 99.0)] == [6.0, 6.0, 6.0, 4.0, 4.0]
    assert watts_at((), 1.0) == 0.0


def test_ev_may_offer_to_feed_back(meet: Meet) -> None:
    lab = meet(scheduled(offered_power=8_000.0, offered_fee=0.35))

    offer = lab.said(ScheduleExchangeReq)[0].control_mode.ev_energy_offer
    (entry,) = offer.ev_power_schedule.ev_power_schedule_entries.ev_power_schedule_entry
    assert (entry.duration, float(entry.power)) == (7_200, -8_000)
    (stack,) = offer.ev_absolute_price_schedule.ev_price_rule_stacks.ev_price_rule_stack
    assert float(stack.ev_price_rule[0].energy_fee) == 0.35
    assert problems(lab.said(ScheduleExchangeReq)[0]) == ()
    assert lab.outcome.state == "finished"


@pytest.mark.parametrize("service", [EnergyService.DC, EnergyService.DC_BPT])
def test_ev_offers_nothing_unasked_or_without_the_service(meet: Meet, service: int) -> None:
    lab = meet(scheduled(service, offered_power=8_000.0 if service == EnergyService.DC else None))

    assert lab.said(ScheduleExchangeReq)[0].control_mode.ev_energy_offer is None
