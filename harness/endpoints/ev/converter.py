"""The converter on board of an EV: makes direct current of alternating current, or the other way round."""

from __future__ import annotations

import math

POWER_RATE = 20_000.0
"""W per second."""


class Converter:
    """Follows the power that is wanted at a finite rate."""

    def __init__(self) -> None:
        """At rest."""
        self.power = 0.0
        """W over all phases, positive into the battery."""
        self.reactive = 0.0
        """var over all phases."""
        self.target: float | None = None
        """W that the station named last, if it did."""
        self.reactive_target = 0.0
        """var that the station named last."""
        self._at: float | None = None

    def drive(self, at: float, watts: float, most: float) -> None:
        """Move towards `watts`; reactive power as the station wants it, within what is left of `most` volt-amperes."""
        step = POWER_RATE * (0.0 if self._at is None else max(0.0, at - self._at))
        self._at = at
        self.power = min(self.power + step, watts) if watts >= self.power else max(self.power - step, watts)
        room = math.sqrt(max(0.0, most**2 - self.power**2))
        self.reactive = max(-room, min(room, self.reactive_target))
