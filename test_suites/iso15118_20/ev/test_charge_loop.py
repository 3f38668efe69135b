"""The charge loop as the EV leads it: its pace, its blocks, and what it shows of its battery."""

from __future__ import annotations

from itertools import pairwise

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, closed, either, finished, seen
from harness.kit.reactions import goes_on
from harness.kit.station_preambles import changed
from harness.messages.field import Message
from harness.messages.iso20.common import ServiceSelectionReq
from harness.messages.iso20.dc import (
    BptDynamicDcClReqControlMode,
    BptScheduledDcClReqControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryReq,
    DynamicDcClReqControlMode,
    ScheduledDcClReqControlMode,
)
from harness.messages.iso20.energy import is_bidirectional
from harness.messages.iso20.types import EvseNotification, EvseStatus

TIMEOUT, PERFORMANCE = 0.5, 0.25
"""Seconds for the EV's next request: after these the station ends the session; within those it should come."""
LOOPS = either(seen(DcChargeLoopReq, times=5), closed())
BLOCKS: dict[tuple[str, bool], type[Message]] = {
    ("scheduled", False): ScheduledDcClReqControlMode,
    ("scheduled", True): BptScheduledDcClReqControlMode,
    ("dynamic", False): DynamicDcClReqControlMode,
    ("dynamic", True): BptDynamicDcClReqControlMode,
}
LEAP = 2
"""Percent by which the state of charge may change from one cycle to the next."""


def waits(trace: Trace) -> list[tuple[Entry, Entry]]:
    """Each response in the charge loop with the request that follows it in the loop."""
    said = [*trace.all(DcChargeLoopRes), *trace.all(DcChargeLoopReq)]
    said.sort(key=lambda entry: entry.number)
    return [(one, two) for one, two in pairwise(said) if (one.sender, two.sender) == (Role.STATION, Role.EV)]


