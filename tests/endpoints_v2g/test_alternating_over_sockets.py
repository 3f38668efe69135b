"""A bidirectional session of alternating current over real sockets: UDP discovery, mutual TLS 1.3, loopback."""

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
from harness.messages.iso20.ac import AcChargeLoopReq, BptDynamicAcClReqControlMode
from harness.messages.iso20.energy import EnergyService
from harness.pki.build import Pki
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import run, running_clock
from harness.transports.network import SocketNetwork


def session(*, virtual: bool) -> tuple[Outcome, Trace]:
    async def meet() -> tuple[Outcome, Trace]:
        clock, recorder, network = running_clock(), Recorder(), SocketNetwork()
        pki = Pki.generate(clock.now())
        plant = Plant(StationSettings(backend=False, services=(int(EnergyService.AC_BPT),)))
        plant.listen(
            lambda told: plant.authorise("accepted", told.at) if type(told).__name__ == "AuthorisationWanted" else None
        )
        port = Station(credentials=pki.secc_chain(), trust=pki.oem_roots)
        station = V2gListener(port, plant, network, clock, recorder, entropy=os.urandom, observe=False, sdp_port=0)
        await station.open()
        serving = asyncio.create_task(station.serve())
        ev = Ev(credentials=pki.vehicle_chain(), trust=pki.v2g_roots, loops=3, loop_interval=0.05).on_ac()
        vehicle = EvEndpoint(network, clock, recorder, sdp_port=station.discovery_port or 0)
        outcome = await vehicle.run(ev.having(poll_interval=0.05))
        serving.cancel()
        await asyncio.wait([serving])
        await network.close()
        return outcome, recorder.trace()

    return run(meet(), virtual=virtual)


@pytest.mark.parametrize("virtual", [True, False], ids=["virtual time", "real time"])
def test_bidirectional_alternating_current_over_tls(virtual: bool) -> None:
    outcome, trace = session(virtual=virtual)

    assert (outcome.state, outcome.why) == ("finished", "")
    cycles = [entry.message for entry in trace if isinstance(entry.message, AcChargeLoopReq)]
    assert len(cycles) == 3
    assert all(isinstance(cycle.control_mode, BptDynamicAcClReqControlMode) for cycle in cycles)
