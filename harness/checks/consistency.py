"""What one protocol says against what the other says: power on the cable and power to the backend."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from harness.checks.metering import Sample, samples
from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.feature import Feature
from harness.core.verdict import Finding
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.trace.entry import Entry
from harness.trace.trace import Trace

TOLERANCE = 0.05
"""Share of the larger of both values that they may differ by; our own figure, as no standard gives one."""
FLOOR = 150.0
"""Watts that they may differ by anyway."""
WINDOW = 2.0
"""Seconds around a meter sample in which a charge-loop response counts as the same moment."""


class CablePower(Struct, frozen=True):
    """Power on the cable by the station's own charge-loop response; negative while the EV discharges."""

    at: float
    watts: float
    entry: Entry


def cable_power(trace: Trace) -> list[CablePower]:
    """Voltage times current of every DC_ChargeLoopRes, and nothing from each request to stop on."""
    flowing = [
        CablePower(
            entry.at,
            float(entry.message.evse_present_voltage) * float(entry.message.evse_present_current),
            entry,
        )
        for entry in trace.all(DcChargeLoopRes)
    ]
    stops = trace.all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    return flowing + [CablePower(entry.at, 0.0, entry) for entry in stops]


def power_agrees(trace: Trace) -> Iterable[Finding]:
    """Each power sample of OCPP at the outlet fits the charge-loop responses around its moment.

    While the power ramps, any value between the smallest and the largest of the window is right. A sample with
    nothing known of the cable before it, or behind it, is left alone: power may have changed just then.
    """
    tally = Tally("RULE-POWER-AGREES", "power agrees on both protocols", ())
    on_cable = cable_power(trace)
    for sample in samples(trace):
        near = [one for one in on_cable if abs(one.at - sample.at) <= WINDOW]
        if not _comparable(sample) or not is_subject(trace, sample.entry) or not _around(sample.at, near):
            continue
        sign = 1.0 if sample.measurand.endswith("Import") else -1.0
        expected = [max(0.0, sign * one.watts) for one in near]
        low, high = min(expected), max(expected)
        allowed = max(FLOOR, TOLERANCE * max(high, sample.value))
        if low - allowed <= sample.value <= high + allowed:
            tally.good(sample.entry)
        else:
            detail = f"{sample.measurand} is {sample.value:.0f} W, the cable carries {low:.0f} to {high:.0f} W"
            tally.bad(detail, near[0].entry, sample.entry)
    return tally


def _comparable(sample: Sample) -> bool:
    """Whether a sample is power on the cable: of one EVSE, in sum, where it leaves the station."""
    power = sample.measurand in {"Power.Active.Import", "Power.Active.Export"}
    return power and sample.location == "Outlet" and not sample.phase and sample.evse != 0


def _around(at: float, near: list[CablePower]) -> bool:
    return any(one.at <= at for one in near) and any(one.at >= at for one in near)


RULES = (
    Rule(
        id="RULE-POWER-AGREES",
        title="Power on the cable and power told to the backend agree",
        judges=(Role.STATION,),
        cites=(),
        needs=(Feature.OCPP201, Feature.ISO20_DC),
        find=power_agrees,
    ),
)
