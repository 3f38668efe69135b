"""What somebody does at an emulated station, done: at its plug, its reader, its switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints import operations as do
from harness.endpoints.operations import Operation
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plain_car import PlainCar
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Token

Arguments = dict[str, Any]


class Operator:
    """Stands beside one station."""

    def __init__(self, plant: Plant, backend: BackendLink) -> None:
        """With a car at hand."""
        self._plant, self._backend = plant, backend
        self._car = PlainCar(plant)
        self._known: dict[str, Callable[[Arguments, float], None]] = {
            do.PLUG_IN: lambda given, at: self._car.arrive(at, draws=given["draws"]),
            do.UNPLUG: lambda _, at: self._car.leave(at),
            do.START_DRAWING: lambda _, at: self._car.want(at, energy=True),
            do.STOP_DRAWING: lambda _, at: self._car.want(at, energy=False),
            do.PRESENT_TOKEN: self._present,
            do.REBOOT: lambda _, at: backend.half.boot_again("LocalReset", at),
            do.CUT_POWER: self._cut_power,
        }

    def do(self, operation: Operation, at: float) -> bool:
        """Do it; False: nobody at this station knows how."""
        if self._backend.half.operate(operation, at):
            return True
        known = self._known.get(operation.name)
        if known is not None:
            known(operation.arguments, at)
        return known is not None

    def _present(self, given: Arguments, at: float) -> None:
        self._plant.token_presented(Token(id_token=given["id_token"], type=given["type"]), at)

    def _cut_power(self, given: Arguments, at: float) -> None:
        self._plant.energy_stopped(at)
        self._backend.stay_away(given["seconds"])
        self._backend.half.boot_again("PowerUp", at, abruptly=True)
