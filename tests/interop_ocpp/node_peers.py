"""Peers from npm as processes that print one JSON object a line."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.transports.clock import running_clock

ROOT = Path(__file__).parents[2]
RPC = ROOT / ".peers" / "ocpp-rpc"
CLI = ROOT / ".peers" / "ocpp-ws-cli"
SCRIPTS = ROOT / "profiles" / "peers" / "ocpp-rpc"
PATIENCE = 40.0

node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
with_rpc = pytest.mark.skipif(
    not (RPC / "node_modules" / "ocpp-rpc").is_dir(), reason="npm ocpp-rpc is missing; run `make peers`"
)
with_cli = pytest.mark.skipif(
    not (CLI / "node_modules" / "ocpp-ws-cli").is_dir(), reason="npm ocpp-ws-cli is missing; run `make peers`"
)


class NodePeer:
    """A script as a process; `told` grows with every line that it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.told: list[dict[str, Any]] = []

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.told.append(json.loads(line))

    def all(self, key: str) -> list[Any]:
        """What it told under a key."""
        return [one[key] for one in self.told if key in one]


@asynccontextmanager
async def peer(script: str, *arguments: str) -> AsyncIterator[NodePeer]:
    """Run a script of ours on top of npm ocpp-rpc."""
    command = (str(SCRIPTS / script), str(RPC), *arguments)
    process = await asyncio.create_subprocess_exec("node", *command, stdout=asyncio.subprocess.PIPE, limit=2**22)
    one = NodePeer(process)
    reading = asyncio.create_task(one.read())
    try:
        yield one
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def until(reached: Callable[[], Any]) -> None:
    """Wait for the other side."""
    clock = running_clock()
    limit = clock.now() + PATIENCE
    while not reached():
        if clock.now() > limit:
            pytest.fail(f"the peer did not go on within {PATIENCE:g} s")
        await clock.wait_until(clock.now() + 0.01)
