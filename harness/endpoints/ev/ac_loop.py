"""The EV in the charge loop of alternating current: it says what it draws, and follows its profile or the station."""

from __future__ import annotations

import math
from typing import Any

from harness.core.units import VoltAmperesReactive, WattHours
from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.delivery import wanted_power
from harness.endpoints.ev.display import display
from harness.endpoints.ev.journey import Handlers, Journey, Steps
from harness.endpoints.ev.needs import follow_needs
from harness.endpoints.ev.notices import after_cycle
from harness.endpoints.phases import evenly, fields
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeLoopRes,
    BptDynamicAcClReqControlMode,
    BptScheduledAcClReqControlMode,
    DynamicAcClReqControlMode,
    ScheduledAcClReqControlMode,
)


def on_loop(journey: Journey, answer: AcChargeLoopRes, moment: Moment) -> Steps:
    """Note what the station wants and allows, and stop when it is time or the station asks for it."""
    journey.loops += 1
    journey.converter.heed(answer.control_mode)
    follow_needs(journey, answer.control_mode, moment.at)
    return after_cycle(journey, answer, moment)


def loop_request(journey: Journey, moment: Moment) -> AcChargeLoopReq:
    """One cycle, with the block of the control mode and service in use."""
    car, share = journey.car, journey.phase_share
    journey.converter.drive(moment.at, _wanted(journey, moment.at), car.max_charge_power * share)
    journey.battery.advance(moment.at, journey.converter.power)
    if car.dynamic:
        mode: DynamicAcClReqControlMode | ScheduledAcClReqControlMode = _dynamic(journey, moment)
    else:
        mode = _scheduled(journey)
    return AcChargeLoopReq(
        header=journey.header(moment),
        display_parameters=display(journey) if car.display_parameters else None,
        meter_info_requested=car.meter_info,
        control_mode=mode,
    )


def _wanted(journey: Journey, at: float) -> float:
    """W to draw (negative: to give): the station's target, or the EV's own profile as far as the station lets it."""
    car, battery, share, target = journey.car, journey.battery, journey.phase_share, journey.converter.target
    if car.dynamic:
        back = battery.discharge_power * share if car.bidirectional else 0.0
        wanted = max(-back, min(battery.charge_power * share, target or 0.0))
    else:
        wanted = wanted_power(journey, at)
        if target is not None:
            same = target * wanted >= 0
            wanted = math.copysign(min(abs(wanted), abs(target)), wanted) if same else 0.0
    # Less than the converter can do at all is nothing: 6 A on each phase, say.
    least = (car.min_charge_power if wanted > 0 else car.min_discharge_power) * share
    return wanted if abs(wanted) >= least else 0.0


def _flowing(journey: Journey) -> dict[str, Any]:
    """What flows now."""
    count, converter = journey.told_phases, journey.converter
    return {
        **fields("ev_present_active_power", converter.told(count)),
        **fields("ev_present_reactive_power", evenly(converter.reactive, count), VoltAmperesReactive),
    }


def _bounds(journey: Journey) -> dict[str, Any]:
    """What the EV can take and, with a bidirectional service, give at present."""
    car, count, share = journey.car, journey.told_phases, journey.phase_share
    charge, back = journey.battery.charge_power * share, journey.battery.discharge_power * share
    values: dict[str, Any] = {
        **fields("ev_maximum_charge_power", evenly(charge, count)),
        **fields("ev_minimum_charge_power", evenly(min(car.min_charge_power * share, charge), count)),
    }
    if car.bidirectional:
        values |= fields("ev_maximum_discharge_power", evenly(back, count))
        values |= fields("ev_minimum_discharge_power", evenly(min(car.min_discharge_power * share, back), count))
    return values


def _energies(journey: Journey) -> dict[str, Any]:
    car, battery = journey.car, journey.battery
    return {
        "ev_target_energy_request": WattHours.of(round(battery.energy_to(car.target_soc))),
        "ev_maximum_energy_request": WattHours.of(round(battery.energy_to(car.max_soc))),
        "ev_minimum_energy_request": WattHours.of(round(battery.energy_to(car.min_soc))),
    }


def _dynamic(journey: Journey, moment: Moment) -> DynamicAcClReqControlMode:
    car = journey.car
    common = {**_energies(journey), **_bounds(journey), **_flowing(journey)}
    departure = journey.departure_time(moment.at)
    if not car.bidirectional:
        return DynamicAcClReqControlMode(departure_time=departure, **common)
    low, high = car.min_v2x_energy, car.max_v2x_energy
    return BptDynamicAcClReqControlMode(
        departure_time=departure,
        **common,
        ev_maximum_v2x_energy_request=None if high is None else WattHours.of(high),
        ev_minimum_v2x_energy_request=None if low is None else WattHours.of(low),
    )


def _scheduled(journey: Journey) -> ScheduledAcClReqControlMode:
    common = {**_energies(journey), **_bounds(journey), **_flowing(journey)}
    if journey.car.bidirectional:
        return BptScheduledAcClReqControlMode(**common)
    return ScheduledAcClReqControlMode(**common)


HANDLERS: Handlers = {AcChargeLoopRes: on_loop}
