"""A stream whose first bytes are looked at before anybody takes them."""

from __future__ import annotations

from collections.abc import Callable

from harness.transports.base import Stream


class PeekedStream:
    """A `Stream` around another; `peek` comes first, then somebody receives all of it as if nothing had been."""

    def __init__(self, inner: Stream) -> None:
        self._inner = inner
        self._head = b""
        self._ended = False

    @property
    def peer(self) -> str:
        """The other end, to print."""
        return self._inner.peer

    @property
    def local(self) -> str:
        """This end, to print."""
        return self._inner.local

    async def peek(self, enough: Callable[[bytes], bool]) -> bytes:
        """The bytes from the beginning on, as soon as `enough` says so or the peer has ended.

        Raises:
            ConnectionLost: the peer reset the connection.
        """
        while not self._ended and not enough(self._head):
            data = await self._inner.receive()
            self._head += data
            self._ended = not data
        return self._head

    async def receive(self) -> bytes:
        """See `Stream.receive`."""
        if self._head:
            data, self._head = self._head, b""
            return data
        return b"" if self._ended else await self._inner.receive()

    async def send(self, data: bytes) -> None:
        """See `Stream.send`."""
        await self._inner.send(data)

    async def close(self) -> None:
        """See `Stream.close`."""
        await self._inner.close()

    def abort(self) -> None:
        """See `Stream.abort`."""
        self._inner.abort()
