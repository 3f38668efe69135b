"""The refusal that comes behind a TLS 1.3 handshake is seen by the client, whichever engines meet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.transports.base import Network
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork, in_pieces
from harness.transports.network import SocketNetwork
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.profile import STRICT_20
from harness.transports.tls.report import HandshakeReport, Outcome
from harness.transports.tls.secure import secure_client, secure_server
from tests.transports_tls.meeting import told

PKI = Pki.generate(VIRTUAL_EPOCH)
ENGINES: dict[str, dict[str, Any]] = {"openssl": {}, "adversary": {"adversary": Adversary()}}
ALERTS = {Flaw.EXPIRED: 45, Flaw.UNKNOWN_ROOT: 48, Flaw.WRONG_EXTENDED_KEY_USAGE: 43}
NETWORKS: dict[str, Callable[[], Network]] = {
    "memory": MemoryNetwork,
    "in pieces": lambda: MemoryNetwork(segmentation=in_pieces(7)),
    "sockets": lambda: SocketNetwork("lo"),
}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(("ours", "theirs"), tuple(product(ENGINES, ENGINES)))
def test_a_vehicle_always_learns_why_it_was_refused(ours: str, theirs: str, network: str) -> None:
    async def meet(flaw: Flaw) -> tuple[HandshakeReport, HandshakeReport]:
        client, server = await connected(NETWORKS[network]())
        now = running_clock().now
        flawed = PKI.vehicle_chain(flaw=flaw)
        return await asyncio.gather(
            told(secure_client(client, flawed, PKI.v2g_roots, STRICT_20, now=now, **ENGINES[ours])),
            told(secure_server(server, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now, **ENGINES[theirs])),
        )

    for flaw, number in ALERTS.items():
        vehicle, station = run(meet(flaw), virtual=True)

        assert vehicle.engine == ours
        assert station.engine == theirs
        assert station.outcome is Outcome.REFUSED_BY_US
        assert vehicle.outcome is Outcome.REFUSED_BY_PEER, vehicle.error
        assert vehicle.alert_received is not None
        assert vehicle.alert_received.number == number
        assert vehicle.version == "TLSv1.3"
