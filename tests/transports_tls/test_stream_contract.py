"""A TLS stream keeps what every stream promises, in memory and over sockets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from harness.pki.build import Pki
from harness.transports.base import Network, Stream
from harness.transports.clock import run, running_clock
from harness.transports.contract import STREAM_CONTRACT
from harness.transports.memory import MemoryNetwork, in_pieces, joined
from harness.transports.network import SocketNetwork
from tests.transports_tls.meeting import secured_pair

NETWORKS: dict[str, Callable[[], Network]] = {
    "memory": MemoryNetwork,
    "memory-in-pieces": lambda: MemoryNetwork(segmentation=in_pieces(700)),
    "memory-joined": lambda: MemoryNetwork(segmentation=joined),
    "sockets": lambda: SocketNetwork("lo"),
}


@pytest.mark.parametrize("turned", [False, True], ids=["client-first", "server-first"])
@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("clause", STREAM_CONTRACT, ids=lambda clause: clause.__name__)
def test_tls_keeps_the_contract_of_streams(
    clause: Callable[[Stream, Stream], Awaitable[None]], make: Callable[[], Network], turned: bool
) -> None:
    async def meet() -> None:
        network = make()
        pki = Pki.generate(running_clock().now())
        client, server = await secured_pair(pki, network=network)
        await (clause(server, client) if turned else clause(client, server))
        client.abort()
        server.abort()
        await network.close()

    run(meet(), virtual=isinstance(make(), MemoryNetwork))
