"""MobilityNeedsMode 2: the station knows what the driver needs, and tells the EV."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, answered, case, finished
from harness.messages.iso20.common import Processing, ResponseCode, ScheduleExchangeRes, ServiceSelectionReq
from harness.messages.iso20.common import ServiceSelectionRes as Selected
from harness.messages.iso20.dc import DcChargeLoopRes

NEEDS = (Feature.ISO20_DC, Feature.DYNAMIC, Feature.MOBILITY_NEEDS_SECC)
NEEDS_OF_STATION = 2
DRIFT = 5.0
"""Seconds by which two tellings of one departure may differ."""


def leaves_at(entry: Entry) -> float:
    """Unix time of the departure that a response tells, by the time stamp of its header."""
    return float(entry.message.header.time_stamp + entry.message.control_mode.departure_time)


@case(
    "ISO20-STN-NDS-001",
    "A station that knows the driver's needs tells them with the schedule",
    sut=Role.STATION,
    cites=("V2G20-1290", "V2G20-2663"),
    needs=NEEDS,
)
async def test_needs_are_told(bench: Bench, judge: Judge) -> None:
    """The EV selects a parameter set in which the station knows departure and states of charge."""
    settled = answered(ScheduleExchangeRes, evse_processing=Processing.FINISHED)

    trace = await bench.run(bench.ev.dynamic().with_car(needs_from=NEEDS_OF_STATION), until=settled)

    judge.coded(trace, trace.first(ServiceSelectionReq), Selected, ResponseCode.OK)
    reply = trace.last(ScheduleExchangeRes)
    block = reply.message.control_mode
    judge.excludes("departure time", getattr(block, "departure_time", None), {None}, at=reply)
    low, high = getattr(block, "minimum_soc", None), getattr(block, "target_soc", None)
    judge.excludes("target state of charge", high, {None}, at=reply)
    if low is not None and high is not None:
        judge.holds("MinimumSOC within TargetSOC", low <= high, f"{low} % and {high} %", at=reply)


@case(
    "ISO20-STN-NDS-002",
    "In the charge loop the station's needs stay what they were",
    sut=Role.STATION,
    cites=("V2G20-1290",),
    needs=NEEDS,
    maturity="watch",
)
async def test_needs_stay(bench: Bench, judge: Judge) -> None:
    """Nobody changes anything; a departure that the loop tells must be the one told before, minus the time gone by."""
    trace = await bench.run(bench.ev.dynamic().with_car(needs_from=NEEDS_OF_STATION), until=finished())

    before = trace.last(ScheduleExchangeRes)
    loops = trace.all(DcChargeLoopRes)
    judge.every("granted", loops, lambda entry: entry.message.response_code is ResponseCode.OK, "another code")
    told = [entry for entry in loops if getattr(entry.message.control_mode, "departure_time", None) is not None]
    if told and getattr(before.message.control_mode, "departure_time", None) is not None:
        first = leaves_at(before)
        judge.every("one departure", told, lambda entry: abs(leaves_at(entry) - first) <= DRIFT, "another one")
