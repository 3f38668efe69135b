"""Charge parameters of direct current: the block of the service, figures that fit together, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.kit import Amperes, Bench, Feature, Judge, Rational, Role, Volts, Watts, answered, case, replace
from harness.messages.iso20.common import ResponseCode
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    BptDcCpdResEnergyTransferMode,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcCpdReqEnergyTransferMode,
    DcCpdResEnergyTransferMode,
)

WRONG = ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
PAIRS = ("charge_power", "charge_current", "voltage", "discharge_power", "discharge_current")
"""What a station tells a lower and an upper bound of."""


Block = DcCpdReqEnergyTransferMode


def plain(block: BptDcCpdReqEnergyTransferMode) -> Block:
    """The part of a bidirectional block that a plain one has as well."""
    return Block(
        ev_maximum_charge_power=block.ev_maximum_charge_power,
        ev_minimum_charge_power=block.ev_minimum_charge_power,
        ev_maximum_charge_current=block.ev_maximum_charge_current,
        ev_minimum_charge_current=block.ev_minimum_charge_current,
        ev_maximum_voltage=block.ev_maximum_voltage,
        ev_minimum_voltage=block.ev_minimum_voltage,
    )


def with_discharging(block: Block) -> BptDcCpdReqEnergyTransferMode:
    """A plain block with bounds for discharging added."""
    return BptDcCpdReqEnergyTransferMode(
        ev_maximum_charge_power=block.ev_maximum_charge_power,
        ev_minimum_charge_power=block.ev_minimum_charge_power,
        ev_maximum_charge_current=block.ev_maximum_charge_current,
        ev_minimum_charge_current=block.ev_minimum_charge_current,
        ev_maximum_voltage=block.ev_maximum_voltage,
        ev_minimum_voltage=block.ev_minimum_voltage,
        ev_maximum_discharge_power=Watts.of(10_000.0),
        ev_minimum_discharge_power=Watts.of(0.0),
        ev_maximum_discharge_current=Amperes.of(20.0),
        ev_minimum_discharge_current=Amperes.of(0.0),
    )


def above(bound: Rational) -> Any:
    """A tenth more."""
    return type(bound).of(float(bound) * 1.1)


def below_zero(bound: Rational) -> Any:
    """The same size with the other sign."""
    return type(bound)(value=-bound.value, exponent=bound.exponent)


def in_tenths(bound: Rational) -> Any:
    """The same size as a number of tenths."""
    return type(bound).of(float(bound), exponent=-1)


UNUSABLE: dict[str, Callable[[Block], Block]] = {
    "voltages_upside_down": lambda one: replace(one, ev_minimum_voltage=above(one.ev_maximum_voltage)),
    "powers_upside_down": lambda one: replace(one, ev_minimum_charge_power=above(one.ev_maximum_charge_power)),
    "currents_upside_down": lambda one: replace(one, ev_minimum_charge_current=above(one.ev_maximum_charge_current)),
    "power_below_zero": lambda one: replace(one, ev_maximum_charge_power=below_zero(one.ev_maximum_charge_power)),
    "current_below_zero": lambda one: replace(one, ev_maximum_charge_current=below_zero(one.ev_maximum_charge_current)),
    "voltages_out_of_reach": lambda one: replace(
        one, ev_minimum_voltage=Volts.of(3000.0), ev_maximum_voltage=Volts.of(4000.0)
    ),
}
USABLE: dict[str, Callable[[Block], Block]] = {
    "no_target_soc": lambda one: replace(one, target_soc=None),
    "empty_target_soc": lambda one: replace(one, target_soc=0),
    "full_target_soc": lambda one: replace(one, target_soc=100),
    "other_exponents": lambda one: replace(
        one,
        ev_maximum_voltage=in_tenths(one.ev_maximum_voltage),
        ev_minimum_voltage=in_tenths(one.ev_minimum_voltage),
        ev_maximum_charge_current=in_tenths(one.ev_maximum_charge_current),
    ),
    "minima_are_zero": lambda one: replace(
        one, ev_minimum_charge_power=Watts.of(0.0), ev_minimum_charge_current=Amperes.of(0.0)
    ),
}


def saying(ev: Any, change: Callable[[Any], Block]) -> Any:
    """The same EV, with another block in its charge parameters."""

    def bend(_: Any, usual: DcChargeParameterDiscoveryReq) -> DcChargeParameterDiscoveryReq:
        return replace(usual, energy_transfer_mode=change(usual.energy_transfer_mode))

    return ev.answering(DcChargeParameterDiscoveryReq, bend)


@case(
    "ISO20-STN-CPD-001",
    "Charge parameters that nobody can work with are refused",
    sut=Role.STATION,
    cites=("V2G20-2272",),
    needs=Feature.ISO20_DC,
    maturity="watch",
)
async def test_unusable_parameters_are_refused(bench: Bench, judge: Judge) -> None:
    """The EV's battery bears 5 V to 10 V."""
    ev = bench.ev.but(
        DcChargeParameterDiscoveryReq,
        energy_transfer_mode__ev_minimum_voltage=Volts.of(5.0),
        energy_transfer_mode__ev_maximum_voltage=Volts.of(10.0),
    )

    trace = await bench.run(ev, until=answered(DcChargeParameterDiscoveryRes))

    reply = judge.answered(trace, trace.one(DcChargeParameterDiscoveryReq), DcChargeParameterDiscoveryRes)
    if reply:
        code = reply.message.response_code
        judge.equal("response code", code, ResponseCode.FAILED_WRONG_CHARGE_PARAMETER, at=reply)


