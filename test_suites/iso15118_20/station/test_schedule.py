"""ScheduleExchange: the block of the control mode, schedules that can be followed, and wishes at their bounds."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, answered, case
from harness.messages.iso20.common import (
    DynamicSeResControlMode,
    PowerDeliveryReq,
    PowerDeliveryRes,
    PowerSchedule,
    Processing,
    ResponseCode,
    ScheduledSeReqControlMode,
    ScheduledSeResControlMode,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)

SCHEDULED = (Feature.ISO20_DC, Feature.SCHEDULED)
DYNAMIC = (Feature.ISO20_DC, Feature.DYNAMIC)
NOT_OFFERED = 64000
DAY = 86_400
ONGOING_LIMIT = 60.0
"""Seconds that an EV puts up with Ongoing."""
CLOCKS_APART = 5.0
"""Seconds by which a schedule may seem to begin after the message that brings it."""
SETTLED = answered(ScheduleExchangeRes, evse_processing=Processing.FINISHED)


def tuples_of(entry: Entry) -> tuple[Any, ...]:
    """The schedules of a response in Scheduled control mode."""
    block = entry.message.control_mode
    return block.schedule_tuple if isinstance(block, ScheduledSeResControlMode) else ()


def settled(trace: Trace) -> Entry:
    """The response that says Finished, with schedules in it."""
    return trace.first(
        ScheduleExchangeRes, where=lambda entry: bool(tuples_of(entry)), evse_processing=Processing.FINISHED
    )


def schedules(entry: Entry) -> list[tuple[str, PowerSchedule]]:
    """Every power schedule of a response, charging and discharging, with what to call it."""
    found = []
    for one in tuples_of(entry):
        found.append((f"charging schedule of tuple {one.schedule_tuple_id}", one.charging_schedule.power_schedule))
        if one.discharging_schedule is not None:
            name = f"discharging schedule of tuple {one.schedule_tuple_id}"
            found.append((name, one.discharging_schedule.power_schedule))
    return found


def entries(schedule: PowerSchedule) -> tuple[Any, ...]:
    """The stretches of a schedule."""
    return schedule.power_schedule_entries.power_schedule_entry


def length(schedule: PowerSchedule) -> int:
    """How many seconds a schedule covers."""
    return sum(one.duration for one in entries(schedule))


@case(
    "ISO20-STN-SCH-001",
    "A schedule that was not offered cannot be selected",
    sut=Role.STATION,
    needs=SCHEDULED,
    maturity="watch",
)
async def test_unoffered_schedule_is_refused(bench: Bench, judge: Judge) -> None:
    """In Scheduled control mode the EV's power profile names a schedule tuple that the station never sent."""
    ev = bench.ev.scheduled().but(
        PowerDeliveryReq, nth=1, ev_power_profile__control_mode__selected_schedule_tuple_id=NOT_OFFERED
    )

    trace = await bench.run(ev, until=answered(PowerDeliveryRes))

    reply = judge.answered(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes)
    if reply:
        code = reply.message.response_code
        judge.equal("response code", code, ResponseCode.FAILED_SCHEDULE_SELECTION_INVALID, at=reply)


@case(
    "ISO20-STN-SCH-002",
    "In Scheduled control mode the station offers schedules",
    sut=Role.STATION,
    cites=("V2G20-1058", "V2G20-1267"),
    needs=SCHEDULED,
)
async def test_schedules_are_offered(bench: Bench, judge: Judge) -> None:
    """Each answer has the block that belongs to the request; the tuples of the last one have ids of their own."""
    trace = await bench.run(bench.ev.scheduled(), until=SETTLED)

    replies = trace.all(ScheduleExchangeRes)
    judge.every("OK", replies, lambda entry: entry.message.response_code is ResponseCode.OK)
    judge.every("Scheduled block", replies, lambda entry: type(entry.message.control_mode) is ScheduledSeResControlMode)
    last = trace.last(ScheduleExchangeRes)
    judge.equal("processing at last", last.message.evse_processing, Processing.FINISHED, at=last)
    ids = [one.schedule_tuple_id for one in tuples_of(last)]
    judge.equal("different tuple ids", len(set(ids)), len(ids), at=last)


