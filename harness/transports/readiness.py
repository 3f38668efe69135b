"""Waiting on a non-blocking socket that another task may close at any moment."""

from __future__ import annotations

import asyncio
import socket
import struct

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Watched:
    """A socket with at most one task waiting to read and one to write; closing it wakes both."""

    def __init__(self, sock: socket.socket, open_ones: set[Watched]) -> None:
        """Take over a socket, which is made non-blocking, and stand in `open_ones` until it is closed."""
        sock.settimeout(0)
        self.socket = sock
        # The loop looks sockets up by their descriptors; given the socket it would first write out its repr.
        self._descriptor = sock.fileno()
        self._open_ones = open_ones
        open_ones.add(self)
        self.was_reset = False
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._waiters: set[asyncio.Future[None]] = set()
        self._reader: asyncio.Future[None] | None = None
        self._watching = False

    def is_closed(self) -> bool:
        """Whether `close` was called, possibly by another task in the meantime."""
        return self._closed

    async def readable(self) -> None:
        """Return when there is something to read, or the socket was closed.

        The loop goes on watching for the next wait; only what comes while nobody waits makes it stop.
        """
        if self._closed:
            return
        self._reader = self._waiter()
        if not self._watching:
            self._watching = True
            self._loop.add_reader(self._descriptor, self._has_come)
        try:
            await self._reader
        finally:
            self._waiters.discard(self._reader)
            self._reader = None

    async def writable(self) -> None:
        """Return when something can be written, or the socket was closed."""
        if self._closed:
            return
        waiter = self._waiter()
        self._loop.add_writer(self._descriptor, _wake, waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
            if not self._closed:
                self._loop.remove_writer(self._descriptor)

    def reset(self) -> None:
        """Close the socket so that the peer of a TCP connection sees a reset."""
        if not self._closed:
            self.was_reset = True
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.close()

    def close(self) -> None:
        """Close the socket and wake who waits on it."""
        if self._closed:
            return
        self._closed = True
        self._open_ones.discard(self)
        if not self._loop.is_closed():
            self._loop.remove_reader(self._descriptor)
            self._loop.remove_writer(self._descriptor)
        self.socket.close()
        for waiter in self._waiters:
            _wake(waiter)

    def _has_come(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
        else:
            self._watching = False
            self._loop.remove_reader(self._descriptor)

    def _waiter(self) -> asyncio.Future[None]:
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiters.add(waiter)
        return waiter


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
