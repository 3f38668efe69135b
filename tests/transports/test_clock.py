"""Virtual time jumps while everybody waits, waits for real bytes, and tells a deadlock from patience."""

from __future__ import annotations

import asyncio
import math
import time

import pytest

from harness.core.errors import HarnessError
from harness.transports.clock import (
    VIRTUAL_EPOCH,
    DeadlockError,
    LoopClock,
    RealClock,
    VirtualLoop,
    loop_factory,
    run,
    running_clock,
)
from harness.transports.contract import connected
from harness.transports.network import SocketNetwork

YEAR = 365 * 86400.0


def test_a_year_passes_in_no_time_and_exactly() -> None:
    async def wait() -> list[float]:
        clock = running_clock()
        times = [clock.now()]
        for step in (0.25, 0.001, 60.0, YEAR):
            await clock.wait_until(times[-1] + step)
            times.append(clock.now())
        return times

    begun = time.perf_counter()
    times = run(wait(), virtual=True)

    assert time.perf_counter() - begun < 5
    assert times[0] == VIRTUAL_EPOCH
    expected = VIRTUAL_EPOCH
    for seen, step in zip(times[1:], (0.25, 0.001, 60.0, YEAR), strict=True):
        expected += step
        assert seen == expected


def test_waiters_wake_in_the_order_of_their_times() -> None:
    async def wait() -> list[tuple[int, float]]:
        clock = running_clock()
        woken: list[tuple[int, float]] = []

        async def sleeper(number: int) -> None:
            await clock.wait_until(VIRTUAL_EPOCH + number)
            woken.append((number, clock.now() - VIRTUAL_EPOCH))

        await asyncio.gather(*(sleeper(number) for number in (3, 1, 2)))
        return woken

    assert run(wait(), virtual=True) == [(1, 1.0), (2, 2.0), (3, 3.0)]


def test_the_past_is_not_waited_for() -> None:
    async def wait() -> float:
        clock = running_clock()
        await clock.wait_until(clock.now() - 5)
        await clock.wait_until(-math.inf)
        return clock.now()

    assert run(wait(), virtual=True) == VIRTUAL_EPOCH


def test_timeouts_of_asyncio_follow_virtual_time() -> None:
    async def wait() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(40):
                await asyncio.get_running_loop().create_future()
        return running_clock().now()

    assert run(wait(), virtual=True) == VIRTUAL_EPOCH + 40


def test_waiting_for_nothing_is_a_deadlock_that_names_who_waits() -> None:
    async def wait_in_vain() -> None:
        await running_clock().wait_until(math.inf)

    with pytest.raises(DeadlockError, match=r"nothing will ever wake them: .*wait_in_vain, .*\.py:\d+"):
        run(wait_in_vain(), virtual=True)


def test_a_deadlock_on_real_sockets_is_seen_too() -> None:
    network = SocketNetwork("lo")

    async def wait_in_vain() -> None:
        one, _ = await connected(network)
        try:
            await one.receive()
        finally:
            await network.close()

    with pytest.raises(DeadlockError, match="wait_in_vain"):
        run(wait_in_vain(), virtual=True)


def test_a_handler_may_end_the_deadlock() -> None:
    async def wait() -> str:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        ended: asyncio.Future[str] = loop.create_future()
        loop.on_deadlock = lambda problem: ended.set_result(str(problem))
        return await ended

    assert "all tasks wait" in run(wait(), virtual=True)


def test_a_handler_that_wakes_nobody_does_not_hide_the_deadlock() -> None:
    heard: list[HarnessError] = []

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.on_deadlock = heard.append
        await loop.create_future()

    with pytest.raises(DeadlockError):
        run(wait(), virtual=True)
    assert len(heard) == 1


def test_no_time_passes_while_a_thread_works() -> None:
    async def work() -> float:
        clock = running_clock()
        timer = asyncio.ensure_future(clock.wait_until(clock.now() + 10))
        release = asyncio.get_running_loop()
        result = await release.run_in_executor(None, lambda: sum(range(100_000)))
        assert result == 4999950000
        before = clock.now()
        await timer
        return before

    assert run(work(), virtual=True) == VIRTUAL_EPOCH


def test_a_name_is_looked_up_in_virtual_time() -> None:
    async def look_up() -> float:
        network = SocketNetwork()
        listener = await network.listen("127.0.0.1")
        stream = await network.connect("localhost", listener.port)
        await network.close()
        assert stream.peer
        return running_clock().now()

    assert run(look_up(), virtual=True) == VIRTUAL_EPOCH


def test_bytes_on_loopback_are_faster_than_any_timeout() -> None:
    async def talk() -> float:
        network = SocketNetwork("lo")
        one, other = await connected(network)

        async def echo() -> None:
            while data := await other.receive():
                await other.send(data)

        echoing = asyncio.ensure_future(echo())
        for number in range(200):
            await one.send(number.to_bytes(2, "big"))
            async with asyncio.timeout(0.25):
                assert await one.receive() == number.to_bytes(2, "big")
        await one.close()
        await echoing
        await network.close()
        return running_clock().now()

    assert run(talk(), virtual=True) == VIRTUAL_EPOCH


def test_what_is_left_behind_is_cancelled() -> None:
    left: list[asyncio.Future[None]] = []

    async def leave() -> None:
        left.append(asyncio.ensure_future(running_clock().wait_until(math.inf)))

    run(leave(), virtual=True)
    assert left[0].cancelled()


def test_the_real_clock_shows_the_time_of_day() -> None:
    async def read() -> tuple[float, float, float]:
        clock = running_clock()
        assert isinstance(clock, RealClock)
        before = clock.now()
        await clock.wait_until(before + 0.02)
        return before, clock.now(), time.time()  # noqa: TID251 - what the clock is compared with

    before, after, machine = run(read(), virtual=False)
    assert before + 0.02 <= after < before + 5
    assert abs(machine - after) < 5


def test_a_loop_clock_counts_from_any_epoch() -> None:
    async def count() -> float:
        clock = LoopClock(1000.0)
        await clock.wait_until(1000.5)
        return clock.now()

    assert run(count(), virtual=True) == pytest.approx(1000.5, abs=1e-6)


def test_factories_make_the_loop_that_was_asked_for() -> None:
    for virtual in (True, False):
        loop = loop_factory(virtual=virtual)()
        assert isinstance(loop, VirtualLoop) is virtual
        loop.close()
