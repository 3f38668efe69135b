"""Faults of a station that show when an EV goes, or when it says nothing."""

from __future__ import annotations

from typing import Any

from harness.endpoints.behaviour import Moment, Say, Step
from harness.endpoints.station.secc import Secc
from harness.messages.field import Message


class Haunted:
    """Makes behaviours of which none answers any more once an EV went without a farewell."""

    def __init__(self) -> None:
        """Nobody lost yet."""
        self.lost = False

    def __call__(self, *args: Any, **settings: Any) -> Secc:
        """The behaviour of the next connection."""
        return _HauntedSecc(self, *args, **settings)


class _HauntedSecc(Secc):
    """Answers as long as nobody was lost."""

    def __init__(self, house: Haunted, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._house = house

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Secc.answer`."""
        return () if self._house.lost else super().answer(ask, moment)

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """See `Secc.lost`."""
        super().lost(moment, orderly=orderly)
        self._house.lost = self._house.lost or not self.desk.farewell


class RepeatsItself(Secc):
    """Says every response again after ten seconds."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Secc.answer`."""
        said = super().answer(ask, moment)
        again = tuple(Say(message=step.message, after=10.0) for step in said if isinstance(step, Say))
        return (*said, *again)
