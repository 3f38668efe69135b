"""One run: networks up, parties on stage, wait until enough was seen, everybody off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from msgspec import Struct

from harness.core.case import Role
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.station.endpoint import StationEndpoint
from harness.faults.fault import Fault
from harness.faults.injector import Injector
from harness.framing.sdp import SDP_PORT
from harness.kit.cast import Cast, Stage
from harness.kit.filing import filing
from harness.kit.playing import Player
from harness.kit.responding import answering
from harness.kit.status import stapled_anew
from harness.kit.until import Until
from harness.kit.visits import Visits
from harness.trace.entry import Entry, Link, Note
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.base import Address, Network
from harness.transports.clock import Clock
from harness.transports.memory import MemoryNetwork
from harness.transports.network import SocketNetwork


class Met(Struct, frozen=True, kw_only=True):
    """What came of a run."""

    trace: Trace
    unstruck: tuple[str, ...]


class Places(Struct, frozen=True, kw_only=True):
    """Where the parties are on their networks."""

    ev: Network
    station: Network
    csms: Network
    csms_host: str
    sdp_port: int = SDP_PORT
    """UDP port where our station answers discovery; 0 takes a free one."""


async def meet(
    stage: Stage,
    cast: Cast,
    until: Until,
    faults: tuple[Fault, ...],
    *,
    limit: float,
    gap: float,
    clock: Clock,
    first: int,
) -> Met:
    """Run the cast on the stage, numbering entries from `first`; see `Bench.run`."""
    recorder, injector = Recorder(cast.sut, first=first), Injector(faults)
    enough = asyncio.Event()

    def watch(entry: Entry) -> None:
        if not enough.is_set() and until.fed(entry):
            enough.set()

    recorder.listen(watch)
    async with _places(stage) as places, AsyncExitStack() as stack:
        if stage.launched is not None and cast.sut is Role.STATION:
            await asyncio.to_thread(stage.launched.reset)
        entrance = Entrance(stage, cast, places, clock, recorder, injector)
        backend = await entrance.backend()
        answers = await answering(stage, cast, places.csms)
        files = await filing(stage, places.csms, places.csms_host, clock, recorder)
        station = await entrance.station(backend.url if backend else _backend_url(stage, cast), answers.asked_at)
        if station is not None:
            stack.push_async_callback(station.close)
        visits = Visits(stage, cast, places.ev, clock, recorder, injector, station=station, gap=gap)
        player = entrance.player(station, backend)
        everybody = (backend, answers.endpoint, files, station, visits, player)
        parties = [party.run() for party in everybody if party is not None]
        await _until(enough, parties, limit, clock, recorder, until)
        trace = recorder.trace()
    return Met(trace=trace, unstruck=tuple(str(fault) for fault in injector.unstruck()))


async def _until(
    enough: asyncio.Event,
    tasks: list[Coroutine[Any, Any, None]],
    limit: float,
    clock: Clock,
    recorder: Recorder,
    until: Until,
) -> None:
    """Wait for enough, or for the limit; a party that breaks takes the run down with it."""
    waiter = asyncio.create_task(enough.wait())
    alarm = asyncio.create_task(clock.wait_until(clock.now() + limit))
    running = {asyncio.create_task(task) for task in tasks}
    try:
        pending = {waiter, alarm, *running}
        while not enough.is_set() and not alarm.done():
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done & running:
                task.result()
        if not enough.is_set():
            told = f"the run ended after {limit:g} s, while waiting for {until.text}"
            recorder.add(clock.now(), Link.HARNESS, None, Note(text=told))
    finally:
        for task in (waiter, alarm, *running):
            task.cancel()
        await asyncio.gather(waiter, alarm, *running, return_exceptions=True)


class Entrance:
    """Brings our backend and our station on stage; of two emulated sides, ours records and takes the faults."""

    def __init__(
        self, stage: Stage, cast: Cast, places: Places, clock: Clock, recorder: Recorder, injector: Injector
    ) -> None:
        """What both of them need."""
        self._stage, self._cast, self._places = stage, cast, places
        self._clock, self._recorder, self._injector = clock, recorder, injector

    async def backend(self) -> CsmsEndpoint | None:
        """The backend, which listens from now on; None where none of ours takes part.

        Raises:
            UnreachableError: its port is taken.
        """
        if self._cast.csms is None:
            return None
        mine = self._cast.sut is not Role.CSMS
        endpoint = CsmsEndpoint(
            self._cast.csms,
            self._places.csms,
            self._clock,
            self._recorder,
            host=self._places.csms_host,
            port=self._stage.device.connection.csms_port,
            injector=self._injector if mine else None,
            observe=mine,
        )
        await endpoint.open()
        return endpoint

    async def station(self, backend_url: str | None, responder: Address | None = None) -> StationEndpoint | None:
        """The station, which answers discovery from now on; None where none of ours takes part.

        Args:
            backend_url: where its backend is; None for none.
            responder: where it asks for the status of vehicles; None: where their certificates say.

        Raises:
            UnreachableError: one of its ports is taken.
        """
        if self._cast.station is None:
            return None
        sut = self._cast.sut
        endpoint = StationEndpoint(
            stapled_anew(self._cast.station, self._stage.station, self._stage.pki),
            self._places.station,
            self._clock,
            self._recorder,
            entropy=self._stage.rng.randbytes,
            backend_url=backend_url,
            backend_network=self._places.csms,
            injector=self._injector if sut is not Role.STATION else None,
            observe_v2g=sut is Role.EV,
            observe_ocpp=sut is Role.CSMS,
            sdp_port=self._places.sdp_port,
            responder=responder,
        )
        await endpoint.open()
        return endpoint

    def player(self, station: StationEndpoint | None, backend: CsmsEndpoint | None) -> Player | None:
        """Who plays the scene of this run; None where there is none."""
        if not self._cast.scene:
            return None
        return Player(
            self._cast.scene,
            self._clock,
            self._recorder,
            sut=self._cast.sut,
            station=station,
            csms=backend,
            hands=self._stage.hands,
            station_id=self._stage.station.settings.station_id,
            at_once=self._cast.at_once,
        )


def _backend_url(stage: Stage, cast: Cast) -> str | None:
    """Where a real backend under test is; None where the station is on its own."""
    connection = stage.device.connection
    url = connection.csms_urls.get(str(stage.security_profile), connection.csms_url)
    return url or None if cast.sut is Role.CSMS else None


def _sockets(stage: Stage) -> tuple[Network, ...]:
    """The vehicle's network, and the backend's if that is another."""
    if stage.network == "loopback":
        return (SocketNetwork("lo"),)
    interface = stage.device.connection.interface
    vehicle: Network = SocketNetwork(interface) if interface else MemoryNetwork()
    return (vehicle, SocketNetwork())


@asynccontextmanager
async def _places(stage: Stage) -> AsyncIterator[Places]:
    """The networks of a run; everything on them is closed at its end."""
    if stage.network == "memory":
        memory = MemoryNetwork()
        places = Places(ev=memory.at("fe80::e%memory"), station=memory, csms=memory, csms_host="csms")
        networks: tuple[Network, ...] = (memory,)
    else:
        networks = _sockets(stage)
        vehicle, backend = networks[0], networks[-1]
        # A real station comes from anywhere; everybody else is on this machine.
        outside = stage.network == "interface" and stage.device.role is Role.STATION
        # On loopback all are ours and tell each other: several runs may go on at once on one machine.
        port = 0 if stage.network == "loopback" else SDP_PORT
        places = Places(ev=vehicle, station=vehicle, csms=backend, csms_host="" if outside else "::1", sdp_port=port)
    try:
        yield places
    finally:
        for network in networks:
            await network.close()
