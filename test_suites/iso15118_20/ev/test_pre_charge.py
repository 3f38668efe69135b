"""Pre-charge where the station's voltage does not do as it should."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, Volts, case, closed, either, replace, seen
from harness.kit.reactions import departures
from harness.kit.station_preambles import For
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq
from harness.messages.iso20.dc import (
    DcChargeParameterDiscoveryReq,
    DcPreChargeReq,
    DcPreChargeRes,
)

PRE_CHARGE_LIMIT = 10.0
"""Seconds that an EV gives pre-charge; ISO 15118-2 gave 7."""
SLACK = 2.0
"""Seconds for the request that was just on its way."""
SLOW = 5.0
"""Seconds until a slow station has the voltage: within either limit."""
OFF = {"dead": -1e6, "too_low": -150.0, "too_high": 150.0}
"""V between what the EV asks for and what the station shows."""
NEXT = either(seen(PowerDeliveryReq), closed())


def off_by(volts: float) -> Any:
    """A present voltage so far from the target, and not below zero."""

    def change(ask: DcPreChargeReq, usual: DcPreChargeRes) -> DcPreChargeRes:
        return replace(usual, evse_present_voltage=Volts.of(max(0.0, float(ask.ev_target_voltage) + volts)))

    return change


@pytest.mark.parametrize("volts", OFF.values(), ids=list(OFF))
@case(
    "ISO20-EV-PRE-002",
    "While the voltage does not fit, the EV neither starts nor waits for ever",
    sut=Role.EV,
    cites=("V2G20-2005", "V2G20-2006"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_voltage_that_does_not_fit(bench: Bench, judge: Judge, volts: float) -> None:
    """What the station shows stays far from what the EV asks for."""
    station = bench.station.having(patient=True).answering(DcPreChargeRes, off_by(volts))

    trace = await bench.run(station, until=closed(), limit=60.0)

    first, last = trace.first(DcPreChargeReq), trace.last(DcPreChargeReq)
    judge.silence("requests to start", trace.all(PowerDeliveryReq, charge_progress=ChargeProgress.START))
    judge.within("time of the last request", first, last, PRE_CHARGE_LIMIT + SLACK)
    judge.any("the EV leaves", departures(trace, last))


@case(
    "ISO20-EV-PRE-003",
    "The EV asks pre-charge for a voltage within its own limits",
    sut=Role.EV,
    cites=("V2G20-2183",),
    needs=Feature.ISO20_DC,
)
async def test_target_voltage(bench: Bench, judge: Judge) -> None:
    """The limits are those of its charge parameters; half a volt is left for rounding."""
    trace = await bench.run(until=NEXT)

    limits = trace.first(DcChargeParameterDiscoveryReq).message.energy_transfer_mode
    low, high = float(limits.ev_minimum_voltage) - 0.5, float(limits.ev_maximum_voltage) + 0.5
    judge.every(
        "target voltage",
        trace.all(DcPreChargeReq),
        lambda entry: low <= float(entry.message.ev_target_voltage) <= high,
        f"outside {low:g} V to {high:g} V",
    )


@case(
    "ISO20-EV-PRE-004",
    "A station that takes its time to reach the voltage is waited for",
    sut=Role.EV,
    cites=("V2G20-2005",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_slow_voltage(bench: Bench, judge: Judge) -> None:
    """For five seconds nothing is to be seen of the voltage, then it is there."""
    station = bench.station.answering(DcPreChargeRes, For(SLOW, off_by(-1e6)))

    trace = await bench.run(station, until=NEXT, limit=60.0)

    first = trace.first(DcPreChargeRes)
    judge.any("a request to start", trace.since(first).all(PowerDeliveryReq, charge_progress=ChargeProgress.START))
