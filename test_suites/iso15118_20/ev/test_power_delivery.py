"""PowerDelivery: the EV follows what was offered, and begins and ends energy transfer in order."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Watts, case, closed, either, finished, replace, seen
from harness.messages.iso20.common import (
    ChargeProgress,
    PowerDeliveryReq,
    PowerDeliveryRes,
    PowerSchedule,
    PowerScheduleEntry,
    PowerScheduleEntryList,
    Processing,
    ScheduleExchangeRes,
    SessionStopReq,
)
from harness.messages.iso20.dc import DcWeldingDetectionReq
from harness.messages.iso20.types import ChargeLoopReq

STARTED = either(seen(PowerDeliveryReq, charge_progress=ChargeProgress.START), closed())
IDS = (7, 40, 1025)
ROUNDING = 10.0
"""W by which rounding may lift a profile over its schedule."""
NEEDS = (Feature.ISO20_DC, Feature.SCHEDULED)


def three_of(_: Any, usual: Any) -> Any:
    """The usual schedule three times, under unusual ids."""
    first = usual.control_mode.schedule_tuple[0]
    tuples = tuple(replace(first, schedule_tuple_id=number) for number in IDS)
    return replace(usual, control_mode=replace(usual.control_mode, schedule_tuple=tuples))


def falling(_: Any, usual: Any) -> Any:
    """A schedule of 20 kW for an hour, 6 kW for another, and 1 kW for a day."""
    first = usual.control_mode.schedule_tuple[0]
    steps = ((3600, 20_000.0), (3600, 6_000.0), (86_400, 1_000.0))
    entries = tuple(PowerScheduleEntry(duration=seconds, power=Watts.of(power)) for seconds, power in steps)
    power = PowerSchedule(
        time_anchor=usual.header.time_stamp, power_schedule_entries=PowerScheduleEntryList(power_schedule_entry=entries)
    )
    charging = replace(first.charging_schedule, power_schedule=power)
    tuples = (replace(first, charging_schedule=charging),)
    return replace(usual, control_mode=replace(usual.control_mode, schedule_tuple=tuples))


def power_at(anchor: int, entries: Any, at: float) -> float:
    """W of the entry in force at `at`; the last one holds on."""
    end = float(anchor)
    for entry in entries:
        end += entry.duration
        if at < end:
            return float(entry.power)
    return float(entries[-1].power)


@case(
    "ISO20-EV-PWD-001",
    "The EV selects one of the schedules that were offered",
    sut=Role.EV,
    cites=("V2G20-1058", "V2G20-1262"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_selected_schedule(bench: Bench, judge: Judge) -> None:
    """In Scheduled mode the station offers three schedules, numbered 7, 40 and 1025."""
    station = bench.station.set(control_modes=("scheduled",)).answering(ScheduleExchangeRes, three_of)

    trace = await bench.run(station, until=STARTED)

    start = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.START)
    profile = start.message.ev_power_profile
    judge.holds("a power profile", profile is not None, "must come with the start", at=start)
    if profile is not None:
        chosen = getattr(profile.control_mode, "selected_schedule_tuple_id", None)
        judge.among("ScheduleTupleID", chosen, IDS, at=start)


@case(
    "ISO20-EV-PWD-002",
    "The EV's power profile stays within the schedule",
    sut=Role.EV,
    cites=("V2G20-1058", "V2G20-1262"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_profile_within_the_schedule(bench: Bench, judge: Judge) -> None:
    """The schedule falls from 20 kW over 6 kW to 1 kW, an hour each; at the start of each entry the profile counts."""
    station = bench.station.set(control_modes=("scheduled",)).answering(ScheduleExchangeRes, falling)

    trace = await bench.run(station, until=STARTED)

    offered = trace.last(ScheduleExchangeRes).message.control_mode.schedule_tuple[0].charging_schedule.power_schedule
    start = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.START)
    profile, at = start.message.ev_power_profile, float(start.message.ev_power_profile.time_anchor)
    for entry in profile.ev_power_profile_entries.ev_power_profile_entry:
        allowed = power_at(offered.time_anchor, offered.power_schedule_entries.power_schedule_entry, at)
        judge.between("profile", float(entry.power), -1e7, allowed + ROUNDING, unit="W", at=start)
        at += entry.duration


@case(
    "ISO20-EV-PWD-003",
    "No energy is asked for before the start was granted",
    sut=Role.EV,
    cites=("V2G20-1615", "V2G20-2006"),
    needs=Feature.ISO20,
)
async def test_loop_follows_the_start(bench: Bench, judge: Judge) -> None:
    """PowerDelivery Start says Finished once the EV is ready; the charge loop begins behind its response."""
    trace = await bench.run(until=either(seen(ChargeLoopReq), closed()))

    loop = trace.first(ChargeLoopReq)
    starts = trace.until(loop).all(PowerDeliveryReq, charge_progress=ChargeProgress.START)
    if judge.any("requests to start", starts):
        judge.equal("the last says", starts[-1].message.ev_processing, Processing.FINISHED, at=starts[-1])
        judge.any("its response", trace.since(starts[-1]).until(loop).all(PowerDeliveryRes))


@case(
    "ISO20-EV-PWD-004",
    "The EV stops energy transfer before it ends the session",
    sut=Role.EV,
    cites=("V2G20-1311", "V2G20-1623"),
    needs=Feature.ISO20,
)
async def test_stop_comes_before_the_end(bench: Bench, judge: Judge) -> None:
    """Behind the last charge loop comes PowerDelivery Stop, and behind that no further loop or start."""
    trace = await bench.run(until=finished())

    last, end = trace.last(ChargeLoopReq), trace.first(SessionStopReq)
    stops = trace.since(last).until(end).all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    judge.any("PowerDelivery Stop", stops)
    behind = trace.since(last)
    judge.silence("starts behind it", behind.all(PowerDeliveryReq, charge_progress=ChargeProgress.START))
    early = trace.until(last).all(DcWeldingDetectionReq)
    judge.silence("welding detection while energy flows", early)


@case(
    "ISO20-EV-PWD-005",
    "In Dynamic control mode a power profile names no schedule",
    sut=Role.EV,
    cites=("V2G20-1262",),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_dynamic_profile(bench: Bench, judge: Judge) -> None:
    """All parameter sets of the station are for Dynamic mode; the EV may leave the profile out."""
    trace = await bench.run(bench.station.set(control_modes=("dynamic",)), until=STARTED)

    start = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.START)
    profile = start.message.ev_power_profile
    block = profile.control_mode.name if profile is not None else "no profile"
    judge.among("block of the profile", block, ("Dynamic_EVPPTControlMode", "no profile"), at=start)
