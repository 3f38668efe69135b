"""A car without high-level communication: plugged in by somebody, it draws what it gets once it may."""

from __future__ import annotations

from harness.endpoints.station import happenings as happen
from harness.endpoints.station.plant import ACCEPTED, Plant

_MOST = 11_000.0
"""W that it can take."""
_VOLTAGE = 400.0
"""V of its battery."""


class PlainCar:
    """At one EVSE; energy flows while it wants some, the EVSE is authorised, and no limit keeps it from it."""

    def __init__(self, plant: Plant) -> None:
        """Far away."""
        self._plant = plant
        self._here = self._wants = False
        plant.listen(self._happened)

    def arrive(self, at: float, *, draws: bool) -> None:
        """Plug in; `draws` if it wants energy at once."""
        self._here, self._wants = True, draws
        self._plant.plugged(at)
        self._settle(at)

    def leave(self, at: float) -> None:
        """Unplug."""
        self._here = self._wants = False
        self._plant.unplugged(at)

    def want(self, at: float, *, energy: bool) -> None:
        """Ask for energy from now on, or for none."""
        self._wants = energy
        self._settle(at)

    def _happened(self, what: happen.Happening) -> None:
        if self._here and isinstance(what, happen.AuthorisationChanged | happen.CapChanged):
            self._settle(what.at)

    def _settle(self, at: float) -> None:
        """Let flow what may flow."""
        plant = self._plant
        if not self._here:
            return
        if plant.authorisation != ACCEPTED:
            plant.energy_stopped(at)
        elif not self._wants:
            plant.stand_by(at)
        else:
            plant.energy_started(at)
            limits = plant.limits(at)
            power = min(limits.max_charge_power, limits.max_charge_current * _VOLTAGE, _MOST)
            plant.advance(at, _VOLTAGE, power / _VOLTAGE)
