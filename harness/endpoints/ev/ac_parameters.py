"""The EV before alternating current flows: what its converter can take and give, phase by phase or in all."""

from __future__ import annotations

from typing import Any

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.schedule import ask_schedule
from harness.endpoints.ev.standby import begin_power
from harness.endpoints.phases import evenly, fields
from harness.messages.iso20.ac import (
    AcChargeParameterDiscoveryReq,
    AcChargeParameterDiscoveryRes,
    AcCpdReqEnergyTransferMode,
    BptAcCpdReqEnergyTransferMode,
)


def ask_parameters(journey: Journey, moment: Moment) -> Steps:
    """Say what the converter can do, with discharging or without (V2G20-1820, V2G20-1821)."""
    car, count, share = journey.car, journey.told_phases, journey.phase_share
    common: dict[str, Any] = {
        **fields("ev_maximum_charge_power", evenly(car.max_charge_power * share, count)),
        **fields("ev_minimum_charge_power", evenly(car.min_charge_power * share, count)),
    }
    mode = AcCpdReqEnergyTransferMode(**common)
    if car.bidirectional:
        back: dict[str, Any] = {
            **fields("ev_maximum_discharge_power", evenly(car.max_discharge_power * share, count)),
            **fields("ev_minimum_discharge_power", evenly(car.min_discharge_power * share, count)),
        }
        mode = BptAcCpdReqEnergyTransferMode(**common, **back)
    return say(AcChargeParameterDiscoveryReq(header=journey.header(moment), energy_transfer_mode=mode))


def on_parameters(journey: Journey, answer: AcChargeParameterDiscoveryRes, moment: Moment) -> Steps:
    """Ask for a schedule."""
    journey.limits.take(answer.energy_transfer_mode)
    return ask_schedule(journey, moment)


def start(journey: Journey, moment: Moment) -> Steps:
    """Ask for power; alternating current needs no further preparation (V2G20-1989)."""
    return begin_power(journey, moment)


HANDLERS: Handlers = {AcChargeParameterDiscoveryRes: on_parameters}
