"""Our ends of OCPP over TLS against the `websockets` package on the standard library's own TLS, on loopback."""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import websockets
from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.ocpp_security import OCPP_TLS, SecurityProfile
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.pki.build import Pki
from harness.pki.credentials import Credentials, pem
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind
from harness.pki.variants import ChainVariant
from harness.trace.entry import Link, TlsSeen
from harness.trace.recorder import Recorder
from harness.transports.clock import running_clock, time_of_day
from harness.transports.network import SocketNetwork
from harness.transports.tls.profile import TlsVersion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

HOST, NAME = "127.0.0.1", "csms.v2x-harness.invalid"
SERIAL = "EMU-0001"
BOOT = [2, "1", "BootNotification", {"reason": "PowerUp", "chargingStation": {"model": "m", "vendorName": "v"}}]
KINDS = [ChainVariant.USUAL, ChainVariant.RSA]
VERSIONS = [TlsVersion.TLS12, TlsVersion.TLS13]


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.generate(time_of_day())


def context(own: Credentials, roots: tuple[bytes, ...], folder: Path, *, server: bool) -> ssl.SSLContext:
    """What the standard library needs, from files as a person would keep them."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    chain, key = own.write_pem(folder, "own")
    made.load_cert_chain(chain, key)
    made.load_verify_locations(cadata="".join(pem(root).decode() for root in roots))
    made.verify_mode = ssl.CERT_REQUIRED
    if not server:
        # The library wants a subjectAltName; OCPP has the host in the common name.
        made.check_hostname = False
    return made


def roots(pki: Pki, kind: ChainKind) -> tuple[bytes, ...]:
    return (*pki.roots(kind), *pki.roots(kind, ChainVariant.RSA))


def our_backend(pki: Pki) -> Csms:
    chains = tuple(pki.chain(ChainKind.CSMS, name=NAME, variant=variant) for variant in KINDS)
    return Csms().secured(
        profile=SecurityProfile.TLS_MUTUAL,
        chains=chains,
        roots=roots(pki, ChainKind.STATION),
        owner="Harness CSO",
        serials={"CP-1": SERIAL},
    )


@asynccontextmanager
async def backend(csms: Csms) -> AsyncIterator[tuple[str, Recorder]]:
    network, clock, recorder = SocketNetwork(), running_clock(), Recorder(Role.STATION)
    endpoint = CsmsEndpoint(csms, network, clock, recorder, host=HOST)
    url = await endpoint.open()
    running = asyncio.create_task(endpoint.run())
    yield url, recorder
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await network.close()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("variant", KINDS)
async def test_a_foreign_station_at_our_backend(
    pki: Pki, tmp_path: Path, variant: ChainVariant, version: TlsVersion
) -> None:
    own = pki.chain(ChainKind.STATION, name=SERIAL, organisation="Harness CSO", variant=variant)
    client = context(own, roots(pki, ChainKind.CSMS), tmp_path, server=False)
    client.maximum_version = ssl.TLSVersion.TLSv1_2 if version is TlsVersion.TLS12 else ssl.TLSVersion.TLSv1_3

    async with (
        backend(our_backend(pki)) as (url, recorder),
        websockets.connect(f"{url}/CP-1", ssl=client, subprotocols=["ocpp2.0.1"]) as socket,  # type: ignore[list-item]
    ):
        await socket.send(json.dumps(BOOT))
        answer = json.loads(await socket.recv())

    assert url.startswith("wss://")
    assert (answer[0], answer[2]["status"]) == (3, "Accepted")
    [handshake] = recorder.trace().all(TlsSeen, event="handshake", link=Link.OCPP)
    assert handshake.facts["version"] == version.value
    assert handshake.facts["peer_chain"][0] == own.chain[0].hex()


@pytest.mark.parametrize("suite", ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"])
async def test_a_foreign_station_with_one_suite(pki: Pki, tmp_path: Path, suite: str) -> None:
    own = pki.chain(ChainKind.STATION, name=SERIAL, organisation="Harness CSO")
    client = context(own, roots(pki, ChainKind.CSMS), tmp_path, server=False)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers(suite)

    async with (
        backend(our_backend(pki)) as (url, _),
        websockets.connect(f"{url}/CP-1", ssl=client, subprotocols=["ocpp2.0.1"]) as socket,  # type: ignore[list-item]
    ):
        await socket.send(json.dumps(BOOT))
        answer = json.loads(await socket.recv())

    assert answer[2]["status"] == "Accepted"


async def test_a_foreign_station_of_another_name_is_kept_out(pki: Pki, tmp_path: Path) -> None:
    own = pki.chain(ChainKind.STATION, name="OTHER-0001", organisation="Harness CSO")
    client = context(own, roots(pki, ChainKind.CSMS), tmp_path, server=False)

    async with backend(our_backend(pki)) as (url, _):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(f"{url}/CP-1", ssl=client, subprotocols=["ocpp2.0.1"])  # type: ignore[list-item]

    assert refused.value.response.status_code == 401


class ForeignBackend:
    """A server of the package, which answers boots and nothing else."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.certificates: list[object] = []
        self.booted = asyncio.Event()

    async def serve(self, socket: websockets.ServerConnection) -> None:
        self.certificates.append(socket.transport.get_extra_info("peercert"))
        async for text in socket:
            kind, number, action, *_ = json.loads(text)
            self.heard.append(action)
            told = {"currentTime": "2026-01-01T00:00:00Z", "interval": 300, "status": "Accepted"}
            if kind == 2:
                await socket.send(json.dumps([3, number, told if action == "BootNotification" else {}]))
            if action == "SecurityEventNotification":
                self.booted.set()


