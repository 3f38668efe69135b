"""npm ocpp-ws-cli tests our backend; what it blames is explained by the OCPP text in docs/interop.md."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.trace.recorder import Recorder
from harness.transports.clock import running_clock
from harness.transports.network import SocketNetwork
from tests.interop_ocpp.node_peers import CLI, ROOT, node, with_cli

LIMIT = 60.0
EXPLAINED = {"Server enforces MessageId is a string", "Server rejects missing payload in CALL"}
PAGE = ROOT / "docs" / "interop.md"


@node
@with_cli
async def test_its_rpc_suite_blames_nothing_that_is_not_explained(tmp_path: Path) -> None:
    network, recorder = SocketNetwork(), Recorder(Role.STATION)
    endpoint = CsmsEndpoint(Csms(), network, running_clock(), recorder, host="127.0.0.1")
    url = await endpoint.open()
    running = asyncio.create_task(endpoint.run())
    script = CLI.resolve() / "node_modules" / "ocpp-ws-cli" / "dist" / "index.js"
    arguments = ("test", "-e", url, "-i", "T1", "-p", "ocpp2.0.1", "--suite", "rpc", "--report", "json")
    process = await asyncio.create_subprocess_exec(
        "node", str(script), *arguments, cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(LIMIT):
        await process.wait()
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await network.close()

    (report,) = tmp_path.rglob("ocpp-test-report-*.json")
    results: list[dict[str, Any]] = json.loads(report.read_text())["testResults"]
    assert len(results) == 8
    assert {one["name"] for one in results if not one["passed"]} == EXPLAINED


def test_what_it_blames_is_explained() -> None:
    page = PAGE.read_text()
    assert all(name in page for name in EXPLAINED)
