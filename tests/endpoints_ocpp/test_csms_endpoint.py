"""Whom our backend lets in, and what it keeps of whom it let in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.basic_auth import basic_auth, read_basic_auth
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.trace.entry import LinkSeen
from harness.trace.recorder import Recorder
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork
from harness.transports.websocket import WebSocket, WebSocketClosed, WebSocketRefused, connect_websocket

HOST = "fe80::3%memory"
BOOT = {"reason": "PowerUp", "chargingStation": {"model": "m", "vendorName": "v"}}


class Door:
    """A backend, and raw WebSockets at its door."""

    def __init__(self, csms: Csms) -> None:
        self.clock, self.network, self.recorder = running_clock(), MemoryNetwork(HOST), Recorder(Role.STATION)
        self.backend = CsmsEndpoint(csms, self.network, self.clock, self.recorder, host=HOST)

    async def knock(
        self,
        path: str = "/ocpp/CP",
        *,
        user: tuple[str, str] | None = None,
        protocols: tuple[str, ...] = ("ocpp2.0.1",),
    ) -> WebSocket:
        port = int(self.backend.url.rpartition(":")[2].partition("/")[0])
        stream = await self.network.at("fe80::9%memory").connect(HOST, port)
        headers = (basic_auth(*user),) if user else ()
        return await connect_websocket(stream, f"ws://csms{path}", subprotocols=protocols, headers=headers)


def visit(csms: Csms, script: Callable[[Door], Awaitable[None]]) -> Door:
    async def main() -> Door:
        door = Door(csms)
        await door.backend.open()
        running = asyncio.create_task(door.backend.run())
        await script(door)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return door

    return run(main(), virtual=True)


async def say(socket: WebSocket, *frame: Any) -> Any:
    await socket.send(json.dumps(frame))
    return json.loads(await socket.receive())


@pytest.mark.parametrize(
    ("path", "user", "status"),
    [
        ("/ocpp/STRANGER", ("STRANGER", "secret"), 404),
        ("/other/CP", ("CP", "secret"), 404),
        ("/ocpp/", ("", "secret"), 404),
        ("/ocpp/CP", None, 401),
        ("/ocpp/CP", ("CP", "wrong"), 401),
        ("/ocpp/CP", ("OTHER", "secret"), 401),
    ],
)
def test_strangers_stay_outside(path: str, user: tuple[str, str] | None, status: int) -> None:
    async def script(door: Door) -> None:
        with pytest.raises(WebSocketRefused) as refused:
            await door.knock(path, user=user)
        assert refused.value.status == status

    door = visit(Csms(stations=("CP",), password="secret"), script)
    assert [entry.body.state for entry in door.recorder.trace().all(LinkSeen)] == ["refused"]  # type: ignore[union-attr]


def test_who_is_known_comes_in() -> None:
    async def script(door: Door) -> None:
        socket = await door.knock("/ocpp/C%2FP", user=("C/P", "secret"))
        assert socket.subprotocol == "ocpp2.0.1"
        answer = await say(socket, 2, "1", "BootNotification", BOOT)
        assert answer[2]["status"] == "Accepted"

    door = visit(Csms(stations=("C/P",), password="secret"), script)
    assert list(door.backend.known) == ["C/P"]


def test_without_a_common_subprotocol_the_door_closes_again() -> None:
    async def script(door: Door) -> None:
        socket = await door.knock(protocols=("ocpp1.6",))
        assert socket.subprotocol is None
        with pytest.raises(WebSocketClosed):
            await socket.receive()

    visit(Csms(), script)


def test_the_newer_of_two_connections_wins() -> None:
    async def script(door: Door) -> None:
        first = await door.knock()
        await say(first, 2, "1", "BootNotification", BOOT)
        second = await door.knock()
        with pytest.raises(WebSocketClosed):
            await first.receive()
        answer = await say(second, 2, "2", "BootNotification", BOOT)
        assert answer[0] == 3

    visit(Csms(), script)


def test_events_may_come_twice_late_and_unknown() -> None:
    def event(number: int, kind: str) -> dict[str, Any]:
        return {
            "eventType": kind,
            "timestamp": "2026-01-01T00:00:00Z",
            "triggerReason": "MeterValuePeriodic",
            "seqNo": number,
            "transactionInfo": {"transactionId": "T", "chargingState": kind.replace("Updated", "Charging")},
        }

    async def script(door: Door) -> None:
        socket = await door.knock()
        await say(socket, 2, "b", "BootNotification", BOOT)
        for count, (number, kind) in enumerate([(2, "Ended"), (0, "Started"), (0, "Started"), (1, "Updated")]):
            if count == 3:
                assert not door.backend.known["CP"].transactions["T"].complete
            payload = event(number, kind)
            payload["transactionInfo"]["chargingState"] = ["EVConnected", "Charging", "Idle"][number]
            assert await say(socket, 2, f"e{count}", "TransactionEvent", payload) == [3, f"e{count}", {}]

    transaction = visit(Csms(), script).backend.known["CP"].transactions["T"]
    assert transaction.complete
    assert transaction.charging_state == "Idle"
    assert [one["seqNo"] for one in transaction.in_order] == [0, 1, 2]


def test_what_the_backend_cannot_do_is_not_supported() -> None:
    async def script(door: Door) -> None:
        socket = await door.knock()
        await say(socket, 2, "b", "BootNotification", BOOT)
        transfer = await say(socket, 2, "1", "DataTransfer", {"vendorId": "x"})
        assert transfer == [3, "1", {"status": "UnknownVendorId"}]
        refusal = await say(socket, 2, "2", "SignCertificate", {"csr": "x"})
        assert refusal[:3] == [4, "2", "NotSupported"]
        await socket.send(b"\xff\xfe")
        assert json.loads(await socket.receive())[:3] == [4, "-1", "RpcFrameworkError"]

    visit(Csms(), script)


@pytest.mark.parametrize("header", [None, "", "Bearer x", "Basic ???", "Basic /w==", "Basic eA=="])
def test_a_header_that_is_no_basic_authentication(header: str | None) -> None:
    assert read_basic_auth(header) is None


def test_basic_authentication_reads_back() -> None:
    assert read_basic_auth(basic_auth("CP", "pass:word")[1]) == ("CP", "pass:word")
