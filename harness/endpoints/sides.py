"""The two sides of an ISO 15118 link as the driver sees them, and how their connection ends."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from harness.endpoints.behaviour import EvccBehaviour, Moment, SeccBehaviour, Step
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

    def __init__(self, behaviour: EvccBehaviour) -> None:
        """Drive `behaviour`."""
        self._behaviour = behaviour

    def begin(self, moment: Moment) -> tuple[Step, ...]:
        """See `Side.begin`."""
        return self._behaviour.begin(moment)

    def react(self, heard: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Side.react`."""
        return self._behaviour.follow(heard, moment)

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """An EV learns of it from the ending."""


class StationSide:
    """A station's behaviour, as the driver wants it."""

    def __init__(self, behaviour: SeccBehaviour) -> None:
        """Drive `behaviour`."""
        self._behaviour = behaviour

    def begin(self, moment: Moment) -> tuple[Step, ...]:
        """A station waits for the EV."""
        return ()

    def react(self, heard: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Side.react`."""
        return self._behaviour.answer(heard, moment)

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """See `Side.lost`."""
        self._behaviour.lost(moment, orderly=orderly)
