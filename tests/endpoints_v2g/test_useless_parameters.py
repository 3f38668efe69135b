"""Charge parameters of direct current that nobody can work with, and a price signature that is plugged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.units import Amperes, Rational, Watts
from harness.endpoints.ev.car import Car
from harness.endpoints.ev.ev import Ev
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcCpdReqEnergyTransferMode,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import ResponseCode

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet


def asked_with(meet: Meet, service: int, **fields: Rational) -> Lab:
    bent: dict[str, Any] = {f"energy_transfer_mode__{name}": value for name, value in fields.items()}
    return meet(Ev(tls=False, car=Car(service=service)).but(DcChargeParameterDiscoveryReq, **bent))


def assert_refused(lab: Lab) -> None:
    (answer,) = lab.said(DcChargeParameterDiscoveryRes)
    assert answer.response_code is ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
    assert lab.names()[-1] == "DC_ChargeParameterDiscoveryRes"


@pytest.mark.parametrize(
    ("service", "fields"),
    [
        (EnergyService.DC, {"ev_minimum_charge_power": Watts.of(50_000.0)}),
        (EnergyService.DC, {"ev_minimum_charge_current": Amperes.of(200.0)}),
        (EnergyService.DC, {"ev_minimum_charge_current": Amperes.of(-1.0)}),
        (EnergyService.DC, {"ev_maximum_charge_current": Amperes.of(-5.0)}),
        (EnergyService.DC_BPT, {"ev_minimum_discharge_power": Watts.of(31_000.0)}),
        (EnergyService.DC_BPT, {"ev_minimum_discharge_current": Amperes.of(90.0)}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else str(value),
)
def test_bounds_that_are_upside_down_are_refused(meet: Meet, service: int, fields: dict[str, Rational]) -> None:
    assert_refused(asked_with(meet, service, **fields))


@pytest.mark.parametrize("service", [EnergyService.DC, EnergyService.DC_BPT])
def test_block_must_be_that_of_the_service(meet: Meet, service: int) -> None:
    def other(_heard: Any, said: DcChargeParameterDiscoveryReq) -> DcChargeParameterDiscoveryReq:
        mode = said.energy_transfer_mode
        names = DcCpdReqEnergyTransferMode.__struct_fields__
        common = {name: getattr(mode, name) for name in names}
        back = {
            name: getattr(mode, name, None) or common[name.replace("discharge", "charge")]
            for name in BptDcCpdReqEnergyTransferMode.__struct_fields__
            if name not in names
        }
        block = DcCpdReqEnergyTransferMode(**common)
        if service == EnergyService.DC:
            block = BptDcCpdReqEnergyTransferMode(**common, **back)
        return msgspec.structs.replace(said, energy_transfer_mode=block)

    assert_refused(meet(Ev(tls=False, car=Car(service=service)).answering(DcChargeParameterDiscoveryReq, other)))


def test_discharge_bounds_with_a_minus_are_understood(meet: Meet) -> None:
    """Towards the station is negative (V2G20-1034), so some EVs write them that way."""
    lab = asked_with(
        meet,
        EnergyService.DC_BPT,
        ev_maximum_discharge_power=Watts.of(-20_000.0),
        ev_minimum_discharge_power=Watts.of(-100.0),
        ev_maximum_discharge_current=Amperes.of(-50.0),
    )

    assert lab.outcome.state == "finished"
    needs = next(h.needs for h in lab.heard if type(h).__name__ == "NeedsGiven")
    assert (needs.max_discharge_power, needs.min_discharge_power) == (20_000, 100)
