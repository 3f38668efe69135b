"""Energy registers on both protocols: they never fall, and what they say fits the power that flowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.iso20.common import ServiceSelectionRes
from harness.messages.iso20.types import ChargeLoopRes
from harness.messages.ocpp import MeterValues, TransactionEvent
from harness.messages.ocpp_time import parse_timestamp
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
    evse: int | None = None
    """0 is the main meter; None where neither the message nor its transaction says."""


_SCALES = {"kWh": 1000.0, "kW": 1000.0, "kvar": 1000.0, "kvarh": 1000.0, "kVA": 1000.0}
_MOST_ZEROS = 12
_LARGEST = 1e15
"""What is larger is no reading of a meter, whatever else it is."""


def samples(trace: Trace) -> Iterator[Sample]:
    """Every sampled value in TransactionEvent and MeterValues; malformed ones are left to the schema rule."""
    places: dict[str, int] = {}
    for entry in (*trace.all(TransactionEvent), *trace.all(MeterValues)):
        payload = keys_of(entry.payload)
        evse = _evse(payload, places)
        for meter_value in objects(payload.get("meterValue")):
            at = instant(meter_value.get("timestamp"))
            for sampled in objects(meter_value.get("sampledValue")):
                if at is not None and is_number(sampled.get("value")):
                    yield _sample(entry, at, sampled, evse)


def _evse(payload: dict[str, Any], places: dict[str, int]) -> int | None:
    """The EVSE of a message; a transaction that told it once need not tell it again (E01.FR.16)."""
    told = payload.get("evseId", keys_of(payload.get("evse")).get("id"))
    transaction = str(keys_of(payload.get("transactionInfo")).get("transactionId", ""))
    if isinstance(told, int):
        places[transaction] = told
        return told
    return places.get(transaction) if transaction else None


def _sample(entry: Entry, at: float, sampled: dict[str, Any], evse: int | None) -> Sample:
    unit = keys_of(sampled.get("unitOfMeasure"))
    multiplier = unit.get("multiplier", 0)
    sane = isinstance(multiplier, int) and abs(multiplier) <= _MOST_ZEROS
    scale = 10.0 ** (multiplier if sane else 0) * _SCALES.get(str(unit.get("unit")), 1.0)
    return Sample(
        entry=entry,
        at=at,
        measurand=str(sampled.get("measurand", "Energy.Active.Import.Register")),
        value=float(sampled["value"]) * scale,
        phase=str(sampled.get("phase", "")),
        location=str(sampled.get("location", "Outlet")),
        context=str(sampled.get("context", "Sample.Periodic")),
        evse=evse,
    )


def instant(text: object) -> float | None:
    """Unix time of an RFC 3339 instant, or None."""
    if not isinstance(text, str):
        return None
    try:
        return parse_timestamp(text)
    except ValueError:
        return None


def registers(trace: Trace) -> Iterable[Finding]:
    """Energy registers never fall: per EVSE, measurand, phase and location on OCPP, per service session on -20."""
    tally = Tally("RULE-METER-MONOTONIC", "energy registers never fall", ("J02.FR.16", "V2G20-902"))
    latest: dict[tuple[int | None, str, str, str], Sample] = {}
    for sample in sorted(samples(trace), key=lambda one: (one.at, one.entry.number)):
        if not sample.measurand.endswith(".Register") or not is_subject(trace, sample.entry):
            continue
        key = (sample.evse, sample.measurand, sample.phase, sample.location)
        before = latest.get(key)
        if before is not None and sample.value < before.value - _ROUNDING:
            detail = f"{sample.measurand} fell from {before.value:g} to {sample.value:g} Wh"
            tally.bad(detail, before.entry, sample.entry)
        else:
            tally.good(sample.entry)
        latest[key] = sample
    _meter_info(trace, tally)
    return tally


_ROUNDING = 1e-6
"""Watt-hours by which binary fractions may differ."""


def _meter_info(trace: Trace, tally: Tally) -> None:
    """Readings of MeterInfo; they count anew with each service that is selected."""
    before: dict[str, tuple[MeterKey, int, Entry]] = {}
    for entry in trace:
        if isinstance(entry.message, ServiceSelectionRes):
            before.clear()
        info = entry.message.meter_info if isinstance(entry.message, ChargeLoopRes) else None
        if info is None or not is_subject(trace, entry):
            continue
        meter = (entry.message.header.session_id, info.meter_id)
        for name, reading in (
            ("ChargedEnergyReadingWh", info.charged_energy_reading_wh),
            ("BPT_DischargedEnergyReadingWh", info.bpt_discharged_energy_reading_wh),
        ):
            earlier = before.get(name)
            if reading is None:
                continue
            if earlier is not None and earlier[0] == meter and reading < earlier[1]:
                tally.bad(f"{name} fell from {earlier[1]} to {reading}", earlier[2], entry)
            else:
                tally.good(entry)
            before[name] = (meter, reading, entry)


MeterKey = tuple[bytes, str]
"""Session and meter."""


def keys_of(value: object) -> dict[str, Any]:
    """An object of a payload; what is none has no keys."""
    return value if isinstance(value, dict) else {}


def is_number(value: object) -> bool:
    """Whether a value can be a reading."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list in a payload; what is no list holds none."""
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
