"""A backend made with the PyPI package `ocpp`, the way its documentation shows; told by hooks what to send.

Usage: csms.py PORT HOOK_PORT.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

import websockets
from hooks import serve_hooks
from ocpp.routing import on
from ocpp.v201 import ChargePoint, call_result

STATIONS: dict[str, Backend] = {}


def now() -> str:
    """This moment."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Backend(ChargePoint):
    """One station's connection."""

    @on("BootNotification")
    async def on_boot(self, **_: Any) -> Any:
        """Everybody is welcome."""
        return call_result.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")
    async def on_heartbeat(self, **_: Any) -> Any:
        """The time."""
        return call_result.Heartbeat(current_time=now())

    @on("StatusNotification")
    async def on_status(self, **_: Any) -> Any:
        """Noted."""
        return call_result.StatusNotification()

    @on("Authorize")
    async def on_authorize(self, **_: Any) -> Any:
        """Every token is good."""
        return call_result.Authorize(id_token_info={"status": "Accepted"})

    @on("TransactionEvent")
    async def on_event(self, **said: Any) -> Any:
        """Noted; a token is decided on."""
        verdict = {"status": "Accepted"} if "id_token" in said else None
        return call_result.TransactionEvent(id_token_info=verdict)

    @on("MeterValues")
    async def on_values(self, **_: Any) -> Any:
        """Noted."""
        return call_result.MeterValues()

    @on("NotifyReport")
    async def on_report(self, **_: Any) -> Any:
        """Noted."""
        return call_result.NotifyReport()

    @on("NotifyEvent")
    async def on_notify_event(self, **_: Any) -> Any:
        """Noted."""
        return call_result.NotifyEvent()

    @on("SecurityEventNotification")
    async def on_security_event(self, **_: Any) -> Any:
        """Noted."""
        return call_result.SecurityEventNotification()

    @on("LogStatusNotification")
    async def on_log_status(self, **_: Any) -> Any:
        """Noted."""
        return call_result.LogStatusNotification()

    @on("FirmwareStatusNotification")
    async def on_firmware_status(self, **_: Any) -> Any:
        """Noted."""
        return call_result.FirmwareStatusNotification()

    @on("DataTransfer")
    async def on_data(self, **_: Any) -> Any:
        """Nothing is known of anybody's data."""
        return call_result.DataTransfer(status="UnknownVendorId")


async def take(socket: Any) -> None:
    """Serve one station until it leaves."""
    name = socket.request.path.rpartition("/")[2]
    STATIONS[name] = Backend(name, socket)
    await STATIONS[name].start()


async def do(operation: str, given: dict[str, Any]) -> bool:
    """One operation of the hook API: send a request. It goes out as it is; the package waits for no answer to it."""
    station = STATIONS.get(given.get("station_id", ""))
    if operation != "send_call" or station is None:
        return False
    frame = [2, f"hook-{now()}-{id(given)}"[:36], given["action"], given["payload"]]
    await station._connection.send(json.dumps(frame))
    return True


async def main(port: str, hook_port: str) -> None:
    """Run until standard input ends."""
    async with websockets.serve(take, "127.0.0.1", int(port), subprotocols=["ocpp2.0.1"]):
        server = await serve_hooks(do, int(hook_port))
        print("READY csms", flush=True)
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            print("READY csms", flush=True)
        server.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
