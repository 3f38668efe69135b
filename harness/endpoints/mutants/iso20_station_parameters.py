"""Stations with one fault each in what they tell of themselves, and in what they believe of an EV's limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Amperes, Watts
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    BptDcCpdResEnergyTransferMode,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcCpdReqEnergyTransferMode,
    DcCpdResEnergyTransferMode,
)
from harness.messages.iso20.types import ResponseCode

mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")
Block = DcCpdReqEnergyTransferMode


def _telling(change: Callable[[DcCpdResEnergyTransferMode], DcCpdResEnergyTransferMode]) -> Any:
    """A station that tells other ratings."""

    def bend(_: Any, said: DcChargeParameterDiscoveryRes) -> DcChargeParameterDiscoveryRes:
        return replace(said, energy_transfer_mode=change(said.energy_transfer_mode))

    return lambda good: good.answering(DcChargeParameterDiscoveryRes, bend)


def _plain(block: DcCpdResEnergyTransferMode) -> DcCpdResEnergyTransferMode:
    return DcCpdResEnergyTransferMode(**_common(block))


def _bidirectional(block: DcCpdResEnergyTransferMode) -> DcCpdResEnergyTransferMode:
    return BptDcCpdResEnergyTransferMode(
        **_common(block),
        evse_maximum_discharge_power=Watts.of(0.0),
        evse_minimum_discharge_power=Watts.of(0.0),
        evse_maximum_discharge_current=Amperes.of(0.0),
        evse_minimum_discharge_current=Amperes.of(0.0),
    )


def _common(block: DcCpdResEnergyTransferMode) -> dict[str, Any]:
    names = DcCpdResEnergyTransferMode.__struct_fields__
    return {name: getattr(block, name) for name in names}


def _believing(wrong: Callable[[Block], bool]) -> Callable[[Station], Station]:
    """A station that agrees to limits that it should refuse."""

    def bend(heard: DcChargeParameterDiscoveryReq, said: DcChargeParameterDiscoveryRes) -> Any:
        believed = wrong(heard.energy_transfer_mode)
        return replace(said, response_code=ResponseCode.OK) if believed else said

    return lambda good: good.answering(DcChargeParameterDiscoveryRes, bend)


def _refusing(unwanted: Callable[[Block], bool]) -> Callable[[Station], Station]:
    """A station that refuses limits that it should work with."""

    def bend(heard: DcChargeParameterDiscoveryReq, said: DcChargeParameterDiscoveryRes) -> Any:
        refused = unwanted(heard.energy_transfer_mode)
        return replace(said, response_code=ResponseCode.FAILED_WRONG_CHARGE_PARAMETER) if refused else said

    return lambda good: good.answering(DcChargeParameterDiscoveryRes, bend)


def _is_plain(block: Block) -> bool:
    return not isinstance(block, BptDcCpdReqEnergyTransferMode)


def _upside_down(name: str) -> Callable[[Block], bool]:
    return lambda block: float(getattr(block, f"ev_minimum_{name}")) > float(getattr(block, f"ev_maximum_{name}"))


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "hides-discharge-limits",
        "tells a bidirectional session the limits of charging alone",
        ("CPD-002",),
        _telling(_plain),
    ),
    mutant(
        "tells-of-discharging",
        "tells a charge-only session of limits for discharging",
        ("CPD-003",),
        _telling(_bidirectional),
    ),
    mutant(
        "refuses-every-ev",
        "finds no EV's limits good enough",
        ("CPD-002", "CPD-003", "CPD-008"),
        _refusing(lambda _: True),
    ),
    mutant(
        "minimum-above-maximum",
        "tells a minimum current above its maximum",
        ("CPD-004",),
        lambda good: good.but(
            DcChargeParameterDiscoveryRes, energy_transfer_mode__evse_minimum_charge_current=Amperes.of(500.0)
        ),
    ),
    mutant(
        "charges-below-zero",
        "counts its charging power negative",
        ("CPD-004",),
        lambda good: good.but(
            DcChargeParameterDiscoveryRes,
            energy_transfer_mode__evse_minimum_charge_power=Watts.of(-100.0),
        ),
    ),
    mutant(
        "needs-no-discharge-limits",
        "discharges EVs that said nothing of discharging",
        ("CPD-005",),
        _believing(_is_plain),
    ),
    mutant(
        "overlooks-discharge-limits",
        "takes the block of another service",
        ("CPD-006",),
        _believing(lambda block: not _is_plain(block)),
    ),
    mutant(
        "believes-any-voltage",
        "compares no voltages",
        ("CPD-007[voltages_upside_down]", "CPD-007[voltages_out_of_reach]"),
        _believing(lambda block: _upside_down("voltage")(block) or float(block.ev_minimum_voltage) > 1000),
    ),
    mutant(
        "believes-any-power",
        "compares no powers",
        ("CPD-007[powers_upside_down]", "CPD-007[power_below_zero]"),
        _believing(_upside_down("charge_power")),
    ),
    mutant(
        "believes-any-current",
        "compares no currents",
        ("CPD-007[currents_upside_down]", "CPD-007[current_below_zero]"),
        _believing(_upside_down("charge_current")),
    ),
    mutant(
        "needs-a-target",
        "refuses an EV that names no target",
        ("CPD-008[no_target_soc]",),
        _refusing(lambda block: block.target_soc is None),
    ),
    mutant(
        "bounds-the-target",
        "refuses targets of nothing and of all",
        ("CPD-008[empty_target_soc]", "CPD-008[full_target_soc]"),
        _refusing(lambda block: block.target_soc in {0, 100}),
    ),
    mutant(
        "reads-no-exponents",
        "compares the integers of physical values alone",
        ("CPD-008[other_exponents]",),
        _refusing(lambda block: block.ev_maximum_voltage.value > 1000),
    ),
    mutant(
        "needs-a-minimum",
        "refuses an EV that can do with nothing",
        ("CPD-008[minima_are_zero]",),
        _refusing(lambda block: float(block.ev_minimum_charge_power) == 0),
    ),
)
