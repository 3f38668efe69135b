"""The opening handshake of a WebSocket over any stream, from either side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct
from websockets.client import ClientProtocol
from websockets.datastructures import Headers as WireHeaders
from websockets.exceptions import InvalidURI, NegotiationError
from websockets.extensions.permessage_deflate import (
    enable_client_permessage_deflate,
    enable_server_permessage_deflate,
)
from websockets.http11 import Request, Response
from websockets.protocol import Event
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from harness.core.errors import HarnessError, UserError
from harness.transports.base import ConnectionLost, Stream
from harness.transports.websocket_channel import (
    ABNORMAL,
    Binary,
    Control,
    Headers,
    NotUtf8,
    Unfinished,
    WebSocket,
    WebSocketClosed,
    Writer,
)

__all__ = [
    "ABNORMAL",
    "Binary",
    "Control",
    "Headers",
    "NotUtf8",
    "Refusal",
    "Unfinished",
    "UpgradeRequest",
    "WebSocket",
    "WebSocketClosed",
    "WebSocketRefused",
    "accept_websocket",
    "connect_websocket",
    "prefer",
]

DEFAULT_MAX_SIZE = 2**20
"""Bytes of the longest message taken unless told otherwise; a longer one is refused with close code 1009."""

_SWITCHING = 101
_PROTOCOL_ERROR = 1002


class UpgradeRequest(Struct, frozen=True, kw_only=True):
    """What a client asks for when it opens a WebSocket."""

    path: str
    headers: Headers
    peer: str

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its capitals."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Refusal(Struct, frozen=True, kw_only=True):
    """The HTTP answer to a client that is not let in."""

    status: int
    body: str = ""
    headers: Headers = ()


class WebSocketRefused(HarnessError):
    """The handshake did not lead to a WebSocket, on whichever side it is raised."""

    def __init__(
        self, what: str, *, status: int = 0, body: bytes = b"", headers: Headers = (), violation: str = ""
    ) -> None:
        """Keep the parts apart.

        Args:
            what: what happened.
            status: of the HTTP answer; 0 means that there was none at all.
            body: of the HTTP answer.
            headers: of the HTTP answer.
            violation: which rule of the handshake the other side broke; empty if none.
        """
        self.what, self.status, self.body, self.headers, self.violation = what, status, body, headers, violation
        super().__init__(f"WebSocket refused: {what}")


class _Client(ClientProtocol):
    """Takes whatever subprotocol the server names, so that the connection can be closed in an orderly way."""

    unoffered = ""

    def process_subprotocol(self, headers: WireHeaders) -> Subprotocol | None:
        """What the server chose; see the package."""
        try:
            return super().process_subprotocol(headers)
        except NegotiationError as problem:
            self.unoffered = str(problem)
            return None


def prefer(own: Sequence[str]) -> Callable[[Sequence[str]], str | None]:
    """Choose the first of our own subprotocols that is offered, or none (101 without the header)."""
    return lambda offered: next((name for name in own if name in offered), None)


async def connect_websocket(
    stream: Stream,
    url: str,
    *,
    subprotocols: Sequence[str] = (),
    headers: Iterable[tuple[str, str]] = (),
    deflate: bool = False,
    max_size: int | None = DEFAULT_MAX_SIZE,
) -> WebSocket:
    """Open a WebSocket as a client over a stream that is connected already.

    Args:
        stream: the connection; it is closed if the handshake fails.
        url: `ws://` or `wss://`; gives path, Host header and, from `user:password@`, basic authentication.
        subprotocols: offered, most wanted first.
        headers: further request headers.
        deflate: offer permessage-deflate.
        max_size: bytes of the longest message taken; None takes any.

    Raises:
        WebSocketRefused: the server answered otherwise, not in HTTP, or not at all.
        UserError: the URL is none.
    """
    try:
        uri = parse_uri(url)
    except InvalidURI as problem:
        raise UserError(str(problem), where=url, do="write ws://host:port/path") from problem
    protocol = _Client(
        uri,
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        extensions=enable_client_permessage_deflate(None) if deflate else None,
        max_size=max_size,
    )
    request = protocol.connect()
    for name, value in headers:
        request.headers[name] = value
    protocol.send_request(request)
    opening = _Opening(stream, protocol)
    response = await opening.await_event(Response)
    if not isinstance(response, Response) or protocol.handshake_exc is not None:
        await stream.close()
        raise _refused(response, protocol.handshake_exc, opening.lost)
    if protocol.unoffered:
        protocol.send_close(_PROTOCOL_ERROR, "this subprotocol was not offered")
        await opening.flush()
        await stream.close()
        what = f"HTTP {response.status_code} {response.reason_phrase}, but {protocol.unoffered}"
        headers_of_it = _pairs(response.headers)
        raise WebSocketRefused(what, status=_SWITCHING, headers=headers_of_it, violation="subprotocol")
    return opening.opened(uri.resource_name, _pairs(request.headers), _pairs(response.headers))


async def accept_websocket(
    stream: Stream,
    *,
    subprotocols: Sequence[str] = (),
    check: Callable[[UpgradeRequest], Refusal | None] | None = None,
    choose: Callable[[Sequence[str]], str | None] | None = None,
    deflate: bool = False,
    max_size: int | None = DEFAULT_MAX_SIZE,
) -> WebSocket:
    """Open a WebSocket as a server over a stream that was accepted.

    Args:
        stream: the connection; it is closed if the handshake fails.
        subprotocols: ours, most wanted first.
        check: looks at the request; what it returns is sent instead of an acceptance.
        choose: from the offered subprotocols to ours, instead of `prefer(subprotocols)`; may answer anything.
        deflate: accept permessage-deflate if offered.
        max_size: bytes of the longest message taken; None takes any.

    Raises:
        WebSocketRefused: we refused, or the request was none.
    """
    selection = choose or prefer(subprotocols)

    def select(_: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        chosen = selection(tuple(offered))
        return None if chosen is None else Subprotocol(chosen)

    protocol = ServerProtocol(
        select_subprotocol=select,
        extensions=enable_server_permessage_deflate(None) if deflate else None,
        max_size=max_size,
    )
    opening = _Opening(stream, protocol)
    request = await opening.await_event(Request)
    if not isinstance(request, Request):
        await opening.flush()
        await stream.close()
        raise _refused(None, protocol.handshake_exc, opening.lost)
    asked = UpgradeRequest(path=request.path, headers=_pairs(request.headers), peer=stream.peer)
    refusal = check(asked) if check is not None else None
    response = protocol.accept(request) if refusal is None else _refuse(protocol, refusal)
    protocol.send_response(response)
    await opening.flush()
    if response.status_code != _SWITCHING:
        await stream.close()
        raise _refused(response, protocol.handshake_exc, opening.lost)
    return opening.opened(request.path, asked.headers, _pairs(response.headers))


class _Opening:
    """A handshake in progress."""

    def __init__(self, stream: Stream, protocol: ClientProtocol | ServerProtocol) -> None:
        self._stream, self._protocol = stream, protocol
        self._writer = Writer(stream, protocol)
        self._early: list[Event] = []
        self.lost = ""

    async def await_event(self, kind: type[Event]) -> Event | None:
        """Read until the handshake message is there; None if it never comes or cannot be read."""
        await self.flush()
        while not self.lost and self._protocol.handshake_exc is None:
            try:
                data = await self._stream.receive()
            except ConnectionLost as lost:
                self.lost = str(lost)
                return None
            self._writer.take(data)
            events = self._protocol.events_received()
            if events and isinstance(events[0], kind):
                self._early = events[1:]
                return events[0]
        return None

    async def flush(self) -> None:
        try:
            await self._writer.flush()
        except ConnectionLost as lost:
            self.lost = str(lost)

    def opened(self, path: str, request_headers: Headers, response_headers: Headers) -> WebSocket:
        """The channel; frames that came together with the handshake are not lost."""
        channel = WebSocket(
            self._stream,
            self._protocol,
            path=path,
            request_headers=request_headers,
            response_headers=response_headers,
        )
        channel.take(self._early)
        return channel


def _refuse(protocol: ServerProtocol, refusal: Refusal) -> Response:
    response = protocol.reject(refusal.status, refusal.body)
    for name, value in refusal.headers:
        response.headers[name] = value
    return response


def _refused(response: Any, problem: Exception | None, lost: str) -> WebSocketRefused:
    if not isinstance(response, Response):
        cause = f": {problem.__cause__}" if problem is not None and problem.__cause__ else ""
        return WebSocketRefused(lost or (f"{problem}{cause}" if problem else "the stream ended"))
    what = f"HTTP {response.status_code} {response.reason_phrase}"
    if response.status_code == _SWITCHING and problem is not None:
        what += f", but {problem}"
    return WebSocketRefused(
        what, status=response.status_code, body=bytes(response.body or b""), headers=_pairs(response.headers)
    )


def _pairs(headers: WireHeaders) -> Headers:
    return tuple(headers.raw_items())
