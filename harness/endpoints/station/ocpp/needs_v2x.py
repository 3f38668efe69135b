"""An EV's needs as OCPP 2.1 can tell them: both ways, its V2X window, how it wants to be controlled (Q01, K18, K19)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.station.ocpp.transactions import EVSE_ID
from harness.endpoints.station.quantities import Limits, Needs
from harness.endpoints.variant import DYNAMIC
from harness.messages.iso20.energy import EnergyService, Flow, flow_of, is_bidirectional
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp21 import NotifyEVChargingNeeds

_TRANSFERS = {
    EnergyService.DC: "DC",
    EnergyService.DC_BPT: "DC_BPT",
    EnergyService.AC_BPT: "AC_BPT",
    EnergyService.MCS: "DC",
    EnergyService.MCS_BPT: "DC_BPT",
    EnergyService.DC_ACDP: "DC_ACDP",
    EnergyService.DC_ACDP_BPT: "DC_ACDP_BPT",
    EnergyService.WPT: "WPT",
}
_BY_PHASES = {1: "AC_single_phase", 2: "AC_two_phase", 3: "AC_three_phase"}


def charging_needs(
    needs: Needs, limits: Limits, offered: tuple[int, ...], said_at: float, stamp: Callable[[float], str]
) -> OcppMessage:
    """NotifyEVChargingNeeds of OCPP 2.1.

    Args:
        needs: of the EV.
        limits: of the station: a least value is the greater of both sides', a greatest one the smaller (Q01.FR.03).
        offered: services that the EV could choose from.
        said_at: when it said what it needs.
        stamp: writes a moment.
    """
    said: dict[str, Any] = {
        "requestedEnergyTransfer": _transfer(needs.service_id, needs.phases),
        "availableEnergyTransfer": sorted({_transfer(service, needs.phases) for service in offered}),
        "controlMode": "DynamicControl" if needs.control_mode == DYNAMIC else "ScheduledControl",
    }
    if needs.departure_time is not None:
        said["departureTime"] = stamp(said_at + needs.departure_time)
    if both := _both_ways(needs, limits):
        said["v2xChargingParameters"] = both
    if needs.phases is None and needs.max_charge_current is not None and needs.max_voltage is not None:
        said["dcChargingParameters"] = _direct(needs)
    return NotifyEVChargingNeeds(evseId=EVSE_ID, chargingNeeds=said, timestamp=stamp(said_at))


def _transfer(service_id: int | None, phases: int | None) -> str:
    if flow_of(service_id) is Flow.AC and not is_bidirectional(service_id):
        return _BY_PHASES[phases or 3]
    return _TRANSFERS.get(EnergyService(service_id), "DC") if service_id in set(EnergyService) else "DC"


def _both_ways(needs: Needs, limits: Limits) -> dict[str, Any]:
    """Magnitudes in W, A, V and Wh; energies have a sign."""
    values = {
        "maxChargePower": _least(needs.max_charge_power, limits.max_charge_power),
        "minChargePower": _greatest(needs.min_charge_power, limits.min_charge_power),
        "maxChargeCurrent": _least(needs.max_charge_current, limits.max_charge_current),
        "maxVoltage": _least(needs.max_voltage, limits.max_voltage),
        "evTargetEnergyRequest": needs.target_energy,
        "evMinEnergyRequest": needs.min_energy,
        "evMaxEnergyRequest": needs.max_energy,
        "targetSoC": None if needs.target_soc is None else round(needs.target_soc),
    }
    if is_bidirectional(needs.service_id):
        values |= {
            "maxDischargePower": _least(needs.max_discharge_power, limits.max_discharge_power),
            "minDischargePower": _greatest(needs.min_discharge_power, limits.min_discharge_power),
            "evMinV2XEnergyRequest": needs.min_v2x_energy,
            "evMaxV2XEnergyRequest": needs.max_v2x_energy,
        }
    return {name: value for name, value in values.items() if value is not None}


def _direct(needs: Needs) -> dict[str, Any]:
    values = {
        "evMaxCurrent": needs.max_charge_current,
        "evMaxVoltage": needs.max_voltage,
        "energyAmount": needs.target_energy,
        "evMaxPower": needs.max_charge_power,
        "stateOfCharge": None if needs.soc is None else round(needs.soc),
        "evEnergyCapacity": needs.capacity,
        "fullSoC": None if needs.target_soc is None else round(needs.target_soc),
    }
    return {name: value for name, value in values.items() if value is not None}


def _least(ours: float | None, theirs: float) -> float | None:
    return None if ours is None else min(ours, theirs)


def _greatest(ours: float | None, theirs: float) -> float | None:
    return None if ours is None else max(ours, theirs)
