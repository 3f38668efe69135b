"""Who takes part in a run, and on what stage: the device under test, our parties, the network between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded by the run
from typing import Any, Literal

from msgspec import Struct

from harness.core.case import Role
from harness.core.feature import Feature
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ev.ev import Ev
from harness.endpoints.file_shelf import Shelf
from harness.endpoints.station.station import Station
from harness.kit.playing import Hands
from harness.kit.scene import Scene
from harness.kit.subject import Party
from harness.kit.vehicle_status import ALL_GOOD, VehicleStatus
from harness.pki.build import Pki
from harness.profile.device import Device
from harness.trace.trace import Trace


class Cast(Struct, frozen=True, kw_only=True):
    """The emulated parties of one run; None where the role is played by a real device, or by nobody."""

    evs: tuple[Ev, ...] = ()
    station: Station | None = None
    csms: Csms | None = None
    sut: Role
    visits: int = 1
    """How often an EV under test comes."""
    scene: Scene = ()
    """What is played between station and backend."""
    at_once: bool = False
    """The scene does not wait for the station to be accepted."""


@dataclass(kw_only=True)
class Stage:
    """Everything that stays the same over the runs of one attempt."""

    device: Device
    pki: Pki
    ev: Ev
    station: Station
    csms: Csms
    subject: Party | None
    """The emulated device under test: good, faulty or mute; None for a real one."""
    network: Literal["memory", "loopback", "interface"] = "memory"
    rng: Random = field(default_factory=Random)
    security_profile: int = 0
    """Of OCPP, in this run."""
    vehicle_status: VehicleStatus = ALL_GOOD
    """What the responder says of the vehicle's chain, where a station minds it."""
    shelf: Shelf | None = None
    """What the file server of a run has; None: there is none."""
    launched: Any = None
    """Controls of a device that the harness started (harness.endpoints.sut.launch.LaunchedDevice)."""
    hands: Hands | None = None
    """Of a real device: who does to it what no message can do."""
    replay: list[Trace] | None = None
    """Stored traces to judge again instead of running anything."""

    def cast(self, *, evs: tuple[Ev, ...], station: Station, csms: Csms, plug: bool, visits: int = 1) -> Cast:
        """Our parties, with the emulated device under test in its place.

        A backend takes part where the station or the backend is under test and speaks OCPP; for an EV under test
        the station lets everybody charge.
        """
        sut = self.device.role
        players: dict[Role, Any] = {Role.EV: evs, Role.STATION: station, Role.CSMS: csms}
        if sut is Role.EV:
            players[Role.EV] = (self.subject,) * visits if self.subject is not None else ()
        else:
            players[sut] = self.subject
        if sut is Role.EV or not self.device.offers(Feature.OCPP201):
            players[Role.CSMS] = None
        if not plug:
            players[Role.EV] = ()
        return Cast(
            evs=players[Role.EV], station=players[Role.STATION], csms=players[Role.CSMS], sut=sut, visits=visits
        )
