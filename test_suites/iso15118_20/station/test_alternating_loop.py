"""The charge loop of alternating current: blocks, targets, phases and readings."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, answered, case, finished
from harness.messages.field import Message
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeLoopRes,
    AcChargeParameterDiscoveryRes,
    BptDynamicAcClResControlMode,
    BptScheduledAcClResControlMode,
    DynamicAcClResControlMode,
    ScheduledAcClResControlMode,
)

BOTH = (Feature.ISO20_AC, Feature.ISO20_AC_BPT)
EVERY_WAY = (*BOTH, Feature.SCHEDULED, Feature.DYNAMIC)
BLOCKS: dict[tuple[str, str], type[Message]] = {
    ("scheduled", "both_ways"): BptScheduledAcClResControlMode,
    ("scheduled", "charge_only"): ScheduledAcClResControlMode,
    ("dynamic", "both_ways"): BptDynamicAcClResControlMode,
    ("dynamic", "charge_only"): DynamicAcClResControlMode,
}
PHASES = ("", "_l2", "_l3")
ROUNDING = 1.0
"""W that rounding may add."""


def whole(block: Any, name: str) -> float | None:
    """The sum over the phases of what a block names; None if it names nothing."""
    named = [getattr(block, f"{name}{phase}", None) for phase in PHASES]
    powers = [float(one) for one in named if one is not None]
    return sum(powers) if powers else None


def target(entry: Entry) -> float | None:
    """W that the station would have the EV take, negative to give."""
    return whole(entry.message.control_mode, "evse_target_active_power")


def targets(trace: Trace) -> list[Entry]:
    """The cycles in which the station names a target."""
    return [entry for entry in trace.all(AcChargeLoopRes) if target(entry) is not None]


def rating(trace: Trace, name: str) -> float:
    """A bound that the station told with its charge parameters, as a magnitude over all phases."""
    block = trace.first(AcChargeParameterDiscoveryRes).message.energy_transfer_mode
    return abs(whole(block, f"evse_maximum_{name}") or 0.0)


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-CHL-030",
    "A whole AC session runs in each control mode, with discharging and without",
    sut=Role.STATION,
    cites=("V2G20-1600", "V2G20-1989", "V2G20-2315"),
    needs=EVERY_WAY,
)
async def test_whole_session(bench: Bench, judge: Judge, mode: str, direction: str) -> None:
    """From SupportedAppProtocol to SessionStop; each cycle is answered with the block that belongs to its request."""
    trace = await bench.run(getattr(bench.ev, mode)().on_ac(bidirectional=direction == "both_ways"), until=finished())

    trace.first(AcChargeLoopRes)
    wanted = BLOCKS[mode, direction]
    judge.every(
        f"block {wanted.name}",
        trace.all(AcChargeLoopRes),
        lambda entry: type(entry.message.control_mode) is wanted,
        "another block",
    )
    judge.ran_to_the_end(trace)
    judge.no_failures(trace, sent_by=Role.STATION)


@case(
    "ISO20-STN-CHL-031",
    "In Dynamic control mode every cycle names a target that the EV and the station can meet",
    sut=Role.STATION,
    cites=("V2G20-1817", "V2G20-1823", "V2G20-2314", "V2G20-2315"),
    needs=(Feature.ISO20_AC_BPT, Feature.DYNAMIC),
)
async def test_target_within_everybody_s_limits(bench: Bench, judge: Judge) -> None:
    """The EV takes 5 kW and gives 4 kW at most; it stays for three seconds, so that the site may turn around."""
    ev = bench.ev.dynamic().on_ac(max_charge_power=5000.0, max_discharge_power=4000.0).having(loops=15)

    trace = await bench.run(ev, until=finished())

    loops = trace.all(AcChargeLoopRes)
    judge.every("a target", loops, lambda entry: target(entry) is not None, "none")
    most = min(5000.0, rating(trace, "charge_power")) + ROUNDING
    least = -min(4000.0, rating(trace, "discharge_power")) - ROUNDING
    judge.every(
        f"{least:g} W to {most:g} W", targets(trace), lambda entry: least <= (target(entry) or 0.0) <= most, "beyond"
    )


@case(
    "ISO20-STN-CHL-032",
    "A target on AC is nothing or at least what the EV needs",
    sut=Role.STATION,
    cites=("V2G20-2315",),
    needs=(Feature.ISO20_AC, Feature.DYNAMIC),
    maturity="watch",
)
async def test_target_is_enough(bench: Bench, judge: Judge) -> None:
    """The EV cannot charge with less than 4140 W, 6 A on each of three phases."""
    ev = bench.ev.dynamic().on_ac(bidirectional=False).having(loops=15)

    trace = await bench.run(ev, until=finished())

    least = bench.ev.on_ac().car.min_charge_power - ROUNDING
    judge.every(
        f"nothing, or {least:g} W at least",
        targets(trace),
        lambda entry: abs(target(entry) or 0.0) <= ROUNDING or (target(entry) or 0.0) >= least,
        "in between",
    )


@case(
    "ISO20-STN-CHL-033",
    "A charge-only AC session is never asked to give energy",
    sut=Role.STATION,
    cites=("V2G20-1034", "V2G20-2315"),
    needs=(Feature.ISO20_AC, Feature.DYNAMIC),
)
async def test_charge_only_session_stays_charge_only(bench: Bench, judge: Judge) -> None:
    """The EV takes service 1, AC, and stays for three seconds, so that the site may want energy from it."""
    ev = bench.ev.dynamic().on_ac(bidirectional=False).having(loops=15)

    trace = await bench.run(ev, until=finished())

    judge.every("no target below zero", targets(trace), lambda entry: (target(entry) or 0.0) >= 0, "below zero")


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-CHL-034",
    "In the loop, too, phases are named only to an EV that named its own",
    sut=Role.STATION,
    cites=("V2G20-1821", "V2G20-1822"),
    needs=(Feature.ISO20_AC, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_phases_are_not_named_unasked(bench: Bench, judge: Judge, mode: str) -> None:
    """The EV has one value for all phases."""
    trace = await bench.run(getattr(bench.ev, mode)().on_ac(bidirectional=False), until=finished())

    def alone(entry: Entry) -> bool:
        block = entry.message.control_mode
        return not any(
            getattr(block, name) is not None for name in block.__struct_fields__ if name.endswith(PHASES[1:])
        )

    judge.every("no elements for other phases", trace.all(AcChargeLoopRes), alone, "some")


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-CHL-035",
    "On AC a cycle in the other control mode is refused",
    sut=Role.STATION,
    cites=("V2G20-1216", "V2G20-1600"),
    needs=(Feature.ISO20_AC, Feature.SCHEDULED, Feature.DYNAMIC),
    maturity="watch",
)
async def test_other_control_mode(bench: Bench, judge: Judge, mode: str) -> None:
    """The EV selected one control mode; its first cycle has the block of the other."""
    ev = bench.ev.on_ac(bidirectional=False)
    other = ev.dynamic() if mode == "scheduled" else ev.scheduled()
    look = await bench.run(other, until=answered(AcChargeLoopRes))
    block = look.first(AcChargeLoopReq).message.control_mode

    bent = getattr(ev, mode)().but(AcChargeLoopReq, nth=1, control_mode=block)
    trace = await bench.run(bent, until=answered(AcChargeLoopRes))

    judge.refused(trace, trace.first(AcChargeLoopReq), AcChargeLoopRes)


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@case(
    "ISO20-STN-CHL-036",
    "On AC a cycle with the block of another service is refused",
    sut=Role.STATION,
    cites=("V2G20-1216", "V2G20-1600"),
    needs=BOTH,
    maturity="watch",
)
async def test_block_of_another_service(bench: Bench, judge: Judge, direction: str) -> None:
    """In a bidirectional session the block knows no discharging, in a charge-only one it does."""
    both, one = bench.ev.on_ac(), bench.ev.on_ac(bidirectional=False)
    selected, other = (both, one) if direction == "both_ways" else (one, both)
    look = await bench.run(other, until=answered(AcChargeLoopRes))
    block = look.first(AcChargeLoopReq).message.control_mode

    bent = selected.but(AcChargeLoopReq, nth=1, control_mode=block)
    trace = await bench.run(bent, until=answered(AcChargeLoopRes))

    judge.refused(trace, trace.first(AcChargeLoopReq), AcChargeLoopRes)


@case(
    "ISO20-STN-CHL-037",
    "An EV that names its phases hears targets that each of them can bear",
    sut=Role.STATION,
    cites=("V2G20-1818", "V2G20-1819", "V2G20-1822"),
    needs=(Feature.ISO20_AC, Feature.DYNAMIC),
)
async def test_targets_of_named_phases(bench: Bench, judge: Judge) -> None:
    """The EV takes 2 kW on each phase; a station that names one target for all may not go beyond 6 kW with it."""
    car = {"names_phases": True, "max_charge_power": 6000.0}
    ev = bench.ev.dynamic().on_ac(bidirectional=False, **car)

    trace = await bench.run(ev, until=finished())

    def borne(entry: Entry) -> bool:
        block = entry.message.control_mode
        named = [float(one) for phase in PHASES if (one := getattr(block, f"evse_target_active_power{phase}", None))]
        return max(named, default=0.0) <= (2000.0 if len(named) > 1 else 6000.0) + ROUNDING

    judge.every("each phase within its bound", targets(trace), borne, "more")


@case(
    "ISO20-STN-MET-010",
    "On AC, too, readings come from one meter, first unasked and then when asked for",
    sut=Role.STATION,
    cites=("V2G20-902", "V2G20-1082", "V2G20-1833"),
    needs=(Feature.ISO20_AC, Feature.METER_INFO),
)
async def test_readings_on_ac(bench: Bench, judge: Judge) -> None:
    """The EV asks in every cycle but the first."""
    ev = bench.ev.on_ac(bidirectional=False).having(loops=10).but(AcChargeLoopReq, nth=1, meter_info_requested=False)

    trace = await bench.run(ev, until=finished())

    loops = trace.all(AcChargeLoopRes)
    judge.every("a reading", loops, lambda entry: entry.message.meter_info is not None, "none")
    shown = [entry.message.meter_info for entry in loops if entry.message.meter_info is not None]
    if shown:
        judge.equal("meters", len({one.meter_id for one in shown}), 1, at=loops[:1])
        judge.rising("Wh to the EV", [float(one.charged_energy_reading_wh) for one in shown], at=loops)
