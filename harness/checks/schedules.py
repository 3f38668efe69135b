"""Schedules and profiles: what the EV announced fits what was offered, and what flows fits what it announced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.checks.course import connections
from harness.checks.rule import Rule, Tally, is_subject
from harness.checks.schedules_older import PlansBefore20
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
_PROFILE = ("V2G20-1864", "V2G2-224", "V2G2-761", "V2G-DC-399")
_TARGET = ("V2G20-1864", "V2G2-761")


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
    tally = Tally("RULE-V2G-PROFILE", "the EV's power profile keeps to its schedule", _PROFILE)
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
        _profiles_before_20(trace, frames, tally)
    return tally


def _profiles_before_20(trace: Trace, frames: Iterable[Entry], tally: Tally) -> None:
    plans = PlansBefore20()
    for entry in frames:
        plans.hear(entry)
        pairs = plans.profile(entry.message) if is_subject(trace, entry) else []
        above = [
            f"the profile has {own:.0f} W where the schedule allows {most:.0f} W"
            for own, most in pairs
            if _over(own, most)
        ]
        if above:
            tally.bad(above[0], entry)
        elif pairs:
            tally.good(entry)


def targets(trace: Trace) -> Iterable[Finding]:
    """In Scheduled control mode, the only one of ISO 15118-2, the EV asks for no more than the schedule allows then."""
    tally = Tally("RULE-V2G-SCHEDULE", "what the EV asks for keeps to its schedule", _TARGET)
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
            _compare(tally, entry, wanted, _most(selected, wanted, entry.at))
        _targets_before_20(trace, frames, tally)
    return tally


def _targets_before_20(trace: Trace, frames: Iterable[Entry], tally: Tally) -> None:
    plans = PlansBefore20()
    for entry in frames:
        plans.hear(entry)
        pair = plans.target(entry) if is_subject(trace, entry) else None
        if pair is not None:
            _compare(tally, entry, *pair)


def _compare(tally: Tally, entry: Entry, wanted: float, most: float | None) -> None:
    if most is None or not _over(wanted, most):
        tally.good(entry)
    else:
        tally.bad(f"asks for {wanted:.0f} W where the schedule allows {most:.0f} W", entry)


def _over(power: float, most: float) -> bool:
    return abs(power) > most * (1 + SHARE) + WATTS


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
        if most is not None and _over(power, most):
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
        cites=_PROFILE,
        find=profiles,
    ),
    Rule(
        id="RULE-V2G-SCHEDULE",
        title="What the EV asks for keeps to its schedule",
        judges=(Role.EV,),
        cites=_TARGET,
        find=targets,
    ),
)
