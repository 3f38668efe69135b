"""Two ends of a WebSocket for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from harness.transports.base import Network
from harness.transports.clock import run
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork
from harness.transports.websocket import (
    WebSocket,
    WebSocketClosed,
    accept_websocket,
    connect_websocket,
)

URL = "ws://csms.example:9000/ocpp/CS%2001"
OCPP = ["ocpp2.0.1"]


async def opened(
    network: Network | None = None, *, client: dict[str, Any] | None = None, server: dict[str, Any] | None = None
) -> tuple[WebSocket, WebSocket]:
    """Both ends of an open WebSocket."""
    one, other = await connected(network or MemoryNetwork())
    ours, theirs = await asyncio.gather(
        connect_websocket(one, URL, **{"subprotocols": OCPP, **(client or {})}),
        accept_websocket(other, **{"subprotocols": OCPP, **(server or {})}),
    )
    return ours, theirs


def in_virtual_time(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    async def whole() -> None:
        await test()

    def wrapped() -> None:
        run(whole(), virtual=True)

    wrapped.__name__ = test.__name__
    return wrapped


async def ending(socket: WebSocket) -> WebSocketClosed:
    with pytest.raises(WebSocketClosed) as caught:
        await socket.receive()
    return caught.value
