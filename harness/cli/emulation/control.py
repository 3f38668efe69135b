"""The HTTP interface of an emulated backend: state to be read, requests and policies to be set, for scripts."""

from __future__ import annotations

import asyncio
import json
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from harness.cli.emulation.backend import Backend
from harness.cli.emulation.commands import CommandError
from harness.cli.emulation.policy import Policy
from harness.core.errors import UnreachableError
from harness.endpoints.plain_http import HttpMessage, HttpProblem, HttpReader, http_answer

_PATIENCE = 10.0
"""Seconds that a request may take to come in whole."""
_CHUNK = 65_536
_OK, _BAD, _MISSING, _METHOD, _LATE = 200, 400, 404, 405, 504
_JSON = "application/json"


class _Call(Struct, forbid_unknown_fields=True):
    action: str
    payload: dict[str, Any] = {}
    station: str = ""
    within: float = 30.0


class _Answer(Struct, forbid_unknown_fields=True):
    action: str
    policy: Policy


class _Token(Struct, forbid_unknown_fields=True):
    token: str
    status: str = ""


class _Tariff(Struct, forbid_unknown_fields=True):
    price: float | None


class Control:
    """Serves an operator's scripts; `docs/how-to/emulate-a-backend.md` tells its requests."""

    def __init__(self, backend: Backend) -> None:
        """Serve this backend."""
        self._backend = backend
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self, host: str, port: int) -> None:
        """Listen; 0 takes a free port.

        Raises:
            UnreachableError: that cannot be.
        """
        try:
            self._server = await asyncio.start_server(self._serve, host, port)
        except OSError as problem:
            what = f"nobody can be served on {host} port {port}: {problem.strerror}"
            raise UnreachableError(what, do="give --control another port") from problem
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status, told = await self._answered(reader)
            writer.write(http_answer(status, kind=_JSON, body=json.dumps(told).encode() + b"\n"))
            await writer.drain()
        except OSError:
            pass  # Whoever asked is gone.
        finally:
            writer.close()

    async def _answered(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
        try:
            async with asyncio.timeout(_PATIENCE):
                request = await _read(reader)
        except (HttpProblem, TimeoutError, OSError) as problem:
            return _BAD, {"error": str(problem) or "no whole request came"}
        # A page in a browser that has its own name point here is no script of the operator's.
        if not _is_address(request.headers.get("host", "")):
            return _BAD, {"error": "ask by an address, or by localhost"}
        method, path, _ = request.start
        if (method, path) == ("GET", "/state"):
            return _OK, self._backend.state()
        if path not in {"/state", "/call", "/answer", "/token", "/tariff"}:
            return _MISSING, {"error": f"there is nothing at {path}; see /state, /call, /answer, /token, /tariff"}
        if method != "POST" or path == "/state":
            return _METHOD, {"error": f"{path} takes {'GET' if path == '/state' else 'POST'}"}
        # A page in a browser cannot send this kind of content without asking first, which is denied here.
        if request.headers.get("content-type", "").partition(";")[0].strip() != _JSON:
            return _BAD, {"error": f"send Content-Type: {_JSON}"}
        try:
            return await self._done(path, request.body)
        except (msgspec.DecodeError, CommandError) as problem:
            return _BAD, {"error": str(problem)}

    async def _done(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        decode = msgspec.json.decode
        match path:
            case "/call":
                return await self._asked(decode(body, type=_Call))
            case "/answer":
                wanted = decode(body, type=_Answer)
                return _OK, {"done": self._backend.change(wanted.action, wanted.policy)}
            case "/token":
                token = decode(body, type=_Token)
                return _OK, {"done": self._backend.account(token.token, token.status)}
        return _OK, {"done": self._backend.charge(decode(body, type=_Tariff).price)}

    async def _asked(self, call: _Call) -> tuple[int, dict[str, Any]]:
        """The answer of the station, if it comes in time."""
        try:
            async with asyncio.timeout(call.within):
                return _OK, await self._backend.ask(call.action, call.payload, call.station)
        except TimeoutError:
            return _LATE, {"error": f"no answer to {call.action} within {call.within:g} s"}


def _is_address(host: str) -> bool:
    """Whether a Host header has no name in it but that of this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name) is not None
    except ValueError:
        return False


async def _read(reader: asyncio.StreamReader) -> HttpMessage:
    http = HttpReader(answer=False)
    while True:
        request = http.feed(await reader.read(_CHUNK))
        if request is not None:
            return request
