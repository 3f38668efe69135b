"""The words in which the contract of the transports is written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from harness.core.errors import HarnessError
from harness.transports.base import ConnectionLost

Result = TypeVar("Result")


class ContractBroken(HarnessError):
    """A transport does not do what `harness.transports.base` promises."""


def holds(condition: bool, what: str) -> None:  # noqa: FBT001 - reads like an assertion
    """Nothing if the condition is met.

    Raises:
        ContractBroken: it is not.
    """
    if not condition:
        raise ContractBroken(f"it does not hold that {what}")


async def started(coroutine: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """The coroutine as a task that has reached its first wait."""
    task = asyncio.ensure_future(coroutine)
    await settle()
    return task


async def settle() -> None:
    """Let other tasks, and bytes on loopback, move on."""
    loop = asyncio.get_running_loop()
    for _ in range(3):
        moved = loop.create_future()
        loop.call_soon(moved.set_result, None)
        await moved


async def loss(waiting: Awaitable[object]) -> ConnectionLost:
    """How the connection was lost on which somebody waits.

    Raises:
        ContractBroken: it was not.
    """
    try:
        outcome = await waiting
    except ConnectionLost as lost:
        return lost
    raise ContractBroken(f"{outcome!r} came where the connection should have been lost")