@case(
    "ISO20-STN-CPD-002",
    "A bidirectional session is told the limits in both directions",
    sut=Role.STATION,
    cites=("V2G20-2314",),
    needs=Feature.ISO20_DC_BPT,
)
async def test_bidirectional_block(bench: Bench, judge: Judge) -> None:
    """The EV selected DC_BPT and sends the block that belongs to it; the answer must carry its counterpart."""
    trace = await bench.run(bench.ev, until=answered(DcChargeParameterDiscoveryRes))

    asked = trace.one(DcChargeParameterDiscoveryReq)
    reply = judge.coded(trace, asked, DcChargeParameterDiscoveryRes, ResponseCode.OK)
    if reply:
        block = type(reply.message.energy_transfer_mode)
        judge.equal("block of the answer", block.name, BptDcCpdResEnergyTransferMode.name, at=reply)


@case(
    "ISO20-STN-CPD-003",
    "A charge-only session is told the limits of charging alone",
    sut=Role.STATION,
    cites=("V2G20-2314",),
    needs=Feature.ISO20_DC,
)
async def test_plain_block(bench: Bench, judge: Judge) -> None:
    """The EV selected DC, without discharging."""
    trace = await bench.run(bench.ev.charge_only(), until=answered(DcChargeParameterDiscoveryRes))

    asked = trace.one(DcChargeParameterDiscoveryReq)
    reply = judge.coded(trace, asked, DcChargeParameterDiscoveryRes, ResponseCode.OK)
    if reply:
        block = type(reply.message.energy_transfer_mode)
        judge.equal("block of the answer", block.name, DcCpdResEnergyTransferMode.name, at=reply)


@case(
    "ISO20-STN-CPD-004",
    "The station's own figures fit together",
    sut=Role.STATION,
    cites=("V2G20-1034", "V2G20-2314"),
    needs=Feature.ISO20_DC_BPT,
)
async def test_ratings_fit_together(bench: Bench, judge: Judge) -> None:
    """No lower bound lies above its upper one, charging counts positive; implementers differ on the sign of bounds."""
    trace = await bench.run(bench.ev, until=answered(DcChargeParameterDiscoveryRes))

    reply = trace.first(DcChargeParameterDiscoveryRes)
    for name in PAIRS:
        block = reply.message.energy_transfer_mode
        if not hasattr(block, f"evse_maximum_{name}"):
            continue
        low, high = (float(getattr(block, f"evse_{end}_{name}")) for end in ("minimum", "maximum"))
        told = f"{low:g} to {high:g}"
        judge.holds(f"{name.replace('_', ' ')}, lower and upper bound", abs(low) <= abs(high), told, at=reply)
        if not name.startswith("discharge"):
            judge.holds(f"{name.replace('_', ' ')} counts positive", low >= 0 and high >= 0, told, at=reply)
        elif low < 0 or high < 0:
            judge.notice(f"{name.replace('_', ' ')} counts negative", told, at=reply)


@case(
    "ISO20-STN-CPD-005",
    "A bidirectional service is not had with the block of a plain one",
    sut=Role.STATION,
    cites=("V2G20-2272",),
    needs=Feature.ISO20_DC_BPT,
    control="ISO20-STN-CPD-002",
    maturity="watch",
)
async def test_plain_block_in_bidirectional_session(bench: Bench, judge: Judge) -> None:
    """The EV selected DC_BPT and says nothing of the limits within which it can discharge."""
    ev = saying(bench.ev, plain)

    trace = await bench.run(ev, until=answered(DcChargeParameterDiscoveryRes))

    judge.refused(trace, trace.one(DcChargeParameterDiscoveryReq), DcChargeParameterDiscoveryRes, WRONG)


@case(
    "ISO20-STN-CPD-006",
    "A plain service is not had with the block of a bidirectional one",
    sut=Role.STATION,
    cites=("V2G20-2272",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-CPD-003",
    maturity="watch",
)
async def test_bidirectional_block_in_plain_session(bench: Bench, judge: Judge) -> None:
    """The EV selected DC and tells of discharging all the same."""
    ev = saying(bench.ev.charge_only(), with_discharging)

    trace = await bench.run(ev, until=answered(DcChargeParameterDiscoveryRes))

    judge.refused(trace, trace.one(DcChargeParameterDiscoveryReq), DcChargeParameterDiscoveryRes, WRONG)


@pytest.mark.parametrize("which", UNUSABLE)
@case(
    "ISO20-STN-CPD-007",
    "Charge parameters that contradict themselves are refused",
    sut=Role.STATION,
    cites=("V2G20-2272",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-CPD-003",
    maturity="watch",
)
async def test_contradictory_parameters_are_refused(bench: Bench, judge: Judge, which: str) -> None:
    """One bound is above or below what the others allow; everything else is as in a good session."""
    ev = saying(bench.ev.charge_only(), UNUSABLE[which])

    trace = await bench.run(ev, until=answered(DcChargeParameterDiscoveryRes))

    judge.refused(trace, trace.one(DcChargeParameterDiscoveryReq), DcChargeParameterDiscoveryRes, WRONG)


@pytest.mark.parametrize("which", USABLE)
@case(
    "ISO20-STN-CPD-008",
    "Charge parameters are taken in every form that the schema allows",
    sut=Role.STATION,
    cites=("V2G20-2314",),
    needs=Feature.ISO20_DC,
)
async def test_unusual_parameters_are_taken(bench: Bench, judge: Judge, which: str) -> None:
    """Optional elements are left out or at their bounds, numbers are written with unusual exponents."""
    ev = saying(bench.ev.charge_only(), USABLE[which])

    trace = await bench.run(ev, until=answered(DcChargeParameterDiscoveryRes))

    judge.coded(trace, trace.one(DcChargeParameterDiscoveryReq), DcChargeParameterDiscoveryRes, ResponseCode.OK)
