"""A charging station made with the PyPI package `ocpp`, the way its documentation shows: one EVSE, cards, remote start.

Usage: station.py BACKEND_URL STATION_ID HOOK_PORT. On standard input, `reset` switches it off and on.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import websockets
from hooks import serve_hooks
from ocpp.routing import after, on
from ocpp.v201 import ChargePoint, call, call_result

EVSE = {"id": 1, "connector_id": 1}
VARIABLES = {
    ("OCPPCommCtrlr", "HeartbeatInterval"): "300",
    ("AuthCtrlr", "AuthorizeRemoteStart"): "false",
    ("TxCtrlr", "TxStartPoint"): "PowerPathClosed",
    ("TxCtrlr", "TxStopPoint"): "PowerPathClosed",
    ("TxCtrlr", "EVConnectionTimeOut"): "60",
    ("SecurityCtrlr", "SecurityProfile"): "0",
}


def now() -> str:
    """This moment."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Plug:
    """What stands at the station, connection or not."""

    def __init__(self) -> None:
        """Nobody is there."""
        self.cable = False
        self.token: dict[str, str] | None = None
        self.transaction = ""
        self.seq_no = 0
        self.wh = 0


class Station(ChargePoint):
    """One connection of the station."""

    def __init__(self, name: str, socket: Any, plug: Plug) -> None:
        """Begin with what stands at the plug."""
        super().__init__(name, socket)
        self.plug = plug
        self.variables = dict(VARIABLES)
        self.remote_start_id: int | None = None

    async def boot(self, reason: str) -> None:
        """Register, and tell of the connector."""
        who = {"model": "Example", "vendor_name": "PyPI ocpp", "serial_number": "EX-1", "firmware_version": "1.0"}
        while True:
            said = await self.call(call.BootNotification(charging_station=who, reason=reason))
            if said is not None and said.status == "Accepted":
                break
            await asyncio.sleep(said.interval if said is not None and said.interval else 10)
        await self.tell_status()
        event = "StartupOfTheDevice" if reason == "PowerUp" else "ResetOrReboot"
        await self.call(call.SecurityEventNotification(type=event, timestamp=now()))

    async def tell_status(self) -> None:
        """Say how the connector is."""
        state = "Occupied" if self.plug.cable else "Available"
        await self.call(call.StatusNotification(timestamp=now(), connector_status=state, evse_id=1, connector_id=1))

    async def event(self, kind: str, trigger: str, **info: Any) -> None:
        """Say TransactionEvent."""
        plug = self.plug
        plug.wh += 100
        more: dict[str, Any] = {"id_token": plug.token, "evse": EVSE} if kind == "Started" else {}
        context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}.get(kind, "Trigger")
        sample = {"value": plug.wh, "context": context, "measurand": "Energy.Active.Import.Register"}
        said = await self.call(
            call.TransactionEvent(
                event_type=kind,
                timestamp=now(),
                trigger_reason=trigger,
                seq_no=plug.seq_no,
                transaction_info={"transaction_id": plug.transaction, **info},
                meter_value=[{"timestamp": now(), "sampled_value": [sample]}],
                **more,
            )
        )
        plug.seq_no += 1
        verdict = getattr(said, "id_token_info", None) or {}
        if kind != "Ended" and verdict.get("status", "Accepted") != "Accepted":
            await self.end("Deauthorized", "DeAuthorized")

    async def begin(self) -> None:
        """Start once there are both a cable and a token."""
        plug = self.plug
        if not plug.cable or plug.token is None or plug.transaction:
            return
        plug.transaction, plug.seq_no = str(uuid.uuid4()), 0
        start, self.remote_start_id = self.remote_start_id, None
        more = {"remote_start_id": start} if start is not None else {}
        trigger = "RemoteStart" if start is not None else "Authorized"
        await self.event("Started", trigger, charging_state="EVConnected", **more)
        if plug.transaction:
            await self.event("Updated", "ChargingStateChanged", charging_state="Charging")

    async def end(self, trigger: str, reason: str) -> None:
        """End the transaction, if there is one."""
        if self.plug.transaction:
            state = "EVConnected" if self.plug.cable else "Idle"
            await self.event("Ended", trigger, charging_state=state, stopped_reason=reason)
        self.plug.transaction, self.plug.token = "", None

    async def plug_in(self) -> None:
        """A car comes."""
        self.plug.cable = True
        await self.tell_status()
        await self.begin()

    async def unplug(self) -> None:
        """It leaves."""
        self.plug.cable = False
        await self.end("EVCommunicationLost", "EVDisconnected")
        await self.tell_status()

    async def present(self, token: dict[str, str]) -> None:
        """A card at the reader."""
        if self.plug.token is not None:
            if self.plug.token == token:
                await self.end("StopAuthorized", "Local")
            return
        said = await self.call(call.Authorize(id_token=token))
        if said is not None and said.id_token_info["status"] == "Accepted":
            self.plug.token = token
            await self.begin()

    @on("GetVariables")
    async def on_get(self, get_variable_data: list[dict[str, Any]], **_: Any) -> Any:
        """Read."""
        return call_result.GetVariables(get_variable_result=[self._got(one) for one in get_variable_data])

    @on("SetVariables")
    async def on_set(self, set_variable_data: list[dict[str, Any]], **_: Any) -> Any:
        """Write."""
        return call_result.SetVariables(set_variable_result=[self._taken(one) for one in set_variable_data])

    def _got(self, asked: dict[str, Any]) -> dict[str, Any]:
        value = self.variables.get((asked["component"]["name"], asked["variable"]["name"]))
        named = {"component": asked["component"], "variable": asked["variable"]}
        if value is None:
            return {**named, "attribute_status": "UnknownVariable"}
        return {**named, "attribute_status": "Accepted", "attribute_value": value}

    def _taken(self, asked: dict[str, Any]) -> dict[str, Any]:
        key = (asked["component"]["name"], asked["variable"]["name"])
        named = {"component": asked["component"], "variable": asked["variable"]}
        if key not in self.variables:
            return {**named, "attribute_status": "UnknownVariable"}
        self.variables[key] = asked["attribute_value"]
        return {**named, "attribute_status": "Accepted"}

    @on("RequestStartTransaction")
    async def on_start(self, **_: Any) -> Any:
        """Take a remote start unless somebody charges."""
        return call_result.RequestStartTransaction(status="Rejected" if self.plug.token else "Accepted")

    @after("RequestStartTransaction")
    async def after_start(self, id_token: dict[str, str], remote_start_id: int, **_: Any) -> None:
        """Start."""
        if self.plug.token is None:
            self.plug.token, self.remote_start_id = id_token, remote_start_id
            await self.begin()

    @on("RequestStopTransaction")
    async def on_stop(self, transaction_id: str, **_: Any) -> Any:
        """Take a remote stop of the transaction that runs."""
        known = transaction_id == self.plug.transaction
        return call_result.RequestStopTransaction(status="Accepted" if known else "Rejected")

    @after("RequestStopTransaction")
    async def after_stop(self, transaction_id: str, **_: Any) -> None:
        """Stop."""
        if transaction_id == self.plug.transaction:
            await self.end("RemoteStop", "Remote")

    @on("TriggerMessage")
    async def on_trigger(self, requested_message: str, **_: Any) -> Any:
        """Take what `after_trigger` can send."""
        known = requested_message in {"Heartbeat", "StatusNotification"}
        return call_result.TriggerMessage(status="Accepted" if known else "NotImplemented")

    @after("TriggerMessage")
    async def after_trigger(self, requested_message: str, **_: Any) -> None:
        """Send it."""
        if requested_message == "Heartbeat":
            await self.call(call.Heartbeat())
        elif requested_message == "StatusNotification":
            await self.tell_status()

    @on("ChangeAvailability")
    async def on_availability(self, **_: Any) -> Any:
        """This station is always there."""
        return call_result.ChangeAvailability(status="Rejected")

    @on("Reset")
    async def on_reset(self, **_: Any) -> Any:
        """Boot again."""
        return call_result.Reset(status="Accepted")

    @after("Reset")
    async def after_reset(self, **_: Any) -> None:
        """The connection ends; `Runner` makes a new one."""
        await self.end("ResetCommand", "ImmediateReset")
        await self._connection.close()

    @on("DataTransfer")
    async def on_data(self, **_: Any) -> Any:
        """Nothing is known of anybody's data."""
        return call_result.DataTransfer(status="UnknownVendorId")


