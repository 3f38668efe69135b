"""What the EV shows of its battery."""

from __future__ import annotations

from harness.core.units import WattHours
from harness.endpoints.ev.journey import Journey
from harness.messages.iso20.types import DisplayParameters


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
