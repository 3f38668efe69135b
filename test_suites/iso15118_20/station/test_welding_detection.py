"""Welding detection: what the outlet shows once the contactors are open."""

from __future__ import annotations

from itertools import pairwise

from harness.kit import Bench, Feature, Judge, Role, answered, case
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq, ResponseCode, SessionStopRes
from harness.messages.iso20.dc import DcWeldingDetectionReq, DcWeldingDetectionRes

DEAD = 60.0
"""V below which an outlet counts as dead."""
NOISE = 5.0
"""V by which a measurement may rise by chance."""


@case(
    "ISO20-STN-WLD-001",
    "The voltage fades behind open contactors",
    sut=Role.STATION,
    cites=("V2G20-1630",),
    needs=Feature.ISO20_DC,
)
async def test_voltage_fades(bench: Bench, judge: Judge) -> None:
    """The EV asks until the outlet is dead; what it is shown may only fall on the way."""
    trace = await bench.run(bench.ev, until=answered(SessionStopRes), limit=90.0)

    shown = trace.all(DcWeldingDetectionRes)
    volts = [float(entry.message.evse_present_voltage) for entry in shown]
    last = trace.last(DcWeldingDetectionRes)
    judge.between("voltage at last", volts[-1], -NOISE, DEAD, unit="V", at=last)
    risen = [f"{before:g} V to {after:g} V" for before, after in pairwise(volts) if after > before + NOISE]
    judge.holds("voltage never rises", not risen, "; ".join(risen[:3]), at=shown)


@case(
    "ISO20-STN-WLD-002",
    "Every round of welding detection is answered with OK, and the session may end behind it",
    sut=Role.STATION,
    cites=("V2G20-1630", "V2G20-1631"),
    needs=Feature.ISO20_DC,
)
async def test_rounds_of_welding_detection(bench: Bench, judge: Judge) -> None:
    """The EV says Ongoing until the outlet is dead, once Finished, and then goodbye."""
    trace = await bench.run(bench.ev, until=answered(SessionStopRes), limit=90.0)

    trace.first(DcWeldingDetectionReq)
    for asked in trace.all(DcWeldingDetectionReq):
        judge.coded(trace, asked, DcWeldingDetectionRes, ResponseCode.OK)
    stop = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    farewell = trace.since(stop).all(SessionStopRes)
    if judge.any("farewell", farewell):
        judge.equal("farewell", farewell[0].message.response_code, ResponseCode.OK, at=farewell[0])
