"""Energy registers on both protocols: they never fall, and what they say fits the power that flowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import MeterValues, TransactionEvent
from harness.trace.entry import Entry
from harness.trace.trace import Trace


class Sample(Struct, frozen=True, kw_only=True):
    """One sampled value of OCPP in base units (W, Wh, V, A, %), with the entry that carried it."""

    entry: Entry
    at: float
    """Unix time of the sample by the station's clock, in seconds."""
    measurand: str
    value: float
    phase: str = ""
    location: str = "Outlet"
    context: str = "Sample.Periodic"


_SCALES = {"kWh": 1000.0, "kW": 1000.0, "kvar": 1000.0, "kvarh": 1000.0, "kVA": 1000.0}


def samples(trace: Trace) -> Iterator[Sample]:
    """Every sampled value in TransactionEvent and MeterValues; malformed ones are left to the schema rule."""
    for entry in (*trace.all(TransactionEvent), *trace.all(MeterValues)):
        payload = entry.payload if isinstance(entry.payload, dict) else {}
        for meter_value in _dicts(payload.get("meterValue")):
            at = instant(meter_value.get("timestamp"))
            for sampled in _dicts(meter_value.get("sampledValue")):
                if at is not None and isinstance(sampled.get("value"), int | float):
                    yield _sample(entry, at, sampled)


def _sample(entry: Entry, at: float, sampled: dict[str, Any]) -> Sample:
    unit = sampled.get("unitOfMeasure")
    unit = unit if isinstance(unit, dict) else {}
    multiplier = unit.get("multiplier", 0)
    scale = 10.0 ** (multiplier if isinstance(multiplier, int) else 0) * _SCALES.get(str(unit.get("unit")), 1.0)
    return Sample(
        entry=entry,
        at=at,
        measurand=str(sampled.get("measurand", "Energy.Active.Import.Register")),
        value=float(sampled["value"]) * scale,
        phase=str(sampled.get("phase", "")),
        location=str(sampled.get("location", "Outlet")),
        context=str(sampled.get("context", "Sample.Periodic")),
    )


def instant(text: object) -> float | None:
    """Unix time of an RFC 3339 instant, or None."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def registers(trace: Trace) -> Iterable[Finding]:
    """Energy registers never fall: per EVSE, measurand, phase and location on OCPP, per connection on -20."""
    tally = Tally("RULE-METER-MONOTONIC", "energy registers never fall", ("J02.FR.16", "V2G20-902"))
    latest: dict[tuple[str, str, str], Sample] = {}
    for sample in sorted(samples(trace), key=lambda one: (one.at, one.entry.number)):
        if not sample.measurand.endswith(".Register") or not is_subject(trace, sample.entry):
            continue
        key = (sample.measurand, sample.phase, sample.location)
        before = latest.get(key)
        if before is not None and sample.value < before.value - 1e-6:
            detail = f"{sample.measurand} fell from {before.value:g} to {sample.value:g} Wh"
            tally.bad(detail, before.entry, sample.entry)
        else:
            tally.good(sample.entry)
        latest[key] = sample
    _meter_info(trace, tally)
    return tally


def _meter_info(trace: Trace, tally: Tally) -> None:
    before: tuple[bytes, int, Entry] | None = None
    for entry in trace.all(DcChargeLoopRes):
        info = entry.message.meter_info
        if info is None or not is_subject(trace, entry):
            continue
        session, reading = entry.message.header.session_id, info.charged_energy_reading_wh
        if before is not None and before[0] == session and reading < before[1]:
            tally.bad(f"ChargedEnergyReadingWh fell from {before[1]} to {reading}", before[2], entry)
        else:
            tally.good(entry)
        before = (session, reading, entry)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


RULES = (
    Rule(
        id="RULE-METER-MONOTONIC",
        title="Energy registers never fall, on either protocol",
        judges=(Role.STATION,),
        cites=("J02.FR.16", "V2G20-902"),
        find=registers,
    ),
)
