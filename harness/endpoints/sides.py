"""The two sides of an ISO 15118 link as the driver sees them, and how their connection ends."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from harness.endpoints.behaviour import EvccBehaviour, Moment, SeccBehaviour, Silence, Step
from harness.messages.field import Message


class Ending(Struct, frozen=True, kw_only=True):
    """How a connection came to its end."""

    how: str
    """`hung up` by us, `ended` by the peer, `lost` (reset), or `timeout` (a timer of ours)."""
    session_id: bytes
    paused: bool = False
    detail: str = ""
    outage: float = 0.0
    """Seconds for which a fault lets no other connection come up."""


class Side(Protocol):
    """What the driver asks of the role it drives."""

    def begin(self, moment: Moment) -> tuple[Step, ...]:
        """What to do once connected."""

    def react(self, heard: Message, moment: Moment) -> tuple[Step, ...]:
        """What to do on a message of the peer."""

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """The connection went away."""


class EvSide:
    """An EV's behaviour, as the driver wants it."""

    def __init__(self, behaviour: EvccBehaviour, *, delay: float = 0.0) -> None:
        """Drive `behaviour`, which takes `delay` seconds more for everything it says."""
        self._behaviour, self._delay = behaviour, delay

    def begin(self, moment: Moment) -> tuple[Step, ...]:
        """See `Side.begin`."""
        return later(self._behaviour.begin(moment), self._delay)

    def react(self, heard: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Side.react`."""
        return later(self._behaviour.follow(heard, moment), self._delay)

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """An EV learns of it from the ending."""


class StationSide:
    """A station's behaviour, as the driver wants it."""

    def __init__(self, behaviour: SeccBehaviour, *, delay: float = 0.0) -> None:
        """Drive `behaviour`, which takes `delay` seconds more for everything it says."""
        self._behaviour, self._delay = behaviour, delay

    def begin(self, moment: Moment) -> tuple[Step, ...]:
        """A station waits for the EV."""
        return ()

    def react(self, heard: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Side.react`."""
        return later(self._behaviour.answer(heard, moment), self._delay)

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """See `Side.lost`."""
        self._behaviour.lost(moment, orderly=orderly)


def later(steps: tuple[Step, ...], delay: float) -> tuple[Step, ...]:
    """The same steps, each `delay` seconds later; silence takes no time."""
    if not delay:
        return steps
    return tuple(step if isinstance(step, Silence) else replace(step, after=step.after + delay) for step in steps)
