"""Pre-charge: the voltage that the EV asks for, and never one that its battery or the station cannot bear."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, Volts, answered, case
from harness.messages.iso20.common import PowerDeliveryReq, PowerDeliveryRes, Processing, ResponseCode
from harness.messages.iso20.dc import (
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcPreChargeReq,
    DcPreChargeRes,
)

LIMIT = 10.0
"""Seconds that an EV gives pre-charge."""
DEAD = 60.0
"""V below which an outlet counts as dead."""
OVERSHOOT = 1.05
"""How far above a limit the voltage may come while it settles; our own figure, as no public source gives one."""
A_WHILE = answered(DcPreChargeRes, times=8)


def volts(entry: Entry) -> float:
    """What the station measures."""
    return float(entry.message.evse_present_voltage)


def most_of_the_ev(trace: Trace) -> float:
    """V that the EV's battery bears."""
    return float(trace.first(DcChargeParameterDiscoveryReq).message.energy_transfer_mode.ev_maximum_voltage)


def most_of_the_station(trace: Trace) -> float:
    """V that the station has."""
    return float(trace.first(DcChargeParameterDiscoveryRes).message.energy_transfer_mode.evse_maximum_voltage)


@case(
    "ISO20-STN-PRE-001",
    "The station brings its voltage to the battery's in time",
    sut=Role.STATION,
    cites=("V2G20-2183", "V2G20-1502"),
    needs=Feature.ISO20_DC,
)
async def test_voltage_is_reached(bench: Bench, judge: Judge) -> None:
    """The EV names its battery's voltage, and waits until it is near enough to close its contactors."""
    trace = await bench.run(bench.ev, until=answered(PowerDeliveryRes))

    begin = trace.first(DcPreChargeReq)
    target = float(begin.message.ev_target_voltage)
    near = trace.all(DcPreChargeRes, where=lambda entry: abs(volts(entry) - target) <= bench.ev.voltage_tolerance)
    last = trace.last(DcPreChargeRes)
    judge.report("voltage at last", volts(last), "V", limit=f"{target:g} V", at=last)
    if judge.any(f"voltage near {target:g} V", near[:1]):
        judge.within("time until it is there", begin, near[0], LIMIT)


@case(
    "ISO20-STN-PRE-002",
    "Pre-charge goes on while the EV says Ongoing, and leads to power once it says Finished",
    sut=Role.STATION,
    cites=("V2G20-2005", "V2G20-2006"),
    needs=Feature.ISO20_DC,
)
async def test_pre_charge_leads_to_power(bench: Bench, judge: Judge) -> None:
    """The EV asks again and again until the voltage is there, says so once, then asks for power."""
    trace = await bench.run(bench.ev, until=answered(PowerDeliveryRes))

    judge.every(
        "response code OK",
        trace.all(DcPreChargeRes),
        lambda entry: entry.message.response_code is ResponseCode.OK,
        "another code",
    )
    done = trace.last(DcPreChargeReq, ev_processing=Processing.FINISHED)
    judge.granted(trace, trace.since(done).first(PowerDeliveryReq), PowerDeliveryRes)


@case(
    "ISO20-STN-PRE-003",
    "No voltage beyond what the battery bears, whatever the EV asks for",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=Feature.ISO20_DC,
    maturity="watch",
)
async def test_voltage_stays_within_the_battery(bench: Bench, judge: Judge) -> None:
    """The EV names a target half as much again as the maximum that it told with its charge parameters."""
    beyond = Volts.of(round(bench.ev.car.max_voltage * 1.5))

    trace = await bench.run(bench.ev.but(DcPreChargeReq, ev_target_voltage=beyond), until=A_WHILE)

    most = most_of_the_ev(trace)
    judge.every(
        f"voltage within {most:g} V",
        trace.all(DcPreChargeRes),
        lambda entry: volts(entry) <= most * OVERSHOOT,
        "more",
    )


@case(
    "ISO20-STN-PRE-004",
    "No voltage beyond what the station told of itself",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=Feature.ISO20_DC,
)
async def test_voltage_stays_within_the_station(bench: Bench, judge: Judge) -> None:
    """The target is 3000 V; the station may refuse it, or go as far as it can."""
    trace = await bench.run(bench.ev.but(DcPreChargeReq, ev_target_voltage=Volts.of(3000.0)), until=A_WHILE)

    most = most_of_the_station(trace)
    judge.every(
        f"voltage within {most:g} V",
        trace.all(DcPreChargeRes),
        lambda entry: volts(entry) <= most * OVERSHOOT,
        "more",
    )


@pytest.mark.parametrize("target", [0.0, -400.0], ids=["zero", "below_zero"])
@case(
    "ISO20-STN-PRE-005",
    "A target of nothing brings no voltage",
    sut=Role.STATION,
    cites=("V2G20-2183",),
    needs=Feature.ISO20_DC,
    maturity="watch",
)
async def test_no_target_no_voltage(bench: Bench, judge: Judge, target: float) -> None:
    """The EV asks for zero, or for a voltage of the wrong sign; the station may refuse that."""
    ev = bench.ev.but(DcPreChargeReq, ev_target_voltage=Volts.of(target))

    trace = await bench.run(ev, until=A_WHILE)

    judge.every(
        f"voltage within {DEAD:g} V",
        trace.all(DcPreChargeRes),
        lambda entry: abs(volts(entry)) <= DEAD,
        "more",
    )
