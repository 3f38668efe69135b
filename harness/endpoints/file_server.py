"""A file server of a run, over HTTP: stations fetch firmware from it and bring logs to it."""

from __future__ import annotations

import asyncio

from harness.endpoints.file_shelf import LISTENS, FileDesk, Reply, Shelf
from harness.endpoints.plain_http import HttpProblem, HttpReader, http_answer
from harness.endpoints.status_asking import read_message
from harness.trace.entry import Link, Note
from harness.trace.recorder import Recorder
from harness.transports.base import ConnectionLost, Listener, Network, Stream
from harness.transports.clock import Clock

_PATIENCE = 60.0


class FileServer:
    """A shelf on a network; `open` it, then `run` it until it is cancelled."""

    def __init__(
        self, shelf: Shelf, network: Network, clock: Clock, recorder: Recorder, *, host: str, known_as: str = ""
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            shelf: what is there.
            network: where stations come from.
            clock: real or virtual time.
            recorder: takes note of what is fetched and brought.
            host: what to listen on; empty takes every address.
            known_as: the host by which stations find it; empty: `host`.
        """
        self._desk = FileDesk(shelf, self._note)
        self._network, self._clock, self._recorder = network, clock, recorder
        self._host, self._known_as = host, known_as or host
        self._listener: Listener | None = None

    async def open(self) -> str:
        """Listen on a free port; returns the address, `http://host:port`.

        Raises:
            UnreachableError: the host is not ours.
        """
        self._listener = await self._network.listen(self._host, 0)
        host = f"[{self._known_as}]" if ":" in self._known_as else self._known_as
        url = f"http://{host}:{self._listener.port}"
        self._note(LISTENS, {"url": url})
        return url

    async def run(self) -> None:
        """Serve until cancelled."""
        if self._listener is None:
            await self.open()
        assert self._listener is not None  # noqa: S101 - `open` made it
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    try:
                        stream = await self._listener.accept()
                    except ConnectionLost:
                        return
                    group.create_task(self._serve(stream))
        finally:
            await self._listener.close()

    async def _serve(self, stream: Stream) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                request = await read_message(stream, HttpReader(answer=False))
            await self._reply(stream, self._desk.answer(request))
        except HttpProblem:
            await self._send(stream, http_answer(400))
        except (ConnectionLost, TimeoutError):
            pass
        finally:
            await stream.close()

    async def _reply(self, stream: Stream, reply: Reply) -> None:
        half = len(reply.data) // 2 if reply.pause or reply.breaks else 0
        if half:
            await stream.send(reply.data[:half])
            await self._clock.wait_until(self._clock.now() + reply.pause)
        if reply.breaks:
            stream.abort()
            return
        await stream.send(reply.data[half:])

    async def _send(self, stream: Stream, data: bytes) -> None:
        try:
            await stream.send(data)
        except ConnectionLost:
            return

    def _note(self, text: str, data: dict[str, object]) -> None:
        self._recorder.add(self._clock.now(), Link.HARNESS, None, Note(text=text, data=data))
