"""Round trips of a TransactionEvent between 20 stations and a backend: ours beside the PyPI package `ocpp`.

    python benchmarks/ocpp.py

Stations and backend are two processes on loopback; every payload is checked against its schema on both ends. Ours are
the real classes (the backend's endpoint with its mind; pump and session of a station) with recording off, once
uncompressed and once with permessage-deflate, which the package uses by itself. Then: memory of the backend for each
connection that is open and idle. Exit 1 if the goal is missed.

Nothing of the harness is imported here: this file's own name would stand in the way of the package's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SIDES = Path(__file__).parent / "ocpp_link" / "sides.py"
CONNECTIONS = 20
GOAL = 15.0
ROUNDS = {"package": 40, "deflate": 1000, "plain": 1000}
NAMES = {
    "package": "PyPI ocpp, defaults",
    "deflate": "ours, deflate",
    "plain": "ours, uncompressed",
    "tls": "ours, TLS 1.3",
}
BLOCKS = 3
IDLE = 200


class Server:
    """A backend in a process of its own."""

    def __init__(self, stack: str) -> None:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([sys.executable, SIDES, "server", stack], **pipes)
        self.port = int(self._line())

    def told(self) -> dict[str, float]:
        """Its CPU seconds and KiB in memory so far."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: dict[str, float] = json.loads(self._line())
        return told

    def stop(self) -> None:
        """End it."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def clients(what: str, stack: str, port: int, *numbers: int) -> subprocess.Popen[str]:
    """Stations in a process of their own."""
    arguments = [sys.executable, str(SIDES), what, stack, str(port), *map(str, numbers)]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def measure(stack: str) -> tuple[float, float, float]:
    """Round trips a second, and microseconds of CPU for each at the backend and at the stations; the best block."""
    server = Server(stack)
    best = (0.0, 0.0, 0.0)
    for _ in range(BLOCKS):
        before = server.told()["cpu"]
        out, _ = clients("client", stack, server.port, CONNECTIONS, ROUNDS[stack]).communicate()
        client = json.loads(out)
        trips = CONNECTIONS * ROUNDS[stack]
        at_server = (server.told()["cpu"] - before) / trips
        best = max(best, (trips / client["seconds"], at_server * 1e6, client["cpu"] / trips * 1e6))
    server.stop()
    return best


def idle_memory(stack: str) -> float:
    """KiB of the backend for each connection that is open and idle."""
    server = Server(stack)
    warm = clients("idle", stack, server.port, 20)
    assert warm.stdout is not None
    warm.stdout.readline()
    before = server.told()["kib"]
    many = clients("idle", stack, server.port, IDLE)
    assert many.stdout is not None
    many.stdout.readline()
    each = (server.told()["kib"] - before) / IDLE
    for process in (warm, many):
        process.communicate()
    server.stop()
    return each


def main() -> int:
    """Print the tables; 1 if the goal is missed."""
    size = subprocess.run([sys.executable, SIDES, "size"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"TransactionEvent of {size} bytes, {CONNECTIONS} connections, two processes, schemas checked on both ends")
    print(f"{'stack':<22}{'round trips/s':>14}{'CPU us backend':>16}{'CPU us stations':>17}{'ratio':>8}")
    results = {stack: measure(stack) for stack in ROUNDS}
    for stack, (rate, backend, stations) in results.items():
        ratio = rate / results["package"][0]
        print(f"{NAMES[stack]:<22}{rate:>14.0f}{backend:>16.0f}{stations:>17.0f}{ratio:>8.1f}")
    print(f"\nmemory of a backend for each idle station, {IDLE} connections")
    for stack in ("plain", "deflate", "tls"):
        print(f"{NAMES[stack]:<22}{idle_memory(stack):>10.1f} KiB")
    reached = results["deflate"][0] / results["package"][0]
    print(f"\ngoal: {GOAL:g} times the package, deflate on both; reached {reached:.1f}")
    return 0 if reached >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
