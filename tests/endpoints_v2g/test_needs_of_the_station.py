"""MobilityNeedsMode 2: the station knows when the driver leaves and with how much, and the EV follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.endpoints.ev.car import DYNAMIC
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.planning import DriversNeeds
from harness.messages.iso20.ac import AcChargeLoopReq, AcChargeLoopRes
from harness.messages.iso20.common import ScheduleExchangeReq, ScheduleExchangeRes
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.energy import EnergyService
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

KNOWN = DriversNeeds(departure_time=1_000, minimum_soc=35, target_soc=60, ack_max_delay=20)
SERVICES = (EnergyService.DC_BPT, EnergyService.AC_BPT)


def led(needs_from: int = 2, *, alternating: bool = False, **car: Any) -> Ev:
    ev = Ev(tls=False).charging_for(8.0)
    ev = ev.on_ac() if alternating else ev
    return ev.with_car(control_mode=DYNAMIC, needs_from=needs_from, soc=50.0, capacity=60_000.0, **car)


def lead(meet: Meet, ev: Ev, known: DriversNeeds = KNOWN, **settings: Any) -> Lab:
    return meet(ev, settings=msgspec.structs.replace(LABORATORY, drivers_needs=known, services=SERVICES, **settings))


@pytest.mark.parametrize("alternating", [False, True], ids=["direct", "alternating"])
def test_targets_are_told_and_followed(meet: Meet, alternating: bool) -> None:
    lab = lead(meet, led(alternating=alternating))

    answer = lab.said(ScheduleExchangeRes)[-1].control_mode
    assert (answer.departure_time, answer.minimum_soc, answer.target_soc) == (1_000, 35, 60)
    kinds: tuple[Any, Any] = (AcChargeLoopReq, AcChargeLoopRes) if alternating else (DcChargeLoopReq, DcChargeLoopRes)
    asks, replies = (lab.said(kind) for kind in kinds)
    assert {m.control_mode.ack_max_delay for m in replies} == {20}
    assert {m.control_mode.target_soc for m in replies} == {60}
    # 60 kWh from 50 to 60 %: 6 kWh, and less as it charges.
    assert float(asks[0].control_mode.ev_target_energy_request) == pytest.approx(6_000, abs=1)
    assert float(asks[0].control_mode.ev_minimum_energy_request) == pytest.approx(-9_000, abs=1)
    assert {m.display_parameters.target_soc for m in asks} == {60}
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_departure_comes_nearer_on_both_sides(meet: Meet) -> None:
    lab = lead(meet, led())

    told = [m.control_mode.departure_time for m in lab.said(DcChargeLoopRes)]
    said = [m.control_mode.departure_time for m in lab.said(DcChargeLoopReq)]
    assert told == sorted(told, reverse=True)
    assert 980 <= told[-1] < told[0] <= 1_000
    assert all(abs(mine - theirs) <= 1 for mine, theirs in zip(said[1:], told, strict=False))


def test_car_tells_its_own_needs_until_it_hears_others(meet: Meet) -> None:
    lab = lead(meet, led(departure_time=7_200))

    assert lab.said(ScheduleExchangeReq)[0].control_mode.departure_time == 7_200
    assert lab.said(DcChargeLoopReq)[0].control_mode.departure_time <= 1_000


def test_car_does_not_discharge_below_what_the_driver_wants_left(meet: Meet) -> None:
    known = DriversNeeds(minimum_soc=50, target_soc=60)
    lab = lead(meet, led(min_soc=20.0), known, site_plan=((0.0, -10_000.0),))

    assert {float(m.evse_present_current) for m in lab.said(DcChargeLoopRes)} == {0.0}


def test_needs_of_the_car_leave_the_station_silent(meet: Meet) -> None:
    lab = lead(meet, led(needs_from=1))

    answer = lab.said(ScheduleExchangeRes)[-1].control_mode
    assert (answer.departure_time, answer.minimum_soc, answer.target_soc) == (None, None, None)
    blocks = [m.control_mode for m in lab.said(DcChargeLoopRes)]
    assert {(one.departure_time, one.target_soc, one.ack_max_delay) for one in blocks} == {(None, None, None)}
    assert {m.display_parameters.target_soc for m in lab.said(DcChargeLoopReq)} == {80}


def test_what_the_station_does_not_know_stays_the_cars(meet: Meet) -> None:
    lab = lead(meet, led(), DriversNeeds(departure_time=None, minimum_soc=None, target_soc=65, ack_max_delay=None))

    answer = lab.said(ScheduleExchangeRes)[-1].control_mode
    assert (answer.departure_time, answer.minimum_soc, answer.target_soc) == (None, None, 65)
    shown = lab.said(DcChargeLoopReq)[-1].display_parameters
    assert (shown.minimum_soc, shown.target_soc) == (20, 65)
