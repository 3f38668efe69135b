"""TLS over any stream: the handshake with its deadline, and the stream that comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from harness.transports.base import ConnectionLost, LossKind, Stream
from harness.transports.tls.alerts import CLOSE_NOTIFY
from harness.transports.tls.engine import EngineOver, TlsEngine
from harness.transports.tls.report import (
    HandshakeReport,
    Outcome,
    TlsEvent,
    TlsRefused,
)

Now = Callable[[], float]
"""Tells the Unix time in seconds."""

OnEvent = Callable[[TlsEvent], None]


class TlsStream:
    """A `Stream` inside another; made by `secure_client` and `secure_server` (harness.transports.tls.secure)."""

    def __init__(self, inner: Stream, engine: TlsEngine, now: Now, on_event: OnEvent | None) -> None:
        self._inner = inner
        self._engine = engine
        self._now = now
        self._on_event = on_event
        self._told = 0
        self._sending = asyncio.Lock()
        self._buffer = b""
        self._ended = self._closed = False
        self._lost: tuple[LossKind, str] | None = None

    @property
    def peer(self) -> str:
        """The other end, to print."""
        return self._inner.peer

    @property
    def local(self) -> str:
        """This end, to print."""
        return self._inner.local

    @property
    def report(self) -> HandshakeReport:
        """The handshake, with what has come since: a late alert, say."""
        return self._engine.report()

    @property
    def session(self) -> object | None:
        """What a later client may offer to be spared certificates (`TlsSetup.session`); None if the engine has none."""
        return self._engine.session

    async def receive(self) -> bytes:
        """The next decrypted bytes; `b""` once the peer has ended orderly or we have closed.

        Raises:
            ConnectionLost: a reset, a fatal alert, bytes that are no TLS, or our own abort.
        """
        while True:
            if self._lost is not None:
                raise ConnectionLost(*self._lost)
            if self._ended or self._closed:
                return b""
            self._buffer = self._buffer or self._engine.read(self._now())
            await self._flush_quietly()
            if self._buffer:
                data, self._buffer = self._buffer, b""
                return data
            if self._engine.ended:
                self._end("by the peer")
            elif self._engine.error:
                self._lose(LossKind.RESET, self._engine.error)
                await self._inner.close()
            else:
                await self._fill()

    async def send(self, data: bytes) -> None:
        """Send all bytes.

        Raises:
            ConnectionLost: the connection is gone, or was closed on this side.
        """
        if self._lost is not None:
            raise ConnectionLost(*self._lost)
        if self._closed:
            raise ConnectionLost(LossKind.ABORTED, "the TLS connection was closed on this side")
        try:
            self._engine.write(data)
        except EngineOver as problem:
            raise ConnectionLost(LossKind.RESET, "the TLS connection is over") from problem
        await self._flush()

    async def close(self) -> None:
        """Send close_notify and end the stream below."""
        if not self._closed and self._lost is None:
            self._closed = True
            self._engine.close(self._now())
            await self._flush_quietly()
            if not self._ended:
                self._tell("closed", detail="by us", sent=True)
        await self._inner.close()

    def abort(self) -> None:
        """Tear down at once, without close_notify."""
        if not self._closed and self._lost is None:
            self._lost = (LossKind.ABORTED, "by this side")
            if not self._ended:
                self._tell("closed", detail="aborted by us", sent=True)
        self._inner.abort()

    async def establish(self, timeout: float, settle: float) -> None:
        """Run the handshake; `secure_client` and `secure_server` call this once.

        Raises:
            TlsRefused: it came to nothing.
        """
        engine = self._engine
        try:
            async with asyncio.timeout(timeout):
                await self._shake_hands()
                if engine.established and not engine.settled:
                    await self._settle(settle)
        except TimeoutError:
            engine.fail(self._now(), f"no end of the handshake within {timeout:g} s", Outcome.TIMEOUT)
        if engine.outcome is None:
            engine.complete(self._now())
        report = engine.report()
        if report.complete:
            self._tell("handshake", report=report)
            return
        self._closed = True
        self._tell("refused", report=report, detail=report.error, sent=report.alert_sent is not None)
        await self._flush_quietly()
        await self._inner.close()
        raise TlsRefused(report)

    async def _shake_hands(self) -> None:
        done = self._engine.handshake(self._now())
        while not done:
            await self._flush_quietly()
            await self._fill_handshake()
            done = self._engine.handshake(self._now())
        await self._flush_quietly()

    async def _settle(self, seconds: float) -> None:
        """A TLS 1.3 client is done before the server has looked at its certificate: wait for a sign, for so long."""
        engine = self._engine
        try:
            async with asyncio.timeout(seconds):
                await self._await_sign()
        except TimeoutError:
            return
        finally:
            self._tell_alerts()
        if engine.ended and not self._buffer:
            engine.fail(self._now(), "the peer ended the connection right after the handshake", Outcome.CLOSED)

    async def _await_sign(self) -> None:
        engine = self._engine
        while engine.outcome is None:
            self._buffer += engine.read(self._now())
            if engine.settled or engine.ended or engine.error:
                return
            await self._fill_handshake()

    async def _fill_handshake(self) -> None:
        """Feed the next bytes; the end of the stream or a reset ends the handshake."""
        try:
            chunk = await self._inner.receive()
        except ConnectionLost as loss:
            self._engine.fail(self._now(), str(loss), Outcome.CLOSED)
            return
        if chunk:
            self._engine.feed(chunk)
        else:
            self._engine.feed_end()

    async def _fill(self) -> None:
        try:
            chunk = await self._inner.receive()
        except ConnectionLost as loss:
            self._lose(loss.how, loss.detail)
            return
        if chunk:
            self._engine.feed(chunk)
        elif not self._closed:
            self._end("by the peer, without close_notify")

    def _end(self, detail: str) -> None:
        """The peer has ended the connection orderly, as far as the stream below goes."""
        self._ended = True
        self._late_refusal(detail)
        self._tell("closed", detail=detail)

    def _lose(self, how: LossKind, detail: str) -> None:
        if self._lost is None and not self._closed:
            self._lost = (how, detail)
            self._late_refusal(detail)
            self._tell("closed", detail=detail)

    def _late_refusal(self, detail: str) -> None:
        """What a TLS 1.3 client sees instead of its first data is still about the handshake."""
        if not self._engine.settled:
            self._engine.fail(self._now(), detail)
            report = self._engine.report()
            self._tell("refused", report=report, detail=report.error)

    async def _flush(self) -> None:
        """Send what the engine has ready, in order even if several tasks come here."""
        self._tell_alerts()
        async with self._sending:
            data = self._engine.take()
            if data:
                await self._inner.send(data)

    async def _flush_quietly(self) -> None:
        """Send what can still be sent; a peer that is gone shows when we read."""
        try:
            await self._flush()
        except ConnectionLost:
            return

    def _tell_alerts(self) -> None:
        alerts = self._engine.alerts
        while self._told < len(alerts):
            alert = alerts[self._told]
            self._told += 1
            if alert.number != CLOSE_NOTIFY:
                facts = {"sent": alert.sent, "fatal": alert.fatal, "number": alert.number, "name": alert.name}
                event = TlsEvent(
                    event="alert", at=alert.at, facts=facts, alert=alert.number, sent=alert.sent, detail=str(alert)
                )
                if self._on_event is not None:
                    self._on_event(event)

    def _tell(self, event: str, *, report: HandshakeReport | None = None, detail: str = "", sent: bool = False) -> None:
        self._tell_alerts()
        if self._on_event is None:
            return
        facts = report.facts() if report is not None else {}
        fatal = (report.alert_received or report.alert_sent) if report is not None else None
        number = fatal.number if fatal else None
        self._on_event(TlsEvent(event=event, at=self._now(), facts=facts, alert=number, sent=sent, detail=detail))