async def meet(station: Station, server: ssl.SSLContext) -> tuple[ForeignBackend, Recorder]:
    """Our station at a foreign backend, until the boot is through or ten seconds are over."""
    foreign, network, clock, recorder = ForeignBackend(), SocketNetwork(), running_clock(), Recorder(Role.CSMS)
    async with websockets.serve(foreign.serve, HOST, 0, ssl=server, subprotocols=["ocpp2.0.1"]) as listening:  # type: ignore[list-item]
        port = next(iter(listening.sockets)).getsockname()[1]
        link = BackendLink(station, Plant(station.settings), network, clock, recorder, url=f"wss://{HOST}:{port}/ocpp")
        running = asyncio.create_task(link.run())
        waiting = asyncio.create_task(foreign.booted.wait())
        enough = {waiting}
        until = clock.now() + 10
        while not waiting.done() and clock.now() < until and not recorder.trace().all(TlsSeen, event="refused"):
            await clock.wait_for_any(enough, clock.now() + 0.02)
        for task in (running, waiting):
            task.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        await network.close()
    return foreign, recorder


def our_station(pki: Pki) -> Station:
    return Station().secured(
        profile=SecurityProfile.TLS_MUTUAL,
        host=NAME,
        credentials=pki.station_chain(SERIAL),
        roots=roots(pki, ChainKind.CSMS),
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("variant", KINDS)
async def test_our_station_at_a_foreign_backend(
    pki: Pki, tmp_path: Path, variant: ChainVariant, version: TlsVersion
) -> None:
    own = pki.chain(ChainKind.CSMS, name=NAME, variant=variant)
    server = context(own, roots(pki, ChainKind.STATION), tmp_path, server=True)
    profile = replace(OCPP_TLS, highest=version)

    foreign, recorder = await meet(our_station(pki).secured(tls_profile=profile), server)

    assert foreign.heard[0] == "BootNotification"
    assert f"'{SERIAL}'" in str(foreign.certificates[0])
    [handshake] = recorder.trace().all(TlsSeen, event="handshake", link=Link.OCPP)
    assert (handshake.facts["version"], handshake.facts["verify"]) == (version.value, "ok")


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, None], ids=str)
async def test_our_station_refuses_a_foreign_backend(pki: Pki, tmp_path: Path, flaw: Flaw | None) -> None:
    own = pki.csms_chain(NAME if flaw else "somebody.else.invalid", flaw)
    server = context(own, roots(pki, ChainKind.STATION), tmp_path, server=True)

    foreign, recorder = await meet(our_station(pki), server)

    assert foreign.heard == []
    refused = recorder.trace().first(TlsSeen, event="refused", link=Link.OCPP)
    assert refused.facts["outcome"] == "refused by us"
