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
from harness.kit.cast import Cast, Stage
from harness.kit.until import Until
from harness.kit.visits import Visits
from harness.trace.entry import Entry, Link, Note
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.base import Network
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
        tasks: list[Coroutine[Any, Any, None]] = []
        url = await _open_csms(cast, places, clock, recorder, injector, tasks, stack, stage)
        station = await _open_station(cast, places, clock, recorder, injector, tasks, stack, stage, url)
        visits = Visits(stage, cast, places.ev, clock, recorder, injector, station=station, gap=gap)
        tasks.append(visits.run())
        await _until(enough, tasks, limit, clock, recorder, until)
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


async def _open_csms(
    cast: Cast,
    places: Places,
    clock: Clock,
    recorder: Recorder,
    injector: Injector,
    tasks: list[Coroutine[Any, Any, None]],
    stack: AsyncExitStack,
    stage: Stage,
) -> str | None:
    if cast.csms is None:
        return stage.device.connection.csms_url or None if cast.sut is Role.CSMS else None
    mine = cast.sut is not Role.CSMS
    endpoint = CsmsEndpoint(
        cast.csms,
        places.csms,
        clock,
        recorder,
        host=places.csms_host,
        port=stage.device.connection.csms_port,
        injector=injector if mine else None,
        observe=mine,
    )
    url = await endpoint.open()
    tasks.append(endpoint.run())
    return url


async def _open_station(
    cast: Cast,
    places: Places,
    clock: Clock,
    recorder: Recorder,
    injector: Injector,
    tasks: list[Coroutine[Any, Any, None]],
    stack: AsyncExitStack,
    stage: Stage,
    url: str | None,
) -> StationEndpoint | None:
    if cast.station is None:
        return None
    mine = cast.sut is not Role.STATION
    endpoint = StationEndpoint(
        cast.station,
        places.station,
        clock,
        recorder,
        entropy=stage.rng.randbytes,
        backend_url=url,
        backend_network=places.csms,
        injector=injector if mine else None,
        observe_v2g=cast.sut is Role.EV,
        observe_ocpp=cast.sut is Role.CSMS,
    )
    await endpoint.open()
    stack.push_async_callback(endpoint.close)
    tasks.append(endpoint.run())
    return endpoint


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
        places = Places(ev=vehicle, station=vehicle, csms=backend, csms_host="" if outside else "::1")
    try:
        yield places
    finally:
        for network in networks:
            await network.close()
