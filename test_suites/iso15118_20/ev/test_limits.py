"""What the EV asks for against what it was allowed."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Amperes, Bench, Entry, Feature, Judge, Role, Watts, case, closed, either, replace, seen
from harness.kit.station_preambles import After
from harness.messages.iso20.common import (
    PowerSchedule,
    PowerScheduleEntry,
    PowerScheduleEntryList,
    ScheduleExchangeRes,
)
from harness.messages.iso20.dc import (
    BptScheduledDcClResControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    ScheduledDcClReqControlMode,
)

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


FALLS_AFTER = 3
"""Cycles of the charge loop until the station can do less."""
REACTION = 1.0
"""Seconds that an EV may take to follow a limit that fell."""
WATTS = 4_000.0
LESS = {
    "current": {"current": Amperes.of(8.0)},
    "power": {"power": Watts.of(WATTS)},
    "nothing": {"current": Amperes.of(0.0), "power": Watts.of(0.0)},
}
"""What the station can do after that, in either direction."""


def falling(limits: dict[str, Any]) -> After:
    """A station whose limits fall after some cycles."""

    def change(_: Any, usual: DcChargeLoopRes) -> DcChargeLoopRes:
        block = usual.control_mode
        for name, value in limits.items():
            block = replace(block, **{f"evse_maximum_charge_{name}": value})
            if isinstance(block, BptScheduledDcClResControlMode):
                block = replace(block, **{f"evse_maximum_discharge_{name}": value})
        return replace(usual, control_mode=block)

    return After(FALLS_AFTER, change)


def allowing(watts: float) -> Any:
    """A schedule that allows so much from now on for a day."""

    def change(_: Any, usual: Any) -> Any:
        first = usual.control_mode.schedule_tuple[0]
        entry = PowerScheduleEntry(duration=86_400, power=Watts.of(watts))
        entries = PowerScheduleEntryList(power_schedule_entry=(entry,))
        power = PowerSchedule(time_anchor=usual.header.time_stamp, power_schedule_entries=entries)
        charging = replace(first.charging_schedule, power_schedule=power)
        tuples = (replace(first, charging_schedule=charging),)
        return replace(usual, control_mode=replace(usual.control_mode, schedule_tuple=tuples))

    return change


def asks_for(entry: Entry) -> tuple[float, float]:
    """A and W that a request of the charge loop aims at."""
    current = float(entry.message.control_mode.ev_target_current)
    return current, current * float(entry.message.ev_present_voltage)


@pytest.mark.parametrize("limits", LESS.values(), ids=list(LESS))
@case(
    "ISO20-EV-LIM-002",
    "When the station's limits fall, the EV's target falls with them, in either direction",
    sut=Role.EV,
    cites=("V2G20-2183", "V2G20-2188"),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    control="ISO20-EV-SID-001",
)
async def test_limits_fall(bench: Bench, judge: Judge, limits: dict[str, Any]) -> None:
    """In Scheduled mode, from the fourth cycle on: 8 A, 4 kW or nothing at all; the EV has a second to follow."""
    station = bench.station.set(control_modes=("scheduled",)).having(patient=True)

    trace = await bench.run(
        station.answering(DcChargeLoopRes, falling(limits)), until=either(seen(DcChargeLoopReq, times=14), closed())
    )

    told = trace.nth(DcChargeLoopRes, FALLS_AFTER + 1)
    later = [entry for entry in trace.since(told).all(DcChargeLoopReq) if entry.at - told.at > REACTION]
    amperes, watts = float(limits.get("current", 1e6)), float(limits.get("power", 1e9))
    within = [
        entry
        for entry in later
        if abs(asks_for(entry)[0]) <= amperes + ROUNDING and abs(asks_for(entry)[1]) <= watts + ROUNDING * 1000
    ]
    judge.every("target within the new limits", later, lambda entry: entry in within, "beyond them")


@case(
    "ISO20-EV-LIM-003",
    "The EV asks for no more power than its schedule allows",
    sut=Role.EV,
    cites=("V2G20-1058",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    control="ISO20-EV-SID-001",
)
async def test_target_within_the_schedule(bench: Bench, judge: Judge) -> None:
    """In Scheduled mode the station's limits are wide, and its schedule allows 5 kW."""
    station = bench.station.set(control_modes=("scheduled",)).answering(ScheduleExchangeRes, allowing(5_000.0))

    trace = await bench.run(station, until=either(seen(DcChargeLoopReq, times=4), closed()))

    asked = trace.since(trace.first(DcChargeLoopReq)).all(DcChargeLoopReq)
    judge.every("power within 5 kW", asked, lambda entry: asks_for(entry)[1] <= 5_000.0 + 500.0, "more than that")
