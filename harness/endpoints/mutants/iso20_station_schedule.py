"""Stations with one fault each in the schedules that they settle with an EV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Watts
from harness.endpoints.behaviour import Silence
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    DynamicSeReqControlMode,
    DynamicSeResControlMode,
    PowerSchedule,
    PowerScheduleEntry,
    PowerScheduleEntryList,
    ScheduledSeReqControlMode,
    ScheduledSeResControlMode,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
    ScheduleTuple,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.ocpp import NotifyEVChargingNeeds

mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")
_WEEK = 604_800
_HOUR = 3600
Change = Callable[[ScheduleExchangeReq, ScheduleExchangeRes], Any]


def _answering(change: Change) -> Callable[[Station], Station]:
    return lambda good: good.answering(ScheduleExchangeRes, change)


def _tuples(change: Callable[[ScheduleTuple], ScheduleTuple]) -> Callable[[Station], Station]:
    """A station whose schedule tuples are changed, each of them."""

    def bend(_: Any, said: ScheduleExchangeRes) -> ScheduleExchangeRes:
        block = said.control_mode
        if not isinstance(block, ScheduledSeResControlMode):
            return said
        changed = tuple(change(one) for one in block.schedule_tuple)
        return replace(said, control_mode=replace(block, schedule_tuple=changed))

    return _answering(bend)


def _schedules(change: Callable[[PowerSchedule], PowerSchedule]) -> Callable[[Station], Station]:
    """A station whose schedules to charge by are changed."""

    def bend(one: ScheduleTuple) -> ScheduleTuple:
        charging = one.charging_schedule
        return replace(one, charging_schedule=replace(charging, power_schedule=change(charging.power_schedule)))

    return _tuples(bend)


def _with_entries(schedule: PowerSchedule, entries: tuple[PowerScheduleEntry, ...]) -> PowerSchedule:
    return replace(schedule, power_schedule_entries=PowerScheduleEntryList(power_schedule_entry=entries))


def _entries(schedule: PowerSchedule) -> tuple[PowerScheduleEntry, ...]:
    return schedule.power_schedule_entries.power_schedule_entry


def _an_hour(schedule: PowerSchedule) -> PowerSchedule:
    return _with_entries(schedule, (replace(_entries(schedule)[0], duration=_HOUR),))


def _in_pieces(count: int) -> Callable[[PowerSchedule], PowerSchedule]:
    """A schedule cut into many pieces of the same power."""
    return lambda schedule: _with_entries(schedule, (_entries(schedule)[0],) * count)


def _negative(schedule: PowerSchedule) -> PowerSchedule:
    entries = tuple(replace(one, power=Watts.of(-abs(float(one.power)))) for one in _entries(schedule))
    return _with_entries(schedule, entries)


def _positive_discharging(one: ScheduleTuple) -> ScheduleTuple:
    back = one.discharging_schedule
    if back is None:
        return one
    entries = tuple(replace(each, power=Watts.of(abs(float(each.power)))) for each in _entries(back.power_schedule))
    return replace(one, discharging_schedule=replace(back, power_schedule=_with_entries(back.power_schedule, entries)))


def _always_discharging(one: ScheduleTuple) -> ScheduleTuple:
    return replace(one, discharging_schedule=one.discharging_schedule or one.charging_schedule)


def _other_block(_: Any, said: ScheduleExchangeRes) -> ScheduleExchangeRes:
    dynamic = isinstance(said.control_mode, DynamicSeResControlMode)
    return said if dynamic else replace(said, control_mode=DynamicSeResControlMode())


def _twins(_: Any, said: ScheduleExchangeRes) -> ScheduleExchangeRes:
    block = said.control_mode
    if not isinstance(block, ScheduledSeResControlMode):
        return said
    return replace(said, control_mode=replace(block, schedule_tuple=block.schedule_tuple[:1] * 2))


def _upside_down(_: Any, said: ScheduleExchangeRes) -> ScheduleExchangeRes:
    dynamic = isinstance(said.control_mode, DynamicSeResControlMode)
    return replace(said, control_mode=DynamicSeResControlMode(minimum_soc=90, target_soc=20)) if dynamic else said


def _coded(code: ResponseCode, wrong: Callable[[Any], bool]) -> Callable[[Station], Station]:
    """A station that answers some requests with another code."""

    def bend(heard: ScheduleExchangeReq, said: ScheduleExchangeRes) -> ScheduleExchangeRes:
        return replace(said, response_code=code) if wrong(heard.control_mode) else said

    return _answering(bend)


def _contradictory(block: Any) -> bool:
    if not isinstance(block, DynamicSeReqControlMode):
        return False
    lonely = (block.ev_maximum_v2x_energy_request is None) is not (block.ev_minimum_v2x_energy_request is None)
    low, high = block.ev_minimum_v2x_energy_request, block.ev_maximum_v2x_energy_request
    return (
        block.departure_time == 0
        or (block.minimum_soc or 0) > (block.target_soc or 0)
        or float(block.ev_minimum_energy_request) > float(block.ev_maximum_energy_request)
        or lonely
        or (low is not None and high is not None and float(low) > float(high))
    )


def _mute_on_nonsense(heard: ScheduleExchangeReq, said: ScheduleExchangeRes) -> Any:
    return Silence() if _contradictory(heard.control_mode) else said


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "answers-scheduled-dynamically",
        "answers an EV that asks for a schedule with targets",
        ("SCH-002",),
        _answering(_other_block),
    ),
    mutant(
        "offers-twins",
        "gives two schedule tuples one id",
        ("SCH-002",),
        _answering(_twins),
    ),
    mutant(
        "target-below-minimum",
        "aims at less than the least that it plans for",
        ("SCH-003",),
        _answering(_upside_down),
    ),
    mutant(
        "schedules-in-other-words",
        "answers a request for a schedule with a code of another message",
        ("SCH-002", "SCH-003", "SCH-011"),
        lambda good: good.but(ScheduleExchangeRes, response_code=ResponseCode.OK_POWER_TOLERANCE_CONFIRMED),
    ),
    mutant(
        "schedules-for-ever",
        "never settles a schedule",
        ("SCH-002", "SCH-003", "SCH-004"),
        lambda good: good.but(ScheduleExchangeRes, evse_processing=Processing.ONGOING),
    ),
    mutant(
        "plans-an-hour",
        "plans an hour ahead, however long the EV stays",
        ("SCH-005", "SCH-006"),
        _schedules(_an_hour),
    ),
    mutant(
        "plans-for-tomorrow",
        "offers schedules that begin in an hour",
        ("SCH-006",),
        _schedules(lambda one: replace(one, time_anchor=one.time_anchor + _HOUR)),
    ),
    mutant(
        "charges-by-negative",
        "counts schedules to charge by negative",
        ("SCH-007",),
        _schedules(_negative),
    ),
    mutant(
        "discharges-by-positive",
        "counts schedules to discharge by positive",
        ("SCH-007",),
        _tuples(_positive_discharging),
    ),
    mutant(
        "always-plans-both-ways",
        "offers a charge-only session schedules to discharge by",
        ("SCH-008",),
        _tuples(_always_discharging),
    ),
    mutant(
        "thirteen-pieces",
        "cuts every schedule into thirteen",
        ("SCH-009[fewest]",),
        _schedules(_in_pieces(13)),
    ),
    mutant(
        "plans-nothing",
        "offers stretches of no length",
        ("SCH-009",),
        _schedules(lambda one: _with_entries(one, (replace(_entries(one)[0], duration=0), *_entries(one)))),
    ),
    mutant(
        "any-control-mode",
        "settles schedules in a control mode that was not selected",
        ("SCH-010",),
        lambda good: good.but(ScheduleExchangeRes, response_code=ResponseCode.OK),
    ),
    mutant(
        "needs-every-need",
        "refuses an EV that does not tell what it needs",
        ("SCH-011",),
        _coded(
            ResponseCode.FAILED,
            lambda block: isinstance(block, ScheduledSeReqControlMode) and block.ev_target_energy_request is None,
        ),
    ),
    mutant(
        "mute-on-nonsense",
        "says nothing to an EV that contradicts itself",
        ("SCH-020",),
        _answering(_mute_on_nonsense),
    ),
    mutant(
        "feeds-the-hungry-only",
        "refuses an EV that needs no energy",
        ("SCH-021",),
        _coded(ResponseCode.FAILED, lambda block: float(block.ev_target_energy_request) < 0),
    ),
    mutant(
        "no-long-stays",
        "refuses an EV that stays for a week",
        ("SCH-022",),
        _coded(ResponseCode.FAILED, lambda block: (block.departure_time or 0) >= _WEEK),
    ),
    mutant(
        "keeps-the-needs",
        "tells its backend nothing of what an EV needs",
        ("SCH-023",),
        lambda good: good.silent_on(NotifyEVChargingNeeds),
    ),
    mutant(
        "takes-no-offers",
        "refuses an EV that offers energy",
        ("SCH-024",),
        _coded(ResponseCode.FAILED, lambda block: getattr(block, "ev_energy_offer", None) is not None),
    ),
)
