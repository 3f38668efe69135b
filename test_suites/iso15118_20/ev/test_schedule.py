"""ScheduleExchange: what the EV tells of its needs, and how long it waits for a schedule."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, case, closed, either, finished, replace, seen
from harness.kit.reactions import departures
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    DynamicSeReqControlMode,
    PowerDeliveryReq,
    PowerSchedule,
    PowerScheduleEntry,
    PowerScheduleEntryList,
    Processing,
    ScheduledSeReqControlMode,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
    SessionStopReq,
)
from harness.messages.iso20.dc import DcCableCheckReq

NEXT = either(seen(DcCableCheckReq), closed())
ONGOING_LIMIT = 60.0
"""Seconds that an EV waits for a schedule that stays Ongoing."""
SLACK = 2.0
"""Seconds for the request that was just on its way."""
ENERGIES = ("ev_minimum_energy_request", "ev_target_energy_request", "ev_maximum_energy_request")


async def asked_in(bench: Bench, mode: str) -> Any:
    """The EV's first ScheduleExchangeReq with a station that offers one control mode alone."""
    station = bench.station.set(control_modes=(mode,))
    trace = await bench.run(station, until=either(seen(ScheduleExchangeReq), closed()))
    return trace.first(ScheduleExchangeReq)


@case(
    "ISO20-EV-SCH-001",
    "In Scheduled control mode the EV tells its needs in the block of that mode",
    sut=Role.EV,
    cites=("V2G20-1267", "V2G20-1216"),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
)
async def test_scheduled_block(bench: Bench, judge: Judge) -> None:
    """All parameter sets of the station are for Scheduled mode."""
    asked = await asked_in(bench, "scheduled")

    judge.equal("block", asked.message.control_mode.name, ScheduledSeReqControlMode.name, at=asked)


