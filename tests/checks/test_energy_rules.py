"""Limits, ranges, choices, schedules and plausibility: each rule holds in a good session and breaks where it should."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from harness.checks.choices import blocks, choices
from harness.checks.codes import codes
from harness.checks.limits import discharge_agreed, limits_kept
from harness.checks.plausibility import charge_fits, meter_fits
from harness.checks.ranges import ranges
from harness.checks.schedules import profiles, targets
from harness.core.case import Role
from harness.core.units import Amperes, Watts
from harness.messages.iso20.codes import ResponseCode
from harness.messages.iso20.common import ChargeProgress, ServiceDetailReq
from harness.messages.iso20.dc import ScheduledDcClResControlMode
from harness.messages.iso20.energy import EnergyService
from tests.checks.charging_scene import Charging
from tests.checks.scene import header, holds, offences, setup_res, stop_power_req, stop_res


def whole(subject: Role | None = None, current: float = 10.0) -> Charging:
    """A good session with a few cycles of the charge loop."""
    scene = Charging(subject)
    scene.offer()
    scene.select()
    scene.parameters()
    scene.schedule(10_000.0)
    scene.start(9_000.0)
    for _ in range(3):
        scene.ask(current)
        scene.answer(current)
    return scene


@pytest.mark.parametrize("rule", [limits_kept, choices, blocks, ranges, profiles, targets])
@pytest.mark.parametrize("current", [10.0, -10.0])
def test_a_good_session_keeps_every_rule(rule: Any, current: float) -> None:
    assert holds(rule(whole(current=current).trace))


def test_current_above_what_either_side_allows() -> None:
    for side in ("ev", "station"):
        scene = Charging(Role.STATION)
        scene.parameters(**{side: {"maximum_charge_current": Amperes.of(8)}})
        scene.ask()
        bad = scene.answer(10.0)
        assert offences(limits_kept(scene.trace)) == [(bad.number,)]


def test_a_limit_that_was_lowered_binds_after_a_while() -> None:
    scene = Charging(Role.STATION)
    scene.parameters()
    scene.answer(20.0)
    scene.ask(ev_maximum_charge_current=Amperes.of(5))
    scene.answer(20.0)
    scene.ask(ev_maximum_charge_current=Amperes.of(5))
    scene.ask(ev_maximum_charge_current=Amperes.of(5))
    bad = scene.answer(20.0)
    assert offences(limits_kept(scene.trace)) == [(bad.number,)]


def test_discharging_above_the_limit() -> None:
    scene = Charging(Role.STATION)
    scene.parameters()
    scene.ask(-19.0)
    scene.answer(-19.0)
    bad = scene.answer(-24.0)
    assert offences(limits_kept(scene.trace)) == [(bad.number,)]


def test_energy_comes_back_only_where_both_agreed() -> None:
    good = whole(Role.STATION, -10.0)
    assert holds(discharge_agreed(good.trace))
    charging_only = Charging(Role.STATION)
    charging_only.select(EnergyService.DC)
    charging_only.parameters()
    bad = charging_only.answer(-10.0)
    assert offences(discharge_agreed(charging_only.trace)) == [(bad.number,)]
    untold = Charging(Role.STATION)
    untold.select()
    bad = untold.answer(-10.0)
    assert offences(discharge_agreed(untold.trace)) == [(bad.number,)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum_charge_power": Watts.of(11_000)},
        {"maximum_charge_current": Amperes.of(-1)},
        {"minimum_discharge_power": Watts.of(9_000)},
    ],
    ids=["minimum above maximum", "negative maximum", "discharging"],
)
def test_values_that_do_not_fit_each_other(wrong: dict[str, Any]) -> None:
    scene = Charging()
    asked, told = scene.parameters(ev=wrong)
    assert offences(ranges(scene.trace)) == [(asked.number,)]
    scene = Charging()
    asked, told = scene.parameters(station=wrong)
    assert offences(ranges(scene.trace)) == [(told.number,)]


def test_what_was_never_offered_is_not_taken() -> None:
    scene = Charging(Role.EV)
    scene.offer()
    detail = scene.ev(ServiceDetailReq(header=header(), service_id=EnergyService.AC))
    service = scene.select(EnergyService.AC)
    parameters = scene.select(parameter_set=7)
    scene.select()
    scene.schedule(5_000.0)
    tuple_id = scene.start(1_000.0, tuple_id=3)
    expected = [(entry.number,) for entry in (detail, service, parameters, tuple_id)]
    assert offences(choices(scene.trace)) == expected


def test_a_block_of_another_control_mode_or_service() -> None:
    scene = whole(Role.STATION)
    last = scene.trace.entries[-1].message
    bad = scene.station(replace(last, control_mode=ScheduledDcClResControlMode()))
    failed = replace(last, control_mode=ScheduledDcClResControlMode(), response_code=ResponseCode.FAILED)
    scene.station(failed)
    assert offences(blocks(scene.trace)) == [(bad.number,)]


def test_profile_above_the_schedule() -> None:
    scene = Charging(Role.EV)
    scene.schedule(10_000.0, 4_000.0)
    good = scene.start(10_000.0, 4_000.0)
    later = scene.start(10_000.0, 6_000.0)
    back = scene.start(-6_000.0)
    assert offences(profiles(scene.trace)) == [(later.number,), (back.number,)]
    assert good.number < later.number


def test_target_above_the_schedule() -> None:
    scene = Charging(Role.EV)
    scene.schedule(4_000.0)
    scene.start(4_000.0)
    scene.ask(10.0)
    bad = scene.ask(12.0)
    assert offences(targets(scene.trace)) == [(bad.number,)]


def metered(readings: list[int], subject: Role = Role.STATION) -> Charging:
    """20 kW for ten minutes, in cycles of two seconds, with these readings at even distances."""
    scene = Charging(subject)
    every = 300 // len(readings)
    for cycle in range(300):
        scene.ask(50.0)
        scene.answer(50.0, readings[cycle // every] if cycle % every == 0 else None)
    return scene


def test_meter_that_fits_the_power() -> None:
    assert holds(meter_fits(metered([100, 1211, 2322]).trace))


@pytest.mark.parametrize("readings", [[100, 100, 100], [100, 2300, 4500]], ids=["stands still", "runs away"])
def test_meter_that_does_not_fit_the_power(readings: list[int]) -> None:
    assert len(offences(meter_fits(metered(readings).trace))) == 2


def charged(*states: int) -> Charging:
    """The same power, with these states of charge told at even distances, of 50 kWh."""
    scene = Charging(Role.EV)
    every = 300 // len(states)
    for cycle in range(300):
        scene.ask(50.0, states[cycle // every] if cycle % every == 0 else None)
        scene.answer(50.0)
    return scene


def test_state_of_charge_that_follows_the_energy() -> None:
    assert holds(charge_fits(charged(40, 42, 44).trace))


@pytest.mark.parametrize("states", [(40, 40, 40), (40, 50, 60), (40, 38, 36)], ids=["stands", "runs away", "falls"])
def test_state_of_charge_that_does_not(states: tuple[int, ...]) -> None:
    assert offences(charge_fits(charged(*states).trace))


def test_nothing_is_said_of_energy_where_the_recording_has_a_hole() -> None:
    scene = Charging(Role.STATION)
    scene.answer(50.0, 100)
    scene.at += 600
    scene.answer(50.0, 100)
    assert list(meter_fits(scene.trace)) == []


def test_response_codes_stand_where_they_mean_something() -> None:
    scene = Charging(Role.STATION)
    scene.station(setup_res())
    plain = scene.station(setup_res(code=ResponseCode.OK))
    strange = scene.station(replace(stop_res(), response_code=ResponseCode.FAILED_SERVICE_ID_INVALID))
    anywhere = scene.station(replace(stop_res(), response_code=ResponseCode.FAILED_SEQUENCE_ERROR))
    assert offences(codes(scene.trace)) == [(plain.number,), (strange.number,)]
    assert anywhere.number > strange.number


def test_no_energy_flows_while_the_ev_stands_by() -> None:
    scene = Charging(Role.STATION)
    scene.answer(50.0, 100)
    scene.ev(replace(stop_power_req(), charge_progress=ChargeProgress.STANDBY), 1.0)
    scene.at += 600
    scene.answer(50.0, 106)
    assert holds(meter_fits(scene.trace))
