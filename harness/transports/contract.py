"""What every transport must do, as coroutines that raise `ContractBroken` where one does not.

`STREAM_CONTRACT` takes both ends of a fresh connection, `NETWORK_CONTRACT` a network; tests run all of them over
each implementation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from harness.core.errors import UnreachableError
from harness.transports.base import Address, LossKind, Network, Stream
from harness.transports.contract_stream import STREAM_CONTRACT
from harness.transports.contract_terms import ContractBroken, holds, loss, started

__all__ = ["NETWORK_CONTRACT", "STREAM_CONTRACT", "ContractBroken", "connected"]

_GROUP = "ff02::1"


async def connected(network: Network) -> tuple[Stream, Stream]:
    """Both ends of a fresh connection: the connecting one, then the accepted one."""
    listener = await network.listen("")
    client, server = await asyncio.gather(network.connect(listener.address, listener.port), listener.accept())
    await listener.close()
    return client, server


async def says_that_nobody_listens(network: Network) -> None:
    """Connecting to a port where nobody listens names what was tried."""
    listener = await network.listen("")
    address, port = listener.address, listener.port
    await listener.close()
    _names_port(await _unreachable(network.connect(address, port)), port)


async def says_that_a_port_is_taken(network: Network) -> None:
    """A second listener or datagram socket on a port is refused, until the first is closed."""
    listener = await network.listen("")
    _names_port(await _unreachable(network.listen("", listener.port)), listener.port)
    await listener.close()
    await (await network.listen("", listener.port)).close()
    datagrams = await network.datagrams()
    port = datagrams.local.port
    _names_port(await _unreachable(network.datagrams(port)), port)
    await datagrams.close()
    await (await network.datagrams(port)).close()


async def closing_a_listener_wakes_and_resets(network: Network) -> None:
    """Who waits in `accept` is told; who connected and was never accepted is reset."""
    listener = await network.listen("")
    waiting = await started(listener.accept())
    await listener.close()
    await loss(waiting)
    listener = await network.listen("")
    client = await network.connect(listener.address, listener.port)
    await listener.close()
    await loss(client.receive())
    client.abort()


async def answers_datagrams(network: Network) -> None:
    """A datagram says whom to answer, and the answer arrives."""
    asking, answering = await network.datagrams(), await network.datagrams()
    await asking.send(b"where?", Address(network.local_address, answering.local.port))
    question, who = await answering.receive()
    await answering.send(b"here", who)
    answer, _ = await asking.receive()
    holds((question, answer) == (b"where?", b"here"), "question and answer arrive as they were sent")
    await asking.close()
    await answering.close()


async def finds_the_group(network: Network) -> None:
    """What goes to `sdp_destination` reaches a socket that joined the group, and the answer comes back."""
    station = await network.datagrams(group=_GROUP)
    vehicle = await network.datagrams()
    await vehicle.send(b"request", Address(network.sdp_destination, station.local.port))
    data, who = await station.receive()
    holds(data == b"request", "the request arrives unchanged")
    holds(who.port == vehicle.local.port, "the sender's port is the vehicle's")
    await station.send(b"response", who)
    holds((await vehicle.receive())[0] == b"response", "the response comes back")
    await station.close()
    await vehicle.close()


async def closing_datagrams_wakes(network: Network) -> None:
    """Who waits for a datagram is told that the socket was closed."""
    datagrams = await network.datagrams()
    waiting = await started(datagrams.receive())
    await datagrams.close()
    holds((await loss(waiting)).how is LossKind.ABORTED, "a closed socket ends the wait")
    await datagrams.close()


async def closes_everything(network: Network) -> None:
    """Closing the network closes what is open."""
    listener = await network.listen("")
    client = await network.connect(listener.address, listener.port)
    server = await listener.accept()
    datagrams = await network.datagrams()
    await network.close()
    for waiting in (client.receive(), server.receive(), listener.accept(), datagrams.receive()):
        await loss(waiting)


NETWORK_CONTRACT: tuple[Callable[[Network], Awaitable[None]], ...] = (
    says_that_nobody_listens,
    says_that_a_port_is_taken,
    closing_a_listener_wakes_and_resets,
    answers_datagrams,
    finds_the_group,
    closing_datagrams_wakes,
    closes_everything,
)


def _names_port(problem: UnreachableError, port: int) -> None:
    holds(str(port) in str(problem), f"port {port} is named in {str(problem)!r}")
    holds(bool(problem.do), "the error says what to do")


async def _unreachable(waiting: Awaitable[object]) -> UnreachableError:
    try:
        await waiting
    except UnreachableError as problem:
        return problem
    raise ContractBroken("what cannot be reached was reached")
