"""The charge loop: control mode, meter readings, limits."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case, finished
from harness.messages.iso20.dc import (
    BptDynamicDcClResControlMode,
    BptScheduledDcClResControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryRes,
    DynamicDcClResControlMode,
    ScheduledDcClResControlMode,
)

LIMITS = (
    "evse_maximum_charge_power",
    "evse_maximum_charge_current",
    "evse_maximum_discharge_power",
    "evse_maximum_discharge_current",
)
PLAIN_MODES = (DynamicDcClResControlMode, ScheduledDcClResControlMode)


@case(
    "ISO20-STN-CHL-001",
    "The charge loop is answered in the control mode of the request",
    sut=Role.STATION,
    cites=("V2G20-1600",),
    needs=(Feature.ISO20_DC_BPT, Feature.DYNAMIC, Feature.SCHEDULED),
)
async def test_control_mode_is_that_of_the_request(bench: Bench, judge: Judge) -> None:
    """One session in Dynamic, one in Scheduled control mode, both bidirectional."""
    dynamic = await bench.run(bench.ev.dynamic(), until=answered(DcChargeLoopRes, times=2))
    scheduled = await bench.run(bench.ev.scheduled(), until=answered(DcChargeLoopRes, times=2))

    judge.every(
        "answers in Dynamic control mode",
        dynamic.all(DcChargeLoopRes),
        lambda entry: type(entry.message.control_mode) is BptDynamicDcClResControlMode,
        "another control mode",
    )
    judge.every(
        "answers in Scheduled control mode",
        scheduled.all(DcChargeLoopRes),
        lambda entry: type(entry.message.control_mode) is BptScheduledDcClResControlMode,
        "another control mode",
    )


@case(
    "ISO20-STN-CHL-002",
    "A meter reading is sent when the EV asks for it",
    sut=Role.STATION,
    cites=("V2G20-1082", "V2G20-1833"),
    needs=(Feature.ISO20_DC, Feature.METER_INFO),
)
async def test_meter_info_when_asked(bench: Bench, judge: Judge) -> None:
    """The EV asks in every charge loop."""
    ev = bench.ev.but(DcChargeLoopReq, meter_info_requested=True)

    trace = await bench.run(ev, until=answered(DcChargeLoopRes, times=3))

    judge.every(
        "meter reading in the answer",
        trace.all(DcChargeLoopRes),
        lambda entry: entry.message.meter_info is not None,
        "no MeterInfo",
    )


@case(
    "ISO20-STN-CHL-003",
    "Limits in the loop stay within those of charge parameter discovery",
    sut=Role.STATION,
    cites=("V2G20-2654", "V2G20-2655"),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_loop_limits_within_discovery(bench: Bench, judge: Judge) -> None:
    """What the station allows in the loop may be less than it said before, never more."""
    trace = await bench.run(bench.ev.dynamic(), until=answered(DcChargeLoopRes, times=3))

    first = trace.first(DcChargeParameterDiscoveryRes).message.energy_transfer_mode
    for attr in LIMITS:
        ceiling = getattr(first, attr, None)
        said = [entry for entry in trace.all(DcChargeLoopRes) if getattr(entry.message.control_mode, attr, None)]
        if ceiling is not None and said:
            judge.every(
                f"{attr.replace('_', ' ')} <= {ceiling}",
                said,
                lambda entry, attr=attr, ceiling=ceiling: (
                    abs(float(getattr(entry.message.control_mode, attr))) <= abs(float(ceiling)) + 1e-9
                ),
                "more than before",
            )


@case(
    "ISO20-STN-CHL-004",
    "The current stays within what the EV allows, in either direction",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=Feature.ISO20_DC_BPT,
)
async def test_current_within_the_limits_of_the_ev(bench: Bench, judge: Judge) -> None:
    """The EV narrows its limits and stays for three seconds, so that the site may turn to discharging."""
    ev = bench.ev.with_car(max_charge_current=20.0, max_discharge_current=10.0).having(loops=15)

    trace = await bench.run(ev, until=finished())

    judge.every(
        "present current within -10 A to 20 A",
        trace.all(DcChargeLoopRes),
        lambda entry: -10.5 <= float(entry.message.evse_present_current) <= 20.5,
        "outside the EV's limits",
    )


@case(
    "ISO20-STN-CHL-005",
    "A charge-only session is never answered with a bidirectional block",
    sut=Role.STATION,
    cites=("V2G20-1600",),
    needs=Feature.ISO20_DC,
)
async def test_charge_only_session_stays_charge_only(bench: Bench, judge: Judge) -> None:
    """The EV takes service 2, DC: no discharge limits, no negative current."""
    trace = await bench.run(bench.ev.charge_only(), until=answered(DcChargeLoopRes, times=3))

    loops = trace.all(DcChargeLoopRes)
    judge.every("plain control mode", loops, lambda entry: type(entry.message.control_mode) in PLAIN_MODES)
    judge.every("no current out of the EV", loops, lambda entry: float(entry.message.evse_present_current) >= 0)
