"""The file server of a run, beside the backend: firmware is fetched from it, logs are brought to it."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints.file_server import FileServer
from harness.endpoints.file_shelf import BRING_TO, BROUGHT, FETCHED, LISTENS
from harness.kit.cast import Stage
from harness.kit.parameters import Beside, settings_of
from harness.trace.entry import Entry, Note
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.base import Network
from harness.transports.clock import Clock

NOBODY_LISTENS = "http://[::1]:9"
"""Where no server is."""


async def filing(stage: Stage, network: Network, host: str, clock: Clock, recorder: Recorder) -> FileServer | None:
    """Bring the file server on stage, if a case wants one; it listens from now on.

    Raises:
        UnreachableError: its host is not ours.
    """
    if stage.shelf is None:
        return None
    server = FileServer(stage.shelf, network, clock, recorder, host=host, known_as=known_as(stage))
    await server.open()
    return server


def known_as(stage: Stage) -> str:
    """The host by which stations find the server; empty: that of the backend.

    Raises:
        Unreached: the profile of a real station does not tell.
    """
    device = stage.device
    if stage.network != "interface" or device.role is not Role.STATION or stage.replay is not None:
        return ""
    host = settings_of(Beside, device).file_host
    if not host:
        raise Unreached("the profile does not say by which name the station finds this machine (parameters.file_host)")
    return host


def place(trace: Trace, path: str) -> str:
    """The address of a file, from what was seen so far.

    Raises:
        Unreached: there is no server.
    """
    return f"{trace.first(Note, text=LISTENS).facts['url']}{path}"


def bringing_place(trace: Trace, name: str = "") -> str:
    """The address of a directory that files are brought to."""
    return place(trace, f"{BRING_TO}{name}")


def brought(trace: Trace) -> tuple[Entry, ...]:
    """The files that were brought and taken."""
    return tuple(entry for entry in trace.all(Note, text=BROUGHT) if _well(entry.facts))


def fetched(trace: Trace, path: str) -> tuple[Entry, ...]:
    """Each time that a file was fetched."""
    return tuple(entry for entry in trace.all(Note, text=FETCHED) if entry.facts["path"] == path)


def _well(facts: dict[str, Any]) -> bool:
    return 200 <= int(facts["status"]) < 300
