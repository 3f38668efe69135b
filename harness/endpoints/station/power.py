"""A small model of the station's power electronics: voltage and current follow their targets at a finite rate."""

from __future__ import annotations

import math

VOLTAGE_RATE = 500.0
"""V per second while pre-charging."""
CURRENT_RATE = 250.0
"""A per second."""
DISCHARGE_TIME = 0.2
"""Seconds in which the voltage at an open outlet falls to a third."""


class PowerStage:
    """What is measured at the outlet."""

    def __init__(self) -> None:
        """Dead and open."""
        self.voltage = 0.0
        """V."""
        self.current = 0.0
        """A, positive towards the EV."""
        self._at: float | None = None

    def pre_charge(self, at: float, target: float) -> None:
        """Drive the voltage towards `target` V with no current to speak of."""
        self.voltage = _towards(self.voltage, target, VOLTAGE_RATE * self._elapsed(at))
        self.current = 0.0

    def drive(self, at: float, voltage: float, target: float) -> None:
        """Drive the current towards `target` A into a battery at `voltage` V."""
        self.voltage = voltage
        self.current = _towards(self.current, target, CURRENT_RATE * self._elapsed(at))

    def open(self, at: float) -> None:
        """Contactors open: no current, and the voltage fades."""
        self.current = 0.0
        self.voltage *= math.exp(-self._elapsed(at) / DISCHARGE_TIME)

    def _elapsed(self, at: float) -> float:
        elapsed = 0.0 if self._at is None else max(0.0, at - self._at)
        self._at = at
        return elapsed


def _towards(value: float, target: float, step: float) -> float:
    return min(value + step, target) if target >= value else max(value - step, target)
