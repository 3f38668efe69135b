"""Fifty thousand random and mutated frames at each of our endpoints: it keeps running and still answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.messages.ocpp_schema import actions
from harness.trace.entry import Seen
from harness.trace.recorder import Recorder
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork
from harness.transports.websocket import NotUtf8, WebSocket, WebSocketClosed, accept_websocket, connect_websocket
from tests.interop_ocpp.samples import STAMP, STATION_CALLS, sample
from tests.ocpp_floods.mutations import spoilt

FRAMES = 50_000
SEED = 201
TRIES = 20
AT_ONCE = 50
CALL_RESULT = 3
HOST = "fe80::3%memory"
OCPP = ("ocpp2.0.1",)
VARIABLE = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
BOOT = {"reason": "PowerUp", "chargingStation": {"model": "m", "vendorName": "v"}}


def good_frames(asked: frozenset[str]) -> list[bytes]:
    """A call of each kind, thin and rich, and answers of all sorts."""
    frames: list[list[Any]] = [
        [2, f"c{number}{rich}", action, sample(action, rich=rich)]
        for number, action in enumerate(sorted(asked))
        for rich in (False, True)
    ]
    frames += [
        [3, "m1", {}],
        [3, "m2", {"currentTime": STAMP}],
        [4, "m1", "GenericError", "", {}],
        [5, "m1", "X", "", {}],
    ]
    return [json.dumps(frame).encode() for frame in frames]


class Attacker:
    """Sends spoilt frames over as many connections as it takes, and hears what comes back."""

    def __init__(self, frames: Iterator[bytes], connect: Callable[[], Awaitable[WebSocket]]) -> None:
        self.frames, self.connect = frames, connect
        self.heard: dict[str, Any] = {}
        self.connections = self.asked = 0

    async def flood(self, action: str, payload: dict[str, Any]) -> Any:
        """Send all, then a call until it is answered: a station may be about to boot again by then."""
        while True:
            socket = await self.connect()
            self.connections += 1
            hearing = asyncio.create_task(self.hear(socket))
            try:
                for number, frame in enumerate(self.frames):
                    await socket.send(NotUtf8(frame))
                    if number % AT_ONCE == 0:
                        await running_clock().wait_until(running_clock().now() + 0.001)
                for _ in range(TRIES):
                    if hearing.done():
                        break
                    if (answer := await self.ask(socket, action, payload))[0] == CALL_RESULT:
                        return answer[1]
                else:
                    pytest.fail(f"{action} was not answered: {answer}")
            except WebSocketClosed:
                pass
            finally:
                await self.leave(socket, hearing)

    async def ask(self, socket: WebSocket, action: str, payload: dict[str, Any]) -> list[Any]:
        self.asked += 1
        message_id = f"last{self.asked}"
        await socket.send(json.dumps([2, message_id, action, payload]))
        await running_clock().wait_until(running_clock().now() + 120)
        heard: list[Any] = self.heard.get(message_id, [0, "nothing"])
        return heard

    async def leave(self, socket: WebSocket, hearing: asyncio.Task[None]) -> None:
        socket.abort()
        await hearing

    async def hear(self, socket: WebSocket) -> None:
        try:
            while True:
                kind, message_id, *rest = json.loads(await socket.receive())
                if kind in {3, 4}:
                    self.heard[message_id] = [kind, *rest]
                elif rest[0] == "BootNotification":
                    told = {"currentTime": STAMP, "interval": 300, "status": "Accepted"}
                    await socket.send(json.dumps([3, message_id, told]))
        except WebSocketClosed:
            pass


def attack(side: Callable[[Attacker, MemoryNetwork, Recorder], Awaitable[Any]], asked: frozenset[str]) -> Recorder:
    recorder = Recorder()

    async def whole() -> None:
        network = MemoryNetwork("fe80::1%memory")
        attacker = Attacker(spoilt(good_frames(asked), FRAMES, SEED), lambda: asyncio.Future())
        await side(attacker, network, recorder)

    run(whole(), virtual=True)
    return recorder


def heard_frames(recorder: Recorder, sender: Role) -> int:
    return sum(isinstance(entry.body, Seen) and entry.sender is sender for entry in recorder.trace())


async def at_the_station(attacker: Attacker, network: MemoryNetwork, recorder: Recorder) -> None:
    listener = await network.at(HOST).listen(HOST, 9000)
    station = Station()
    link = BackendLink(station, Plant(station.settings), network, running_clock(), recorder, url=f"ws://[{HOST}]:9000")

    async def accepted() -> WebSocket:
        return await accept_websocket(await listener.accept(), subprotocols=OCPP)

    attacker.connect = accepted
    running = asyncio.create_task(link.run())
    answer = await attacker.flood("GetVariables", {"getVariableData": [VARIABLE]})
    assert answer["getVariableResult"][0]["attributeStatus"] == "Accepted"
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def at_the_backend(attacker: Attacker, network: MemoryNetwork, recorder: Recorder) -> None:
    endpoint = CsmsEndpoint(Csms(), network.at(HOST), running_clock(), recorder, host=HOST)
    url = await endpoint.open()

    async def connected() -> WebSocket:
        port = int(url.rpartition(":")[2].partition("/")[0])
        socket = await connect_websocket(await network.connect(HOST, port), f"{url}/CS1", subprotocols=OCPP)
        await socket.send(json.dumps([2, f"boot{attacker.connections}", "BootNotification", BOOT]))
        return socket

    attacker.connect = connected
    running = asyncio.create_task(endpoint.run())
    answer = await attacker.flood("Heartbeat", {})
    assert "currentTime" in answer
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_a_station_survives_them() -> None:
    recorder = attack(at_the_station, (actions() - STATION_CALLS) | {"DataTransfer"})
    assert heard_frames(recorder, Role.CSMS) > FRAMES * 0.95


def test_a_backend_survives_them() -> None:
    recorder = attack(at_the_backend, STATION_CALLS)
    assert heard_frames(recorder, Role.STATION) > FRAMES * 0.95