class Runner:
    """Keeps the station connected, and does what it is told on the spot."""

    def __init__(self, url: str, name: str) -> None:
        """Where the backend is, and who the station."""
        self.url, self.name = f"{url.rstrip('/')}/{name}", name
        self.plug = Plug()
        self.station: Station | None = None
        self.reason = "PowerUp"

    async def run(self) -> None:
        """Connect again whenever the connection is gone."""
        while True:
            with suppress(OSError, websockets.WebSocketException, asyncio.TimeoutError):
                async with websockets.connect(self.url, subprotocols=["ocpp2.0.1"]) as socket:
                    self.station = Station(self.name, socket, self.plug)
                    boot = asyncio.create_task(self.station.boot(self.reason))
                    try:
                        await self.station.start()
                    finally:
                        boot.cancel()
                        self.station, self.reason = None, "RemoteReset"
            await asyncio.sleep(0.5)

    async def do(self, operation: str, given: dict[str, Any]) -> bool:
        """One operation of the hook API."""
        station = self.station
        if station is None:
            return False
        match operation:
            case "plug_in":
                todo = station.plug_in()
            case "unplug":
                todo = station.unplug()
            case "present_token":
                todo = station.present({"id_token": given["id_token"], "type": given["type"]})
            case "reboot" | "cut_power":
                self.reason = "LocalReset" if operation == "reboot" else "PowerUp"
                todo = station._connection.close()
            case _:
                return False
        self.todo = asyncio.create_task(todo)
        return True

    async def listen(self) -> None:
        """`reset` on standard input: everything is forgotten."""
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if line.strip() == "reset":
                self.plug, self.reason = Plug(), "PowerUp"
                if self.station is not None:
                    await self.station._connection.close()
                print("DONE reset", flush=True)
                print("READY station", flush=True)


async def main(url: str, name: str, port: str) -> None:
    """Run until standard input ends."""
    runner = Runner(url, name)
    server = await serve_hooks(runner.do, int(port))
    running = asyncio.create_task(runner.run())
    print("READY station", flush=True)
    await runner.listen()
    running.cancel()
    server.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
