"""An EV that leads a good session up to a certain state and there does something else."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from harness.core.errors import Unreached
from harness.endpoints.behaviour import Moment, Say, SayRaw, Silence, Step
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.iso2.journey import Iso2Journey
from harness.endpoints.ev.journey import Journey, Steps
from harness.kit.older_requests import is_older, older_request
from harness.kit.requests import plausible
from harness.messages.envelope import body_of
from harness.messages.field import Message
from harness.messages.iso20.types import MessageHeader
from harness.sessions.v2g.row import stream_of
from harness.sessions.v2g.sequence import Sequence


class Here(Struct, frozen=True, kw_only=True):
    """Where the EV is when it turns off: the state, and what it would do next."""

    state: StrEnum
    """A `State`, or an `Iso2State`."""
    moment: Moment
    journey: Journey
    usual: Steps
    """What a good EV would do now."""
    older: Iso2Journey | None = None
    """What it remembers of a session by one of the older protocols."""

    @property
    def header(self) -> MessageHeader:
        """A good header."""
        return self.journey.header(self.moment)

    @property
    def usual_message(self) -> Message:
        """What a good EV would say now.

        Raises:
            Unreached: it would say nothing.
        """
        said = next((step.message for step in self.usual if isinstance(step, Say)), None)
        if not isinstance(said, Message):
            raise Unreached(f"an EV says nothing where a session is {self.state}")
        return said

    def request(self, kind: type[Message], variant: str = "") -> Message:
        """A request that is good in itself; see `harness.kit.requests.plausible`."""
        if is_older(kind):
            return older_request(kind, self.older or Iso2Journey(self.journey), self.moment, variant)
        return plausible(kind, self.journey, self.moment, variant)


Turn = Callable[[Here], Any]
"""What to do at one turn: a message, bytes, a step, a tuple of those, or None to say nothing."""


class Change(Struct, frozen=True, kw_only=True):
    """On the way: in `state` the EV says something else than the `usual` request, once."""

    state: StrEnum
    usual: type[Message]
    make: Callable[[Here, Any], Message]
    """From where it is and what it would say to what it says."""


class Detour:
    """Follows a good EV to a state, then takes its turns: the first at once, each other one on the next response.

    When all turns are taken, the good EV goes on with whatever comes.
    """

    def __init__(
        self, inner: Evcc, state: StrEnum, turns: tuple[Turn, ...], changes: tuple[Change, ...], nth: int = 1
    ) -> None:
        """Set out; see `stopping_in`."""
        self._inner, self._target, self._turns, self._changes = inner, state, list(turns), list(changes)
        self._until_there = nth
        self._sequence = Sequence()
        self._usual: Steps = ()

    @property
    def journey(self) -> Journey:
        """See `Evcc.journey`."""
        return self._inner.journey

    def begin(self, moment: Moment) -> Steps:
        """See `EvccBehaviour.begin`."""
        return self._go(self._inner.begin(moment), moment)

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `EvccBehaviour.follow`."""
        self._sequence.reply(answer, stream_of(moment.payload_type))
        if not self._until_there and self._turns:
            return self._turn(moment)
        return self._go(self._inner.follow(answer, moment), moment)

    def _go(self, usual: Steps, moment: Moment) -> Steps:
        """On the way, until the state is reached for the nth time."""
        if self._until_there and self._sequence.state is self._target:
            self._until_there -= 1
            if not self._until_there:
                self._usual = usual
                return self._turn(moment)
        return self._said(tuple(self._changed(step, moment) for step in usual))

    def _turn(self, moment: Moment) -> Steps:
        steps = _steps(self._turns.pop(0)(self._here(self._usual, moment)))
        return self._said(steps)

    def _changed(self, step: Step, moment: Moment) -> Step:
        if not isinstance(step, Say) or not self._until_there:
            return step
        for change in self._changes:
            if change.state is self._sequence.state and isinstance(body_of(step.message), change.usual):
                self._changes.remove(change)
                message = change.make(self._here((step,), moment), step.message)
                return Say(message=message, after=step.after, deliberate=True)
        return step

    def _said(self, steps: Steps) -> Steps:
        for step in steps:
            if isinstance(step, Say):
                self._sequence.ask(body_of(step.message), stream_of(step.payload_type or 0))
        return steps

    def _here(self, usual: Steps, moment: Moment) -> Here:
        older = self._inner.older_journey
        return Here(state=self._sequence.state, moment=moment, journey=self.journey, usual=usual, older=older)


def _steps(turn: Any) -> Steps:
    """What a turn returned, as steps."""
    if isinstance(turn, tuple):
        return tuple(step for part in turn for step in _steps(part))
    if turn is None:
        return (Silence(),)
    if isinstance(turn, bytes):
        return (SayRaw(data=turn),)
    return (Say(message=turn, deliberate=True),) if isinstance(turn, Message) else (turn,)
