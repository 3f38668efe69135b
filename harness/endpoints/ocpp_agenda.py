"""What one side of an OCPP link is going to do, in the order in which it is due, bent as a case wants it."""

from __future__ import annotations

import bisect
import math

from harness.endpoints.behaviour import Say, Silence
from harness.endpoints.bending import Bender
from harness.endpoints.spoken import Spoken


class StepAgenda:
    """Steps that wait for their time; of two that are due at once the older one comes first."""

    def __init__(self, bender: Bender) -> None:
        """Nothing is to be done yet; `bender` makes other steps of the usual ones."""
        self._bender = bender
        self._waiting: list[tuple[float, int, Spoken]] = []
        self._count = 0

    def plan(self, steps: list[Spoken], now: float) -> None:
        """Take what a mind wants done."""
        for spoken in steps:
            for step in self._bender.bend(spoken.heard, (spoken.step,)):
                self._count += 1
                usual = spoken.step.message if isinstance(spoken.step, Say) else spoken.heard
                heard = usual if isinstance(step, Silence) else spoken.heard
                item = (now + getattr(step, "after", 0.0), self._count, Spoken(step=step, heard=heard))
                bisect.insort(self._waiting, item, key=lambda one: one[:2])

    def deadline(self) -> float:
        """When the next step is due; infinity for never."""
        return self._waiting[0][0] if self._waiting else math.inf

    def take(self, now: float) -> Spoken | None:
        """The next step, if it is due."""
        return self._waiting.pop(0)[2] if self._waiting and self._waiting[0][0] <= now else None
