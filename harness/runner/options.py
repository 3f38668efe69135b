"""What a run is asked to do."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

from harness.profile.device import Device
from harness.profile.programme import Programme
from harness.store.run import Run


class Options(Struct, frozen=True, kw_only=True):
    """One run: whom, by what, where to, and how."""

    devices: tuple[Device, ...]
    device_texts: tuple[str, ...]
    """The profiles as they were written."""
    programme: Programme
    programme_text: str
    suites: Path
    folder: Path
    """Folder of this run; it must not exist yet."""
    partial: bool = False
    """Whether somebody chose among the cases with pytest's own means, so that controls may be missing."""
    only: tuple[str, ...] = ()
    """Beginnings of case ids; empty: all of the programme."""
    beside: Device | None = None
    """The emulated EV or station that meets the device under test; None: the usual one."""
    seed: int = 1
    attempts: int = 1
    """How often a case that did not pass is tried; every attempt is kept, the last counts."""
    network: Literal["memory", "loopback"] = "memory"
    """Where emulated parties meet."""
    mutants: bool = False
    """Whether each case is shown its mutants as well."""
    attended: bool = False
    """Whether somebody is at the terminal, who may be asked to do things at a real device."""
    keylog: bool = False
    """Whether the secrets of TLS connections go into a file beside the run."""
    command: str = ""
    replay: Run | None = None
    """A stored run to judge again instead of running anything."""

    @property
    def virtual(self) -> bool:
        """Whether time may jump: it may where every party is emulated."""
        return all(device.connection.kind == "emulated" for device in self.devices)
