"""What a station samples, as the meterValue of OCPP 2.0.1."""

from __future__ import annotations

from typing import Any

from harness.endpoints.station.meter import Reading

_UNITS = {
    "Energy.Active.Import.Register": "Wh",
    "Energy.Active.Export.Register": "Wh",
    "Power.Active.Import": "W",
    "Power.Active.Export": "W",
    "SoC": "Percent",
}

SAMPLED = tuple(_UNITS)
"""The measurands that this station can sample."""


def meter_value(
    measurands: tuple[str, ...], reading: Reading, soc: float | None, context: str, timestamp: str
) -> dict[str, Any]:
    """One meterValue; a measurand without a value is left out."""
    values = {
        "Energy.Active.Import.Register": reading.import_wh,
        "Energy.Active.Export.Register": reading.export_wh,
        "Power.Active.Import": max(0.0, reading.power_w),
        "Power.Active.Export": max(0.0, -reading.power_w),
        "SoC": soc,
    }
    sampled = [
        _sampled(measurand, value, context) for measurand in measurands if (value := values.get(measurand)) is not None
    ]
    return {"timestamp": timestamp, "sampledValue": sampled}


def _sampled(measurand: str, value: float, context: str) -> dict[str, Any]:
    return {
        "value": round(value, 3) + 0.0,
        "context": context,
        "measurand": measurand,
        "location": "EV" if measurand == "SoC" else "Outlet",
        "unitOfMeasure": {"unit": _UNITS[measurand]},
    }
