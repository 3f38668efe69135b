"""The same two sides over real sockets on loopback, with UDP discovery and TLS over TCP."""

from __future__ import annotations

import asyncio
import os

import pytest

from harness.endpoints.ev.endpoint import EvEndpoint, Outcome
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.endpoints.station.v2g_listener import V2gListener
from harness.pki.build import Pki
from harness.trace.recorder import Recorder
from harness.transports.clock import run, running_clock
from harness.transports.network import SocketNetwork


def meet(settings: StationSettings, *, tls: bool, virtual: bool) -> tuple[Outcome, int]:
    async def session() -> tuple[Outcome, int]:
        clock, recorder, network = running_clock(), Recorder(), SocketNetwork()
        pki = Pki.generate(clock.now())
        plant = Plant(settings)
        plant.listen(
            lambda told: plant.authorise("accepted", told.at) if type(told).__name__ == "AuthorisationWanted" else None
        )
        port = Station(credentials=pki.secc_chain() if tls else None, trust=pki.oem_roots)
        station = V2gListener(port, plant, network, clock, recorder, entropy=os.urandom, observe=False, sdp_port=0)
        await station.open()
        serving = asyncio.create_task(station.serve())
        ev = Ev(tls=tls, credentials=pki.vehicle_chain(), trust=pki.v2g_roots, loops=3, loop_interval=0.05)
        vehicle = EvEndpoint(network, clock, recorder, sdp_port=station.discovery_port or 0)
        outcome = await vehicle.run(ev.having(poll_interval=0.05))
        serving.cancel()
        await asyncio.wait([serving])
        await network.close()
        return outcome, len(recorder.trace())

    return run(session(), virtual=virtual)


@pytest.mark.parametrize("virtual", [True, False], ids=["virtual time", "real time"])
@pytest.mark.parametrize("tls", [True, False], ids=["tls", "plain"])
def test_session_over_real_sockets(tls: bool, virtual: bool) -> None:
    outcome, entries = meet(StationSettings(backend=False, allow_plain_tcp=not tls), tls=tls, virtual=virtual)

    assert (outcome.state, outcome.why) == ("finished", "")
    assert entries > 50
