"""Time, real or virtual: the clocks endpoints read, and an event loop whose time jumps while everybody waits."""

from __future__ import annotations

import asyncio
import math
import selectors
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Executor
from typing import Any, Protocol, TypeVar, TypeVarTuple, Unpack

from harness.core.errors import HarnessError

VIRTUAL_EPOCH = 1767225600.0
"""Unix time at which every virtual run starts: 2026-01-01T00:00:00Z."""

DEFAULT_GRACE = 0.0001
"""Real seconds that a virtual loop with sockets waits for bytes in flight before its time jumps."""

Outcome = TypeVar("Outcome")
Arguments = TypeVarTuple("Arguments")


class DeadlockError(HarnessError):
    """In virtual time all tasks wait, and no timer and no byte will ever wake one of them."""


class Clock(Protocol):
    """Where endpoints get the time from."""

    def now(self) -> float:
        """Unix time in seconds."""

    async def wait_until(self, at: float) -> None:
        """Return once `now()` has reached `at`; infinity waits for ever."""

    async def wait_for_any(self, tasks: Iterable[asyncio.Future[Any]], until: float) -> None:
        """Return once one of the tasks is done or `now()` has about reached `until`, whichever is first."""


class LoopClock:
    """The time of an event loop, counted from a Unix time of one's choice."""

    def __init__(self, epoch: float, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Begin at `epoch` now; without `loop` in the running one."""
        self._loop = loop or asyncio.get_running_loop()
        self._offset = epoch - self._loop.time()

    def now(self) -> float:
        """See `Clock.now`."""
        return self._offset + self._loop.time()

    async def wait_until(self, at: float) -> None:
        """See `Clock.wait_until`."""
        if math.isinf(at) and at > 0:
            await self._loop.create_future()
        while (left := at - self.now()) > 0:
            await asyncio.sleep(left)  # noqa: TID251 - the one place where anything waits for time

    async def wait_for_any(self, tasks: Iterable[asyncio.Future[Any]], until: float) -> None:
        """See `Clock.wait_for_any`."""
        left = None if math.isinf(until) else max(0.0, until - self.now())
        await asyncio.wait(tuple(tasks), timeout=left, return_when=asyncio.FIRST_COMPLETED)


class RealClock(LoopClock):
    """The time of day, which no adjustment of the machine's clock moves during a run."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Read the machine's clock once and count on from there."""
        super().__init__(time_of_day(), loop)


def time_of_day() -> float:
    """Unix time in seconds, for what runs in no event loop."""
    return time.time()  # noqa: TID251 - the one place where the machine's clock is read


def running_clock() -> Clock:
    """The clock that belongs to the running loop: virtual time in a `VirtualLoop`, else the time of day."""
    loop = asyncio.get_running_loop()
    return LoopClock(loop.time(), loop) if isinstance(loop, VirtualLoop) else RealClock(loop)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose `time()` is Unix time that jumps to the next timer when nothing else is to be done.

    Sockets and subprocess pipes work: while any is waited for, the loop gives bytes in flight `grace` real seconds
    to arrive before it jumps. Both ends must live in this loop, since a peer with its own clock would be left
    behind. While a thread of the executor works (a name look-up), no time passes.
    """

    def __init__(self, start: float = VIRTUAL_EPOCH, *, grace: float = DEFAULT_GRACE) -> None:
        """Begin at Unix time `start`."""
        self._selector_of_ours = _JumpingSelector(start, grace, self._report_deadlock)
        super().__init__(self._selector_of_ours)
        # Two neighbouring doubles of Unix time are 0.24 us apart; with the resolution of a monotonic clock a timer
        # that is due would look as if it were not.
        self._clock_resolution = 1e-6
        self.on_deadlock: Callable[[DeadlockError], None] | None = None
        """Called once instead of raising when all tasks wait for nothing; it must wake one of them."""

    def time(self) -> float:
        """Virtual Unix time in seconds."""
        return self._selector_of_ours.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Arguments]], Outcome], *args: *Arguments
    ) -> asyncio.Future[Outcome]:
        """As every loop does, but time stands still until the thread is done."""
        future = super().run_in_executor(executor, func, *args)
        self._selector_of_ours.threads += 1
        future.add_done_callback(self._thread_done)
        return future

    async def shutdown_default_executor(self, *args: Any) -> None:
        """As every loop does, but time stands still meanwhile."""
        self._selector_of_ours.threads += 1
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self._selector_of_ours.threads -= 1

    def _thread_done(self, _: asyncio.Future[Any]) -> None:
        self._selector_of_ours.threads -= 1

    def _report_deadlock(self) -> None:
        problem = DeadlockError(_describe_waiting(self))
        handler, self.on_deadlock = self.on_deadlock, None
        if handler is None:
            raise problem
        handler(problem)


class _JumpingSelector(selectors.DefaultSelector):
    """Polls for real events; where there is none, moves the time on instead of waiting."""

    def __init__(self, start: float, grace: float, deadlocked: Callable[[], None]) -> None:
        super().__init__()
        self.now = start
        self.threads = 0
        self._grace = grace
        self._deadlocked = deadlocked

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        ready = super().select(0) or self._bytes_in_flight()
        if ready:
            return ready
        if self.threads:
            return super().select(None)
        if timeout is None:
            self._deadlocked()
        else:
            self.now += timeout
        return []

    def _bytes_in_flight(self) -> list[tuple[selectors.SelectorKey, int]]:
        """What arrives within the grace; nobody waits for it where only the loop's own wake-up pipe is registered."""
        if len(self.get_map()) <= 1 or not self._grace:
            return []
        # epoll would round the grace up to a millisecond, at every jump.
        time.sleep(self._grace)  # noqa: TID251 - real time, while virtual time stands still
        return super().select(0)


def _describe_waiting(loop: asyncio.AbstractEventLoop) -> str:
    places = []
    for task in asyncio.all_tasks(loop):
        outermost = getattr(task.get_coro(), "__qualname__", "?")
        places.append(f"{task.get_name()} ({outermost}, {_place(task.get_coro())})")
    waiting = "; ".join(sorted(places)) or "no task is left"
    return f"all tasks wait and nothing will ever wake them: {waiting}"


def _place(coroutine: Any) -> str:
    """File and line of the innermost coroutine that a coroutine waits in."""
    while hasattr(inner := getattr(coroutine, "cr_await", None), "cr_frame"):
        coroutine = inner
    frame = getattr(coroutine, "cr_frame", None)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "at its end"


def loop_factory(*, virtual: bool, grace: float = DEFAULT_GRACE) -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes the loop of a run, for `asyncio.Runner` and for `pytest_asyncio_loop_factories`."""
    return (lambda: VirtualLoop(grace=grace)) if virtual else asyncio.SelectorEventLoop


def run(coroutine: Coroutine[Any, Any, Outcome], *, virtual: bool, grace: float = DEFAULT_GRACE) -> Outcome:
    """Run a coroutine on a loop of its own; tasks it leaves behind are cancelled and the loop is closed.

    Raises:
        DeadlockError: in virtual time, all tasks wait for nothing.
    """
    with asyncio.Runner(loop_factory=loop_factory(virtual=virtual, grace=grace)) as runner:
        return runner.run(coroutine)
