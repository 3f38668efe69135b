"""Reads a WebSocket ahead of whoever works on its messages, by a little only."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from harness.transports.websocket import WebSocket, WebSocketClosed

_AHEAD = 32
"""Messages that may wait; a peer that floods us waits in turn."""


class Inbox:
    """Messages of one connection, and its end behind them."""

    def __init__(self, socket: WebSocket, told: Callable[[], None]) -> None:
        """Read `socket` until its end or `stop`; `told` is called when something has come."""
        self._socket, self._told = socket, told
        self._items: deque[str | bytes | WebSocketClosed] = deque()
        self._room = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    def __bool__(self) -> bool:
        """Whether something has come."""
        return bool(self._items)

    def take(self) -> str | bytes | WebSocketClosed:
        """The oldest message, or how the connection ended."""
        self._room.set()
        return self._items.popleft()

    def stop(self) -> None:
        """Read no more."""
        self._reading.cancel()

    async def _read(self) -> None:
        while True:
            try:
                self._items.append(await self._socket.receive())
            except WebSocketClosed as closed:
                self._items.append(closed)
                self._told()
                return
            self._told()
            while len(self._items) >= _AHEAD:
                self._room.clear()
                await self._room.wait()
