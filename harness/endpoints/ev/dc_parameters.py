"""The EV before direct current flows: what its battery can bear, cable check, pre-charge."""

from __future__ import annotations

from typing import Any

from harness.core.units import Amperes, Volts, Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.schedule import ask_schedule
from harness.endpoints.ev.standby import begin_power
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    DcCableCheckReq,
    DcCableCheckRes,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcCpdReqEnergyTransferMode,
    DcPreChargeReq,
    DcPreChargeRes,
)
from harness.messages.iso20.types import Processing


def ask_parameters(journey: Journey, moment: Moment) -> Steps:
    """Say what the battery can bear, with discharging or without."""
    car = journey.car
    common: dict[str, Any] = {
        "ev_maximum_charge_power": Watts.of(car.max_charge_power),
        "ev_minimum_charge_power": Watts.of(car.min_charge_power),
        "ev_maximum_charge_current": Amperes.of(car.max_charge_current),
        "ev_minimum_charge_current": Amperes.of(car.min_charge_current),
        "ev_maximum_voltage": Volts.of(car.max_voltage),
        "ev_minimum_voltage": Volts.of(car.min_voltage),
        "target_soc": round(car.target_soc),
    }
    mode = DcCpdReqEnergyTransferMode(**common)
    if car.bidirectional:
        mode = BptDcCpdReqEnergyTransferMode(
            **common,
            ev_maximum_discharge_power=Watts.of(car.max_discharge_power),
            ev_minimum_discharge_power=Watts.of(car.min_discharge_power),
            ev_maximum_discharge_current=Amperes.of(car.max_discharge_current),
            ev_minimum_discharge_current=Amperes.of(car.min_discharge_current),
        )
    return say(DcChargeParameterDiscoveryReq(header=journey.header(moment), energy_transfer_mode=mode))


def on_parameters(journey: Journey, answer: DcChargeParameterDiscoveryRes, moment: Moment) -> Steps:
    """Ask for a schedule."""
    journey.limits.take(answer.energy_transfer_mode)
    return ask_schedule(journey, moment)


def check_cable(journey: Journey, moment: Moment) -> Steps:
    """Have the station test the isolation."""
    return say(DcCableCheckReq(header=journey.header(moment)))


def on_cable_check(journey: Journey, answer: DcCableCheckRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing; then have the station bring its voltage to the battery's."""
    if answer.evse_processing is not Processing.FINISHED:
        return say(DcCableCheckReq(header=journey.header(moment)), after=journey.ev.poll_interval)
    return say(_pre_charge_request(journey, moment, finished=False))


def on_pre_charge(journey: Journey, answer: DcPreChargeRes, moment: Moment) -> Steps:
    """Wait for the voltage, say once that it is there, then start (V2G20-2005, V2G20-2006)."""
    if journey.last_processing_finished:
        journey.last_processing_finished = False
        return begin_power(journey, moment)
    journey.voltage = float(answer.evse_present_voltage)
    if abs(journey.voltage - journey.battery.voltage) <= journey.ev.voltage_tolerance:
        return say(_pre_charge_request(journey, moment, finished=True))
    return say(_pre_charge_request(journey, moment, finished=False), after=journey.ev.poll_interval)


def _pre_charge_request(journey: Journey, moment: Moment, *, finished: bool) -> DcPreChargeReq:
    journey.last_processing_finished = finished
    return DcPreChargeReq(
        header=journey.header(moment),
        ev_processing=Processing.FINISHED if finished else Processing.ONGOING,
        ev_present_voltage=Volts.of(round(journey.voltage, 1)),
        ev_target_voltage=Volts.of(round(journey.battery.voltage, 1)),
    )


HANDLERS: Handlers = {
    DcChargeParameterDiscoveryRes: on_parameters,
    DcCableCheckRes: on_cable_check,
    DcPreChargeRes: on_pre_charge,
}