@case(
    "ISO20-STN-SCH-003",
    "In Dynamic control mode the station answers with targets of its own, if any",
    sut=Role.STATION,
    cites=("V2G20-1267", "V2G20-1640"),
    needs=DYNAMIC,
)
async def test_dynamic_block(bench: Bench, judge: Judge) -> None:
    """States of charge that the station names must be in order; it need not name any."""
    trace = await bench.run(bench.ev.dynamic(), until=SETTLED)

    replies = trace.all(ScheduleExchangeRes)
    judge.every("OK", replies, lambda entry: entry.message.response_code is ResponseCode.OK)
    judge.every("Dynamic block", replies, lambda entry: type(entry.message.control_mode) is DynamicSeResControlMode)
    last = trace.last(ScheduleExchangeRes)
    judge.equal("processing at last", last.message.evse_processing, Processing.FINISHED, at=last)
    low, high = (getattr(last.message.control_mode, name, None) for name in ("minimum_soc", "target_soc"))
    if low is not None and high is not None:
        judge.holds("MinimumSOC within TargetSOC", low <= high, f"{low} % and {high} %", at=last)


@case(
    "ISO20-STN-SCH-004",
    "A schedule is settled within a minute",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-1987"),
    needs=Feature.ISO20_DC,
)
async def test_schedule_is_settled_in_time(bench: Bench, judge: Judge) -> None:
    """The EV has all the time in the world and asks until the station says Finished."""
    trace = await bench.run(bench.ev.having(patient=True), until=SETTLED, limit=ONGOING_LIMIT + 20)

    begin, end = trace.first(ScheduleExchangeRes), trace.last(ScheduleExchangeRes)
    judge.report("duration of the schedule exchange", round(end.at - begin.at, 3), "s", at=(begin, end))
    waits = trace.all(ScheduleExchangeRes, evse_processing=Processing.ONGOING)
    judge.silence("Ongoing after a minute", [one for one in waits if one.at - begin.at > ONGOING_LIMIT])
    judge.equal("processing at last", end.message.evse_processing, Processing.FINISHED, at=end)


@case(
    "ISO20-STN-SCH-005",
    "Without a departure time schedules reach a day ahead",
    sut=Role.STATION,
    cites=("V2G20-1563",),
    needs=SCHEDULED,
)
async def test_schedules_reach_a_day_ahead(bench: Bench, judge: Judge) -> None:
    """The EV does not say when it leaves."""
    trace = await bench.run(bench.ev.scheduled().with_car(departure_time=None), until=SETTLED)

    reply = settled(trace)
    for name, schedule in schedules(reply):
        judge.between(f"{name}, length", length(schedule), DAY, float("inf"), unit="s", at=reply)


@case(
    "ISO20-STN-SCH-006",
    "A schedule is in force when it is sent, and to the departure",
    sut=Role.STATION,
    cites=("V2G20-1058",),
    needs=SCHEDULED,
    maturity="watch",
)
async def test_schedules_cover_the_stay(bench: Bench, judge: Judge) -> None:
    """The EV stays for two hours; a schedule that ends before leaves it without leave to charge."""
    trace = await bench.run(bench.ev.scheduled().with_car(departure_time=7200), until=SETTLED)

    reply = settled(trace)
    asked = trace.until(reply).last(ScheduleExchangeReq).message
    now, stay = reply.message.header.time_stamp, asked.control_mode.departure_time
    for name, schedule in schedules(reply):
        begins, ends = schedule.time_anchor - now, schedule.time_anchor + length(schedule) - now
        judge.between(f"{name}, begin", begins, -float("inf"), CLOCKS_APART, unit="s from now", at=reply)
        judge.between(f"{name}, end", ends, stay - CLOCKS_APART, float("inf"), unit="s from now", at=reply)


