"""The adapter's side of the harness's hook API, as small as it can be: JSON over HTTP POST, one answer each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

Hook = Callable[[str, dict[str, Any]], Awaitable[bool]]
"""From an operation and its arguments to whether it was done."""


async def serve_hooks(hook: Hook, port: int) -> asyncio.Server:
    """Take operations on this port of the loopback address."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        asked = json.loads(await reader.readexactly(int(sizes[0])))
        done = await hook(asked["operation"], asked.get("arguments", {}))
        body = json.dumps({"done": done, "detail": "" if done else "this device cannot do that"}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    return await asyncio.start_server(take, "127.0.0.1", port)
