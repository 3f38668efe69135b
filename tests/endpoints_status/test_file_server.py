"""The file server of a run: what it hands out and takes, and that nonsense does not bring it down."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from harness.endpoints.file_server import FileServer
from harness.endpoints.file_shelf import BROUGHT, FETCHED, LISTENS, FileDesk, Item, Shelf
from harness.endpoints.plain_http import HttpMessage, HttpReader, http_request
from harness.endpoints.status_asking import read_message
from harness.trace.entry import Note
from harness.trace.recorder import Recorder
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork

SHELF = Shelf(
    files={"/out/a": Item(body=b"0123456789" * 100, pause=5.0), "/out/gone": Item(status=500)},
    taking={"/closed/": Item(status=403)},
)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/out/a", 200),
        ("GET", "/out/a?token=1", 200),
        ("GET", "/out/none", 404),
        ("GET", "/out/gone", 500),
        ("PUT", "/in/log", 201),
        ("POST", "/in/log", 201),
        ("PUT", "/closed/log", 403),
        ("PUT", "/elsewhere", 404),
        ("DELETE", "/out/a", 405),
    ],
)
def test_what_becomes_of_a_request(method: str, target: str, status: int) -> None:
    notes: list[tuple[str, dict[str, Any]]] = []
    desk = FileDesk(SHELF, lambda text, data: notes.append((text, data)))
    reply = desk.answer(HttpMessage(start=(method, target, "HTTP/1.1"), body=b"line\n"))
    assert reply.data.startswith(f"HTTP/1.1 {status} ".encode())
    expected = {"GET": [FETCHED], "PUT": [BROUGHT], "POST": [BROUGHT]}
    assert [text for text, _ in notes] == expected.get(method, [])
    assert all(data["status"] == status for _, data in notes)


def test_a_transfer_takes_as_long_as_it_is_told_to_and_nonsense_harms_nobody() -> None:
    async def main() -> tuple[bytes, float, Recorder]:
        clock, recorder, network = running_clock(), Recorder(), MemoryNetwork()
        server = FileServer(SHELF, network, clock, recorder, host="files")
        await server.open()
        task = asyncio.create_task(server.run())
        port = int(next(iter(recorder.trace())).facts["url"].rpartition(":")[2])
        for nonsense in (b"", b"\x00" * 64 + b"\r\n\r\n", b"GET /" + b"a" * 20_000):
            stream = await network.connect("files", port)
            await stream.send(nonsense)
            await stream.close()
        began = clock.now()
        stream = await network.connect("files", port)
        await stream.send(http_request("GET", "/out/a", "files"))
        answer = await read_message(stream, HttpReader(answer=True))
        took = clock.now() - began
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await network.close()
        return answer.body, took, recorder

    body, took, recorder = run(main(), virtual=True)
    assert body == SHELF.files["/out/a"].body
    assert took == pytest.approx(5.0, abs=0.5)
    assert [entry.body.text for entry in recorder.trace() if isinstance(entry.body, Note)] == [LISTENS, FETCHED]
