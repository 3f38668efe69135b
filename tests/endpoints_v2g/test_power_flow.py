"""Who decides how much flows, in which direction, and what meter and battery make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.units import Amperes
from harness.endpoints.ev.battery import Battery
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.power import PowerStage
from harness.endpoints.station.quantities import PowerCap
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes, DcPreChargeRes
from harness.messages.iso20.energy import EnergyService
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet


def plain(service: int, mode: str, loops: int = 30, **car: Any) -> Ev:
    return Ev(tls=False, loops=loops, car=Car(service=service, control_mode=mode, **car))


def powers(lab: Lab) -> list[float]:
    """W at the outlet, cycle by cycle, positive to the EV."""
    return [float(m.evse_present_current) * float(m.evse_present_voltage) for m in lab.said(DcChargeLoopRes)]


@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
def test_all_that_is_allowed_flows_unless_somebody_wants_less(meet: Meet, mode: str) -> None:
    lab = meet(plain(EnergyService.DC, mode))

    # The car takes 40 kW or 100 A, whichever comes first: at 390 V the current does.
    assert powers(lab)[-1] == pytest.approx(39_000, rel=0.01)


def test_scheduled_ev_decides_to_discharge(meet: Meet) -> None:
    lab = meet(plain(EnergyService.DC_BPT, SCHEDULED, wanted_power=-10_000.0))

    assert float(lab.said(DcChargeLoopReq)[0].control_mode.ev_target_current) < 0
    assert powers(lab)[-1] == pytest.approx(-10_000, rel=0.01)
    info = lab.said(DcChargeLoopRes)[-1].meter_info
    assert (info.charged_energy_reading_wh, info.bpt_discharged_energy_reading_wh) == (0, round(10_000 * 5.8 / 3600))


def test_scheduled_ev_without_the_bidirectional_service_does_not_discharge(meet: Meet) -> None:
    lab = meet(plain(EnergyService.DC, SCHEDULED, wanted_power=-10_000.0))

    assert powers(lab)[-1] == 0
    assert lab.said(DcChargeLoopRes)[-1].meter_info.bpt_discharged_energy_reading_wh is None


def test_station_decides_to_discharge_in_dynamic_mode(meet: Meet) -> None:
    settings = msgspec.structs.replace(LABORATORY, site_plan=((0.0, 5_000.0), (3.0, -8_000.0)))
    lab = meet(plain(EnergyService.DC_BPT, DYNAMIC), settings=settings)

    flowed = powers(lab)
    assert flowed[10] == pytest.approx(5_000, rel=0.01)
    assert flowed[-1] == pytest.approx(-8_000, rel=0.01)


def test_dynamic_set_point_stays_within_what_the_ev_names(meet: Meet) -> None:
    settings = msgspec.structs.replace(LABORATORY, site_plan=((0.0, -50_000.0),))
    lab = meet(plain(EnergyService.DC_BPT, DYNAMIC, max_discharge_power=6_000.0), settings=settings)

    assert powers(lab)[-1] == pytest.approx(-6_000, rel=0.01)


def test_station_cuts_a_target_above_its_limits_and_says_so(meet: Meet) -> None:
    settings = msgspec.structs.replace(LABORATORY, max_charge_power=5_000.0)

    def greedy(_heard: Any, said: DcChargeLoopReq) -> DcChargeLoopReq:

        block = msgspec.structs.replace(said.control_mode, ev_target_current=Amperes.of(90.0))
        return msgspec.structs.replace(said, control_mode=block)

    lab = meet(plain(EnergyService.DC, SCHEDULED).answering(DcChargeLoopReq, greedy), settings=settings)

    last = lab.said(DcChargeLoopRes)[-1]
    assert powers(lab)[-1] == pytest.approx(5_000, rel=0.01)
    assert (last.evse_power_limit_achieved, last.evse_current_limit_achieved) == (True, False)


@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
def test_limit_of_the_backend_reaches_the_ev_and_is_kept(meet: Meet, mode: str) -> None:
    def later(lab: Lab) -> None:
        """From the third second of energy on: 3 kW; from the fifth: nothing; from the seventh: no limit."""

        def cap(at: float) -> PowerCap | None:
            begun = lab.plant.energy_since or at
            steps = ((7.0, None), (5.0, PowerCap(watts=0.0)), (3.0, PowerCap(watts=3_000.0)))
            return next((value for start, value in steps if at - begun >= start), None)

        lab.plant.cap_by(cap, lab.clock.now())

    lab = meet(plain(EnergyService.DC, mode, loops=50), prepare=later)

    flowed = powers(lab)
    assert flowed[14] == pytest.approx(39_000, rel=0.01)
    assert flowed[22] == pytest.approx(3_000, rel=0.01)
    assert flowed[32] == 0
    assert flowed[-1] == pytest.approx(39_000, rel=0.01)
    said = [float(m.control_mode.evse_maximum_charge_power) for m in lab.said(DcChargeLoopRes)]
    assert (said[14], said[22], said[32], said[-1]) == (50_000, 3_000, 0, 50_000)
    assert lab.outcome.state == "finished"


def test_full_battery_takes_nothing_more_and_empty_one_gives_nothing(meet: Meet) -> None:
    full = meet(plain(EnergyService.DC_BPT, DYNAMIC, soc=95.0))
    settings = msgspec.structs.replace(LABORATORY, site_plan=((0.0, -8_000.0),))
    empty = meet(plain(EnergyService.DC_BPT, DYNAMIC, soc=20.0), settings=settings)

    assert set(powers(full)) == {0.0}
    assert set(powers(empty)) == {0.0}


def test_meter_and_battery_agree(meet: Meet) -> None:
    lab = meet(plain(EnergyService.DC_BPT, DYNAMIC, loops=600, soc=40.0))

    charged = lab.said(DcChargeLoopRes)[-1].meter_info.charged_energy_reading_wh
    assert charged == pytest.approx((lab.outcome.soc - 40) / 100 * 60_000, abs=2)
    assert charged > 1_000
    shown = [m.display_parameters.present_soc for m in lab.said(DcChargeLoopReq)]
    assert (shown[0], shown[-1]) == (40, 42)


def test_voltage_rises_to_the_battery_before_power_starts(meet: Meet) -> None:
    lab = meet(plain(EnergyService.DC, DYNAMIC))

    voltages = [float(m.evse_present_voltage) for m in lab.said(DcPreChargeRes)]
    assert voltages == sorted(voltages)
    assert voltages[-1] == pytest.approx(Battery(Car()).voltage, abs=20)


def test_battery_integrates_and_is_bounded() -> None:
    battery = Battery(Car(capacity=10_000, soc=50))
    battery.advance(0.0, 3600.0)
    battery.advance(1800.0, -7200.0)
    assert battery.energy == 6_800
    assert battery.seconds_to(80) is None
    battery.advance(3600.0, 3600.0)
    assert (battery.energy, battery.seconds_to(50), battery.seconds_to(30)) == (3_200, 1800, 0)
    battery.advance(36_000.0, -36_000.0)
    assert battery.soc == 100
    battery.advance(72_000.0, 0.0)
    assert (battery.soc, battery.charge_power, battery.discharge_power) == (0, 40_000, 0)


def test_power_stage_moves_at_a_finite_rate() -> None:
    stage = PowerStage()
    stage.pre_charge(0.0, 400.0)
    stage.pre_charge(0.5, 400.0)
    assert stage.voltage == 250
    stage.drive(0.7, 400.0, -100.0)
    assert stage.current == pytest.approx(-50)
    stage.open(0.9)
    assert stage.current == 0
    assert stage.voltage == pytest.approx(400 / 2.718281828, rel=1e-6)
