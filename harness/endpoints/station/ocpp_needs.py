"""What of an EV's needs OCPP 2.0.1 can carry, and the schedule that the EV gets in return (K15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.station.ocpp_transactions import EVSE_ID
from harness.endpoints.station.quantities import Needs
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage


def charging_needs(needs: Needs, said_at: float, stamp: Callable[[float], str]) -> OcppMessage | None:
    """NotifyEVChargingNeeds, values rounded to integers; None if the EV said too little for it.

    Not representable: bidirectional services, discharge limits, the V2X window, least energy, control mode.
    """
    if needs.max_charge_current is None or needs.max_voltage is None:
        return None
    values = {
        "evMaxCurrent": needs.max_charge_current,
        "evMaxVoltage": needs.max_voltage,
        "energyAmount": needs.target_energy,
        "evMaxPower": needs.max_charge_power,
        "stateOfCharge": needs.soc,
        "evEnergyCapacity": needs.capacity,
        "fullSoC": needs.target_soc,
    }
    said: dict[str, Any] = {
        "requestedEnergyTransfer": "DC",
        "dcChargingParameters": {key: round(value) for key, value in values.items() if value is not None},
    }
    if needs.departure_time is not None:
        said["departureTime"] = stamp(said_at + needs.departure_time)
    return ocpp.NotifyEVChargingNeeds(evseId=EVSE_ID, chargingNeeds=said)


def charging_schedule(schedule: dict[str, Any], needs: Needs | None, now: str) -> OcppMessage:
    """NotifyEVChargingSchedule: the backend's schedule as far as the EV can follow it (K15.FR.09)."""
    bound = None
    if needs is not None:
        bound = needs.max_charge_power if schedule["chargingRateUnit"] == "W" else needs.max_charge_current
    periods = [
        {"startPeriod": period["startPeriod"], "limit": min(period["limit"], bound or period["limit"])}
        for period in schedule["chargingSchedulePeriod"]
    ]
    followed = {
        "id": schedule["id"],
        "chargingRateUnit": schedule["chargingRateUnit"],
        "chargingSchedulePeriod": periods,
    }
    for key in ("startSchedule", "duration"):
        if key in schedule:
            followed[key] = schedule[key]
    return ocpp.NotifyEVChargingSchedule(timeBase=now, evseId=EVSE_ID, chargingSchedule=followed)