@case(
    "ISO20-EV-SCH-002",
    "In Dynamic control mode the EV tells its needs in the block of that mode",
    sut=Role.EV,
    cites=("V2G20-1267", "V2G20-1216"),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_dynamic_block(bench: Bench, judge: Judge) -> None:
    """All parameter sets of the station are for Dynamic mode."""
    asked = await asked_in(bench, "dynamic")

    judge.equal("block", asked.message.control_mode.name, DynamicSeReqControlMode.name, at=asked)


@case(
    "ISO20-EV-SCH-003",
    "The EV takes between 12 and 1024 points of a schedule",
    sut=Role.EV,
    cites=("V2G20-1267",),
    needs=Feature.ISO20,
)
async def test_supporting_points(bench: Bench, judge: Judge) -> None:
    """MaximumSupportingPoints of the EV's own first request."""
    trace = await bench.run(until=either(seen(ScheduleExchangeReq), closed()))

    asked = trace.first(ScheduleExchangeReq)
    judge.between("MaximumSupportingPoints", asked.message.maximum_supporting_points, 12, 1024, at=asked)


@case(
    "ISO20-EV-SCH-004",
    "The EV asks again as long as the station works on a schedule",
    sut=Role.EV,
    cites=("V2G20-1987", "V2G20-2122"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_ongoing(bench: Bench, judge: Judge) -> None:
    """Four times the station says Ongoing; with a schedule that is not settled nothing else may begin."""
    trace = await bench.run(bench.station.having(schedule_rounds=4), until=NEXT)

    told = trace.first(ScheduleExchangeRes, evse_processing=Processing.ONGOING)
    settled = trace.all(ScheduleExchangeRes, evse_processing=Processing.FINISHED)
    if judge.any("requests until the schedule is settled", settled):
        asked = trace.until(settled[0]).all(ScheduleExchangeReq)
        judge.between("requests", len(asked), 5, 60, at=asked)
        judge.any("cable check behind it", trace.since(settled[0]).all(DcCableCheckReq))
    early = [one for one in trace.since(told).all(DcCableCheckReq) if not settled or one.number < settled[0].number]
    judge.silence("cable checks before that", early)


@case(
    "ISO20-EV-SCH-005",
    "The EV does not wait for ever on a schedule",
    sut=Role.EV,
    cites=("V2G20-1987",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_ongoing_for_ever(bench: Bench, judge: Judge) -> None:
    """The station says Ongoing without end; the EV's limit is 60 s."""
    station = bench.station.but(ScheduleExchangeRes, evse_processing=Processing.ONGOING)

    trace = await bench.run(station, until=closed(), limit=90.0)

    first, last = trace.first(ScheduleExchangeRes), trace.last(ScheduleExchangeReq)
    judge.within("time of the last request", first, last, ONGOING_LIMIT + SLACK)
    judge.silence("cable checks", trace.all(DcCableCheckReq))
    judge.any("the EV leaves", departures(trace, last))


@case(
    "ISO20-EV-SCH-006",
    "The EV's energies are in order, and its states of charge as well",
    sut=Role.EV,
    cites=("V2G20-1640", "V2G20-1290"),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_needs_are_in_order(bench: Bench, judge: Judge) -> None:
    """In Dynamic mode the EV names minimum, target and maximum; none may be beyond the next."""
    asked = await asked_in(bench, "dynamic")

    block = asked.message.control_mode
    energies = [float(getattr(block, name)) for name in ENERGIES]
    judge.rising("energies asked for", energies, at=asked)
    if block.minimum_soc is not None and block.target_soc is not None:
        judge.between("MinimumSOC", block.minimum_soc, 0, block.target_soc, unit="%", at=asked)


@case(
    "ISO20-EV-SCH-007",
    "The bounds of energy for V2X come together or not at all",
    sut=Role.EV,
    cites=("V2G20-2681",),
    needs=(Feature.ISO20_DC_BPT, Feature.DYNAMIC),
)
async def test_v2x_bounds(bench: Bench, judge: Judge) -> None:
    """The EV's needs in Dynamic mode, at a station that can take energy back."""
    asked = await asked_in(bench, "dynamic")

    block = asked.message.control_mode
    low, high = block.ev_minimum_v2x_energy_request, block.ev_maximum_v2x_energy_request
    judge.equal("both there, or none", low is None, high is None, at=asked)
    if low is not None and high is not None:
        judge.between("lower bound", float(low), -1e6, float(high), unit="Wh", at=asked)


@case(
    "ISO20-EV-SCH-008",
    "Sent to pause before power flows, the EV does not start",
    sut=Role.EV,
    cites=("V2G20-2122",),
    needs=(Feature.ISO20_DC, Feature.PAUSE),
    control="ISO20-EV-SID-001",
)
async def test_go_to_pause(bench: Bench, judge: Judge) -> None:
    """The schedule comes with GoToPause: the EV pauses its session, by way of PowerDelivery Stop or at once."""
    trace = await bench.run(bench.station.set(go_to_pause=True), until=either(finished(), closed()), limit=60.0)

    told = trace.first(ScheduleExchangeRes, go_to_pause=True)
    after = trace.since(told)
    judge.silence("requests to start", after.all(PowerDeliveryReq, charge_progress=ChargeProgress.START))
    if judge.any("SessionStop", after.all(SessionStopReq)):
        stop = after.first(SessionStopReq)
        judge.equal("ChargingSession", stop.message.charging_session, ChargingSession.PAUSE, at=stop)


def minute_by_minute(points: int) -> Any:
    """A schedule whose power changes by 10 W every minute, with so many entries."""

    def change(_: Any, usual: Any) -> Any:
        first = usual.control_mode.schedule_tuple[0]
        power = first.charging_schedule.power_schedule
        each = power.power_schedule_entries.power_schedule_entry[0].power
        steps = tuple(
            PowerScheduleEntry(
                duration=60 if number < points - 1 else 86_400, power=type(each).of(float(each) - number % 7)
            )
            for number in range(points)
        )
        long = PowerSchedule(
            time_anchor=power.time_anchor, power_schedule_entries=PowerScheduleEntryList(power_schedule_entry=steps)
        )
        charging = replace(first.charging_schedule, power_schedule=long)
        tuples = (replace(first, charging_schedule=charging),)
        return replace(usual, control_mode=replace(usual.control_mode, schedule_tuple=tuples))

    return change


@case(
    "ISO20-EV-SCH-009",
    "A schedule with as many points as the EV said it can take is taken",
    sut=Role.EV,
    cites=("V2G20-1267", "V2G20-1058"),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    control="ISO20-EV-SID-001",
)
async def test_schedule_with_many_points(bench: Bench, judge: Judge) -> None:
    """The station asks the EV's limit of its request, and gives it as many entries of a minute each."""
    station = bench.station.set(control_modes=("scheduled",)).answering(
        ScheduleExchangeRes, lambda ask, usual: minute_by_minute(ask.maximum_supporting_points)(ask, usual)
    )

    trace = await bench.run(station, until=NEXT)

    told = trace.first(ScheduleExchangeRes)
    judge.any("cable check behind it", trace.since(told).all(DcCableCheckReq))
