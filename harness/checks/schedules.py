"""Schedules and profiles: what the EV announced fits what was offered, and what flows fits what it announced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.checks.course import connections
from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.iso20.common import (
    EvPowerProfile,
    PowerDeliveryReq,
    PowerSchedule,
    ScheduledEvpptControlMode,
    ScheduledSeResControlMode,
    ScheduleExchangeRes,
    ScheduleTuple,
)
from harness.messages.iso20.dc import DcChargeLoopReq, ScheduledDcClReqControlMode
from harness.trace.entry import Entry
from harness.trace.trace import Trace

WATTS = 50.0
SHARE = 0.02
"""What rounding may add to a power; our own figures, as no standard gives one."""


def allowed(schedule: PowerSchedule, at: float) -> float:
    """W of the entry in force at a Unix time; the first holds before its time, the last one after."""
    entries = schedule.power_schedule_entries.power_schedule_entry
    end = float(schedule.time_anchor)
    for entry in entries:
        end += entry.duration
        if at < end:
            return float(entry.power)
    return float(entries[-1].power) if entries else 0.0


def profiles(trace: Trace) -> Iterable[Finding]:
    """No entry of the EV's power profile lies above the schedule that it selects, when the entry begins."""
    tally = Tally("RULE-V2G-PROFILE", "the EV's power profile keeps to its schedule", ("V2G20-1864",))
    for frames in connections(trace):
        offered: dict[int, ScheduleTuple] = {}
        for entry in frames:
            offered = _offered(entry) or offered
            profile = entry.message.ev_power_profile if isinstance(entry.message, PowerDeliveryReq) else None
            selected = _selected(profile, offered)
            if selected is None or profile is None or not is_subject(trace, entry):
                continue
            above = _above(profile, selected)
            tally.bad(above, entry) if above else tally.good(entry)
    return tally


def targets(trace: Trace) -> Iterable[Finding]:
    """In Scheduled control mode the EV asks for no more than the schedule allows at that moment."""
    tally = Tally("RULE-V2G-SCHEDULE", "what the EV asks for keeps to its schedule", ("V2G20-1864",))
    for frames in connections(trace):
        offered: dict[int, ScheduleTuple] = {}
        selected: ScheduleTuple | None = None
        for entry in frames:
            offered = _offered(entry) or offered
            if isinstance(entry.message, PowerDeliveryReq):
                selected = _selected(entry.message.ev_power_profile, offered) or selected
            wanted = _wanted(entry.message)
            if wanted is None or selected is None or not is_subject(trace, entry):
                continue
            most = _most(selected, wanted, entry.at)
            if most is None or abs(wanted) <= most * (1 + SHARE) + WATTS:
                tally.good(entry)
            else:
                tally.bad(f"asks for {wanted:.0f} W where the schedule allows {most:.0f} W", entry)
    return tally


def _offered(entry: Entry) -> dict[int, ScheduleTuple]:
    message = entry.message
    if not isinstance(message, ScheduleExchangeRes) or not isinstance(message.control_mode, ScheduledSeResControlMode):
        return {}
    return {one.schedule_tuple_id: one for one in message.control_mode.schedule_tuple}


def _selected(profile: EvPowerProfile | None, offered: dict[int, ScheduleTuple]) -> ScheduleTuple | None:
    mode = profile.control_mode if profile is not None else None
    return offered.get(mode.selected_schedule_tuple_id) if isinstance(mode, ScheduledEvpptControlMode) else None


def _above(profile: EvPowerProfile, selected: ScheduleTuple) -> str:
    at = float(profile.time_anchor)
    for entry in profile.ev_power_profile_entries.ev_power_profile_entry:
        power = float(entry.power)
        most = _most(selected, power, at)
        if most is not None and abs(power) > most * (1 + SHARE) + WATTS:
            return f"the profile has {power:.0f} W where the schedule allows {most:.0f} W"
        at += entry.duration
    return ""


def _most(selected: ScheduleTuple, power: float, at: float) -> float | None:
    """W that the schedule of the direction allows; None where it tells nothing of discharging."""
    if power >= 0:
        return max(0.0, allowed(selected.charging_schedule.power_schedule, at))
    back = selected.discharging_schedule
    return abs(allowed(back.power_schedule, at)) if back is not None else None


def _wanted(message: Any) -> float | None:
    block = message.control_mode if isinstance(message, DcChargeLoopReq) else None
    if not isinstance(block, ScheduledDcClReqControlMode):
        return None
    return float(block.ev_target_current) * float(block.ev_target_voltage)


RULES = (
    Rule(
        id="RULE-V2G-PROFILE",
        title="The EV's power profile keeps to the schedule that it selects",
        judges=(Role.EV,),
        cites=("V2G20-1864",),
        find=profiles,
    ),
    Rule(
        id="RULE-V2G-SCHEDULE",
        title="What the EV asks for keeps to its schedule",
        judges=(Role.EV,),
        cites=("V2G20-1864",),
        find=targets,
    ),
)
