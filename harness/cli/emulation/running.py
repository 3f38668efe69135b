"""Runs one emulated side until somebody has had enough of it."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from harness.cli.emulation import evidence, setting
from harness.cli.emulation.backend import Backend
from harness.cli.emulation.commands import CommandError, Commands
from harness.cli.emulation.control import Control
from harness.cli.emulation.controls import QUIT, Controls
from harness.cli.emulation.house import House, backend_party
from harness.cli.emulation.policy import Desk
from harness.cli.emulation.post import Post
from harness.cli.emulation.screen import Screen
from harness.cli.emulation.vehicle import Vehicle
from harness.core.case import Role
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.ev.endpoint import EvEndpoint
from harness.endpoints.station.endpoint import StationEndpoint
from harness.framing.sdp import SDP_PORT
from harness.profile.device import Device
from harness.trace.recorder import Recorder
from harness.transports.clock import RealClock
from harness.transports.network import SocketNetwork


class Terms(Struct, frozen=True, kw_only=True):
    """What a command line asks for, beside the personality."""

    interface: str = "lo"
    sdp_port: int = SDP_PORT
    pki: Path | None = None
    plug: bool = False
    trace: Path | None = None
    pcap: Path | None = None
    csms: str = ""
    asks: bool = False


class Place(Struct, frozen=True, kw_only=True):
    """Where an emulated backend listens."""

    host: str
    port: int
    control_host: str
    control: int | None = None
    """Port of its HTTP interface; None: it has none."""


async def run_ev(device: Device, terms: Terms) -> None:
    """Emulate an EV.

    Raises:
        UserError: something that it needs is not there; what was recorded is written all the same.
    """
    clock, recorder = RealClock(), Recorder()
    network = SocketNetwork(terms.interface)
    ev = setting.ev_party(device, terms.pki, clock.now())
    screen = Screen(recorder, clock, Role.STATION)
    endpoint = EvEndpoint(network, clock, recorder, sdp_port=terms.sdp_port)
    vehicle = Vehicle(ev, endpoint, recorder, clock, screen)
    screen.say(f"{device.device.title}, {device.behaviour.flavour}, on {terms.interface}: `help` lists the commands")
    _hint(device, terms, screen)
    controls = Controls()
    try:
        if terms.plug:
            screen.say(vehicle.plug())
        asked = await _follow(controls, vehicle, screen)
        await vehicle.leave()
        if not asked and (problem := vehicle.unreached()) is not None:
            raise problem
    finally:
        controls.close()
        await network.close()
        _keep(recorder, terms, screen)


async def run_station(device: Device, terms: Terms) -> None:
    """Emulate a station.

    Raises:
        UserError: something that it needs is not there; what was recorded is written all the same.
    """
    clock, recorder = RealClock(), Recorder()
    network = SocketNetwork(terms.interface)
    station = setting.station_party(device, terms.pki, clock.now(), asks=terms.asks)
    screen = Screen(recorder, clock, Role.EV)
    backend = SocketNetwork() if terms.csms else None
    endpoint = StationEndpoint(
        station,
        network,
        clock,
        recorder,
        entropy=secrets.token_bytes,
        backend_url=terms.csms or None,
        backend_network=backend,
        sdp_port=terms.sdp_port,
    )
    await endpoint.open()
    post = Post(endpoint, recorder, clock, screen)
    screen.say(
        f"{device.device.title}, {device.behaviour.flavour}, on {terms.interface}, "
        f"SDP port {endpoint.v2g.discovery_port}: `help` lists the commands"
    )
    _hint(device, terms, screen)
    controls = Controls()
    try:
        if terms.plug:
            screen.say(post.plug())
        await _follow(controls, post, screen)
    finally:
        await post.leave()
        controls.close()
        for one in (network, backend):
            if one is not None:
                await one.close()
        _keep(recorder, terms, screen)


async def run_csms(house: House, place: Place, terms: Terms) -> None:
    """Emulate a backend.

    Raises:
        UserError: a port is taken; what was recorded is written all the same.
    """
    clock, recorder = RealClock(), Recorder()
    network, desk, csms = SocketNetwork(), Desk(), backend_party(house, clock.now())
    screen = Screen(recorder, clock, Role.STATION)
    endpoint = CsmsEndpoint(desk.at(csms), network, clock, recorder, host=place.host, port=place.port)
    await endpoint.open()
    backend = Backend(endpoint, desk, recorder, screen)
    control = Control(backend)
    controls = Controls()
    try:
        screen.say(f"a backend at {endpoint.url}/ID-OF-THE-STATION: `help` lists the commands")
        if place.control is not None:
            await control.open(place.control_host, place.control)
            screen.say(f"scripts are served at http://{place.control_host}:{control.port}/")
        await _follow(controls, backend, screen)
    finally:
        await control.close()
        await backend.leave()
        controls.close()
        await network.close()
        _keep(recorder, terms, screen)


class Side(Protocol):
    """What somebody is at the controls of."""

    commands: Commands

    @property
    def broken(self) -> asyncio.Future[None]:
        """Raises once something of ours is broken."""

    async def rest(self) -> None:
        """Returns once nothing more happens by itself."""


async def _follow(controls: Controls, side: Side, screen: Screen) -> bool:
    """Follow commands until `quit` or, once standard input is at its end, until the session is; whether it was `quit`.

    Raises:
        UserError: something that the session needs is gone.
    """
    resting: asyncio.Task[None] | None = None
    reading = asyncio.create_task(controls.line())
    try:
        while True:
            screen.prompt()
            waiting: set[asyncio.Future[Any]] = {reading, side.broken}
            if resting is not None:
                waiting.add(resting)
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if side.broken in done:
                side.broken.result()
            if resting in done:
                return False
            line, reading = reading.result(), asyncio.create_task(controls.line())
            if line is None and controls.interactive:
                return True
            if line is None:
                resting = asyncio.create_task(side.rest())
            elif line.strip().lower() == QUIT:
                return True
            else:
                _obey(side.commands, line, screen)
    finally:
        for task in (reading, resting):
            if task is not None:
                task.cancel()


def _obey(commands: Commands, line: str, screen: Screen) -> None:
    try:
        told = commands.follow(line)
    except CommandError as problem:
        screen.say(str(problem), "red")
        return
    for row in told.splitlines():
        screen.say(row)


def _hint(device: Device, terms: Terms, screen: Screen) -> None:
    """Certificates that nobody else has are worth a word before the handshake fails."""
    if device.connection.tls != "none" and terms.pki is None and not device.trust.chain:
        screen.say("the certificates of this run are known to nobody else: give both sides one --pki FOLDER", "yellow")


def _keep(recorder: Recorder, terms: Terms, screen: Screen) -> None:
    for file in evidence.write(recorder.trace(), terms.trace, terms.pcap):
        screen.say(f"written: {file}", "dim")
