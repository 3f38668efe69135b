"""A network interface of this machine as a `Network`: TCP and UDP on real sockets."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from contextlib import suppress
from functools import cached_property
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from harness.core.errors import UnreachableError
from harness.transports.base import Address
from harness.transports.readiness import Watched
from harness.transports.tcp import TcpListener, TcpStream
from harness.transports.udp import UdpDatagrams, interface_index, join_group, multicast_works_on

LOOPBACK = "lo"
_LOOPBACK_ADDRESS = "::1"
_ALL_NODES = "ff02::1"
_BACKLOG = 64
_FIRST_DYNAMIC, _DYNAMIC = 49152, 16384
"""Ports that anybody may take (RFC 6335), and how many there are."""
_ADDRESS_TABLE = Path("/proc/net/if_inet6")

SocketName = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
"""As `socket` takes it; the last form is of a Python without IPv6."""


class SocketNetwork:
    """One interface of this machine; without a name whatever the routes say, with SDP on loopback."""

    def __init__(self, interface: str | None = None) -> None:
        """Choose the interface.

        Raises:
            UnreachableError: there is none of that name.
        """
        self.interface = interface
        self._index = interface_index(interface) if interface else 0
        self._open_ones: set[Watched] = set()

    @cached_property
    def local_address(self) -> str:
        """See `Network.local_address`: the link-local address if there is one.

        Raises:
            UnreachableError: the interface has no IPv6 address.
        """
        if self.interface is None:
            return _LOOPBACK_ADDRESS
        found = _addresses_of(self.interface)
        if not found:
            raise UnreachableError(
                f"interface {self.interface!r} has no IPv6 address",
                do="bring it up, and see that net.ipv6.conf.*.disable_ipv6 is 0",
            )
        chosen = next((address for address in found if address.is_link_local), found[0])
        return self.scoped(str(chosen))

    @cached_property
    def sdp_destination(self) -> str:
        """See `Network.sdp_destination`; loopback is tried out, since most machines have no multicast route on it."""
        if self.interface is None:
            return _LOOPBACK_ADDRESS
        if self.interface == LOOPBACK and not multicast_works_on(self._index, _ALL_NODES):
            return _LOOPBACK_ADDRESS
        return f"{_ALL_NODES}%{self.interface}"

    def scoped(self, host: str) -> str:
        """See `Network.scoped`."""
        if self.interface is None or "%" in host or not _is_link_local(host):
            return host
        return f"{host}%{self.interface}"

    async def listen(self, host: str, port: int = 0) -> TcpListener:
        """See `Network.listen`; an empty host takes IPv4 as well, a free port is a dynamic one of RFC 6335."""
        wanted = self.scoped(host)
        # Peers refuse a station on any other port (Josev's EV does), and the kernel's own choice begins below.
        choices = (port,) if port else _dynamic_ports()
        for number in choices:
            family, name = (await self._resolve(wanted or "::", number))[0]
            try:
                sock = _listening_socket(family, name, both=not wanted)
            except OSError as problem:
                if problem.errno != errno.EADDRINUSE or number == choices[-1]:
                    raise _cannot_bind("TCP", Address(wanted or "::", number), problem) from problem
            else:
                break
        return TcpListener(sock, wanted or self.local_address, self._open_ones)

    async def connect(self, host: str, port: int) -> TcpStream:
        """See `Network.connect`; every address of a name is tried in turn."""
        tried = []
        for family, name in await self._resolve(self.scoped(host), port):
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.settimeout(0)
            try:
                await asyncio.get_running_loop().sock_connect(sock, name)
                return TcpStream(sock, self._open_ones)
            except OSError as problem:
                sock.close()
                tried.append(f"{name[0]}: {_words(problem)}")
            except BaseException:
                sock.close()
                raise
        where = Address(self.scoped(host), port)
        raise UnreachableError(
            f"cannot connect to {where} ({'; '.join(tried)})",
            do="check that the device listens there and that the address and interface are right",
        )

    async def datagrams(self, port: int = 0, *, group: str | None = None) -> UdpDatagrams:
        """See `Network.datagrams`."""
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        try:
            if self.interface is not None:
                # So that stations on two interfaces of one machine do not fight for the one SDP port.
                with suppress(PermissionError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.interface.encode())
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, self._index)
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 1)
            sock.bind(("::", port))
            if group is not None and self._index:
                join_group(sock, group, self._index)
            address = self.local_address
        except OSError as problem:
            sock.close()
            raise _cannot_bind("UDP", Address("::", port), problem) from problem
        except UnreachableError:
            sock.close()
            raise
        return UdpDatagrams(sock, address, self._index, self._open_ones)

    async def close(self) -> None:
        """See `Network.close`."""
        for watched in tuple(self._open_ones):
            watched.reset()

    async def _resolve(self, host: str, port: int) -> list[tuple[socket.AddressFamily, SocketName]]:
        bare, _, scope = host.partition("%")
        try:
            address = ip_address(bare)
        except ValueError:
            return await _look_up(host, port)
        if isinstance(address, IPv6Address):
            return [(socket.AF_INET6, (bare, port, 0, interface_index(scope) if scope else 0))]
        return [(socket.AF_INET, (bare, port))]


async def _look_up(host: str, port: int) -> list[tuple[socket.AddressFamily, SocketName]]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise UnreachableError(
            f"the name {host!r} cannot be resolved: {problem}", do="write an address, or fix the name"
        ) from problem
    return [(family, name) for family, _, _, _, name in found]


def _listening_socket(family: socket.AddressFamily, name: SocketName, *, both: bool) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if both:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(name)
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def _dynamic_ports() -> tuple[int, ...]:
    """Dynamic ports to try, from one on that the kernel's own choice decides."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as asking:
        asking.bind(("127.0.0.1", 0))
        chosen: int = asking.getsockname()[1]
    return tuple(_FIRST_DYNAMIC + (chosen + step) % _DYNAMIC for step in range(_BACKLOG))


def _addresses_of(interface: str) -> list[IPv6Address]:
    """The IPv6 addresses of an interface of this network namespace, from the kernel's table."""
    lines = _ADDRESS_TABLE.read_text().splitlines() if _ADDRESS_TABLE.exists() else []
    rows = [line.split() for line in lines]
    return [IPv6Address(bytes.fromhex(row[0])) for row in rows if row[-1] == interface]


def _is_link_local(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return isinstance(address, IPv6Address) and (address.is_link_local or host.lower().startswith("ff02:"))


def _cannot_bind(kind: str, where: Address, problem: OSError) -> UnreachableError:
    advice = {
        errno.EADDRINUSE: "stop the program that uses it (`ss -lnp` names it), or choose another port",
        errno.EADDRNOTAVAIL: "choose an address of this machine; a fresh one may need a second to become usable",
        errno.EACCES: "choose a port above 1023, or run with the right to use it",
    }.get(problem.errno or 0, "check the interface and the address")
    what = f"{kind} port {where.port} is taken" if problem.errno == errno.EADDRINUSE else ""
    return UnreachableError(what or f"cannot open {kind} {where}: {_words(problem)}", where=str(where), do=advice)


def _words(problem: OSError) -> str:
    return os.strerror(problem.errno) if problem.errno else str(problem)
