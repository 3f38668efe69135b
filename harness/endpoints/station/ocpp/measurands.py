"""What a station samples, as the sampledValue of OCPP 2.0.1: value, unit, place."""

from __future__ import annotations

from typing import Any

from harness.endpoints.station.meter import Reading
from harness.endpoints.station.plant import Plant

_UNITS = {
    "Energy.Active.Import.Register": "Wh",
    "Energy.Active.Export.Register": "Wh",
    "Energy.Active.Net": "Wh",
    "Power.Active.Import": "W",
    "Power.Active.Export": "W",
    "Power.Offered": "W",
    "Current.Import": "A",
    "Current.Export": "A",
    "Current.Offered": "A",
    "Voltage": "V",
    "SoC": "Percent",
}

SAMPLED = tuple(_UNITS)
"""The measurands that this station can sample."""
REGISTERS = frozenset({"Energy.Active.Import.Register", "Energy.Active.Export.Register"})
MAIN_METER = tuple(name for name in _UNITS if name.startswith(("Energy.", "Power.Active")))
"""Those of the meter that the station has before its EVSE."""
OUTLET, INLET = "Outlet", "Inlet"


def measured(plant: Plant, at: float) -> dict[str, float | None]:
    """Every measurand at `at`; None where there is no value."""
    reading: Reading = plant.meter.reading(at)
    limits = plant.limits(at)
    amperes = None if plant.voltage <= 0 else reading.power_w / plant.voltage
    idle = 0.0 if reading.power_w == 0 else None
    return {
        "Energy.Active.Import.Register": reading.import_wh,
        "Energy.Active.Export.Register": reading.export_wh,
        "Energy.Active.Net": reading.import_wh - reading.export_wh,
        "Power.Active.Import": max(0.0, reading.power_w),
        "Power.Active.Export": max(0.0, -reading.power_w),
        "Power.Offered": limits.max_charge_power,
        "Current.Import": idle if amperes is None else max(0.0, amperes),
        "Current.Export": idle if amperes is None else max(0.0, -amperes),
        "Current.Offered": limits.max_charge_current,
        "Voltage": plant.voltage,
        "SoC": plant.soc,
    }


def sampled(measurand: str, value: float, context: str, *, location: str = OUTLET) -> dict[str, Any]:
    """One sampledValue."""
    return {
        "value": round(value, 3) + 0.0,
        "context": context,
        "measurand": measurand,
        "location": "EV" if measurand == "SoC" else location,
        "unitOfMeasure": {"unit": _UNITS[measurand]},
    }
