"""Stations that flood, stall, shout, break off, come twice or lie: recorded, judged, survived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.ocpp_terms import LinkTerms
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.framing.ocppj import Dialect
from harness.messages.ocpp import Kind
from harness.trace.entry import Entry, LinkSeen, Note, Seen
from harness.trace.recorder import Recorder
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork
from harness.transports.websocket import (
    Unfinished,
    WebSocket,
    WebSocketClosed,
    accept_websocket,
    connect_websocket,
)

HOST = "fe80::3%memory"
BOOT = [2, "boot", "BootNotification", {"reason": "PowerUp", "chargingStation": {"model": "m", "vendorName": "v"}}]
HEARTBEAT = [2, "beat", "Heartbeat", {}]


class Backend:
    """Our backend in memory, and stations made of bare WebSockets."""

    def __init__(self, csms: Csms) -> None:
        self.network = MemoryNetwork("fe80::1%memory")
        self.recorder = Recorder(Role.STATION)
        self.clock = running_clock()
        self.endpoint = CsmsEndpoint(csms, self.network.at(HOST), self.clock, self.recorder, host=HOST)
        self.url = ""

    async def raw(self) -> Any:
        return await self.network.connect(HOST, int(self.url.rpartition(":")[2].partition("/")[0]))

    async def station(
        self, name: str = "CS1", *, booted: bool = True, offers: tuple[str, ...] = ("ocpp2.0.1",), **terms: Any
    ) -> WebSocket:
        socket = await connect_websocket(await self.raw(), f"{self.url}/{name}", subprotocols=offers, **terms)
        if booted:
            assert (await self.ask(socket, BOOT))[2]["status"] == "Accepted"
        return socket

    async def ask(self, socket: WebSocket, call: list[Any], **how: Any) -> list[Any]:
        await socket.send(json.dumps(call), **how)
        answer: list[Any] = json.loads(await socket.receive())
        return answer

    async def serves(self) -> bool:
        """Whether another station that comes is answered."""
        socket = await self.station("CS2")
        return bool((await self.ask(socket, HEARTBEAT))[0] == 3)

    async def wait(self, seconds: float) -> None:
        await self.clock.wait_until(self.clock.now() + seconds)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.recorder.trace().entries

    def rules(self) -> list[str]:
        return [entry.facts["rule"] for entry in self.entries if "rule" in entry.facts]

    def links(self) -> list[tuple[str, str]]:
        return [(entry.body.state, entry.body.detail) for entry in self.entries if isinstance(entry.body, LinkSeen)]


def at_a_backend(script: Callable[[Backend], Awaitable[None]], csms: Csms | None = None) -> Backend:
    made: list[Backend] = []

    async def whole() -> None:
        backend = Backend(csms or Csms())
        made.append(backend)
        backend.url = await backend.endpoint.open()
        running = asyncio.create_task(backend.endpoint.run())
        await script(backend)
        assert await backend.serves()
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run(whole(), virtual=True)
    return made[0]


async def closing(socket: WebSocket) -> WebSocketClosed:
    return await socket.wait_closed()


def test_a_flood_of_calls_is_answered_call_by_call() -> None:
    async def flood(backend: Backend) -> None:
        socket = await backend.station()
        for number in range(2000):
            await socket.send(json.dumps([2, f"b{number}", "Heartbeat", {}]))
        answers = [json.loads(await socket.receive())[1] for _ in range(2000)]
        assert answers == [f"b{number}" for number in range(2000)]

    backend = at_a_backend(flood)
    calls = [one for one in backend.entries if getattr(one.message, "action", "") == "Heartbeat"]
    assert sum(one.message.kind is Kind.REQUEST for one in calls) == 2001


@pytest.mark.parametrize("opening", [b"", b"GET /ocpp/CS1 HTTP/1.1\r\nHost: x\r\n"])
def test_who_stalls_at_the_door_is_sent_away(opening: bytes) -> None:
    async def stall(backend: Backend) -> None:
        stream = await backend.raw()
        await stream.send(opening)
        await backend.wait(11)

    assert at_a_backend(stall).links()[0] == ("refused", "no upgrade request within 10 s")


def test_who_stalls_within_a_message_stays_and_is_served_again() -> None:
    async def stall(backend: Backend) -> None:
        socket = await backend.station()
        await socket.send_text(Unfinished(b'[2,"x","Heart'))
        await backend.wait(600)
        assert socket.closed is None
        socket.abort()

    assert ("reset", "WebSocket closed: 1006, reset") in at_a_backend(stall).links()


def test_a_message_of_almost_a_mebibyte_is_taken() -> None:
    async def shout(backend: Backend) -> None:
        socket = await backend.station(max_size=None)
        call = [2, "long", "DataTransfer", {"vendorId": "v", "data": "x" * (2**20 - 100)}]
        assert (await backend.ask(socket, call))[0] == 3

    long = [one for one in at_a_backend(shout).entries if isinstance(one.body, Seen) and len(one.body.data) > 10**6]
    assert len(long) == 1


@pytest.mark.parametrize("fragment", [0, 65536])
def test_a_message_beyond_the_limit_ends_the_connection_with_1009(fragment: int) -> None:
    async def shout(backend: Backend) -> None:
        socket = await backend.station()
        await socket.send("x" * (2**20 + 1), fragment=fragment)
        assert (await closing(socket)).code == 1009

    backend = at_a_backend(shout)
    assert backend.rules() == ["websocket"]
    assert any("exceeds limit of 1048576 bytes" in detail for _, detail in backend.links())


@pytest.mark.parametrize("half", [b"\x81", b"\x81\xfe\x00", b"\x81\x85abcdxy"])
def test_an_end_within_a_frame_is_an_end(half: bytes) -> None:
    async def leave(backend: Backend) -> None:
        socket = await backend.station()
        await socket.send_unframed(half)
        socket.abort()

    assert at_a_backend(leave).links()[1][0] == "reset"


def test_what_is_no_websocket_frame_is_told() -> None:
    async def rave(backend: Backend) -> None:
        socket = await backend.station()
        await socket.send_unframed(b"\xff\xff\xff\xff")
        assert (await closing(socket)).code == 1002

    assert at_a_backend(rave).rules() == ["websocket"]


def test_of_two_connections_of_one_station_the_newer_counts() -> None:
    async def come_twice(backend: Backend) -> None:
        older = await backend.station()
        newer = await backend.station(booted=False)
        assert (await closing(older)).code == 1008
        assert (await backend.ask(newer, HEARTBEAT))[0] == 3
        await newer.close()
        await newer.wait_closed()
        again = await backend.station(booted=False)
        assert (await backend.ask(again, HEARTBEAT))[0] == 3
        await again.close()

    assert at_a_backend(come_twice).rules() == ["two-connections"]


def test_a_dead_older_connection_does_not_keep_the_newer_one_waiting() -> None:
    async def come_again(backend: Backend) -> None:
        dead = await backend.station()
        newer = await backend.station(booted=False)
        assert (await backend.ask(newer, HEARTBEAT))[0] == 3
        await backend.wait(10)
        assert dead.closed is None  # it never read what came
        await newer.close()

    states = [state for state, _ in at_a_backend(come_again).links()]
    assert states.count("open") == 3
    assert "reset" in states


@pytest.mark.parametrize("offers", [("ocpp1.5",), ("ocpp2.1", "ocpp1.6"), ()])
def test_a_station_of_another_version_gets_no_subprotocol_and_a_goodbye(offers: tuple[str, ...]) -> None:
    async def offer(backend: Backend) -> None:
        socket = await backend.station(booted=False, offers=offers)
        assert socket.subprotocol is None
        assert (await closing(socket)).code == 1002

    assert at_a_backend(offer).links()[0] == ("refused", "no common subprotocol")


def test_a_station_that_speaks_another_version_than_it_offered_gets_errors() -> None:
    async def lie(backend: Backend) -> None:
        socket = await backend.station(booted=False)
        old = [2, "1", "BootNotification", {"chargePointVendor": "v", "chargePointModel": "m"}]
        assert (await backend.ask(socket, old))[:2] == [4, "1"]
        assert (await backend.ask(socket, [2, "2", "StartTransaction", {}]))[2] == "NotImplemented"

    assert at_a_backend(lie).rules()[:2] == ["schema", "schema"]


@pytest.mark.parametrize(("withholds", "open_after"), [(True, False), (False, True)])
def test_a_pong_that_never_comes_ends_the_connection(withholds: bool, open_after: bool) -> None:
    async def ponder(backend: Backend) -> None:
        socket = await backend.station()
        if withholds:
            socket.withhold_pongs()
        reading = asyncio.create_task(socket.wait_closed())
        await backend.wait(100)
        assert (socket.closed is None) is open_after
        await socket.close()
        await reading

    backend = at_a_backend(ponder, Csms(link=LinkTerms(ping_interval=30.0, pong_limit=5.0)))
    assert backend.rules() == ([] if open_after else ["pong"])
    pings = [one for one in backend.entries if isinstance(one.body, Note) and one.body.text == "ping"]
    assert len(pings) == (3 if open_after else 1)


@pytest.mark.parametrize("deflate", [True, False])
@pytest.mark.parametrize(
    "terms", [LinkTerms(), LinkTerms(deflate=False), LinkTerms(fragment=5), LinkTerms(binary=True)]
)
def test_compression_and_frames_are_as_agreed(terms: LinkTerms, deflate: bool) -> None:
    async def talk(backend: Backend) -> None:
        socket = await backend.station(deflate=deflate)
        assert socket.compressed is (deflate and terms.deflate is not False)
        await socket.send(json.dumps(HEARTBEAT).encode(), fragment=4)
        answer = await socket.receive()
        assert isinstance(answer, bytes) is terms.binary
        assert json.loads(answer)[:2] == [3, "beat"]

    assert at_a_backend(talk, Csms(link=terms)).rules() == []


@pytest.mark.parametrize(
    ("offers", "agreed"),
    [(("ocpp2.0.1", "ocpp2.1"), "ocpp2.1"), (("ocpp2.0.1",), "ocpp2.0.1"), (("ocpp1.6", "ocpp2.0.1"), "ocpp2.0.1")],
)
def test_the_version_is_agreed_on_by_the_wishes_of_the_backend(offers: tuple[str, ...], agreed: str) -> None:
    async def talk(backend: Backend) -> None:
        socket = await backend.station(offers=offers)
        assert socket.subprotocol == agreed
        signal = [2, "1", "VatNumberValidation", {"vatNumber": "v"}]
        code = (await backend.ask(socket, signal))[2]
        assert code == ("NotSupported" if agreed == "ocpp2.1" else "NotImplemented")

    at_a_backend(talk, Csms(link=LinkTerms(versions=(Dialect.OCPP21, Dialect.OCPP201))))


def test_keys_that_stand_twice_are_told() -> None:
    async def repeat(backend: Backend) -> None:
        socket = await backend.station()
        await socket.send('[2,"1","Heartbeat",{"a":1,"a":2}]')
        assert json.loads(await socket.receive())[:2] == [4, "1"]

    assert at_a_backend(repeat).rules() == ["repeated-key", "schema"]


@pytest.mark.parametrize(("claims", "code"), [("ocpp1.6", 1002), ("", 1002)])
def test_our_station_leaves_a_backend_that_names_what_was_not_offered(claims: str, code: int) -> None:
    ends: list[int] = []

    async def whole() -> None:
        network, recorder, station = MemoryNetwork("fe80::1%memory"), Recorder(Role.CSMS), Station()
        listener = await network.at(HOST).listen(HOST, 9000)
        url = f"ws://[{HOST}]:9000"
        link = BackendLink(station, Plant(station.settings), network, running_clock(), recorder, url=url)
        running = asyncio.create_task(link.run())
        for _ in range(2):
            socket = await accept_websocket(await listener.accept(), choose=lambda _: claims or None)
            ends.append((await socket.wait_closed()).code)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        states = [entry.body.state for entry in recorder.trace() if isinstance(entry.body, LinkSeen)]
        assert states[0] == "refused"

    run(whole(), virtual=True)
    assert ends == [code, code]
