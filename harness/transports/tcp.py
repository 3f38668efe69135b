"""TCP on real sockets: streams and listeners; resets are seen and made, ends are orderly."""

from __future__ import annotations

import asyncio
import os
import socket

from harness.transports.base import Address, ConnectionLost, LossKind
from harness.transports.readiness import Watched

_CHUNK = 65536
_MOST_DRAINED = 64
"""Chunks thrown away at an orderly close before the peer is held to be flooding us."""


class TcpStream:
    """A connected TCP socket."""

    def __init__(self, sock: socket.socket, open_ones: set[Watched]) -> None:
        """Take over a connected socket; it stands in `open_ones` until it is closed."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local, self.peer = (str(socket_address(name)) for name in (sock.getsockname(), _peer_name(sock)))
        self._watched = Watched(sock, open_ones)
        self._sending = asyncio.Lock()
        self._lost = ""

    async def receive(self) -> bytes:
        """See `Stream.receive`."""
        while True:
            self._must_not_be_lost()
            if self._watched.is_closed():
                return b""
            await self._watched.readable()
            if self._watched.is_closed():
                continue
            try:
                return self._watched.socket.recv(_CHUNK)
            except BlockingIOError:
                continue
            except OSError as problem:
                self._lost = _words(problem)
                self._watched.close()

    async def send(self, data: bytes) -> None:
        """See `Stream.send`."""
        rest = memoryview(bytes(data))
        async with self._sending:
            while rest:
                self._must_be_open()
                try:
                    rest = rest[self._watched.socket.send(rest) :]
                except BlockingIOError:
                    await self._watched.writable()
                except OSError as problem:
                    raise ConnectionLost(LossKind.RESET, _words(problem)) from problem
            self._must_be_open()

    async def close(self) -> None:
        """See `Stream.close`."""
        if self._watched.is_closed():
            return
        try:
            self._watched.socket.shutdown(socket.SHUT_WR)
            self._drain()
        except OSError:
            pass  # the peer has gone first
        self._watched.close()

    def abort(self) -> None:
        """See `Stream.abort`."""
        self._watched.reset()

    def _must_not_be_lost(self) -> None:
        if self._watched.was_reset:
            raise ConnectionLost(LossKind.ABORTED, "by this side")
        if self._lost:
            raise ConnectionLost(LossKind.RESET, self._lost)

    def _must_be_open(self) -> None:
        self._must_not_be_lost()
        if self._watched.is_closed():
            raise ConnectionLost(LossKind.ABORTED, "closed on this side")

    def _drain(self) -> None:
        """Throw away what waits unread: closing on it would make the kernel send a reset instead of an end."""
        for _ in range(_MOST_DRAINED):
            try:
                if not self._watched.socket.recv(_CHUNK):
                    return
            except BlockingIOError:
                return


class TcpListener:
    """A listening TCP socket."""

    def __init__(self, sock: socket.socket, address: str, open_ones: set[Watched]) -> None:
        """Take over a listening socket; it and what it accepts stand in `open_ones` until they are closed."""
        self.address = address
        self.port: int = sock.getsockname()[1]
        self._open_ones = open_ones
        self._watched = Watched(sock, open_ones)

    async def accept(self) -> TcpStream:
        """See `Listener.accept`."""
        while not self._watched.is_closed():
            await self._watched.readable()
            if self._watched.is_closed():
                break
            try:
                return TcpStream(self._watched.socket.accept()[0], self._open_ones)
            except (BlockingIOError, ConnectionAbortedError):
                continue
        raise ConnectionLost(LossKind.ABORTED, f"the listener on port {self.port} was closed")

    async def close(self) -> None:
        """See `Listener.close`."""
        self._watched.close()


def socket_address(name: tuple[str, int] | tuple[str, int, int, int]) -> Address:
    """The address of a socket as Python gives it, the scope as an interface name."""
    host = name[0].removeprefix("::ffff:") if "." in name[0] else name[0]
    if len(name) == 4 and name[3] and "%" not in host:
        host = f"{host}%{_interface_name(name[3])}"
    return Address(host, name[1])


def _interface_name(index: int) -> str:
    try:
        return socket.if_indextoname(index)
    except OSError:
        return str(index)


def _peer_name(sock: socket.socket) -> tuple[str, int]:
    try:
        name: tuple[str, int] = sock.getpeername()
    except OSError:  # reset before it was accepted; the first receive will say so
        return ("?", 0)
    return name


def _words(problem: OSError) -> str:
    return os.strerror(problem.errno) if problem.errno else str(problem)
