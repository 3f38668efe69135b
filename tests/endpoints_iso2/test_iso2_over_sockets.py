"""ISO 15118-2 and DIN SPEC 70121 over real sockets on loopback: UDP discovery, TCP, TLS 1.2."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest

from harness.endpoints.ev.endpoint import EvEndpoint, Outcome
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.endpoints.station.v2g_listener import V2gListener
from harness.trace.entry import TlsSeen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import run, running_clock
from harness.transports.network import SocketNetwork
from tests.endpoints_iso2.conftest import AC, BOTH, CITY, DC, OLD, elder, having, small

if TYPE_CHECKING:
    from harness.endpoints.station.settings import StationSettings
    from tests.endpoints_iso2.conftest import Papers


def meet(ev: Ev, settings: StationSettings, port: Station) -> tuple[Outcome, Trace]:
    async def session() -> tuple[Outcome, Trace]:
        clock, recorder, network = running_clock(), Recorder(), SocketNetwork()
        plant = Plant(settings)

        def accept(told: Any) -> None:
            if type(told).__name__ in {"AuthorisationWanted", "TokenPresented"}:
                plant.authorise("accepted", told.at)

        plant.listen(accept)
        station = V2gListener(port, plant, network, clock, recorder, entropy=os.urandom, sdp_port=0)
        await station.open()
        serving = asyncio.create_task(station.serve())
        vehicle = EvEndpoint(network, clock, recorder, observe=False, sdp_port=station.discovery_port or 0)
        outcome = await vehicle.run(ev)
        serving.cancel()
        await asyncio.wait([serving])
        await network.close()
        return outcome, recorder.trace()

    return run(session(), virtual=True)


@pytest.mark.parametrize("service", [AC, DC])
def test_without_tls(service: int) -> None:
    outcome, trace = meet(small(service), CITY, Station())

    assert (outcome.state, outcome.why) == ("finished", "")
    assert not trace.all(TlsSeen)


def test_din() -> None:
    outcome, _ = meet(elder(), OLD, Station())

    assert (outcome.state, outcome.why) == ("finished", "")


@pytest.mark.parametrize("get", ["nothing", "installation", "update"])
@pytest.mark.parametrize("service", [AC, DC])
def test_contract_over_tls_1_2(papers: Papers, service: int, get: str) -> None:
    settings = having(CITY, payments=BOTH, certificate_service=True, receipt_every=2)
    ev = papers.ev(service, contract=papers.contract, provisioning=papers.provisioning, get=get)
    outcome, trace = meet(ev, settings, papers.port())

    assert (outcome.state, outcome.why) == ("finished", "")
    (handshake,) = [entry for entry in trace.all(TlsSeen) if entry.facts.get("version")]
    assert handshake.facts["version"] == "TLSv1.2"
    assert handshake.facts["suite"] == "ECDHE-ECDSA-AES128-SHA256"
