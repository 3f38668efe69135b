"""A network within one process: any host name, deterministic, with streams that split and join at will."""

from __future__ import annotations

import asyncio
import itertools
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Self

from harness.core.errors import UnreachableError
from harness.transports.base import Address, ConnectionLost, LossKind

Segmentation = Callable[[Sequence[int]], int]
"""From the sizes of the sends that wait unread to the number of bytes that the next `receive` gets."""

_ANY_HOST = frozenset({"", "::", "0.0.0.0"})  # noqa: S104 - names to compare with, nothing is bound
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_FIRST_FREE_PORT = 49152


def as_sent(sizes: Sequence[int]) -> int:
    """One `receive` for each `send`."""
    return sizes[0]


def joined(sizes: Sequence[int]) -> int:
    """Everything that waits, at once."""
    return sum(sizes)


def in_pieces(size: int) -> Segmentation:
    """At most `size` bytes at a time, across the boundaries of sends."""
    return lambda sizes: min(size, sum(sizes))


class MemoryStream:
    """One end of a connection in memory; what was sent before the peer closed or aborted is still received."""

    def __init__(self, local: Address, peer: Address, segmentation: Segmentation) -> None:
        """Made by `MemoryNetwork` only."""
        self.local, self.peer = str(local), str(peer)
        self._segmentation = segmentation
        self._other = self
        self._inbox: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._ended = self._closed = False
        self._lost: tuple[LossKind, str] | None = None

    @classmethod
    def pair(cls, one: Address, other: Address, segmentation: Segmentation) -> tuple[Self, Self]:
        """Both ends of a new connection."""
        first, second = cls(one, other, segmentation), cls(other, one, segmentation)
        first._other, second._other = second, first
        return first, second

    async def receive(self) -> bytes:
        """See `Stream.receive`."""
        while True:
            if self._inbox:
                return self._take()
            if self._lost is not None:
                raise ConnectionLost(*self._lost)
            if self._ended:
                return b""
            self._news.clear()
            await self._news.wait()

    async def send(self, data: bytes) -> None:
        """See `Stream.send`."""
        if self._lost is not None:
            raise ConnectionLost(*self._lost)
        if self._closed:
            raise ConnectionLost(LossKind.ABORTED, "closed on this side")
        if self._other._closed:
            raise ConnectionLost(LossKind.RESET, f"{self.peer} had closed")
        if data:
            self._other._inbox.append(bytes(data))
            self._other._news.set()

    async def close(self) -> None:
        """See `Stream.close`."""
        if self._closed:
            return
        self._closed = True
        self._inbox.clear()
        for end in (self, self._other):
            end._ended = True
            end._news.set()

    def abort(self) -> None:
        """See `Stream.abort`."""
        if self._closed:
            return
        self._closed = True
        self._inbox.clear()
        self._lose(LossKind.ABORTED, "by this side")
        self._other._lose(LossKind.RESET, f"by {self.local}")

    def _lose(self, how: LossKind, detail: str) -> None:
        if self._lost is None and not self._ended:
            self._lost = (how, detail)
        self._news.set()

    def _take(self) -> bytes:
        count = max(1, self._segmentation([len(data) for data in self._inbox]))
        taken = bytearray()
        while self._inbox and len(taken) < count:
            data = self._inbox.popleft()
            room = count - len(taken)
            taken += data[:room]
            if data[room:]:
                self._inbox.appendleft(data[room:])
        return bytes(taken)


class MemoryListener:
    """Waits for connections in memory."""

    def __init__(self, switch: _Switch, host: str, address: str, port: int) -> None:
        """Made by `MemoryNetwork` only."""
        self.host, self.address, self.port = host, address, port
        self._switch = switch
        self._waiting: asyncio.Queue[MemoryStream | None] = asyncio.Queue()
        self._closed = False

    async def accept(self) -> MemoryStream:
        """See `Listener.accept`."""
        stream = None if self._closed else await self._waiting.get()
        if stream is None:
            self._waiting.put_nowait(None)
            raise ConnectionLost(LossKind.ABORTED, f"the listener on port {self.port} was closed")
        return stream

    async def close(self) -> None:
        """See `Listener.close`."""
        if self._closed:
            return
        self._closed = True
        self._switch.listeners.remove(self)
        while not self._waiting.empty():
            if (stream := self._waiting.get_nowait()) is not None:
                stream.abort()
        self._waiting.put_nowait(None)

    def offer(self, stream: MemoryStream) -> None:
        """Put a new connection into the queue."""
        self._waiting.put_nowait(stream)


