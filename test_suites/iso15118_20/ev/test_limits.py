"""What the EV asks for against what it was allowed."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, closed, either, seen
from harness.messages.iso20.dc import DcChargeLoopReq, ScheduledDcClReqControlMode

ROUNDING = 0.5
"""Amperes."""


@case(
    "ISO20-EV-LIM-001",
    "The EV asks for no more current than the station can give",
    sut=Role.EV,
    cites=("V2G20-2183",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
)
async def test_target_current_within_station_limits(bench: Bench, judge: Judge) -> None:
    """The station's limits are narrow: 30 A to the EV, 15 A from it, in Scheduled control mode alone."""
    station = bench.station.set(max_charge_current=30.0, max_discharge_current=15.0, control_modes=("scheduled",))

    trace = await bench.run(station, until=either(seen(DcChargeLoopReq, times=4), closed()))

    asked = trace.all(
        DcChargeLoopReq, where=lambda entry: isinstance(entry.message.control_mode, ScheduledDcClReqControlMode)
    )
    judge.every(
        "target current within -15 A to 30 A",
        asked,
        lambda entry: -15.0 - ROUNDING <= float(entry.message.control_mode.ev_target_current) <= 30.0 + ROUNDING,
        "outside the station's limits",
    )
