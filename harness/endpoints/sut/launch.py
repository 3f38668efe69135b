"""Starts a device as the `[launch]` table of its profile says, and hands out its controls."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Protocol

from harness.core.errors import ProfileError
from harness.endpoints.sut.netns import VehicleLink
from harness.endpoints.sut.process import DeviceProcess, require_program

_SESSION_OVER = r"^SESSION over"
_CONTROL_S = 20.0


class LaunchTable(Protocol):
    """The `[launch]` table of a device profile, as far as it is used here."""

    @property
    def command(self) -> Sequence[str]:
        """Program and arguments; `{place}` stands for a folder or name (see `launched`)."""

    @property
    def namespace(self) -> str:
        """Network namespace to run it in; empty: in ours, on an interface that is already there."""

    @property
    def host_interface(self) -> str:
        """Our end of the link."""

    @property
    def device_interface(self) -> str:
        """The device's end of the link."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Added to its environment; may hold `{place}` too."""

    @property
    def ready(self) -> str:
        """Regular expression of the line that says it is ready; empty: as soon as it runs."""

    @property
    def ready_within_s(self) -> float:
        """How long that may take, seconds."""

    @property
    def per_session(self) -> bool:
        """Whether its process must be started anew for each session."""


class LaunchedDevice:
    """A device that runs, and what can be done to it.

    A device whose process outlives a session is told by lines on its standard input, `plug in` and `unplug` (an
    EV) or `reset` (a station), and answers each with `DONE` and the line. One that is started for each session is
    started by `plug_in` and ended by `unplug`.
    """

    def __init__(self, table: LaunchTable, process: DeviceProcess) -> None:
        self._table = table
        self._process = process

    @property
    def log(self) -> Path:
        """Its output: evidence."""
        return self._process.log

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self._process.running

    def start(self) -> None:
        """Start its process anew and wait until it is ready.

        Raises:
            UnreachableError: it did not get ready.
        """
        self._process.stop()
        self._process.start()
        if self._table.ready:
            self._process.wait_for(self._table.ready, self._table.ready_within_s)

    def plug_in(self) -> None:
        """Connect the EV: it begins with SDP at once, so our station should listen by now.

        Raises:
            UnreachableError: it does not run, or did not get ready.
        """
        if self._table.per_session:
            self.start()
        else:
            self._command("plug in")

    def unplug(self) -> None:
        """Pull the EV's plug: its link is gone when this returns.

        Raises:
            UnreachableError: it does not run.
        """
        if self._table.per_session:
            self._process.stop()
        else:
            self._command("unplug")

    def reset(self) -> None:
        """Switch the station off and on: it forgets every session, and is ready when this returns.

        Raises:
            UnreachableError: it did not get ready again.
        """
        if self._table.per_session:
            self.start()
            return
        self._command("reset")
        if self._table.ready:
            self._process.wait_for(self._table.ready, self._table.ready_within_s)

    def session_over(self, within: float = _CONTROL_S) -> str:
        """Wait until an EV says that its session is over; returns its line with the reason.

        Raises:
            UnreachableError: it did not say so in time (seconds).
        """
        return self._process.wait_for(_SESSION_OVER, within)

    def stop(self) -> None:
        """End its process."""
        self._process.stop()

    def _command(self, line: str) -> None:
        self._process.tell(line)
        self._process.wait_for(f"^DONE {line}$", _CONTROL_S)


@contextmanager
def launched(table: LaunchTable, *, log: Path, places: Mapping[str, str]) -> Iterator[LaunchedDevice]:
    """Make the device's namespace, start it and wait until it is ready; end everything on the way out.

    A device that is started per session is not started yet: `plug_in` does that.

    Args:
        table: the `[launch]` table.
        log: file for its output.
        places: what `{name}` means in the command and the environment: `profiles` (folder of the profiles),
            `peers` (folder of the prepared peers), and what else the table uses. `host_interface` and
            `device_interface` are known without being given.

    Raises:
        UnreachableError: no right to make a namespace, no program, or it did not get ready.
        ProfileError: the table names a place that is not given.
    """
    known = {**places, "host_interface": table.host_interface, "device_interface": table.device_interface}
    command = [_placed(word, known) for word in table.command]
    environment = {name: _placed(value, known) for name, value in table.environment.items()}
    require_program(command[0])
    if not table.namespace:
        with _running(table, DeviceProcess(command, environment, log)) as device:
            yield device
        return
    with VehicleLink(table.namespace, table.host_interface, table.device_interface) as link:
        process = DeviceProcess(command, environment, log, inside=link.inside)
        with _running(table, process) as device:
            yield device


@asynccontextmanager
async def launched_beside(table: LaunchTable, *, log: Path, places: Mapping[str, str]) -> AsyncIterator[LaunchedDevice]:
    """As `launched`, without holding up the event loop while the device gets ready or ends."""
    context = launched(table, log=log, places=places)
    device = await asyncio.to_thread(context.__enter__)
    try:
        yield device
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


@contextmanager
def _running(table: LaunchTable, process: DeviceProcess) -> Iterator[LaunchedDevice]:
    device = LaunchedDevice(table, process)
    try:
        if not table.per_session:
            device.start()
        yield device
    finally:
        device.stop()


def _placed(text: str, places: Mapping[str, str]) -> str:
    def place(found: re.Match[str]) -> str:
        if found[1] in places:
            return places[found[1]]
        raise ProfileError(
            f"{text!r} names the place {found[1]}, which is not known",
            where="table [launch]",
            do=f"use one of {', '.join(sorted(places))}",
        )

    return re.sub(r"\{([a-z_]+)\}", place, text)