class MemoryDatagrams:
    """A datagram socket in memory."""

    def __init__(self, switch: _Switch, local: Address, group: str | None) -> None:
        """Made by `MemoryNetwork` only."""
        self.local, self.group = local, group
        self._switch = switch
        self._inbox: asyncio.Queue[tuple[bytes, Address] | None] = asyncio.Queue()

    async def receive(self) -> tuple[bytes, Address]:
        """See `Datagrams.receive`."""
        item = await self._inbox.get()
        if item is None:
            self._inbox.put_nowait(None)
            raise ConnectionLost(LossKind.ABORTED, f"the datagram socket {self.local} was closed")
        return item

    async def send(self, data: bytes, to: Address) -> None:
        """See `Datagrams.send`."""
        for socket in tuple(self._switch.sockets):
            if socket.local.port == to.port and _bare(to.host) in {_bare(socket.local.host), socket.group}:
                socket._inbox.put_nowait((bytes(data), self.local))

    async def close(self) -> None:
        """See `Datagrams.close`."""
        if self in self._switch.sockets:
            self._switch.sockets.remove(self)
            self._inbox.put_nowait(None)


class _Switch:
    """What the ends of one memory network share."""

    def __init__(self) -> None:
        self.listeners: list[MemoryListener] = []
        self.sockets: list[MemoryDatagrams] = []
        self.streams: weakref.WeakSet[MemoryStream] = weakref.WeakSet()
        self._ports = itertools.count(_FIRST_FREE_PORT)

    def free_port(self) -> int:
        return next(self._ports)


class MemoryNetwork:
    """One end of a network in memory; `at` gives another end of the same network with its own address."""

    def __init__(self, address: str = "fe80::1%memory", *, segmentation: Segmentation = as_sent) -> None:
        """Begin a network of its own; `segmentation` says how streams made from here on split and join."""
        self.local_address = address
        self.sdp_destination = "ff02::1%memory"
        self.segmentation = segmentation
        self._switch = _Switch()

    def at(self, address: str) -> MemoryNetwork:
        """Another end of this network, such as `fe80::2%memory`."""
        end = MemoryNetwork(address, segmentation=self.segmentation)
        end._switch = self._switch
        return end

    def scoped(self, host: str) -> str:
        """See `Network.scoped`."""
        return f"{host}%memory" if host.lower().startswith("fe80:") and "%" not in host else host

    async def listen(self, host: str, port: int = 0) -> MemoryListener:
        """See `Network.listen`."""
        port = port or self._switch.free_port()
        name = _bare(host)
        if any(other.port == port and _meet(other.host, name) for other in self._switch.listeners):
            raise UnreachableError(
                f"port {port} is taken", where=host, do="close the other listener, or choose another port"
            )
        address = self.local_address if name in _ANY_HOST else host
        listener = MemoryListener(self._switch, name, address, port)
        self._switch.listeners.append(listener)
        return listener

    async def connect(self, host: str, port: int) -> MemoryStream:
        """See `Network.connect`."""
        for listener in self._switch.listeners:
            if listener.port == port and _meet(listener.host, _bare(host)):
                ours = Address(self.local_address, self._switch.free_port())
                client, server = MemoryStream.pair(ours, Address(host, port), self.segmentation)
                self._switch.streams.update((client, server))
                listener.offer(server)
                return client
        tried = Address(host, port)
        raise UnreachableError(
            f"nobody listens at {tried} in memory", where=str(tried), do="start the peer before connecting to it"
        )

    async def datagrams(self, port: int = 0, *, group: str | None = None) -> MemoryDatagrams:
        """See `Network.datagrams`."""
        local = Address(self.local_address, port or self._switch.free_port())
        if any(other.local == local for other in self._switch.sockets):
            raise UnreachableError(
                f"UDP port {port} is taken", where=str(local), do="close the other socket, or choose another port"
            )
        socket = MemoryDatagrams(self._switch, local, _bare(group) if group else None)
        self._switch.sockets.append(socket)
        return socket

    async def close(self) -> None:
        """See `Network.close`; every end of the network is closed with it."""
        for listener in tuple(self._switch.listeners):
            await listener.close()
        for socket in tuple(self._switch.sockets):
            await socket.close()
        for stream in tuple(self._switch.streams):
            stream.abort()


def _bare(host: str) -> str:
    """A host to compare: without scope, IPv6 in its shortest form, one name for all of loopback."""
    name = host.partition("%")[0].lower()
    if name in _LOOPBACK:
        return "::1"
    try:
        return str(ip_address(name))
    except ValueError:
        return name


def _meet(listening: str, wanted: str) -> bool:
    return listening == wanted or listening in _ANY_HOST or wanted in _ANY_HOST
