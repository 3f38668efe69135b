"""The terms on which our station keeps its link: what it offers, how it pings, what it makes of a silent backend."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.ocpp_terms import LinkTerms
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.framing.ocppj import Dialect
from harness.trace.recorder import Recorder
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork
from harness.transports.websocket import Control, WebSocket, accept_websocket

HOST = "fe80::3%memory"
Accept = Callable[..., Awaitable[WebSocket]]


def at_a_bare_backend(terms: LinkTerms, script: Callable[[Accept], Awaitable[None]]) -> Recorder:
    recorder = Recorder(Role.CSMS)

    async def whole() -> None:
        network, station = MemoryNetwork("fe80::1%memory"), Station(link=terms)
        listener = await network.at(HOST).listen(HOST, 9000)
        url = f"ws://[{HOST}]:9000"
        link = BackendLink(station, Plant(station.settings), network, running_clock(), recorder, url=url)
        running = asyncio.create_task(link.run())

        async def accept(**how: Any) -> WebSocket:
            return await accept_websocket(await listener.accept(), **how)

        await script(accept)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run(whole(), virtual=True)
    return recorder


def rules(recorder: Recorder) -> list[str]:
    return [entry.facts["rule"] for entry in recorder.trace() if "rule" in entry.facts]


@pytest.mark.parametrize(("offered", "accepted"), [(True, True), (True, False), (None, True)])
def test_it_compresses_where_both_sides_want_to(offered: bool | None, accepted: bool) -> None:
    async def script(accept: Accept) -> None:
        socket = await accept(subprotocols=("ocpp2.0.1",), deflate=accepted)
        assert socket.compressed is (bool(offered) and accepted)
        assert json.loads(await socket.receive())[2] == "BootNotification"

    at_a_bare_backend(LinkTerms(deflate=offered), script)


@pytest.mark.parametrize("chosen", ["ocpp2.1", "ocpp2.0.1"])
def test_it_offers_its_versions_in_order_and_speaks_what_is_chosen(chosen: str) -> None:
    async def script(accept: Accept) -> None:
        heard: list[tuple[str, ...]] = []

        def choose(offered: tuple[str, ...]) -> str:
            heard.append(tuple(offered))
            return chosen

        socket = await accept(choose=choose)
        assert heard == [("ocpp2.1", "ocpp2.0.1")]
        await socket.receive()
        await socket.send('[9,"x",{}]')
        await socket.send("[]")
        answers = [json.loads(await socket.receive())]
        if chosen == "ocpp2.0.1":
            answers.append(json.loads(await socket.receive()))
        codes = [answer[2] for answer in answers]
        assert codes == {"ocpp2.1": ["RpcFrameworkError"]}.get(chosen, ["MessageTypeNotSupported", "RpcFrameworkError"])

    at_a_bare_backend(LinkTerms(versions=(Dialect.OCPP21, Dialect.OCPP201)), script)


def test_it_pings_and_comes_again_where_no_pong_comes() -> None:
    async def script(accept: Accept) -> None:
        heard: list[Control] = []
        deaf = await accept(subprotocols=("ocpp2.0.1",))
        deaf.on_control = heard.append
        deaf.withhold_pongs()
        ending = await deaf.wait_closed()
        assert [control.kind for control in heard] == ["ping"]
        assert not ending.clean
        began = running_clock().now()
        again = await accept(subprotocols=("ocpp2.0.1",))
        assert running_clock().now() - began < 60
        assert again.closed is None

    terms = LinkTerms(ping_interval=20.0, pong_limit=5.0)
    assert rules(at_a_bare_backend(terms, script)) == ["pong"]


def test_too_long_a_message_ends_the_connection_and_is_told() -> None:
    async def script(accept: Accept) -> None:
        socket = await accept(subprotocols=("ocpp2.0.1",))
        await socket.send("x" * 2000)
        assert (await socket.wait_closed()).code == 1009
        assert (await accept(subprotocols=("ocpp2.0.1",))).closed is None

    assert rules(at_a_bare_backend(LinkTerms(max_size=1000), script)) == ["websocket"]
