"""An open WebSocket over any stream: the protocol of the `websockets` package, driven without its own I/O."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from msgspec import Struct
from websockets.frames import Frame, Opcode
from websockets.protocol import Event, Protocol, Side, State

from harness.core.errors import HarnessError
from harness.transports.base import ConnectionLost, Stream

ABNORMAL = 1006
"""The code of a connection that ended without a close frame; never on the wire."""

Headers = tuple[tuple[str, str], ...]


class NotUtf8(bytes):
    """A text message that is not UTF-8: how one is received, and how one is sent on purpose."""


class Binary(bytes):
    """What goes out in a binary message, where a text is usual."""


class Unfinished(bytes):
    """A text of which only the first frame goes out: the message never ends."""


class Control(Struct, frozen=True):
    """A control frame of the peer: `ping`, `pong` or `close`."""

    kind: str
    data: bytes


class WebSocketClosed(HarnessError):
    """The conversation is over."""

    def __init__(self, code: int, reason: str, *, sent_code: int | None, lost: str) -> None:
        """Keep the parts apart.

        Args:
            code: what the peer's close frame said; 1005 if it named no code, 1006 if there was no close frame.
            reason: the text of the peer's close frame.
            sent_code: what our own close frame said, if there was one.
            lost: why it ended without a close frame of the peer; empty if it had one.
        """
        self.code, self.reason, self.sent_code, self.lost = code, reason, sent_code, lost
        said = f"{code} {reason}".strip() + (f", {lost}" if lost else "")
        if sent_code not in {None, code}:
            said += f", we closed with {sent_code}"
        super().__init__(f"WebSocket closed: {said}")

    @property
    def clean(self) -> bool:
        """True if both sides said goodbye."""
        return self.sent_code is not None and self.code != ABNORMAL


class WebSocket:
    """An open WebSocket connection; one task receives, any may send.

    `on_control` hears of every ping, pong and close frame of the peer; pings are answered by themselves.
    """

    def __init__(
        self, stream: Stream, protocol: Protocol, *, path: str, request_headers: Headers, response_headers: Headers
    ) -> None:
        """Made by `connect_websocket` and `accept_websocket` only, after the handshake."""
        self.path, self.request_headers, self.response_headers = path, request_headers, response_headers
        self.subprotocol: str | None = protocol.subprotocol
        self.on_control: Callable[[Control], None] | None = None
        self.joins = True
        """False takes each frame of a message for a message of its own, as no endpoint should."""
        self._stream = stream
        self._protocol = protocol
        self._messages: deque[str | bytes] = deque()
        self._fragments: list[Frame] = []
        self._writer = Writer(stream, protocol)
        self._stepping = asyncio.Lock()
        self._lost = ""

    @property
    def peer(self) -> str:
        """The other end, to print."""
        return self._stream.peer

    @property
    def compressed(self) -> bool:
        """True if permessage-deflate was agreed."""
        return bool(self._protocol.extensions)

    @property
    def closed(self) -> WebSocketClosed | None:
        """How it ended; None while it is open or closing."""
        return self._ending() if self._lost or self._protocol.state is State.CLOSED else None

    async def receive(self) -> str | bytes:
        """The next message: `str` from a text frame, `bytes` from a binary one, `NotUtf8` from a broken text.

        Raises:
            WebSocketClosed: there is none and will be none.
        """
        while not self._messages:
            if (ending := self.closed) is not None:
                raise ending
            await self._step()
        return self._messages.popleft()

    def waiting(self) -> bool:
        """Whether a message is there that `receive` will return at once."""
        return bool(self._messages)

    async def send(self, message: str | bytes, *, fragment: int = 0) -> None:
        """Send a text (`str`, or `NotUtf8` on purpose) or a binary message.

        Args:
            message: what to send.
            fragment: bytes of each frame; 0 sends one frame.

        Raises:
            WebSocketClosed: it cannot be sent any more.
        """
        if isinstance(message, str):
            await self.send_text(message.encode(), fragment=fragment)
        elif isinstance(message, NotUtf8 | Unfinished):
            await self.send_text(message, fragment=fragment)
        else:
            await self._send(self._protocol.send_binary, message, fragment)

    async def send_text(self, data: bytes, *, fragment: int = 0) -> None:
        """Send a text that is encoded already, whatever it is; of an `Unfinished` one the first frame.

        Raises:
            WebSocketClosed: it cannot be sent any more.
        """
        if isinstance(data, Unfinished):
            self._must_be_open()
            self._protocol.send_text(data, fin=False)
            await self._flush_or_raise()
            return
        await self._send(self._protocol.send_text, data, fragment)

    async def send_unframed(self, data: bytes) -> None:
        """Send bytes past the protocol: half a frame, or none.

        Raises:
            WebSocketClosed: it cannot be sent any more.
        """
        self._must_be_open()
        try:
            await self._stream.send(data)
        except ConnectionLost as lost:
            self._lost = self._lost or str(lost.how)
            raise self._ending() from lost

    def withhold_pongs(self) -> None:
        """From now on pings of the peer are heard and not answered."""
        protocol, usual = self._protocol, self._protocol.send_frame

        def send_frame(frame: Frame) -> None:
            if frame.opcode is not Opcode.PONG:
                usual(frame)

        protocol.send_frame = send_frame  # type: ignore[method-assign]

    async def _send(self, begin: Callable[[bytes, bool], None], data: bytes, fragment: int) -> None:
        self._must_be_open()
        if not 0 < fragment < len(data):
            begin(data, True)  # noqa: FBT003 - the package has it by place
        else:
            begin(data[:fragment], False)  # noqa: FBT003
            for start in range(fragment, len(data), fragment):
                self._protocol.send_continuation(data[start : start + fragment], start + fragment >= len(data))
        await self._flush_or_raise()

    async def ping(self, data: bytes = b"") -> None:
        """Send a ping of at most 125 bytes; the pong comes to `on_control` while somebody receives.

        Raises:
            WebSocketClosed: it cannot be sent any more.
        """
        self._must_be_open()
        self._protocol.send_ping(data)
        await self._flush_or_raise()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Say goodbye and return; `receive` or `wait_closed` see the end. A peer that never answers needs `abort`."""
        if self.closed is not None or self._protocol.state is not State.OPEN:
            return
        self._protocol.send_close(code, reason)
        await self._flush()

    async def wait_closed(self) -> WebSocketClosed:
        """Wait for the end, messages that still arrive are dropped; returns how it ended."""
        while (ending := self.closed) is None:
            self._messages.clear()
            await self._step()
        return ending

    def abort(self) -> None:
        """Tear the connection down without a goodbye."""
        self._lost = self._lost or "aborted"
        self._stream.abort()

    def take(self, events: Sequence[Event]) -> None:
        """Take frames that came with the handshake."""
        for event in events:
            if isinstance(event, Frame):
                self._take(event)

    async def _step(self) -> None:
        """Wait for bytes and work on them; who comes second waits for the outcome of the first."""
        if self._stepping.locked():
            async with self._stepping:
                return
        async with self._stepping:
            try:
                data = await self._stream.receive()
            except ConnectionLost as lost:
                self._lost = self._lost or str(lost.how)
                return
            self._writer.take(data)
            self.take(self._protocol.events_received())
            await self._flush()

    async def _flush(self) -> None:
        try:
            await self._writer.flush()
        except ConnectionLost as lost:
            self._lost = self._lost or str(lost.how)

    async def _flush_or_raise(self) -> None:
        await self._flush()
        if self._lost:
            raise self._ending()

    def _take(self, frame: Frame) -> None:
        if frame.opcode in {Opcode.PING, Opcode.PONG, Opcode.CLOSE}:
            if self.on_control is not None:
                self.on_control(Control(frame.opcode.name.lower(), bytes(frame.data)))
            return
        self._fragments.append(frame)
        if not frame.fin and self.joins:
            return
        data = b"".join(bytes(fragment.data) for fragment in self._fragments)
        is_text = self._fragments[0].opcode is Opcode.TEXT
        self._fragments.clear()
        self._messages.append(_text(data) if is_text else data)

    def _must_be_open(self) -> None:
        if self._lost or self._protocol.state is not State.OPEN:
            raise self._ending()

    def _ending(self) -> WebSocketClosed:
        heard, said = self._protocol.close_rcvd, self._protocol.close_sent
        lost = self._lost
        if heard is None and not lost and self._protocol.state is State.CLOSED:
            lost = "ended without a close frame"
        if isinstance(problem := self._protocol.parser_exc, Exception) and not isinstance(problem, EOFError):
            lost = f"{lost or 'failed'}: {problem}"
        code, reason = (ABNORMAL, "") if heard is None else (int(heard.code), heard.reason)
        return WebSocketClosed(code, reason, sent_code=int(said.code) if said else None, lost=lost)


