"""The converter on board of an EV: makes direct current of alternating current, or the other way round."""

from __future__ import annotations

import math
from typing import Any

from harness.endpoints.phases import Powers, evenly, named, total

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
        self.shares: tuple[float, ...] = ()
        """How the station wants the power spread over the phases; empty: evenly."""
        self.reactive_target = 0.0
        """var that the station named last."""
        self._at: float | None = None

    def told(self, count: int) -> Powers:
        """The power in so many elements."""
        if count == 1 or len(self.shares) != count:
            return evenly(self.power, count)
        return tuple(self.power * share for share in self.shares)

    def heed(self, block: Any) -> None:
        """Take the targets of a response in the charge loop; what it leaves out is not asked for."""
        targets = named(block, "evse_target_active_power")
        self.target = sum(targets) if targets else None
        self.shares = tuple(each / self.target for each in targets) if self.target and len(targets) > 1 else ()
        self.reactive_target = total(block, "evse_target_reactive_power") or 0.0

    def rest(self) -> None:
        """Stop at once."""
        self.power = self.reactive = 0.0

    def drive(self, at: float, watts: float, most: float) -> None:
        """Move towards `watts`; reactive power as the station wants it, within what is left of `most` volt-amperes."""
        step = POWER_RATE * (0.0 if self._at is None else max(0.0, at - self._at))
        self._at = at
        self.power = min(self.power + step, watts) if watts >= self.power else max(self.power - step, watts)
        room = math.sqrt(max(0.0, most**2 - self.power**2))
        self.reactive = max(-room, min(room, self.reactive_target))
