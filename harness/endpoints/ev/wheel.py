"""What somebody at the wheel wants of a running session: a plain object that a command line fills and the EV reads."""

from __future__ import annotations

from collections.abc import Callable

from harness.endpoints.ev.moves import Move


class Wishes:
    """Wishes of one EV; it looks at them after every response and takes off what it has begun."""

    def __init__(self) -> None:
        """Nothing is wanted."""
        self.stop = False
        """End the session for good, as soon as the protocol allows it."""
        self.pause = False
        """End the session so that it can be joined again."""
        self.power: float | None = None
        """W to take or give at most from now on; None: what the car can."""
        self.current: float | None = None
        """A of direct current, likewise."""
        self.exits_standby = False
        """Go on with the charge loop, if the EV stands by."""
        self.remark: Callable[[str], None] = lambda _text: None
        """Takes a sentence when the EV cannot do what is wanted."""
        self._moves: list[Move] = []
        self._limited = False

    @property
    def leaving(self) -> bool:
        """Whether the session is to end, for now or for good."""
        return self.stop or self.pause

    def move(self, move: Move) -> None:
        """Do this once the charge loop lets it."""
        self._moves.append(move)

    def take_move(self) -> Move | None:
        """The next thing to do, once."""
        return self._moves.pop(0) if self._moves else None

    def limit(self, power: float | None, current: float | None = None) -> None:
        """Take and give no more than so many W and A from now on; None for what the car can."""
        self.power, self.current, self._limited = power, current, True

    def take_limits(self) -> bool:
        """Whether there are new limits, once."""
        new, self._limited = self._limited, False
        return new

    def begin(self) -> None:
        """A new session begins: limits stay and count anew, the rest belonged to the old one."""
        self.stop = self.pause = self.exits_standby = False
        self._moves.clear()
        self._limited = self.power is not None or self.current is not None
