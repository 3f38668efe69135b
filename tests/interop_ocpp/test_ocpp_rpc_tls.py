"""Our station at npm ocpp-rpc over mutual TLS of Node, which validates every message, on loopback."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.ocpp_security import SecurityProfile
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.pki.build import Pki
from harness.pki.credentials import pem
from harness.pki.recipe import ChainKind
from harness.trace.recorder import Recorder
from harness.transports.clock import running_clock, time_of_day
from harness.transports.network import SocketNetwork

ROOT = Path(__file__).parents[2]
PEER = ROOT / ".peers" / "ocpp-rpc"
SERVER = ROOT / "profiles" / "peers" / "ocpp-rpc" / "tls_server.js"
NAME = "csms.v2x-harness.invalid"
LIMIT = 20.0

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (PEER / "node_modules" / "ocpp-rpc").is_dir(), reason="npm ocpp-rpc is missing; run `make peers`"
    ),
]


async def told(output: asyncio.StreamReader, key: str, value: str = "") -> list[dict[str, Any]]:
    """What the peer prints, up to the first line with this key, and this value if one is named."""
    lines: list[dict[str, Any]] = []
    while not lines or key not in lines[-1] or (value and lines[-1][key] != value):
        line = await output.readline()
        assert line, "the peer ended"
        lines.append(json.loads(line))
    return lines


async def test_a_boot_over_mutual_tls(tmp_path: Path) -> None:
    pki = Pki.generate(time_of_day())
    chain, key = pki.csms_chain(NAME).write_pem(tmp_path, "csms")
    roots = tmp_path / "roots.pem"
    roots.write_bytes(b"".join(pem(root) for root in pki.roots(ChainKind.STATION)))
    arguments = (str(SERVER), str(PEER), str(chain), str(key), str(roots))
    process = await asyncio.create_subprocess_exec("node", *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    station = Station().secured(
        profile=SecurityProfile.TLS_MUTUAL,
        host=NAME,
        credentials=pki.station_chain("EMU-0001"),
        roots=pki.roots(ChainKind.CSMS),
    )
    network = SocketNetwork()
    running: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(LIMIT):
            port = (await told(process.stdout, "listening"))[-1]["listening"]
            url = f"wss://127.0.0.1:{port}/ocpp"
            recorder = Recorder(Role.CSMS)
            link = BackendLink(station, Plant(station.settings), network, running_clock(), recorder, url=url)
            running = asyncio.create_task(link.run())
            lines = await told(process.stdout, "heard", "SecurityEventNotification")
    finally:
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await network.close()
        process.terminate()
        await process.communicate()

    assert [one for one in lines if "invalid" in one] == []
    [connected] = [one for one in lines if "connected" in one]
    assert (connected["connected"], connected["authorized"]) == ("V2X-STATION-1", True)
    assert connected["subject"]["CN"] == "EMU-0001"
    assert connected["version"] == "TLSv1.3"
    heard = [one["heard"] for one in lines if "heard" in one]
    assert heard == ["BootNotification", "StatusNotification", "SecurityEventNotification"]
