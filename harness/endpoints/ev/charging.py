"""The EV while energy flows, and how it comes to an end."""

from __future__ import annotations

from typing import Any

from harness.core.units import Amperes, Volts, WattHours, Watts
from harness.endpoints.behaviour import Hang, Moment
from harness.endpoints.ev.delivery import stop_delivery, wanted_power
from harness.endpoints.ev.journey import FINISHED, PAUSED, UNFINISHED, Handlers, Journey, Steps, say
from harness.messages.iso20.common import ChargingSession, PowerDeliveryRes, SessionStopRes
from harness.messages.iso20.dc import (
    BptDynamicDcClReqControlMode,
    BptScheduledDcClReqControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcWeldingDetectionReq,
    DcWeldingDetectionRes,
    DynamicDcClReqControlMode,
    ScheduledDcClReqControlMode,
)
from harness.messages.iso20.types import DisplayParameters, EvseNotification, EvseStatus, Processing

_SAFE_VOLTAGE = 60.0
"""V below which the outlet counts as dead."""

_NOTIFIED = {
    EvseNotification.TERMINATE: ChargingSession.TERMINATE,
    EvseNotification.PAUSE: ChargingSession.PAUSE,
}


def on_power_delivery(journey: Journey, answer: PowerDeliveryRes, moment: Moment) -> Steps:
    """Enter the charge loop, or look for welded contacts after a stop."""
    if journey.stop_sent:
        was_on, journey.power_on = journey.power_on, False
        journey.battery.advance(moment.at, 0.0)
        if not was_on:
            return say(journey.stop_request(moment))
        return say(_welding_request(journey, moment, finished=False))
    journey.power_on = True
    if _notified(journey, answer.evse_status):
        return stop_delivery(journey, moment)
    return say(loop_request(journey, moment))


def on_loop(journey: Journey, answer: DcChargeLoopRes, moment: Moment) -> Steps:
    """Count what flows, obey the limits, and stop when it is time or the station asks for it."""
    journey.loops += 1
    journey.voltage = float(answer.evse_present_voltage)
    journey.battery.advance(moment.at, journey.voltage * float(answer.evse_present_current))
    journey.limits.take(answer.control_mode)
    if _notified(journey, answer.evse_status) or journey.loops >= journey.ev.loops:
        return stop_delivery(journey, moment)
    at = moment.at + journey.ev.loop_interval
    later = Moment(at=at, session_id=moment.session_id)
    return say(loop_request(journey, later), after=journey.ev.loop_interval)


def on_welding_detection(journey: Journey, answer: DcWeldingDetectionRes, moment: Moment) -> Steps:
    """Ask until the outlet is dead, say once that it is, then end the session (V2G20-1630, V2G20-1631)."""
    if journey.last_processing_finished:
        journey.last_processing_finished = False
        return say(journey.stop_request(moment))
    dead = float(answer.evse_present_voltage) < _SAFE_VOLTAGE
    pause = 0.0 if dead else journey.ev.poll_interval
    return say(_welding_request(journey, moment, finished=dead), after=pause)


def on_session_stop(journey: Journey, answer: SessionStopRes, moment: Moment) -> Steps:
    """Close the connection."""
    paused = journey.stop_as is ChargingSession.PAUSE
    journey.over = True
    if paused:
        journey.result = PAUSED
    else:
        journey.result = UNFINISHED if journey.why else FINISHED
    return (Hang(paused=paused),)


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


def display(journey: Journey) -> DisplayParameters:
    """What the EV shows of its battery."""
    car, battery = journey.car, journey.battery
    return DisplayParameters(
        present_soc=round(battery.soc),
        minimum_soc=round(car.min_soc),
        target_soc=round(car.target_soc),
        maximum_soc=round(car.max_soc),
        remaining_time_to_minimum_soc=battery.seconds_to(car.min_soc),
        remaining_time_to_target_soc=battery.seconds_to(car.target_soc),
        remaining_time_to_maximum_soc=battery.seconds_to(car.max_soc),
        charging_complete=battery.soc >= car.target_soc,
        battery_energy_capacity=WattHours.of(car.capacity),
        inlet_hot=False,
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
    current = wanted_power(journey, moment.at) / battery.voltage
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


def _welding_request(journey: Journey, moment: Moment, *, finished: bool) -> DcWeldingDetectionReq:
    journey.last_processing_finished = finished
    processing = Processing.FINISHED if finished else Processing.ONGOING
    return DcWeldingDetectionReq(header=journey.header(moment), ev_processing=processing)


def _notified(journey: Journey, status: EvseStatus | None) -> bool:
    """Whether the station asks to stop; how is noted in `journey.stop_as`."""
    if status is None or status.evse_notification not in _NOTIFIED:
        return False
    journey.stop_as = _NOTIFIED[status.evse_notification]
    return True


HANDLERS: Handlers = {
    PowerDeliveryRes: on_power_delivery,
    DcChargeLoopRes: on_loop,
    DcWeldingDetectionRes: on_welding_detection,
    SessionStopRes: on_session_stop,
}
