"""UDP on real sockets: datagrams over IPv6, unicast and link-local multicast, scopes included."""

from __future__ import annotations

import os
import socket
import struct

from harness.core.errors import UnreachableError
from harness.transports.base import Address, ConnectionLost, LossKind
from harness.transports.readiness import Watched
from harness.transports.tcp import socket_address

_LARGEST = 65536


class UdpDatagrams:
    """A UDP socket of one interface."""

    def __init__(self, sock: socket.socket, address: str, index: int, open_ones: set[Watched]) -> None:
        """Take over a bound socket.

        Args:
            sock: the socket.
            address: the host that answers should go to.
            index: of the interface; datagrams from link-local hosts of others are not taken. 0 takes all.
            open_ones: where it stands until it is closed.
        """
        self.local = Address(address, sock.getsockname()[1])
        self._index = index
        self._watched = Watched(sock, open_ones)

    async def receive(self) -> tuple[bytes, Address]:
        """See `Datagrams.receive`."""
        while not self._watched.is_closed():
            await self._watched.readable()
            if self._watched.is_closed():
                break
            try:
                data, name = self._watched.socket.recvfrom(_LARGEST)
            except (BlockingIOError, ConnectionError):
                continue
            if not self._index or name[3] in {0, self._index}:
                return data, socket_address(name)
        raise ConnectionLost(LossKind.ABORTED, f"the datagram socket {self.local} was closed")

    async def send(self, data: bytes, to: Address) -> None:
        """See `Datagrams.send`."""
        host, _, scope = to.host.partition("%")
        while not self._watched.is_closed():
            try:
                index = interface_index(scope) if scope else 0
                self._watched.socket.sendto(data, (host, to.port, 0, index))
            except BlockingIOError:
                await self._watched.writable()
            except OSError as problem:
                raise UnreachableError(
                    f"cannot send to {to}: {os.strerror(problem.errno or 0)}",
                    where=str(self.local),
                    do="check that the interface is up and has an IPv6 route to it",
                ) from problem
            else:
                return
        raise ConnectionLost(LossKind.ABORTED, f"the datagram socket {self.local} was closed")

    async def close(self) -> None:
        """See `Datagrams.close`."""
        self._watched.close()


def join_group(sock: socket.socket, group: str, index: int) -> None:
    """Take datagrams to a multicast group that arrive on interface `index`.

    Raises:
        OSError: the interface does not take it.
    """
    member = socket.inet_pton(socket.AF_INET6, group.partition("%")[0]) + struct.pack("@I", index)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)


def interface_index(name: str) -> int:
    """The number of an interface; a number stands for itself.

    Raises:
        UnreachableError: there is none of that name.
    """
    if name.isdecimal():
        return int(name)
    try:
        return socket.if_nametoindex(name)
    except OSError as problem:
        known = ", ".join(known for _, known in socket.if_nameindex())
        raise UnreachableError(
            f"there is no network interface {name!r}", do=f"choose one of {known}, or create it with `ip link`"
        ) from problem


def multicast_works_on(index: int, group: str) -> bool:
    """Whether a datagram to a link-local group on this interface comes back to its own machine.

    Sends one byte to a free port of this machine's own; meant for `lo`, which has no multicast route by default.
    """
    with (
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as hearing,
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as saying,
    ):
        hearing.settimeout(0.05)
        try:
            hearing.bind(("::", 0))
            join_group(hearing, group, index)
            saying.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            saying.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 1)
            saying.sendto(b"?", (group, hearing.getsockname()[1], 0, index))
            return hearing.recv(1) == b"?"
        except OSError:
            return False
