"""A good station drives no more than anybody can bear, whatever it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.core.units import Amperes, Volts
from harness.endpoints.ev.car import SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes, DcPreChargeReq, DcPreChargeRes

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

EV = Ev(tls=False, loops=12, car=Car(control_mode=SCHEDULED))


def volts(lab: Lab) -> list[float]:
    return [float(one.evse_present_voltage) for one in lab.said(DcPreChargeRes)]


def amperes(lab: Lab) -> list[float]:
    return [float(one.evse_present_current) for one in lab.said(DcChargeLoopRes)]


@pytest.mark.parametrize(("target", "most"), [(700.0, 450.0), (3000.0, 450.0), (-400.0, 0.0)])
def test_pre_charge_stays_within_the_battery(meet: Meet, target: float, most: float) -> None:
    lab = meet(EV.but(DcPreChargeReq, ev_target_voltage=Volts.of(target)))

    assert len(volts(lab)) > 1
    assert max(volts(lab)) <= most
    assert min(volts(lab)) >= 0


def test_a_target_beyond_what_the_ev_bears_is_cut(meet: Meet) -> None:
    request: dict[str, Any] = {"control_mode__ev_target_current": Amperes.of(60.0)}
    free = meet(EV.but(DcChargeLoopReq, **request))
    bound = meet(EV.but(DcChargeLoopReq, **request, control_mode__ev_maximum_charge_current=Amperes.of(20.0)))

    assert amperes(free)[-1] == pytest.approx(60)
    assert amperes(bound)[-1] == pytest.approx(20)


@pytest.mark.parametrize("sign", [1, -1], ids=["magnitude", "negative"])
def test_bounds_on_discharging_are_read_with_either_sign(meet: Meet, sign: int) -> None:
    ev = EV.but(
        DcChargeLoopReq,
        control_mode__ev_target_current=Amperes.of(-60.0),
        control_mode__ev_maximum_discharge_current=Amperes.of(15.0 * sign),
    )

    assert amperes(meet(ev))[-1] == pytest.approx(-15)


@pytest.mark.parametrize("voltage", [0.0, -5.0, 5000.0])
def test_no_current_at_an_impossible_voltage(meet: Meet, voltage: float) -> None:
    lab = meet(EV.but(DcChargeLoopReq, ev_present_voltage=Volts.of(voltage)))

    assert amperes(lab)
    assert set(amperes(lab)) == {0.0}
