"""The EV in the charge loop of direct current."""

from __future__ import annotations

from typing import Any

from harness.core.units import Amperes, Volts, WattHours, Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.delivery import wanted_power
from harness.endpoints.ev.display import display
from harness.endpoints.ev.journey import Handlers, Journey, Steps
from harness.endpoints.ev.needs import follow_needs
from harness.endpoints.ev.notices import after_cycle
from harness.messages.iso20.dc import (
    BptDynamicDcClReqControlMode,
    BptScheduledDcClReqControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DynamicDcClReqControlMode,
    ScheduledDcClReqControlMode,
)


def on_loop(journey: Journey, answer: DcChargeLoopRes, moment: Moment) -> Steps:
    """Count what flows, obey the limits, and stop when it is time or the station asks for it."""
    journey.loops += 1
    journey.voltage = float(answer.evse_present_voltage)
    journey.battery.advance(moment.at, journey.voltage * float(answer.evse_present_current))
    journey.limits.take(answer.control_mode)
    follow_needs(journey, answer.control_mode, moment.at)
    return after_cycle(journey, answer, moment)


def loop_request(journey: Journey, moment: Moment) -> DcChargeLoopReq:
    """One cycle, with the block of the control mode and service in use."""
    car = journey.car
    if car.dynamic:
        mode: DynamicDcClReqControlMode | ScheduledDcClReqControlMode = _dynamic(journey, moment)
    else:
        mode = _scheduled(journey, moment)
    return DcChargeLoopReq(
        header=journey.header(moment),
        display_parameters=display(journey) if car.display_parameters else None,
        meter_info_requested=car.meter_info,
        ev_present_voltage=Volts.of(round(journey.battery.voltage, 1)),
        control_mode=mode,
    )


def _dynamic(journey: Journey, moment: Moment) -> DynamicDcClReqControlMode:
    car, battery = journey.car, journey.battery
    charge, discharge = battery.charge_power, battery.discharge_power
    common: dict[str, Any] = {
        "departure_time": journey.departure_time(moment.at),
        "ev_target_energy_request": WattHours.of(round(battery.energy_to(car.target_soc))),
        "ev_maximum_energy_request": WattHours.of(round(battery.energy_to(car.max_soc))),
        "ev_minimum_energy_request": WattHours.of(round(battery.energy_to(car.min_soc))),
        "ev_maximum_charge_power": Watts.of(charge),
        "ev_minimum_charge_power": Watts.of(min(car.min_charge_power, charge)),
        "ev_maximum_charge_current": Amperes.of(car.max_charge_current if charge else 0.0),
        "ev_maximum_voltage": Volts.of(car.max_voltage),
        "ev_minimum_voltage": Volts.of(car.min_voltage),
    }
    if not car.bidirectional:
        return DynamicDcClReqControlMode(**common)
    low, high = car.min_v2x_energy, car.max_v2x_energy
    return BptDynamicDcClReqControlMode(
        **common,
        ev_maximum_discharge_power=Watts.of(discharge),
        ev_minimum_discharge_power=Watts.of(min(car.min_discharge_power, discharge)),
        ev_maximum_discharge_current=Amperes.of(car.max_discharge_current if discharge else 0.0),
        ev_maximum_v2x_energy_request=None if high is None else WattHours.of(high),
        ev_minimum_v2x_energy_request=None if low is None else WattHours.of(low),
    )


def _scheduled(journey: Journey, moment: Moment) -> ScheduledDcClReqControlMode:
    car, battery = journey.car, journey.battery
    limits, voltage = journey.limits, battery.voltage
    most = min(car.max_charge_current, limits.charge_current)
    back = min(car.max_discharge_current, limits.discharge_current)
    current = max(-back, min(most, wanted_power(journey, moment.at) / voltage))
    common: dict[str, Any] = {
        "ev_target_energy_request": WattHours.of(round(battery.energy_to(car.target_soc))),
        "ev_target_current": Amperes.of(round(current, 1)),
        "ev_target_voltage": Volts.of(round(battery.voltage, 1)),
        "ev_maximum_charge_power": Watts.of(battery.charge_power),
        "ev_maximum_charge_current": Amperes.of(car.max_charge_current),
        "ev_maximum_voltage": Volts.of(car.max_voltage),
    }
    if not car.bidirectional:
        return ScheduledDcClReqControlMode(**common)
    return BptScheduledDcClReqControlMode(
        **common,
        ev_maximum_discharge_power=Watts.of(battery.discharge_power),
        ev_maximum_discharge_current=Amperes.of(car.max_discharge_current),
    )


HANDLERS: Handlers = {
    DcChargeLoopRes: on_loop,
}
