"""What cases about meter values share: what is set, and which samples came when."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from harness.checks import conversation
from harness.core.case import Role
from harness.endpoints.station.station import Station
from harness.kit.judge import Judge
from harness.kit.ocpp_transactions import measurands, samples
from harness.messages.ocpp import MeterValues
from harness.messages.ocpp_time import parse_timestamp
from harness.trace.entry import Entry
from harness.trace.trace import Trace

IMPORT, POWER = "Energy.Active.Import.Register", "Power.Active.Import"
WANTED = f"{IMPORT},{POWER}"
"""What cases have stations sample."""
BOTH = {IMPORT, POWER}
CLOCK, PERIODIC, BEGIN, END = "Sample.Clock", "Sample.Periodic", "Transaction.Begin", "Transaction.End"
_DAY = 86_400.0
_TOLERANCE = 4.0


def reports(trace: Trace, context: str) -> tuple[Entry, ...]:
    """MeterValues with samples of a context."""
    return tuple(one for one in trace.all(MeterValues, sent_by=Role.STATION) if samples(one, context))


def with_samples(trace: Trace, context: str) -> tuple[Entry, ...]:
    """MeterValues and events of transactions with samples of a context, as they came."""
    found = [*reports(trace, context), *(one for one in conversation.events(trace) if samples(one, context))]
    return tuple(sorted(found, key=lambda entry: entry.number))


def judge_measurands(judge: Judge, told: tuple[Entry, ...], context: str, wanted: set[str]) -> None:
    """Each has a sample of each measurand, and no other."""
    for entry in told:
        seen = measurands(samples(entry, context))
        judge.equal(f"measurands of {context}", sorted(seen), sorted(wanted), at=entry)


def judge_the_clock(judge: Judge, told: tuple[Entry, ...], interval: float) -> None:
    """Samples of the clock's context were taken at full multiples of the interval, counted from midnight UTC."""
    for entry in told:
        for taken in entry.payload.get("meterValue", []):
            if any(value.get("context") == CLOCK for value in taken["sampledValue"]):
                past = (parse_timestamp(taken["timestamp"]) % _DAY) % interval
                judge.between("s from a full multiple", min(past, interval - past), 0, _TOLERANCE, unit="s", at=entry)


def judge_signatures(judge: Judge, told: tuple[Entry, ...], context: str) -> None:
    """Registers of energy in these are signed, with all that belongs to a signature."""
    for entry in told:
        registers = [value for value in samples(entry, context) if value.get("measurand", IMPORT) == IMPORT]
        signed = [value["signedMeterValue"] for value in registers if "signedMeterValue" in value]
        judge.equal(f"signed registers of {context}", len(signed), len(registers), at=entry)
        for one in signed:
            named = all(one.get(key) for key in ("signedMeterData", "signingMethod", "encodingMethod"))
            judge.holds("signature", named and "publicKey" in one, f"{sorted(one)}", at=entry)


def measuring(station: Station, **terms: Any) -> Station:
    """Our station with other terms of metering; names as in `MeterTerms`."""
    return station.set(metering=structs.replace(station.settings.metering, **terms))
