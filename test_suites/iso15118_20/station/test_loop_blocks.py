"""The charge loop's blocks: only those of what was selected are taken, their limits fit, and options stay options."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, WattHours, answered, case, finished
from harness.messages.iso20.common import ResponseCode
from harness.messages.iso20.dc import (
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryRes,
)

EVERY_WAY = (Feature.ISO20_DC_BPT, Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC)
UPPER = ("charge_power", "charge_current", "discharge_power", "discharge_current", "voltage")
FULL = 100
"""Percent."""
LOWER = ("charge_power", "discharge_power", "voltage")


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-CHL-016",
    "A whole session runs in each control mode, with discharging and without",
    sut=Role.STATION,
    cites=("V2G20-1600", "V2G20-1981", "V2G20-2315"),
    needs=EVERY_WAY,
)
async def test_whole_session_in_every_way(bench: Bench, judge: Judge, mode: str, direction: str) -> None:
    """From SupportedAppProtocol to SessionStop, with every response positive."""
    ev = getattr(bench.ev, mode)()

    trace = await bench.run(ev if direction == "both_ways" else ev.charge_only(), until=finished())

    trace.first(DcChargeLoopRes)
    judge.ran_to_the_end(trace)
    judge.no_failures(trace, sent_by=Role.STATION)


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-CHL-017",
    "A cycle in the other control mode is refused",
    sut=Role.STATION,
    cites=("V2G20-1216", "V2G20-1600"),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC),
    maturity="watch",
)
async def test_other_control_mode_in_the_loop(bench: Bench, judge: Judge, mode: str) -> None:
    """The EV selected one control mode; its first cycle has the block of the other."""
    other = bench.ev.dynamic() if mode == "scheduled" else bench.ev.scheduled()
    look = await bench.run(other, until=answered(DcChargeLoopRes))
    block = look.first(DcChargeLoopReq).message.control_mode

    ev = getattr(bench.ev, mode)().but(DcChargeLoopReq, nth=1, control_mode=block)
    trace = await bench.run(ev, until=answered(DcChargeLoopRes))

    judge.refused(trace, trace.first(DcChargeLoopReq), DcChargeLoopRes)


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@case(
    "ISO20-STN-CHL-018",
    "A cycle with the block of another service is refused",
    sut=Role.STATION,
    cites=("V2G20-1216", "V2G20-1600"),
    needs=(Feature.ISO20_DC_BPT, Feature.ISO20_DC),
    maturity="watch",
)
async def test_block_of_another_service(bench: Bench, judge: Judge, direction: str) -> None:
    """In a bidirectional session the block knows no discharging, in a charge-only one it does."""
    both, one = bench.ev, bench.ev.charge_only()
    selected, other = (both, one) if direction == "both_ways" else (one, both)
    look = await bench.run(other, until=answered(DcChargeLoopRes))
    block = look.first(DcChargeLoopReq).message.control_mode

    trace = await bench.run(selected.but(DcChargeLoopReq, nth=1, control_mode=block), until=answered(DcChargeLoopRes))

    judge.refused(trace, trace.first(DcChargeLoopReq), DcChargeLoopRes)


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-CHL-019",
    "Every limit told in the loop fits those of charge parameter discovery",
    sut=Role.STATION,
    cites=("V2G20-2654", "V2G20-2655"),
    needs=(Feature.ISO20_DC_BPT, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_limits_fit_discovery(bench: Bench, judge: Judge, mode: str) -> None:
    """Upper bounds may only be lower than before, lower ones only higher; in Scheduled mode they may be left out."""
    trace = await bench.run(getattr(bench.ev, mode)(), until=answered(DcChargeLoopRes, times=3))

    first = trace.first(DcChargeParameterDiscoveryRes).message.energy_transfer_mode
    told = trace.nth(DcChargeLoopRes, 1).message.control_mode
    for end, names in (("maximum", UPPER), ("minimum", LOWER)):
        for attr in (f"evse_{end}_{name}" for name in names):
            before, now = getattr(first, attr, None), getattr(told, attr, None)
            if before is None or now is None:
                continue
            before_size, size = abs(float(before)), abs(float(now))
            fits = size <= before_size + 1e-9 if end == "maximum" else size >= before_size - 1e-9
            judge.holds(attr.replace("_", " "), fits, f"{size:g} in the loop, {before_size:g} before")
    judge.coded(trace, trace.first(DcChargeLoopReq), DcChargeLoopRes, ResponseCode.OK)


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-CHL-020",
    "An EV that shows nothing of its battery is served all the same",
    sut=Role.STATION,
    cites=("V2G20-2315",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_display_parameters_are_optional(bench: Bench, judge: Judge, mode: str) -> None:
    """DisplayParameters are left out of every cycle, as the schema allows."""
    ev = getattr(bench.ev, mode)().with_car(display_parameters=False)

    trace = await bench.run(ev, until=answered(DcChargeLoopRes, times=3))

    judge.granted(trace, trace.first(DcChargeLoopReq), DcChargeLoopRes)
    judge.granted(trace, trace.nth(DcChargeLoopReq, 2), DcChargeLoopRes)


@pytest.mark.parametrize("percent", [0, 100], ids=["empty", "full"])
@case(
    "ISO20-STN-CHL-021",
    "A battery that shows itself empty or full is no reason to fail",
    sut=Role.STATION,
    cites=("V2G20-2315",),
    needs=Feature.ISO20_DC,
)
async def test_display_parameters_at_their_bounds(bench: Bench, judge: Judge, percent: int) -> None:
    """PresentSOC stands at a bound of the schema; a full battery says that charging is complete."""
    ev = bench.ev.with_car(display_parameters=True).but(
        DcChargeLoopReq,
        display_parameters__present_soc=percent,
        display_parameters__charging_complete=percent == FULL,
    )

    trace = await bench.run(ev, until=answered(DcChargeLoopRes, times=3))

    trace.first(DcChargeLoopReq)
    for asked in trace.all(DcChargeLoopReq)[:3]:
        judge.granted(trace, asked, DcChargeLoopRes)


@pytest.mark.parametrize("window", ["whole", "one_bound"])
@case(
    "ISO20-STN-CHL-022",
    "A window for V2X energy in the loop is taken, and half a window is answered",
    sut=Role.STATION,
    cites=("V2G20-2315", "V2G20-2681"),
    needs=(Feature.ISO20_DC_BPT, Feature.DYNAMIC),
)
async def test_v2x_window(bench: Bench, judge: Judge, window: str) -> None:
    """Both bounds, as they should come, or the upper one alone, which is the EV's fault; what comes of it is told."""
    ev = bench.ev.dynamic().but(
        DcChargeLoopReq,
        control_mode__ev_maximum_v2x_energy_request=WattHours.of(20_000.0),
        control_mode__ev_minimum_v2x_energy_request=WattHours.of(5_000.0) if window == "whole" else None,
    )

    trace = await bench.run(ev, until=answered(DcChargeLoopRes))

    asked = trace.first(DcChargeLoopReq)
    if window == "whole":
        judge.granted(trace, asked, DcChargeLoopRes)
    elif reply := judge.answered(trace, asked, DcChargeLoopRes):
        judge.notice("one bound", f"answered with {reply.message.response_code}", at=reply)
