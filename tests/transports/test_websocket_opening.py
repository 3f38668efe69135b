"""How WebSockets open, and how they refuse to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from harness.core.errors import UserError
from harness.transports.clock import run
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork, in_pieces
from harness.transports.websocket import (
    Refusal,
    UpgradeRequest,
    WebSocketRefused,
    accept_websocket,
    connect_websocket,
)
from tests.transports.websocket_pair import OCPP, URL, ending, in_virtual_time, opened


@in_virtual_time
async def test_the_handshake_tells_both_sides_who_they_are() -> None:
    client, server = await opened(
        client={"subprotocols": ["ocpp2.1", "ocpp2.0.1"], "headers": [("Authorization", "Basic Q1M6cHc=")]}
    )

    assert client.subprotocol == server.subprotocol == "ocpp2.0.1"
    assert client.path == server.path == "/ocpp/CS%2001"
    assert ("Authorization", "Basic Q1M6cHc=") in server.request_headers
    assert ("Host", "csms.example:9000") in server.request_headers
    assert client.response_headers == server.response_headers
    assert server.peer
    assert client.closed is None


@in_virtual_time
async def test_credentials_in_the_url_become_basic_authentication() -> None:
    one, other = await connected(MemoryNetwork())
    asked: list[UpgradeRequest] = []

    def check(request: UpgradeRequest) -> None:
        asked.append(request)

    await asyncio.gather(connect_websocket(one, "ws://CS:pw@csms/CS"), accept_websocket(other, check=check))

    assert asked[0].header("AUTHORIZATION") == "Basic Q1M6cHc="
    assert asked[0].header("Origin") is None
    assert (asked[0].path, asked[0].peer) == ("/CS", other.peer)


@in_virtual_time
async def test_without_a_common_subprotocol_the_socket_opens_without_one() -> None:
    client, server = await opened(client={"subprotocols": ["ocpp1.6"]})

    assert client.subprotocol is server.subprotocol is None
    assert "Sec-WebSocket-Protocol" not in dict(client.response_headers)


@in_virtual_time
async def test_a_server_may_choose_what_nobody_offered_and_the_client_refuses() -> None:
    one, other = await connected(MemoryNetwork())

    def choose(_: Sequence[str]) -> str:
        return "ocpp1.6"

    accepting = asyncio.ensure_future(accept_websocket(other, choose=choose))
    with pytest.raises(WebSocketRefused, match=r"101 .*unsupported subprotocol: ocpp1\.6") as caught:
        await connect_websocket(one, URL, subprotocols=OCPP)

    assert (caught.value.status, caught.value.violation) == (101, "subprotocol")
    assert (await ending(await accepting)).code == 1002


@in_virtual_time
async def test_a_refusal_carries_status_body_and_headers() -> None:
    one, other = await connected(MemoryNetwork(segmentation=in_pieces(5)))
    refusal = Refusal(status=401, body="who are you?", headers=(("WWW-Authenticate", 'Basic realm="csms"'),))

    results = await asyncio.gather(
        connect_websocket(one, URL), accept_websocket(other, check=lambda _: refusal), return_exceptions=True
    )

    for refused in results:
        assert isinstance(refused, WebSocketRefused)
        assert (refused.status, refused.body) == (401, b"who are you?")
        assert ("WWW-Authenticate", 'Basic realm="csms"') in refused.headers
        assert refused.what == "HTTP 401 Unauthorized"


@pytest.mark.parametrize(
    ("answer", "what", "status"),
    [
        (b"SSH-2.0-OpenSSH\r\n\r\n", "did not receive a valid HTTP response: ", 0),
        (b"", "did not receive a valid HTTP response: ", 0),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", "missing Connection header", 101),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\nlater", "HTTP 503 Service Unavailable", 503),
    ],
)
def test_a_server_that_speaks_something_else_is_named(answer: bytes, what: str, status: int) -> None:
    async def fail() -> None:
        one, other = await connected(MemoryNetwork())
        connecting = asyncio.ensure_future(connect_websocket(one, URL))
        await other.receive()
        await other.send(answer)
        await other.close()
        with pytest.raises(WebSocketRefused) as caught:
            await connecting
        assert what in caught.value.what
        assert caught.value.status == status

    run(fail(), virtual=True)


@in_virtual_time
async def test_a_reset_during_the_handshake_is_a_refusal_on_both_sides() -> None:
    one, other = await connected(MemoryNetwork())
    connecting = asyncio.ensure_future(connect_websocket(one, URL))
    await other.receive()
    other.abort()
    with pytest.raises(WebSocketRefused, match="connection reset"):
        await connecting
    one, other = await connected(MemoryNetwork())
    one.abort()
    with pytest.raises(WebSocketRefused, match="connection reset"):
        await accept_websocket(other)
    one, other = await connected(MemoryNetwork())
    other.abort()
    with pytest.raises(WebSocketRefused, match="connection reset"):
        await connect_websocket(one, URL)


@pytest.mark.parametrize(
    ("request_text", "what", "answer"),
    [
        (b"\x16\x03\x01 not http\r\n\r\n", "did not receive a valid HTTP request: ", b""),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP 426 Upgrade Required", b"HTTP/1.1 426 "),
        (b"POST / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP 405 Method Not Allowed", b"HTTP/1.1 405 "),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n", "", b"HTTP/1.1 414 "),
    ],
)
def test_a_client_that_asks_for_something_else_is_answered(request_text: bytes, what: str, answer: bytes) -> None:
    async def fail() -> None:
        one, other = await connected(MemoryNetwork())
        await one.send(request_text)
        with pytest.raises(WebSocketRefused) as caught:
            await accept_websocket(other)
        assert what in caught.value.what
        assert (await one.receive()).startswith(answer)

    run(fail(), virtual=True)


@in_virtual_time
async def test_what_is_no_url_is_the_users_mistake() -> None:
    one, _ = await connected(MemoryNetwork())
    with pytest.raises(UserError, match="write ws://host:port/path"):
        await connect_websocket(one, "http://csms/CS")
