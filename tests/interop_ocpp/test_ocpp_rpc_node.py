"""Our station at npm ocpp-rpc in strict mode, which validates every message both ways, on loopback."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.core.case import Role
from harness.endpoints.station.contract_post import INSTALL, Letter
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Needs
from harness.endpoints.station.station import Station
from harness.endpoints.station.stock import store_of
from harness.kit.backend import with_certificates
from harness.kit.certificates import STATION, renewing
from harness.pki.build import Pki
from harness.pki.credentials import pem
from harness.pki.recipe import ChainKind
from harness.trace.recorder import Recorder
from harness.transports.clock import running_clock
from harness.transports.network import SocketNetwork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

ROOT = Path(__file__).parents[2]
PEER = ROOT / ".peers" / "ocpp-rpc"
SERVER = ROOT / "profiles" / "peers" / "ocpp-rpc" / "server.js"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (PEER / "node_modules" / "ocpp-rpc").is_dir(), reason="npm ocpp-rpc is missing; run `make peers`"
    ),
]

NEEDS = Needs(max_charge_current=120.0, max_voltage=800.0, max_charge_power=60_000.0, target_energy=30_000.0)


class Peer:
    """The server as a process; `told` grows with every line that it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.told: list[dict[str, Any]] = []
        self.port = 0

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            thing = json.loads(line)
            self.port = thing.get("listening", self.port)
            self.told.append(thing)

    def heard(self, action: str) -> list[dict[str, Any]]:
        return [one["payload"] for one in self.told if one.get("heard") == action]


@asynccontextmanager
async def strict_backend(*more: Path) -> AsyncIterator[Peer]:
    arguments = [str(one) for one in (SERVER, PEER, *more)]
    process = await asyncio.create_subprocess_exec("node", *arguments, stdout=asyncio.subprocess.PIPE)
    peer = Peer(process)
    reading = asyncio.create_task(peer.read())
    try:
        await until(lambda: peer.port > 0)
        yield peer
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def until(reached: Callable[[], bool]) -> None:
    clock = running_clock()
    limit = clock.now() + 20
    while not reached():
        if clock.now() > limit:
            pytest.fail("the peer did not go on within 20 s")
        await clock.wait_until(clock.now() + 0.01)


async def test_a_whole_session_at_a_strict_backend() -> None:
    clock, network = running_clock(), SocketNetwork()
    station = Station(backend_password="correct horse battery").set(authorisation_delay=0.05)
    plant = Plant(station.settings)
    recorder = Recorder(Role.CSMS)
    async with strict_backend() as peer:
        url = f"ws://127.0.0.1:{peer.port}/ocpp"
        link = BackendLink(station, plant, network, clock, recorder, url=url)
        running = asyncio.create_task(link.run())
        await until(lambda: link.session.registration == "Accepted")
        plant.ev_connected_hlc("WMIV2XEV0001", clock.now())
        plant.authorisation_wanted(clock.now())
        await until(lambda: plant.authorisation == "accepted")
        plant.needs_given(NEEDS, clock.now())
        await until(lambda: plant.limits(clock.now()).max_charge_power == 8100.5)
        plant.energy_started(clock.now())
        plant.advance(clock.now(), 400.0, 20.0)
        await until(lambda: plant.notification(clock.now()) == "terminate")
        plant.energy_stopped(clock.now())
        plant.session_stopped("terminate", clock.now())
        plant.unplugged(clock.now())
        await until(lambda: len(peer.heard("StatusNotification")) == 3 and link.session.kept == 0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await network.close()

    assert [one for one in peer.told if "invalid" in one] == []
    connected = next(one for one in peer.told if "connected" in one)
    assert connected == {"connected": "V2X-STATION-1", "password": "correct horse battery"}
    events = peer.heard("TransactionEvent")
    assert [event["seqNo"] for event in events] == list(range(len(events)))
    assert events[-1]["triggerReason"] == "RemoteStop"
    answers = {one["said"]: one["answer"] for one in peer.told if "said" in one}
    assert answers["SetChargingProfile"] == {"status": "Accepted"}
    assert answers["GetTransactionStatus"]["ongoingIndicator"] is True
    assert answers["GetVariables"]["getVariableResult"][0]["attributeValue"] == "EVConnected,Authorized"
    assert answers["RequestStopTransaction"] == {"status": "Accepted"}
    assert [one for one in peer.told if "refused" in one or "invalid" in one] == []


async def test_certificates_at_a_strict_backend(tmp_path: Path) -> None:
    clock, network = running_clock(), SocketNetwork()
    pki = Pki.generate(clock.now())
    root = tmp_path / "root.pem"
    root.write_bytes(pem(pki.decoy_root(ChainKind.CONTRACT)))
    station = with_certificates(Station(credentials=pki.secc_chain(), trust=pki.v2g_roots), pki)
    station = renewing(station, STATION)
    plant = Plant(station.settings, certificates=store_of(station))
    async with strict_backend(root) as peer:
        url = f"ws://127.0.0.1:{peer.port}/ocpp"
        link = BackendLink(station, plant, network, clock, Recorder(Role.CSMS), url=url)
        running = asyncio.create_task(link.run())
        await until(lambda: any(one["type"].startswith("Invalid") for one in peer.heard("SecurityEventNotification")))
        letter = Letter(action=INSTALL, schema="urn:iso:std:iso:15118:-20:CommonMessages", exi=b"TEST ONLY")
        plant.contract_wanted(letter, clock.now())
        await until(lambda: plant.post.arrived(clock.now(), within=20.0))
        link.half.certificates.statuses.ask(clock.now())
        await until(lambda: len(peer.heard("GetCertificateStatus")) == 3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await network.close()

    assert [one for one in peer.told if "invalid" in one or "refused" in one] == []
    answers = {one["said"]: one["answer"]["status"] for one in peer.told if "said" in one}
    assert answers == {
        "InstallCertificate": "Accepted",
        "GetInstalledCertificateIds": "Accepted",
        "DeleteCertificate": "Accepted",
        "CertificateSigned": "Rejected",
    }
    assert len(peer.heard("SignCertificate")) == len(peer.heard("Get15118EVCertificate")) == 1
    assert plant.post.take() is None
