"""Ends a WebSocket orderly, or at all."""

from __future__ import annotations

import asyncio

from harness.transports.clock import Clock
from harness.transports.websocket import WebSocket

FAREWELL = 5.0
"""Seconds that a peer gets to answer a close frame."""


async def say_goodbye(socket: WebSocket, clock: Clock, code: int, reason: str) -> None:
    """Close with this code and wait for the answer; a peer that does not give one is cut off."""
    await socket.close(code, reason)
    closed = asyncio.create_task(socket.wait_closed())
    timer = asyncio.create_task(clock.wait_until(clock.now() + FAREWELL))
    try:
        await asyncio.wait({closed, timer}, return_when=asyncio.FIRST_COMPLETED)
        if not closed.done():
            socket.abort()
    finally:
        closed.cancel()
        timer.cancel()
