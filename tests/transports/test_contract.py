"""Every network of ours keeps the contract, in real and in virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from harness.transports.base import ConnectionLost, Network, Stream
from harness.transports.clock import run
from harness.transports.contract import NETWORK_CONTRACT, STREAM_CONTRACT, ContractBroken, connected
from harness.transports.memory import MemoryNetwork, in_pieces, joined
from harness.transports.network import SocketNetwork

NETWORKS: dict[str, Callable[[], Network]] = {
    "memory": MemoryNetwork,
    "memory-in-pieces": lambda: MemoryNetwork(segmentation=in_pieces(1000)),
    "memory-joined": lambda: MemoryNetwork(segmentation=joined),
    "sockets-lo": lambda: SocketNetwork("lo"),
    "sockets-any": SocketNetwork,
}


@pytest.mark.parametrize("virtual", [True, False], ids=["virtual", "real"])
@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("promise", STREAM_CONTRACT, ids=lambda promise: promise.__name__)
def test_streams_keep_their_promises(
    promise: Callable[[Stream, Stream], Awaitable[None]], make: Callable[[], Network], virtual: bool
) -> None:
    async def keep() -> None:
        network = make()
        await promise(*await connected(network))
        await network.close()

    run(keep(), virtual=virtual)


@pytest.mark.parametrize("virtual", [True, False], ids=["virtual", "real"])
@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("promise", NETWORK_CONTRACT, ids=lambda promise: promise.__name__)
def test_networks_keep_their_promises(
    promise: Callable[[Network], Awaitable[None]], make: Callable[[], Network], virtual: bool
) -> None:
    async def keep() -> None:
        network = make()
        await promise(network)
        await network.close()

    run(keep(), virtual=virtual)


class Forgetful:
    """A stream that loses every second byte: what the contract is for."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.peer, self.local = stream.peer, "elsewhere"

    async def receive(self) -> bytes:
        return (await self._stream.receive())[::2]

    async def send(self, data: bytes) -> None:
        await self._stream.send(data)

    async def close(self) -> None:
        self._stream.abort()

    def abort(self) -> None:
        self._stream.abort()


@pytest.mark.parametrize(
    "name", ["ends_orderly", "closing_on_unread_bytes_is_orderly", "may_be_closed_twice", "names_its_ends"]
)
def test_the_contract_catches_a_bad_stream(name: str) -> None:
    async def keep() -> None:
        one, other = await connected(MemoryNetwork())
        promise = next(promise for promise in STREAM_CONTRACT if promise.__name__ == name)
        await promise(Forgetful(one), Forgetful(other))

    with pytest.raises((ContractBroken, ConnectionLost)):
        run(keep(), virtual=True)