class Writer:
    """Carries what the protocol wants to send to the stream, in order, nothing lost if a task is cancelled."""

    def __init__(self, stream: Stream, protocol: Protocol) -> None:
        """Begin with nothing to send."""
        self._stream, self._protocol = stream, protocol
        self._unsent: deque[bytes] = deque()
        self._flushing = asyncio.Lock()

    def take(self, data: bytes) -> None:
        """Give bytes of the peer, or its end, to the protocol."""
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()

    async def flush(self) -> None:
        """Send all that waits; closes the stream when the protocol says that all is said.

        Raises:
            ConnectionLost: the stream is gone.
        """
        if not self._unsent and not self._protocol.writes:
            return
        async with self._flushing:
            self._unsent.extend(self._protocol.data_to_send())
            while self._unsent:
                if self._unsent[0]:
                    await self._stream.send(self._unsent[0])
                else:
                    await self._close()
                self._unsent.popleft()

    async def _close(self) -> None:
        """The protocol wants the sending side closed; a stream closes as a whole, so that is the end of it."""
        await self._stream.close()
        if self._protocol.side is Side.SERVER or self._protocol.state is State.CONNECTING:
            self._protocol.receive_eof()


def _text(data: bytes) -> str | NotUtf8:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return NotUtf8(data)
