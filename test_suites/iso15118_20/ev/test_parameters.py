"""Charge parameters of direct current: limits that fit each other, in the right units and the right block."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, Volts, case, closed, either, replace, seen
from harness.kit.reactions import departures
from harness.kit.station_preambles import Change, changed
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq, ServiceSelectionReq
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcPreChargeRes,
)
from harness.messages.iso20.energy import EnergyService, is_bidirectional

ASKED = either(seen(DcChargeParameterDiscoveryReq), closed())
QUANTITIES = {
    "power": ("ev_minimum_charge_power", "ev_maximum_charge_power"),
    "current": ("ev_minimum_charge_current", "ev_maximum_charge_current"),
    "voltage": ("ev_minimum_voltage", "ev_maximum_voltage"),
}
BACK = {
    "power": ("ev_minimum_discharge_power", "ev_maximum_discharge_power"),
    "current": ("ev_minimum_discharge_current", "ev_maximum_discharge_current"),
}
VOLTS = (50.0, 1500.0)
"""Between these lies the highest voltage of any battery that is charged behind this interface."""
FAR_OFF = 30.0
"""Factor by which power may differ from voltage times current; a wrong unit is off by a thousand."""


def bounds(block: Any, names: tuple[str, str]) -> tuple[float, float]:
    """The lower and the upper one of two limits."""
    return float(getattr(block, names[0])), float(getattr(block, names[1]))


def at_most(volts: float) -> Change:
    """A present voltage that does not rise above so many volts."""

    def change(_: Any, usual: DcPreChargeRes) -> DcPreChargeRes:
        return replace(usual, evse_present_voltage=Volts.of(min(volts, float(usual.evse_present_voltage))))

    return change


@pytest.mark.parametrize("names", QUANTITIES.values(), ids=list(QUANTITIES))
@case(
    "ISO20-EV-CPD-001",
    "No limit of the EV is negative, no minimum is above its maximum",
    sut=Role.EV,
    cites=("V2G20-2272",),
    needs=Feature.ISO20_DC,
)
async def test_limits_fit_each_other(bench: Bench, judge: Judge, names: tuple[str, str]) -> None:
    """What the EV can bear while it is charged."""
    trace = await bench.run(until=ASKED)

    asked = trace.first(DcChargeParameterDiscoveryReq)
    low, high = bounds(asked.message.energy_transfer_mode, names)
    judge.between(names[0], low, 0.0, high, at=asked)
    judge.holds(names[1], high > 0, f"is {high:g}, must be above zero", at=asked)


@case(
    "ISO20-EV-CPD-002",
    "The EV's limits are told in base units",
    sut=Role.EV,
    cites=("V2G20-2314",),
    needs=Feature.ISO20_DC,
)
async def test_units(bench: Bench, judge: Judge) -> None:
    """Watts and not kilowatts: the highest power is about what the highest voltage and current make."""
    trace = await bench.run(until=ASKED)

    asked = trace.first(DcChargeParameterDiscoveryReq)
    block = asked.message.energy_transfer_mode
    volts, amperes = float(block.ev_maximum_voltage), float(block.ev_maximum_charge_current)
    judge.between("highest voltage", volts, *VOLTS, unit="V", at=asked)
    product = volts * amperes
    power = float(block.ev_maximum_charge_power)
    judge.between("highest power", power, product / FAR_OFF, product * FAR_OFF, unit="W", at=asked)


@case(
    "ISO20-EV-CPD-003",
    "The EV names limits for discharging where it selected the bidirectional service, and only there",
    sut=Role.EV,
    cites=("V2G20-2314", "V2G20-1216"),
    needs=Feature.ISO20_DC,
)
async def test_block_of_the_service(bench: Bench, judge: Judge) -> None:
    """The block of the charge parameters tells whether energy may come back, as the selected service does."""
    trace = await bench.run(until=ASKED)

    chosen = trace.first(ServiceSelectionReq).message.selected_energy_transfer_service.service_id
    asked = trace.first(DcChargeParameterDiscoveryReq)
    bidirectional = isinstance(asked.message.energy_transfer_mode, BptDcCpdReqEnergyTransferMode)
    judge.equal("limits for discharging", bidirectional, is_bidirectional(chosen), at=asked)


@pytest.mark.parametrize("names", BACK.values(), ids=list(BACK))
@case(
    "ISO20-EV-CPD-004",
    "The EV's limits for discharging fit each other",
    sut=Role.EV,
    cites=("V2G20-1034", "V2G20-2272"),
    needs=Feature.ISO20_DC_BPT,
)
async def test_discharge_limits(bench: Bench, judge: Judge, names: tuple[str, str]) -> None:
    """Whether a limit carries the sign of its direction is read in two ways; its size counts here."""
    station = bench.station.set(services=(int(EnergyService.DC_BPT),))

    trace = await bench.run(station, until=ASKED)

    asked = trace.first(DcChargeParameterDiscoveryReq)
    low, high = bounds(asked.message.energy_transfer_mode, names)
    judge.between(f"size of {names[0]}", abs(low), 0.0, abs(high), at=asked)
    if min(low, high) < 0:
        judge.notice("sign", f"{names[0]} is {low:g}, {names[1]} is {high:g}: negative away from the EV", at=asked)


@case(
    "ISO20-EV-CPD-005",
    "A station whose voltage does not reach the battery's is not asked for power",
    sut=Role.EV,
    cites=("V2G20-2005", "V2G20-734"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_voltage_out_of_reach(bench: Bench, judge: Judge) -> None:
    """The station can do 1 V to 40 V, and says so."""
    low = {"evse_minimum_voltage": Volts.of(1.0), "evse_maximum_voltage": Volts.of(40.0)}
    told_so = changed(**{f"energy_transfer_mode__{name}": value for name, value in low.items()})
    station = bench.station.having(patient=True).answering(DcChargeParameterDiscoveryRes, told_so)

    trace = await bench.run(station.answering(DcPreChargeRes, at_most(40.0)), until=closed(), limit=90.0)

    told = trace.first(DcChargeParameterDiscoveryRes)
    starts = trace.since(told).all(PowerDeliveryReq, charge_progress=ChargeProgress.START)
    judge.silence("requests to start", starts)
    judge.any("the EV leaves", departures(trace, told))
