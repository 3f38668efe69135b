"""Whether a real device is there at all, before any case is judged by its silence."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from harness.core.case import Role
from harness.core.errors import ProfileError, UnreachableError
from harness.endpoints.ev.ev import Ev
from harness.framing.sdp import SDP_PORT, SdpRequest, SdpResponse, Security, decode_datagram
from harness.profile.device import Device
from harness.transports.base import Address, Datagrams
from harness.transports.clock import Clock, running_clock
from harness.transports.network import SocketNetwork

ATTEMPTS = 40
INTERVAL = 0.25
"""Seconds between requests of discovery."""
CALL_LIMIT = 60.0
"""Seconds that a station gets to connect to its backend."""
_PORTS = {"ws": 80, "wss": 443}


async def find_station(device: Device, ev: Ev) -> None:
    """Ask by SDP for the station on the device's interface.

    Raises:
        UnreachableError: it does not answer.
    """
    connection = device.connection
    network = SocketNetwork(connection.interface)
    try:
        socket = await network.datagrams()
        to = Address(network.sdp_destination, SDP_PORT)
        request = SdpRequest(Security.TLS if ev.tls else Security.NONE).frame().encode()
        clock = running_clock()
        for _ in range(ATTEMPTS):
            await socket.send(request, to)
            if await _answered(socket, clock):
                return
        raise UnreachableError(
            f"no station answered {ATTEMPTS} SDP requests to {to} within {ATTEMPTS * INTERVAL:g} s",
            where=device.device.id,
            do=f"see that the station is on, and on the link of {connection.interface}",
        )
    finally:
        await network.close()


async def await_caller(device: Device) -> None:
    """Wait until a station without a vehicle side connects to where our backend will be.

    Raises:
        UnreachableError: it does not, or the port is taken.
    """
    network, clock = SocketNetwork(), running_clock()
    try:
        listener = await network.listen("", device.connection.csms_port)
        caller = asyncio.create_task(listener.accept())
        try:
            await clock.wait_for_any((caller,), clock.now() + CALL_LIMIT)
            if not caller.done():
                raise UnreachableError(
                    f"no station connected to port {listener.port} within {CALL_LIMIT:g} s",
                    where=device.device.id,
                    do="see that the station is on, and that this machine and connection.csms_port are its backend",
                )
            await (await caller).close()
        finally:
            caller.cancel()
            await listener.close()
    finally:
        await network.close()


async def find_backend(device: Device) -> None:
    """Open and close a connection to the backend.

    Raises:
        ProfileError: the profile names no address.
        UnreachableError: nobody listens there.
    """
    connection = device.connection
    named = {"csms_url": connection.csms_url} if connection.csms_url or not connection.csms_urls else {}
    named |= {f"csms_urls.{profile}": url for profile, url in connection.csms_urls.items()}
    for key, told in named.items():
        url = urlsplit(told)
        if url.scheme not in _PORTS or not url.hostname:
            raise ProfileError(
                f"connection.{key} is {told!r}",
                where=device.device.id,
                do="name the backend as ws://host:port/path, or as wss://... where it speaks TLS",
            )
        await _knock(url.hostname, url.port or _PORTS[url.scheme])


async def _knock(host: str, port: int) -> None:
    network = SocketNetwork()
    try:
        stream = await network.connect(host, port)
        await stream.close()
    finally:
        await network.close()


async def find_ports(device: Device) -> None:
    """See that nobody else holds the ports at which a device is to find us.

    Raises:
        UnreachableError: one is taken, or the interface is not there.
    """
    connection = device.connection
    if device.role is Role.EV:
        network = SocketNetwork(connection.interface)
        try:
            await network.datagrams(SDP_PORT)
        finally:
            await network.close()
    elif device.role is Role.STATION and connection.csms_port:
        network = SocketNetwork()
        try:
            listener = await network.listen("", connection.csms_port)
            await listener.close()
        finally:
            await network.close()


async def _answered(socket: Datagrams, clock: Clock) -> bool:
    receiving = asyncio.create_task(socket.receive())
    try:
        await clock.wait_for_any((receiving,), clock.now() + INTERVAL)
        return receiving.done() and isinstance(decode_datagram(receiving.result()[0]), SdpResponse)
    finally:
        receiving.cancel()
