"""Waits for a moment or for being woken, cheaply enough for every message of a link."""

from __future__ import annotations

import asyncio
import math

from harness.transports.clock import Clock


class Alarm:
    """One task waits, anybody wakes it. A wait may end early; whoever waits looks again.

    A timer that goes off before the moment asked for is left to run: deadlines of a busy link move on with every
    message, and one needless wake-up in a while costs less than a timer for each.
    """

    def __init__(self, clock: Clock) -> None:
        """Nobody waits."""
        self._clock = clock
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf

    def wake(self) -> None:
        """End the wait, or the next one."""
        self._rung = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def forget(self) -> None:
        """Whatever it was woken for is being looked at."""
        self._rung = False

    async def wait(self, until: float) -> None:
        """Return at about `until` (Unix time), or once woken."""
        if self._rung:
            return
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        if self._timer is None or until < self._timer_at:
            self._set(until, loop)
        try:
            await self._waiter
        finally:
            self._waiter = None

    def stop(self) -> None:
        """Let no timer go off any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_at = None, math.inf

    def _set(self, until: float, loop: asyncio.AbstractEventLoop) -> None:
        self.stop()
        if not math.isinf(until):
            self._timer = loop.call_later(max(0.0, until - self._clock.now()), self._ring)
            self._timer_at = until

    def _ring(self) -> None:
        self._timer, self._timer_at = None, math.inf
        self.wake()