@case(
    "ISO20-STN-SCH-007",
    "Schedules to charge by count positive, those to discharge by negative",
    sut=Role.STATION,
    cites=("V2G20-1034", "V2G20-1035"),
    needs=(Feature.ISO20_DC_BPT, Feature.SCHEDULED),
)
async def test_signs_of_schedules(bench: Bench, judge: Judge) -> None:
    """What goes towards the station is negative; a bidirectional session may have schedules in both directions."""
    trace = await bench.run(bench.ev.scheduled(), until=SETTLED)

    reply = settled(trace)
    for one in tuples_of(reply):
        forth = [float(each.power) for each in entries(one.charging_schedule.power_schedule)]
        judge.holds(f"charging by tuple {one.schedule_tuple_id}", min(forth) >= 0, f"{forth[:5]} W", at=reply)
        if one.discharging_schedule is not None:
            back = [float(each.power) for each in entries(one.discharging_schedule.power_schedule)]
            judge.holds(f"discharging by tuple {one.schedule_tuple_id}", max(back) <= 0, f"{back[:5]} W", at=reply)


@case(
    "ISO20-STN-SCH-008",
    "A charge-only session has nothing to discharge by",
    sut=Role.STATION,
    cites=("V2G20-1058",),
    needs=SCHEDULED,
)
async def test_charge_only_session_has_no_discharging_schedule(bench: Bench, judge: Judge) -> None:
    """The EV selected DC, a service that knows no way back."""
    trace = await bench.run(bench.ev.scheduled().charge_only(), until=SETTLED)

    back = [one.schedule_tuple_id for one in tuples_of(settled(trace)) if one.discharging_schedule is not None]
    judge.equal("tuples with a discharging schedule", back, [], at=settled(trace))


@pytest.mark.parametrize("points", [12, 1024], ids=["fewest", "most"])
@case(
    "ISO20-STN-SCH-009",
    "No schedule has more stretches than the EV can take",
    sut=Role.STATION,
    cites=("V2G20-1267",),
    needs=SCHEDULED,
)
async def test_schedules_fit_the_ev(bench: Bench, judge: Judge, points: int) -> None:
    """MaximumSupportingPoints stands at a bound of the schema."""
    ev = bench.ev.scheduled().but(ScheduleExchangeReq, maximum_supporting_points=points)

    trace = await bench.run(ev, until=SETTLED)

    reply = settled(trace)
    for name, schedule in schedules(reply):
        judge.between(f"{name}, stretches", len(entries(schedule)), 1, points, at=reply)
        judge.holds(f"{name}, durations", all(one.duration > 0 for one in entries(schedule)), "one of 0 s", at=reply)


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-SCH-010",
    "A request in the other control mode is refused",
    sut=Role.STATION,
    cites=("V2G20-1216",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC),
    maturity="watch",
)
async def test_other_control_mode_is_refused(bench: Bench, judge: Judge, mode: str) -> None:
    """The EV selected a parameter set of one control mode and sends the block of the other."""
    selected = getattr(bench.ev, mode)()
    other = bench.ev.dynamic() if mode == "scheduled" else bench.ev.scheduled()
    look = await bench.run(other, until=answered(ScheduleExchangeRes))
    block = look.first(ScheduleExchangeReq).message.control_mode

    trace = await bench.run(selected.but(ScheduleExchangeReq, control_mode=block), until=answered(ScheduleExchangeRes))

    judge.refused(trace, trace.first(ScheduleExchangeReq), ScheduleExchangeRes)


@case(
    "ISO20-STN-SCH-011",
    "An EV that tells nothing of its needs gets a schedule all the same",
    sut=Role.STATION,
    cites=("V2G20-1267", "V2G20-1563"),
    needs=SCHEDULED,
)
async def test_needs_are_optional(bench: Bench, judge: Judge) -> None:
    """In Scheduled control mode departure and energies are optional; the EV leaves out all of them."""
    ev = bench.ev.scheduled().but(ScheduleExchangeReq, control_mode=ScheduledSeReqControlMode())

    trace = await bench.run(ev, until=SETTLED)

    replies = trace.all(ScheduleExchangeRes)
    judge.every("OK", replies, lambda entry: entry.message.response_code is ResponseCode.OK)
    last = trace.last(ScheduleExchangeRes)
    judge.holds("schedules", bool(tuples_of(last)), f"{len(tuples_of(last))} tuples", at=last)
