"""What an EV of alternating current may not ask for: parameters that no station can charge with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.units import Watts
from harness.endpoints.ev.car import DYNAMIC
from harness.endpoints.ev.ev import Ev
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeLoopRes,
    AcChargeParameterDiscoveryReq,
    AcChargeParameterDiscoveryRes,
    AcCpdReqEnergyTransferMode,
    BptAcCpdReqEnergyTransferMode,
    ScheduledAcClReqControlMode,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import ResponseCode
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Meet

AC, AC_BPT = int(EnergyService.AC), int(EnergyService.AC_BPT)
OUTLET = msgspec.structs.replace(LABORATORY, services=(AC_BPT, AC))
W = Watts.of
GOOD = {"ev_maximum_charge_power": W(11_000), "ev_minimum_charge_power": W(4_140)}
BACK = {"ev_maximum_discharge_power": W(10_000), "ev_minimum_discharge_power": W(0)}
USELESS = [
    ("negative power", AC, AcCpdReqEnergyTransferMode(**{**GOOD, "ev_maximum_charge_power": W(-1)})),
    ("least above greatest", AC, AcCpdReqEnergyTransferMode(**{**GOOD, "ev_minimum_charge_power": W(12_000)})),
    ("negative least", AC, AcCpdReqEnergyTransferMode(**{**GOOD, "ev_minimum_charge_power": W(-1)})),
    ("no block for discharging", AC_BPT, AcCpdReqEnergyTransferMode(**GOOD)),
    ("a block for discharging", AC, BptAcCpdReqEnergyTransferMode(**GOOD, **BACK)),
    (
        "least discharge above greatest",
        AC_BPT,
        BptAcCpdReqEnergyTransferMode(**GOOD, **{**BACK, "ev_minimum_discharge_power": W(11_000)}),
    ),
    (
        "one phase upside down",
        AC,
        AcCpdReqEnergyTransferMode(
            ev_maximum_charge_power=W(3_000),
            ev_maximum_charge_power_l2=W(3_000),
            ev_maximum_charge_power_l3=W(1_000),
            ev_minimum_charge_power=W(1_380),
            ev_minimum_charge_power_l2=W(1_380),
            ev_minimum_charge_power_l3=W(1_380),
        ),
    ),
]


def plain(service: int, **car: Any) -> Ev:
    return Ev(tls=False, loops=20).on_ac(bidirectional=service == AC_BPT, control_mode=DYNAMIC, **car)


@pytest.mark.parametrize(("service", "block"), [case[1:] for case in USELESS], ids=[case[0] for case in USELESS])
def test_useless_parameters_are_refused(meet: Meet, service: int, block: Any) -> None:
    ev = plain(service).but(AcChargeParameterDiscoveryReq, energy_transfer_mode=block)
    lab = meet(ev, settings=OUTLET)

    assert lab.said(AcChargeParameterDiscoveryRes)[-1].response_code is ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
    assert lab.names()[-1] == "AC_ChargeParameterDiscoveryRes"


def test_more_phases_than_the_connector_has_are_refused(meet: Meet) -> None:
    powers = {f"ev_maximum_charge_power{s}": W(3_000) for s in ("", "_l2", "_l3")}
    least = {f"ev_minimum_charge_power{s}": W(0) for s in ("", "_l2", "_l3")}
    block = AcCpdReqEnergyTransferMode(**powers, **least)
    ev = plain(AC, phases=1).but(AcChargeParameterDiscoveryReq, energy_transfer_mode=block)
    lab = meet(ev, settings=OUTLET)

    assert lab.said(AcChargeParameterDiscoveryRes)[-1].response_code is ResponseCode.FAILED_WRONG_CHARGE_PARAMETER


def test_block_of_the_other_control_mode_is_refused(meet: Meet) -> None:
    block = ScheduledAcClReqControlMode(ev_present_active_power=W(0))
    lab = meet(plain(AC).but(AcChargeLoopReq, nth=2, control_mode=block), settings=OUTLET)

    assert lab.said(AcChargeLoopRes)[-1].response_code is ResponseCode.FAILED
    assert (lab.outcome.state, lab.happenings().count("EnergyStopped")) == ("failed", 1)
