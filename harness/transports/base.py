"""What every transport offers: byte streams, listeners, datagrams, and the network that makes them."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from harness.core.errors import HarnessError


class LossKind(StrEnum):
    """How a connection ended, if not orderly."""

    RESET = "reset"
    """The peer, or the network, tore it down."""
    ABORTED = "aborted"
    """Our own side tore it down, or had closed it before."""


class ConnectionLost(HarnessError):
    """A connection ended other than orderly."""

    def __init__(self, how: LossKind, detail: str = "") -> None:
        """Keep the kind apart for those who judge it."""
        self.how, self.detail = how, detail
        super().__init__(f"connection {how}" + (f": {detail}" if detail else ""))


class Address(Struct, frozen=True):
    """One end of a connection or datagram; a link-local host carries its scope (`fe80::1%veth0`)."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Stream(Protocol):
    """A connection that carries bytes in order, whatever the sizes they were sent in.

    `receive` may be cancelled without losing bytes. One task receives at a time; sends of several tasks are
    never mixed.
    """

    @property
    def peer(self) -> str:
        """The other end, to print."""

    @property
    def local(self) -> str:
        """This end, to print."""

    async def receive(self) -> bytes:
        """The next bytes; `b""` once the peer has ended orderly, and after our own `close`.

        Raises:
            ConnectionLost: the peer reset the connection, or we aborted it.
        """

    async def send(self, data: bytes) -> None:
        """Send all bytes.

        Raises:
            ConnectionLost: the connection is gone, or was closed on this side.
        """

    async def close(self) -> None:
        """End orderly; what was sent before still arrives. Closing again does nothing."""

    def abort(self) -> None:
        """Tear down at once, so that the peer sees a reset. Does nothing on a closed stream."""


class Listener(Protocol):
    """Waits for connections."""

    @property
    def address(self) -> str:
        """The host that peers connect to, with its scope if it has one."""

    @property
    def port(self) -> int:
        """The port that peers connect to."""

    async def accept(self) -> Stream:
        """The next connection.

        Raises:
            ConnectionLost: the listener was closed.
        """

    async def close(self) -> None:
        """Stop listening; connections accepted before live on, those still waiting are reset."""


class Datagrams(Protocol):
    """A socket for datagrams."""

    @property
    def local(self) -> Address:
        """Where answers to what is sent from here arrive."""

    async def receive(self) -> tuple[bytes, Address]:
        """The next datagram and who sent it.

        Raises:
            ConnectionLost: the socket was closed.
        """

    async def send(self, data: bytes, to: Address) -> None:
        """Send one datagram; nobody says whether it arrives.

        Raises:
            UnreachableError: the network refuses to take it.
        """

    async def close(self) -> None:
        """Stop receiving."""


class Network(Protocol):
    """Where endpoints meet: one interface of a machine, or a network in memory."""

    @property
    def local_address(self) -> str:
        """The IPv6 address of this end, with its scope: what a station announces over SDP."""

    @property
    def sdp_destination(self) -> str:
        """Where SDP requests go: the multicast group with its scope, or `::1` where multicast does not work."""

    def scoped(self, host: str) -> str:
        """`host` with the scope of this network's interface if it is link-local and has none."""

    async def listen(self, host: str, port: int = 0) -> Listener:
        """Listen; port 0 takes a free one, an empty host every address.

        Raises:
            UnreachableError: the port is taken or the host is not ours.
        """

    async def connect(self, host: str, port: int) -> Stream:
        """Connect.

        Raises:
            UnreachableError: nobody answers there; says what was tried.
        """

    async def datagrams(self, port: int = 0, *, group: str | None = None) -> Datagrams:
        """Open a datagram socket; port 0 takes a free one, `group` joins a multicast group.

        Raises:
            UnreachableError: the port is taken or the group cannot be joined.
        """

    async def close(self) -> None:
        """Close everything of this network that is still open; streams are aborted."""
