"""Charge parameters of alternating current: the block of the service, phases, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Rational, Role, Watts, answered, case, replace
from harness.messages.iso20.ac import (
    AcChargeParameterDiscoveryReq,
    AcChargeParameterDiscoveryRes,
    AcCpdReqEnergyTransferMode,
    AcCpdResEnergyTransferMode,
    BptAcCpdReqEnergyTransferMode,
    BptAcCpdResEnergyTransferMode,
)
from harness.messages.iso20.common import ResponseCode

BOTH = (Feature.ISO20_AC, Feature.ISO20_AC_BPT)
WRONG = ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
TOLD = answered(AcChargeParameterDiscoveryRes)
MAINS = (45.0, 65.0)
"""Hz between which every mains on earth lies."""
OTHER_PHASES = ("_l2", "_l3")
Block = AcCpdReqEnergyTransferMode


def plain(block: Block) -> Block:
    """The part of a bidirectional block that a plain one has as well."""
    return Block(
        ev_maximum_charge_power=block.ev_maximum_charge_power,
        ev_minimum_charge_power=block.ev_minimum_charge_power,
    )


def with_discharging(block: Block) -> BptAcCpdReqEnergyTransferMode:
    """A plain block with bounds for discharging added."""
    return BptAcCpdReqEnergyTransferMode(
        ev_maximum_charge_power=block.ev_maximum_charge_power,
        ev_minimum_charge_power=block.ev_minimum_charge_power,
        ev_maximum_discharge_power=Watts.of(5000.0),
        ev_minimum_discharge_power=Watts.of(500.0),
    )


def below_zero(bound: Rational) -> Any:
    """The same size with the other sign."""
    return type(bound)(value=-abs(bound.value), exponent=bound.exponent)


UNUSABLE: dict[str, Callable[[Block], Block]] = {
    "bounds_upside_down": lambda one: replace(
        one, ev_minimum_charge_power=Watts.of(float(one.ev_maximum_charge_power) * 1.1)
    ),
    "power_below_zero": lambda one: replace(one, ev_maximum_charge_power=below_zero(one.ev_maximum_charge_power)),
    "with_discharging": with_discharging,
}
USABLE: dict[str, Callable[[Block], Block]] = {
    "minimum_is_zero": lambda one: replace(one, ev_minimum_charge_power=Watts.of(0.0)),
    "other_exponents": lambda one: replace(
        one,
        ev_maximum_charge_power=Watts.of(float(one.ev_maximum_charge_power), exponent=0),
        ev_minimum_charge_power=Watts.of(float(one.ev_minimum_charge_power), exponent=1),
    ),
}


def saying(ev: Any, change: Callable[[Any], Block]) -> Any:
    """The same EV, with another block in its charge parameters."""

    def bend(_: Any, usual: AcChargeParameterDiscoveryReq) -> AcChargeParameterDiscoveryReq:
        return replace(usual, energy_transfer_mode=change(usual.energy_transfer_mode))

    return ev.answering(AcChargeParameterDiscoveryReq, bend)


def phases_named(entry: Entry) -> list[str]:
    """The elements for the second and the third phase that a response has."""
    block = entry.message.energy_transfer_mode
    names = [name for name in block.__struct_fields__ if name.endswith(OTHER_PHASES)]
    return [name for name in names if getattr(block, name) is not None]


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@case(
    "ISO20-STN-CPD-020",
    "An AC session is told the limits that belong to its service",
    sut=Role.STATION,
    cites=("V2G20-2314",),
    needs=BOTH,
)
async def test_block_of_the_service(bench: Bench, judge: Judge, direction: str) -> None:
    """With AC_BPT there are limits in both directions, with AC those of charging alone."""
    both = direction == "both_ways"

    trace = await bench.run(bench.ev.on_ac(bidirectional=both), until=TOLD)

    asked = trace.first(AcChargeParameterDiscoveryReq)
    reply = judge.coded(trace, asked, AcChargeParameterDiscoveryRes, ResponseCode.OK)
    if reply:
        wanted = BptAcCpdResEnergyTransferMode if both else AcCpdResEnergyTransferMode
        judge.equal("block of the answer", type(reply.message.energy_transfer_mode).name, wanted.name, at=reply)


@case(
    "ISO20-STN-CPD-021",
    "The station's own figures on AC fit together",
    sut=Role.STATION,
    cites=("V2G20-1034", "V2G20-2314"),
    needs=BOTH,
)
async def test_ratings_fit_together(bench: Bench, judge: Judge) -> None:
    """No lower bound lies above its upper one, charging counts positive, and the mains are some on earth."""
    trace = await bench.run(bench.ev.on_ac(), until=TOLD)

    reply = trace.first(AcChargeParameterDiscoveryRes)
    block = reply.message.energy_transfer_mode
    judge.between("nominal frequency", float(block.evse_nominal_frequency), *MAINS, unit="Hz", at=reply)
    for name in ("charge_power", "discharge_power"):
        if not hasattr(block, f"evse_maximum_{name}"):
            continue
        low, high = (float(getattr(block, f"evse_{end}_{name}")) for end in ("minimum", "maximum"))
        told = f"{low:g} W to {high:g} W"
        judge.holds(f"{name.replace('_', ' ')}, lower and upper bound", abs(low) <= abs(high), told, at=reply)
        if name == "charge_power":
            judge.holds("charging counts positive", low >= 0 and high >= 0, told, at=reply)
        elif low < 0 or high < 0:
            judge.notice("discharging counts negative", told, at=reply)


@case(
    "ISO20-STN-CPD-022",
    "Phases are named only to an EV that named its own",
    sut=Role.STATION,
    cites=("V2G20-1820", "V2G20-1821", "V2G20-1822"),
    needs=Feature.ISO20_AC,
)
async def test_phases_are_not_named_unasked(bench: Bench, judge: Judge) -> None:
    """The EV has one value for all phases, and so it must be told one."""
    trace = await bench.run(bench.ev.on_ac(bidirectional=False), until=TOLD)

    reply = trace.first(AcChargeParameterDiscoveryRes)
    judge.equal("elements for other phases", phases_named(reply), [], at=reply)


@case(
    "ISO20-STN-CPD-023",
    "An EV that names its phases is served",
    sut=Role.STATION,
    cites=("V2G20-1816", "V2G20-1819", "V2G20-1820"),
    needs=Feature.ISO20_AC,
)
async def test_named_phases_are_taken(bench: Bench, judge: Judge) -> None:
    """The EV can load its phases unequally and says so by naming them; the station may answer in the same way."""
    trace = await bench.run(bench.ev.on_ac(bidirectional=False, names_phases=True), until=TOLD)

    asked = trace.first(AcChargeParameterDiscoveryReq)
    reply = judge.coded(trace, asked, AcChargeParameterDiscoveryRes, ResponseCode.OK)
    if reply:
        named = phases_named(reply)
        judge.report("elements for other phases", len(named), at=reply)
        judge.equal("each phase as often", sum(one.endswith("_l2") for one in named) * 2, len(named), at=reply)


@pytest.mark.parametrize("which", UNUSABLE)
@case(
    "ISO20-STN-CPD-024",
    "Charge parameters of AC that contradict themselves or the service are refused",
    sut=Role.STATION,
    cites=("V2G20-1619",),
    needs=Feature.ISO20_AC,
    maturity="watch",
)
async def test_contradictory_parameters_are_refused(bench: Bench, judge: Judge, which: str) -> None:
    """The EV selected AC, without discharging; one thing in its block cannot be."""
    ev = saying(bench.ev.on_ac(bidirectional=False), UNUSABLE[which])

    trace = await bench.run(ev, until=TOLD)

    asked = trace.first(AcChargeParameterDiscoveryReq)
    judge.refused(trace, asked, AcChargeParameterDiscoveryRes, WRONG)


@case(
    "ISO20-STN-CPD-025",
    "A bidirectional AC service is not had with the block of a plain one",
    sut=Role.STATION,
    cites=("V2G20-1619",),
    needs=Feature.ISO20_AC_BPT,
    maturity="watch",
)
async def test_plain_block_in_bidirectional_session(bench: Bench, judge: Judge) -> None:
    """The EV selected AC_BPT and says nothing of the powers at which it can discharge."""
    trace = await bench.run(saying(bench.ev.on_ac(), plain), until=TOLD)

    asked = trace.first(AcChargeParameterDiscoveryReq)
    judge.refused(trace, asked, AcChargeParameterDiscoveryRes, WRONG)


@pytest.mark.parametrize("which", USABLE)
@case(
    "ISO20-STN-CPD-026",
    "Charge parameters of AC are taken in every form that the schema allows",
    sut=Role.STATION,
    cites=("V2G20-2314",),
    needs=Feature.ISO20_AC,
)
async def test_unusual_parameters_are_taken(bench: Bench, judge: Judge, which: str) -> None:
    """The least power is nothing, or numbers are written with other exponents than usual."""
    trace = await bench.run(saying(bench.ev.on_ac(bidirectional=False), USABLE[which]), until=TOLD)

    asked = trace.first(AcChargeParameterDiscoveryReq)
    judge.coded(trace, asked, AcChargeParameterDiscoveryRes, ResponseCode.OK)


@case(
    "ISO20-STN-CPD-027",
    "An EV with one phase hears of one",
    sut=Role.STATION,
    cites=("V2G20-1815", "V2G20-1822"),
    needs=Feature.ISO20_AC,
    maturity="watch",
)
async def test_one_phase(bench: Bench, judge: Judge) -> None:
    """The EV selects a parameter set with one phase, if there is one; elements for others have no meaning there."""
    ev = bench.ev.on_ac(bidirectional=False, phases=1, max_charge_power=3600.0, min_charge_power=1380.0)

    trace = await bench.run(ev, until=TOLD)

    asked = trace.first(AcChargeParameterDiscoveryReq)
    reply = judge.coded(trace, asked, AcChargeParameterDiscoveryRes, ResponseCode.OK)
    if reply:
        judge.equal("elements for other phases", phases_named(reply), [], at=reply)