@case(
    "ISO20-EV-LOP-001",
    "The EV keeps the pace of the charge loop",
    sut=Role.EV,
    cites=("V2G20-1501", "V2G20-443"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_pace(bench: Bench, judge: Judge) -> None:
    """From a response to the next request: within 0.25 s is asked for, after 0.5 s a station ends the session."""
    trace = await bench.run(bench.station.having(patient=True), until=LOOPS)

    found = waits(trace)
    took = [later.at - earlier.at for earlier, later in found]
    factor = bench.device.limits.timeout_factor
    late = [later for earlier, later in found if later.at - earlier.at > TIMEOUT * factor]
    judge.every("time to the next request", [later for _, later in found], lambda entry: entry not in late, "too long")
    if took and max(took) > PERFORMANCE:
        judge.notice("performance time", f"{max(took):.3f} s at most, {PERFORMANCE:g} s asked for")


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-EV-LOP-002",
    "In the charge loop the EV speaks in the block of its control mode and service",
    sut=Role.EV,
    cites=("V2G20-1600", "V2G20-1216"),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_block(bench: Bench, judge: Judge, mode: str) -> None:
    """The station offers one control mode alone; the block tells it, and whether energy may come back."""
    trace = await bench.run(bench.station.set(control_modes=(mode,)), until=LOOPS)

    trace.first(DcChargeLoopReq)
    chosen = trace.first(ServiceSelectionReq).message.selected_energy_transfer_service.service_id
    wanted = BLOCKS[mode, is_bidirectional(chosen)]
    judge.every(
        f"block {wanted.name}", trace.all(DcChargeLoopReq), lambda entry: type(entry.message.control_mode) is wanted
    )


@case(
    "ISO20-EV-LOP-003",
    "The state of charge that the EV shows makes sense",
    sut=Role.EV,
    cites=("V2G20-1290",),
    needs=(Feature.ISO20_DC, Feature.DISPLAY_PARAMETERS),
)
async def test_state_of_charge(bench: Bench, judge: Judge) -> None:
    """Minimum, target and maximum are in order, and the present state makes no leaps from cycle to cycle."""
    trace = await bench.run(until=LOOPS)

    trace.first(DcChargeLoopReq)
    shown = [entry for entry in trace.all(DcChargeLoopReq) if entry.message.display_parameters is not None]
    if not judge.any("display parameters", shown):
        return
    for entry in shown[:1]:
        told = entry.message.display_parameters
        order = [one for one in (told.minimum_soc, told.target_soc, told.maximum_soc) if one is not None]
        judge.equal("minimum, target and maximum in order", order, sorted(order), at=entry)
    present = [entry.message.display_parameters.present_soc for entry in shown]
    leaps = [abs(b - a) for a, b in pairwise(one for one in present if one is not None)]
    judge.holds("present state of charge", max(leaps, default=0) <= LEAP, f"goes {present} %", at=shown)


@case(
    "ISO20-EV-LOP-004",
    "The voltage that the EV tells in the charge loop is one that its battery can have",
    sut=Role.EV,
    cites=("V2G20-2183",),
    needs=Feature.ISO20_DC,
)
async def test_present_voltage(bench: Bench, judge: Judge) -> None:
    """Within the limits of its charge parameters; a volt is left for measurement."""
    trace = await bench.run(until=LOOPS)

    trace.first(DcChargeLoopReq)
    limits = trace.first(DcChargeParameterDiscoveryReq).message.energy_transfer_mode
    low, high = float(limits.ev_minimum_voltage) - 1, float(limits.ev_maximum_voltage) + 1
    judge.every(
        "EVPresentVoltage",
        trace.all(DcChargeLoopReq),
        lambda entry: low <= float(entry.message.ev_present_voltage) <= high,
        f"outside {low:g} V to {high:g} V",
    )


@case(
    "ISO20-EV-LOP-005",
    "The EV's limits in the loop stay within those of its charge parameters",
    sut=Role.EV,
    cites=("V2G20-2654",),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_limits_of_the_loop(bench: Bench, judge: Judge) -> None:
    """In Dynamic mode each request tells how much power and current the EV takes now."""
    trace = await bench.run(bench.station.set(control_modes=("dynamic",)), until=LOOPS)

    trace.first(DcChargeLoopReq)
    told = trace.first(DcChargeParameterDiscoveryReq).message.energy_transfer_mode
    for name in ("ev_maximum_charge_power", "ev_maximum_charge_current", "ev_maximum_voltage"):
        most = float(getattr(told, name)) + 0.5
        judge.every(
            name,
            trace.all(DcChargeLoopReq),
            lambda entry, name=name, most=most: float(getattr(entry.message.control_mode, name)) <= most,
            f"above {most:g}",
        )


@case(
    "ISO20-EV-LOP-006",
    "The departure comes nearer as time goes by",
    sut=Role.EV,
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_departure(bench: Bench, judge: Judge) -> None:
    """DepartureTime counts seconds from the message that tells it: what is told may fall, and not rise by itself."""
    station = bench.station.set(control_modes=("dynamic",))

    trace = await bench.run(station, until=either(finished(), closed()))

    told = [entry for entry in trace.all(DcChargeLoopReq) if entry.message.control_mode.departure_time is not None]
    if not told:
        trace.first(DcChargeLoopReq)
        judge.inconclusive("departure", "the EV does not tell it in the loop")
        return
    leaving = [entry.at + entry.message.control_mode.departure_time for entry in told]
    late = max(leaving) - leaving[0]
    judge.holds("departure", late <= 2.0, f"moves {late:g} s away in the course of the loop", at=(told[0], told[-1]))


@case(
    "ISO20-EV-LOP-007",
    "A notification that does not concern a charging EV does not end its session",
    sut=Role.EV,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
    maturity="watch",
)
async def test_idle_notification(bench: Bench, judge: Judge) -> None:
    """In the first charge loop the station says ExitStandby, though nobody stands by."""
    idle = EvseStatus(notification_max_delay=60, evse_notification=EvseNotification.EXIT_STANDBY)
    station = bench.station.answering(DcChargeLoopRes, changed(evse_status=idle), nth=1)

    trace = await bench.run(station, until=either(seen(DcChargeLoopReq, times=3), closed()))

    goes_on(judge, trace, trace.first(DcChargeLoopRes, evse_status=idle))


@case(
    "ISO20-EV-LOP-008",
    "A meter that tells nothing is no reason to stop",
    sut=Role.EV,
    cites=("V2G20-1081",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_no_meter_info(bench: Bench, judge: Judge) -> None:
    """The station leaves MeterInfo out of every response, though it may have been asked for."""
    station = bench.station.but(DcChargeLoopRes, meter_info=None)

    trace = await bench.run(station, until=LOOPS)

    goes_on(judge, trace, trace.first(DcChargeLoopRes))
