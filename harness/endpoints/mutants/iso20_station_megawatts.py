"""Stations with one fault each where megawatts flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Amperes, Watts
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.dc import (
    BptDcCpdResEnergyTransferMode,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryRes,
    DcCpdResEnergyTransferMode,
)
from harness.messages.iso20.types import ResponseCode

FAILED = ResponseCode.FAILED
_ZERO = Watts.of(0.0)
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")


def _megawatt_block(wrong: type[DcCpdResEnergyTransferMode]) -> Callable[[Station], Station]:
    """A station that always answers with one of the two blocks."""

    def bend(_: Any, said: DcChargeParameterDiscoveryRes) -> DcChargeParameterDiscoveryRes:
        block = said.energy_transfer_mode
        common: dict[str, Any] = {name: getattr(block, name) for name in DcCpdResEnergyTransferMode.__struct_fields__}
        back: dict[str, Any] = {
            name: getattr(block, name, _amperes_or_watts(name))
            for name in wrong.__struct_fields__
            if name not in common
        }
        return replace(said, energy_transfer_mode=wrong(**common, **back))

    return lambda good: good.answering(DcChargeParameterDiscoveryRes, bend)


def _amperes_or_watts(name: str) -> Any:
    return Amperes.of(0.0) if name.endswith("current") else _ZERO


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "mcs-fails-later",
        "fails in the second cycle of a lorry's charge loop",
        ("MCS-001",),
        lambda good: good.but(DcChargeLoopRes, nth=2, response_code=FAILED),
    ),
    mutant(
        "mcs-hides-discharging",
        "tells a lorry that could discharge the limits of charging alone",
        ("MCS-002[both_ways]",),
        _megawatt_block(DcCpdResEnergyTransferMode),
    ),
    mutant(
        "mcs-tells-of-discharging",
        "tells a lorry that only charges of limits for discharging",
        ("MCS-002[charge_only]",),
        _megawatt_block(BptDcCpdResEnergyTransferMode),
    ),
    mutant(
        "mcs-strange-connector",
        "names a connector of the megawatt system that nobody defined",
        ("MCS-003",),
        lambda good: good.set(mcs_connectors=(9,)),
    ),
    mutant(
        "mcs-overcharges",
        "drives 500 A into every lorry",
        ("MCS-004",),
        lambda good: good.but(DcChargeLoopRes, evse_present_current=Amperes.of(500.0)),
    ),
)
