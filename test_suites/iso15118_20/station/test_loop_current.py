"""The current in the charge loop: it follows what it should follow, and obeys every limit that was told."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import (
    Amperes,
    Bench,
    Entry,
    Feature,
    Judge,
    Role,
    Trace,
    Volts,
    Watts,
    answered,
    case,
    finished,
    replace,
)
from harness.messages.iso20.common import PowerDeliveryReq, ResponseCode
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes, DcChargeParameterDiscoveryRes

SCHEDULED_BOTH_WAYS = (Feature.ISO20_DC_BPT, Feature.SCHEDULED)
SLACK = 1.03
"""How far a measured current may lie above a limit; our own figure, for noise and rounding."""
NOISE = 0.5
"""Amperes that a station may measure where nothing flows."""
FAR_BEYOND = 2000.0
RAMP_CYCLES = 40
"""Cycles, some eight seconds: our own figure for a station that changes its current slowly."""
VIOLATIONS = {ResponseCode.WARNING_EV_POWER_PROFILE_VIOLATION, ResponseCode.FAILED_EV_POWER_PROFILE_VIOLATION}


def amperes(entry: Entry) -> float:
    """What the station measures; negative while the EV discharges."""
    return float(entry.message.evse_present_current)


def watts(entry: Entry) -> float:
    """Voltage times current, as the station measures them."""
    return float(entry.message.evse_present_voltage) * amperes(entry)


def rated(trace: Trace, name: str) -> float:
    """A bound that the station told with its charge parameters, as a magnitude."""
    return abs(float(getattr(trace.first(DcChargeParameterDiscoveryRes).message.energy_transfer_mode, f"evse_{name}")))


def limited(entry: Entry) -> bool:
    """Whether the station says that it reached a limit of its own."""
    said = entry.message
    return bool(said.evse_power_limit_achieved or said.evse_current_limit_achieved or said.evse_voltage_limit_achieved)


def announcing_two_kilowatts(_: Any, usual: PowerDeliveryReq) -> PowerDeliveryReq:
    """The usual power profile with less power in it."""
    if usual.ev_power_profile is None:
        return usual
    entries = usual.ev_power_profile.ev_power_profile_entries
    lowered = tuple(replace(one, power=Watts.of(2000.0)) for one in entries.ev_power_profile_entry)
    profile = replace(usual.ev_power_profile, ev_power_profile_entries=replace(entries, ev_power_profile_entry=lowered))
    return replace(usual, ev_power_profile=profile)


def narrowing(ev: Any, *, after: int, **limits: Any) -> Any:
    """The same EV, which allows less from some cycle of the charge loop on."""
    for cycle in range(after + 1, ev.loops + 1):
        ev = ev.but(DcChargeLoopReq, nth=cycle, **{f"control_mode__{name}": value for name, value in limits.items()})
    return ev


@pytest.mark.parametrize("power", [8000.0, -5000.0], ids=["charging", "discharging"])
@case(
    "ISO20-STN-CHL-006",
    "In Scheduled control mode the current is the one that the EV asks for",
    sut=Role.STATION,
    cites=("V2G20-1034", "V2G20-2183", "V2G20-2187"),
    needs=SCHEDULED_BOTH_WAYS,
)
async def test_current_follows_the_target(bench: Bench, judge: Judge, power: float) -> None:
    """The driver wants 8 kW, or gives 5 kW; the currents of the last three cycles are held against the target."""
    ev = bench.ev.scheduled().with_car(wanted_power=power).having(loops=15)

    trace = await bench.run(ev, until=finished())

    asked = trace.last(DcChargeLoopReq)
    target = float(asked.message.control_mode.ev_target_current)
    judge.every(
        f"current near {target:g} A, or a limit reached",
        trace.all(DcChargeLoopRes)[-3:],
        lambda entry: limited(entry) or abs(amperes(entry) - target) <= max(2.0, 0.05 * abs(target)),
        "far from it",
    )


@pytest.mark.parametrize("direction", ["charging", "discharging"])
@case(
    "ISO20-STN-CHL-007",
    "A target beyond the station's own limits is met as far as they allow, and the EV is told so",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=SCHEDULED_BOTH_WAYS,
)
async def test_target_beyond_the_station(bench: Bench, judge: Judge, direction: str) -> None:
    """An EV that could bear 2000 A asks for as much, in one direction or the other."""
    sign, name = (1, "charge") if direction == "charging" else (-1, "discharge")
    bounds = {f"max_{each}_current": FAR_BEYOND for each in ("charge", "discharge")}
    powers = {f"max_{each}_power": FAR_BEYOND * 450 for each in ("charge", "discharge")}
    ev = bench.ev.scheduled().with_car(**bounds, **powers).having(loops=RAMP_CYCLES)

    trace = await bench.run(
        ev.but(DcChargeLoopReq, control_mode__ev_target_current=Amperes.of(sign * FAR_BEYOND)), until=finished()
    )

    most = rated(trace, f"maximum_{name}_current")
    loops = trace.all(DcChargeLoopRes)
    judge.every(f"current within {most:g} A", loops, lambda entry: abs(amperes(entry)) <= most * SLACK, "more")
    judge.every("a limit is reached", loops[-1:], limited, "nothing said of it")


@case(
    "ISO20-STN-CHL-008",
    "A target beyond the EV's own limits is not followed",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    maturity="watch",
)
async def test_target_beyond_the_ev(bench: Bench, judge: Judge) -> None:
    """In one request the EV asks for 60 A and says that it bears 20 A."""
    ev = bench.ev.scheduled().but(
        DcChargeLoopReq,
        control_mode__ev_target_current=Amperes.of(60.0),
        control_mode__ev_maximum_charge_current=Amperes.of(20.0),
    )

    trace = await bench.run(ev, until=finished())

    judge.every("current within 20 A", trace.all(DcChargeLoopRes), lambda entry: amperes(entry) <= 20 * SLACK, "more")


@case(
    "ISO20-STN-CHL-009",
    "In Dynamic control mode the power stays within what the EV allows",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_power_within_the_ev(bench: Bench, judge: Judge) -> None:
    """The battery takes 3 kW and no more, at a current that would make it much more."""
    ev = bench.ev.dynamic().charge_only().with_car(max_charge_power=3000.0)

    trace = await bench.run(ev, until=finished())

    judge.every("power within 3 kW", trace.all(DcChargeLoopRes), lambda entry: watts(entry) <= 3000 * SLACK, "more")


@case(
    "ISO20-STN-CHL-010",
    "Power is nothing or at least what the EV needs",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
    maturity="watch",
)
async def test_power_is_enough(bench: Bench, judge: Judge) -> None:
    """The EV cannot charge with less than 5 kW; its last cycle is looked at, when the current has settled."""
    ev = bench.ev.dynamic().charge_only().with_car(min_charge_power=5000.0).having(loops=RAMP_CYCLES)

    trace = await bench.run(ev, until=finished())

    last = trace.last(DcChargeLoopRes)
    settled = abs(amperes(last)) <= NOISE or watts(last) >= 5000 / SLACK
    judge.holds("nothing, or 5 kW at least", settled, f"{watts(last):.0f} W", at=last)


@pytest.mark.parametrize("volts", [0.0, 5000.0], ids=["zero", "beyond_the_station"])
@case(
    "ISO20-STN-CHL-011",
    "No current into a battery whose voltage cannot be",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=Feature.ISO20_DC,
    maturity="watch",
)
async def test_impossible_voltage(bench: Bench, judge: Judge, volts: float) -> None:
    """The EV tells a voltage far from the one of pre-charge; the station may refuse, or drive nothing."""
    ev = bench.ev.but(DcChargeLoopReq, ev_present_voltage=Volts.of(volts))

    trace = await bench.run(ev, until=answered(DcChargeLoopRes, times=2))

    judge.every(
        "refused, or no current",
        trace.all(DcChargeLoopRes),
        lambda entry: entry.message.response_code.startswith("FAILED") or abs(amperes(entry)) <= NOISE,
        "current flows",
    )


@case(
    "ISO20-STN-CHL-012",
    "Limits that the EV narrows in the loop are obeyed",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_narrowed_limits_are_obeyed(bench: Bench, judge: Judge) -> None:
    """From the fourth cycle on the EV bears 5 A; a station may need a few seconds to come down to that."""
    ev = bench.ev.dynamic().charge_only().having(loops=RAMP_CYCLES)

    trace = await bench.run(narrowing(ev, after=3, ev_maximum_charge_current=Amperes.of(5.0)), until=finished())

    judge.every(
        "current within 5 A", trace.all(DcChargeLoopRes)[-5:], lambda entry: amperes(entry) <= 5 + NOISE, "more"
    )


@case(
    "ISO20-STN-CHL-013",
    "An EV that allows nothing gets nothing",
    sut=Role.STATION,
    cites=("V2G20-2188",),
    needs=(Feature.ISO20_DC_BPT, Feature.DYNAMIC),
)
async def test_nothing_allowed_nothing_flows(bench: Bench, judge: Judge) -> None:
    """Every bound is zero in either direction, from the first cycle of the loop on."""
    nothing = {f"ev_maximum_{name}_power": Watts.of(0.0) for name in ("charge", "discharge")}
    nothing |= {f"ev_minimum_{name}_power": Watts.of(0.0) for name in ("charge", "discharge")}
    ev = narrowing(bench.ev.dynamic().having(loops=6), after=0, **nothing)

    trace = await bench.run(ev, until=finished())

    judge.every("no current", trace.all(DcChargeLoopRes), lambda entry: abs(amperes(entry)) <= NOISE, "current flows")


@case(
    "ISO20-STN-CHL-014",
    "A charge-only session gives no energy back, whatever the EV asks for",
    sut=Role.STATION,
    cites=("V2G20-2188", "V2G20-1216"),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
)
async def test_negative_target_without_discharging(bench: Bench, judge: Judge) -> None:
    """The EV selected DC and asks for -20 A; the station may refuse that, or drive nothing."""
    ev = bench.ev.scheduled().charge_only()

    trace = await bench.run(
        ev.but(DcChargeLoopReq, control_mode__ev_target_current=Amperes.of(-20.0)), until=finished()
    )

    judge.every("no current out of the EV", trace.all(DcChargeLoopRes), lambda entry: amperes(entry) >= -NOISE, "some")


@case(
    "ISO20-STN-CHL-015",
    "An EV that takes more than it announced is warned, held back or stopped",
    sut=Role.STATION,
    cites=("V2G20-1864",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    maturity="watch",
)
async def test_profile_is_watched(bench: Bench, judge: Judge) -> None:
    """The EV's power profile says 2 kW for the whole day; in the charge loop it asks for 15 kW."""
    ev = bench.ev.scheduled().with_car(wanted_power=15_000.0).having(loops=15)

    trace = await bench.run(ev.answering(PowerDeliveryReq, announcing_two_kilowatts, nth=1), until=finished())

    loops = trace.all(DcChargeLoopRes)
    trace.first(DcChargeLoopRes)
    told = [entry for entry in loops if entry.message.response_code in VIOLATIONS]
    most = max(watts(entry) for entry in loops)
    judge.holds(
        "warned, or held back", bool(told) or most <= 3000, f"{len(told)} warnings, up to {most:.0f} W", at=told
    )
