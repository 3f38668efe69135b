"""Runs the errands of a station on a network, beside its link to the backend."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from harness.core.errors import UnreachableError
from harness.endpoints.plain_http import HttpProblem, HttpReader, http_request
from harness.endpoints.station.errands import Cancel, Errand, Outcome
from harness.endpoints.status_asking import read_message
from harness.transports.base import Address, ConnectionLost, Network
from harness.transports.clock import Clock

PATIENCE = 120.0
"""Seconds for one file."""
_PORT = 80
_GOOD = range(200, 300)
_KIND = "application/octet-stream"


class ErrandRunner:
    """As many errands at once as the station has; all are called off when its life ends."""

    def __init__(self, network: Network, clock: Clock, group: asyncio.TaskGroup, wake: Callable[[], None]) -> None:
        """Prepare.

        Args:
            network: where servers are.
            clock: real or virtual time.
            group: what the errands live in.
            wake: called after each, for the station may have something to do then.
        """
        self._network, self._clock, self._group, self._wake = network, clock, group, wake

    def begin(self, errand: Errand) -> Cancel:
        """Run an errand from now on; what is returned calls it off."""
        task = self._group.create_task(self._run(errand))

        def cancel() -> None:
            task.cancel()

        return cancel

    async def _run(self, errand: Errand) -> None:
        outcome = await self._outcome(errand)
        errand.done(outcome, self._clock.now())
        self._wake()

    async def _outcome(self, errand: Errand) -> Outcome:
        try:
            address, request = _ask(errand)
        except HttpProblem as problem:
            return Outcome(problem=str(problem), unsupported=True)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._transfer(address, request)
        except TimeoutError:
            return Outcome(problem=f"not done within {PATIENCE:g} s")
        except (UnreachableError, ConnectionLost, HttpProblem) as problem:
            return Outcome(problem=str(problem))

    async def _transfer(self, address: Address, request: bytes) -> Outcome:
        stream = await self._network.connect(address.host, address.port)
        try:
            await stream.send(request)
            answer = await read_message(stream, HttpReader(answer=True))
        finally:
            await stream.close()
        problem = "" if answer.status in _GOOD else f"HTTP status {answer.status}"
        return Outcome(status=answer.status, body=answer.body, problem=problem)


def _ask(errand: Errand) -> tuple[Address, bytes]:
    """Where an errand leads, and what to send there.

    Raises:
        HttpProblem: it leads to no server of HTTP.
    """
    try:
        parts = urlsplit(errand.url)
        host, port = parts.hostname, parts.port
    except ValueError as problem:
        raise HttpProblem(f"an address that nobody can read: {errand.url[:100]!r}") from problem
    if parts.scheme != "http" or not host:
        raise HttpProblem(f"an address that is not of HTTP: {errand.url[:100]!r}")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kind = _KIND if errand.body else ""
    return Address(host, port or _PORT), http_request(errand.method, target, parts.netloc, kind=kind, body=errand.body)
