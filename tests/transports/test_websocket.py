"""WebSockets open, talk, refuse and close over any stream, and with a peer that is not ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.client import connect as foreign_connect
from websockets.asyncio.server import ServerConnection as ForeignConnection
from websockets.asyncio.server import serve as foreign_serve
from websockets.typing import Subprotocol

from harness.transports.base import Stream
from harness.transports.clock import run
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork, Segmentation, as_sent, in_pieces, joined
from harness.transports.network import SocketNetwork
from harness.transports.websocket import (
    Control,
    NotUtf8,
    WebSocketClosed,
    accept_websocket,
    connect_websocket,
)
from tests.transports.websocket_pair import OCPP, URL, ending, in_virtual_time, opened


@pytest.mark.parametrize("deflate", [True, False])
@pytest.mark.parametrize("segmentation", [as_sent, joined, in_pieces(1), in_pieces(7)])
def test_messages_arrive_however_the_stream_cuts_them(segmentation: Segmentation, deflate: bool) -> None:
    messages: list[str | bytes] = ['[2,"1","Heartbeat",{}]', "", "grüße" * 500, b"\x00\x01", NotUtf8(b"\xff\xfe")]

    async def talk() -> None:
        client, server = await opened(
            MemoryNetwork(segmentation=segmentation), client={"deflate": deflate}, server={"deflate": deflate}
        )
        assert client.compressed is server.compressed is deflate
        for message in messages:
            await client.send(message)
            await server.send(message)
        for socket in (server, client):
            received = [await socket.receive() for _ in messages]
            assert received == messages
            assert [type(message) for message in received] == [type(message) for message in messages]

    run(talk(), virtual=True)


@in_virtual_time
async def test_both_sides_know_how_it_ended() -> None:
    client, server = await opened()
    await client.send("last words")
    await client.close(1001, "going away")
    await client.close(1000, "again")

    assert await server.receive() == "last words"
    heard = await ending(server)
    said = await client.wait_closed()

    for closed in (heard, said):
        assert (closed.code, closed.reason, closed.sent_code, closed.lost) == (1001, "going away", 1001, "")
        assert closed.clean
    assert str(heard) == "WebSocket closed: 1001 going away"
    for socket in (client, server):
        with pytest.raises(WebSocketClosed):
            await socket.send("too late")
        with pytest.raises(WebSocketClosed):
            await socket.ping()


@in_virtual_time
async def test_the_server_may_close_first_and_unread_messages_are_dropped() -> None:
    client, server = await opened()
    await client.send("never read")
    await server.close()

    told, waited = await asyncio.gather(ending(client), server.wait_closed())
    assert (waited.code, told.code) == (1000, 1000)
    assert waited.clean
    assert told.clean


@pytest.mark.parametrize(
    ("end", "lost"), [(lambda stream: stream.close(), "ended without a close frame"), (None, "reset")]
)
def test_an_end_without_goodbye_is_told_apart(end: Callable[[Stream], Awaitable[None]] | None, lost: str) -> None:
    async def drop() -> None:
        one, other = await connected(MemoryNetwork())
        _, server = await asyncio.gather(connect_websocket(one, URL), accept_websocket(other))
        if end is None:
            one.abort()
        else:
            await end(one)
        closed = await ending(server)
        assert (closed.code, closed.lost, closed.clean) == (1006, lost, False)
        assert (await server.wait_closed()).lost == lost

    run(drop(), virtual=True)


@in_virtual_time
async def test_our_own_abort_ends_everything_at_once() -> None:
    client, server = await opened()
    waiting = asyncio.ensure_future(ending(client))
    client.abort()

    assert (await waiting).lost == "aborted"
    assert (await ending(server)).lost == "reset"
    with pytest.raises(WebSocketClosed, match="reset"):
        await server.send("anybody?")


@in_virtual_time
async def test_pings_are_answered_and_control_frames_are_heard() -> None:
    client, server = await opened()
    heard: list[tuple[str, Control]] = []
    client.on_control = lambda control: heard.append(("client", control))
    server.on_control = lambda control: heard.append(("server", control))

    await client.ping(b"are you there?")
    await client.send("x")
    await server.receive()
    await server.close(1000, "bye")
    await asyncio.gather(client.wait_closed(), server.wait_closed())

    assert heard == [
        ("server", Control("ping", b"are you there?")),
        ("client", Control("pong", b"are you there?")),
        ("client", Control("close", b"\x03\xe8bye")),
        ("server", Control("close", b"\x03\xe8bye")),
    ]


@in_virtual_time
async def test_too_long_a_message_is_refused_with_1009() -> None:
    client, server = await opened(server={"max_size": 10})
    await client.send("x" * 11)

    refused = await ending(server)
    told = await ending(client)

    assert (refused.code, refused.sent_code) == (1006, 1009)
    assert "exceeds limit of 10 bytes" in refused.lost
    assert told.code == 1009


@in_virtual_time
async def test_several_tasks_may_wait_at_once() -> None:
    client, server = await opened()
    waiting = [asyncio.ensure_future(server.receive()) for _ in range(3)]
    closing = asyncio.ensure_future(client.wait_closed())
    for number in range(3):
        await client.send(str(number))

    assert sorted(await asyncio.gather(*waiting)) == ["0", "1", "2"]
    await server.close()
    assert (await server.wait_closed()).clean
    assert (await closing).clean


@in_virtual_time
async def test_a_cancelled_receive_loses_nothing() -> None:
    client, server = await opened()
    for number in range(5):
        waiting = asyncio.ensure_future(server.receive())
        sending = asyncio.ensure_future(client.send(str(number)))
        await asyncio.wait([sending])
        waiting.cancel()
        (outcome,) = await asyncio.gather(waiting, return_exceptions=True)
        received = outcome if isinstance(outcome, str) else await server.receive()
        assert received == str(number)


async def test_a_foreign_client_talks_to_us() -> None:
    network = SocketNetwork()
    listener = await network.listen("127.0.0.1")

    async def serve() -> WebSocketClosed:
        socket = await accept_websocket(await listener.accept(), subprotocols=OCPP, deflate=True)
        assert socket.compressed
        try:
            while True:
                await socket.send(await socket.receive())
        except WebSocketClosed as closed:
            return closed

    serving = asyncio.ensure_future(serve())
    url = f"ws://127.0.0.1:{listener.port}/CS01"
    async with foreign_connect(url, subprotocols=[Subprotocol("ocpp2.0.1")]) as foreign:
        for message in ("hello", "x" * 100_000, b"\x00"):
            await foreign.send(message)
            assert await foreign.recv() == message
        await foreign.send(["frag", "men", "ted"])
        assert await foreign.recv() == "fragmented"
        await (await foreign.ping())

    assert (await serving).clean
    await network.close()


async def test_we_talk_to_a_foreign_server() -> None:
    async def echo(connection: ForeignConnection) -> None:
        async for message in connection:
            await connection.send(message)

    network = SocketNetwork()
    async with foreign_serve(echo, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp2.0.1")]) as server:
        port = server.sockets[0].getsockname()[1]
        stream = await network.connect("127.0.0.1", port)
        socket = await connect_websocket(stream, f"ws://127.0.0.1:{port}/CS01", subprotocols=OCPP, deflate=True)
        assert (socket.subprotocol, socket.compressed) == ("ocpp2.0.1", True)
        await socket.send("grüße" * 1000)
        assert await socket.receive() == "grüße" * 1000
        await socket.close(1000, "done")
        assert (await socket.wait_closed()).clean
    await network.close()
