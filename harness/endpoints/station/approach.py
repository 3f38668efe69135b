"""Steps of an approach that take some rounds: a coil to stand over, a device to come down."""

from __future__ import annotations

from harness.messages.iso20.types import Processing


class Approach:
    """Counts the rounds of each step of one session."""

    def __init__(self) -> None:
        """Nothing begun."""
        self._done: dict[str, int] = {}

    def round(self, step: str, rounds: int) -> Processing:
        """Another round of a step: Ongoing as often as `rounds` says, Finished from then on."""
        self._done[step] = self._done.get(step, 0) + 1
        return Processing.FINISHED if self._done[step] > rounds else Processing.ONGOING

    def again(self, *steps: str) -> None:
        """These steps begin anew."""
        for step in steps:
            self._done.pop(step, None)
