"""How far each datum of the EV got: every reach, by hand and from a session of the emulated trio."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from harness.checks.availability import ITEMS, item, row, rows, said_by_ev, soc_is_the_evs, told_to_csms
from harness.core.case import Role
from harness.core.measurement import Datum, Reach
from harness.core.units import Amperes, Volts, WattHours, Watts
from harness.kit.until import finished
from harness.kit.workshop import Workshop
from harness.messages.iso20.dc import BptDynamicDcClReqControlMode, DcChargeLoopReq
from harness.messages.iso20.types import DisplayParameters
from harness.messages.ocpp_time import timestamp
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.transports.clock import run
from tests.checks.scene import Scene, header, setup_req

MODE = BptDynamicDcClReqControlMode(
    departure_time=3600,
    ev_target_energy_request=WattHours(value=30, exponent=3),
    ev_maximum_energy_request=WattHours(value=40, exponent=3),
    ev_minimum_energy_request=WattHours(value=-10, exponent=3),
    ev_maximum_charge_power=Watts(value=50, exponent=3),
    ev_minimum_charge_power=Watts(value=0),
    ev_maximum_charge_current=Amperes(value=125),
    ev_maximum_voltage=Volts(value=450),
    ev_minimum_voltage=Volts(value=300),
    ev_maximum_discharge_power=Watts(value=20, exponent=3),
    ev_minimum_discharge_power=Watts(value=0),
    ev_maximum_discharge_current=Amperes(value=50),
)
SOC, CAPACITY, DEPARTURE = item("state of charge"), item("battery capacity"), item("departure time")


def loop(soc: int | None = 55, mode: Any = MODE) -> DcChargeLoopReq:
    shown = DisplayParameters(
        present_soc=soc,
        minimum_soc=20,
        target_soc=80,
        maximum_soc=90,
        remaining_time_to_minimum_soc=0,
        remaining_time_to_target_soc=900,
        remaining_time_to_maximum_soc=1800,
        battery_energy_capacity=WattHours(value=60, exponent=3),
    )
    return DcChargeLoopReq(
        header=header(),
        display_parameters=shown,
        meter_info_requested=False,
        ev_present_voltage=Volts(value=400),
        control_mode=mode,
    )


def needs(scene: Scene, departure: str = "", after: float = 0.5, **dc: Any) -> Any:
    told = {"requestedEnergyTransfer": "DC", "dcChargingParameters": dc} | (
        {"departureTime": departure} if departure else {}
    )
    return scene.call(Role.STATION, "NotifyEVChargingNeeds", {"evseId": 1, "chargingNeeds": told}, after)


def test_a_datum_that_arrived_tells_both_values_and_the_delay() -> None:
    scene = Scene()
    said = scene.ev(loop())
    told = needs(scene, evEnergyCapacity=60000)
    assert row(scene.trace, CAPACITY) == Datum(
        name="battery capacity",
        reach=Reach.AVAILABLE,
        sent="60000 Wh",
        received="60000 Wh",
        delay=0.5,
        entries=(said.number, told.number),
    )


@pytest.mark.parametrize("wrong", [60, 60_000_000, 6000, -60000])
def test_a_value_in_another_unit_is_wrong(wrong: int) -> None:
    scene = Scene()
    scene.ev(loop())
    needs(scene, evEnergyCapacity=wrong)
    found = row(scene.trace, CAPACITY)
    assert (found.reach, found.sent, found.received) == (Reach.WRONG, "60000 Wh", f"{wrong:g} Wh")


def test_rounding_to_whole_numbers_is_right() -> None:
    scene = Scene()
    scene.ev(loop(mode=replace(MODE, ev_maximum_voltage=Volts(value=4506, exponent=-1))))
    needs(scene, evMaxVoltage=451)
    assert row(scene.trace, item("maximum voltage")).reach is Reach.AVAILABLE


def test_a_datum_that_the_station_keeps_to_itself() -> None:
    scene = Scene()
    said = scene.ev(loop())
    needs(scene, evMaxPower=50000)
    found = row(scene.trace, CAPACITY)
    assert (found.reach, found.sent, found.received, found.delay) == (Reach.LOST_AT_STATION, "60000 Wh", "", None)
    assert found.entries == (said.number,)


def test_a_datum_that_the_ev_never_sent() -> None:
    scene = Scene()
    scene.ev(setup_req())
    scene.ev(loop(soc=None))
    needs(scene, stateOfCharge=50)
    found = row(scene.trace, SOC)
    assert (found.reach, found.sent, found.entries) == (Reach.LOST_AT_EV, "", ())


@pytest.mark.parametrize("name", [one.name for one in ITEMS if one.path is None])
def test_what_the_protocol_has_no_place_for(name: str) -> None:
    scene = Scene()
    v2x = {"ev_maximum_v2x_energy_request": WattHours(value=5), "ev_minimum_v2x_energy_request": WattHours(value=1)}
    scene.ev(loop(mode=replace(MODE, **v2x)))
    needs(scene, evMaxPower=50000)
    assert row(scene.trace, item(name)).reach is Reach.NOT_REPRESENTABLE


def test_a_departure_is_an_instant_on_one_side_and_a_span_on_the_other() -> None:
    scene = Scene()
    said = scene.ev(loop())
    needs(scene, timestamp(said.at + 3600 + 3))
    found = row(scene.trace, DEPARTURE)
    assert (found.reach, found.sent, found.received) == (Reach.AVAILABLE, "3600 s", "3603 s after the EV's message")
    late = Scene()
    said = late.ev(loop())
    needs(late, timestamp(said.at + 3600 + 60))
    assert row(late.trace, DEPARTURE).reach is Reach.WRONG


@pytest.mark.parametrize("departure", ["", "tomorrow"])
def test_an_instant_that_is_none_was_not_forwarded(departure: str) -> None:
    scene = Scene()
    scene.ev(loop())
    needs(scene, departure)
    assert row(scene.trace, DEPARTURE).reach is Reach.LOST_AT_STATION


def test_the_state_of_charge_may_come_as_a_sample() -> None:
    scene = Scene()
    said = scene.ev(loop(55))
    values = [{"timestamp": timestamp(scene.at), "sampledValue": [{"value": 55, "measurand": "SoC"}]}]
    told = scene.event(0, told={"meterValue": values}, after=2.0)
    found = row(scene.trace, SOC)
    assert (found.reach, found.delay, found.entries) == (Reach.AVAILABLE, 2.0, (said.number, told.number))


def test_what_arrives_is_held_against_what_was_said_last_before_it() -> None:
    scene = Scene()
    scene.ev(loop(55))
    later = scene.ev(loop(56))
    needs(scene, stateOfCharge=56)
    scene.ev(loop(57))
    found = row(scene.trace, SOC)
    assert (found.reach, found.entries[0]) == (Reach.AVAILABLE, later.number)


def test_what_arrives_before_it_was_said_is_held_against_the_first_word() -> None:
    scene = Scene()
    needs(scene, stateOfCharge=12)
    scene.ev(loop(55))
    found = row(scene.trace, SOC)
    assert (found.reach, found.delay) == (Reach.WRONG, 0.0)


def test_values_are_found_wherever_they_stand() -> None:
    scene = Scene()
    scene.ev(setup_req())
    scene.ev(loop(55))
    scene.station(loop(99))
    assert [said.value for said in said_by_ev(scene.trace, "present_soc")] == [55.0]
    assert [said.value for said in said_by_ev(scene.trace, "ev_maximum_voltage")] == [450.0]
    assert list(told_to_csms(scene.trace, SOC)) == []


def test_broken_needs_carry_nothing() -> None:
    scene = Scene()
    scene.ev(loop())
    scene.call(Role.STATION, "NotifyEVChargingNeeds", {"chargingNeeds": "none"})
    needs(scene, evEnergyCapacity="60000")
    assert row(scene.trace, CAPACITY).reach is Reach.LOST_AT_STATION


@pytest.mark.parametrize(("told", "right"), [({}, True), ({"stateOfCharge": 55}, True), ({"stateOfCharge": 54}, False)])
def test_a_state_of_charge_must_be_one_that_was_sent(told: dict[str, Any], right: bool) -> None:
    scene = Scene()
    scene.ev(loop(55))
    entry = needs(scene, **told)
    scene.ev(loop(54))
    assert soc_is_the_evs(scene.trace, entry) is right


def test_an_unknown_datum_is_a_mistake_of_the_case() -> None:
    with pytest.raises(KeyError):
        item("shoe size")


def test_a_session_of_the_emulated_trio_loses_nothing_that_can_be_told() -> None:
    workshop = Workshop((load_device(data_folder("profiles") / "devices" / "emulated-station.toml"),))
    bench = workshop.bench(Role.STATION)
    trace = run(bench.run(until=finished()), virtual=True)
    found = {datum.name: datum for datum in rows(trace)}
    assert set(found) == {one.name for one in ITEMS}
    assert {datum.reach for datum in found.values()} <= {Reach.AVAILABLE, Reach.NOT_REPRESENTABLE, Reach.LOST_AT_EV}
    for name in ("departure time", "state of charge", "battery capacity", "target energy", "maximum charge power"):
        assert found[name].reach is Reach.AVAILABLE, found[name]
        assert found[name].delay is not None
