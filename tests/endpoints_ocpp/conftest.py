"""A laboratory in memory: one station's backend half at one backend, in virtual time, with real WebSockets between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import pytest

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.csms.known import Known
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Display, Needs
from harness.endpoints.station.station import Station
from harness.faults.injector import Injector
from harness.messages.ocpp import TransactionEvent
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import Clock, run, running_clock
from harness.transports.memory import MemoryNetwork

NEEDS = Needs(
    service_id=6,
    control_mode="dynamic",
    departure_time=7200.0,
    target_energy=30_000.4,
    max_charge_power=60_000.0,
    max_discharge_power=10_000.0,
    max_charge_current=120.0,
    max_voltage=800.0,
    soc=40.0,
    capacity=70_000.0,
)


class Lab:
    """Both sides of one OCPP link, and an EV made of calls to the plant."""

    def __init__(self, station: Station, csms: Csms, faults: tuple[Any, ...], observer: Role) -> None:
        self.clock: Clock = running_clock()
        self.began = self.clock.now()
        self.recorder = Recorder(Role.STATION if observer is Role.CSMS else Role.CSMS)
        self.injector = Injector(faults)
        self.network = MemoryNetwork("fe80::1%memory")
        self.plant = Plant(station.settings)
        self.station = station
        self.csms = CsmsEndpoint(
            csms,
            self.network.at("fe80::3%memory"),
            self.clock,
            self.recorder,
            host="fe80::3%memory",
            injector=self.injector,
            observe=observer is Role.CSMS,
        )
        self.observe_station = observer is Role.STATION
        self.link: BackendLink

    @property
    def now(self) -> float:
        return self.clock.now()

    @property
    def trace(self) -> Trace:
        return self.recorder.trace()

    @property
    def known(self) -> Known:
        return self.csms.known[self.station.settings.station_id]

    @property
    def events(self) -> tuple[dict[str, Any], ...]:
        """The payloads of all TransactionEvents, in the order of the trace."""
        return self.trace.messages(TransactionEvent)

    @property
    def triggers(self) -> list[str]:
        """The trigger reasons of all TransactionEvents."""
        return [event["triggerReason"] for event in self.events]

    def seen(self, body: type[Any]) -> list[Any]:
        """Entries with such a body, loosely typed."""
        return list(self.trace.all(body))

    async def session(self) -> None:
        """A whole session of 70 s."""
        await self.plug()
        await self.wait(1)
        await self.charge(70)
        await self.leave()
        self.plant.unplugged(self.now)

    async def wait(self, seconds: float) -> None:
        await self.clock.wait_until(self.now + seconds)

    async def plug(self) -> None:
        """Plug in, wait for authorisation, say the needs."""
        self.plant.ev_connected_hlc("WMIV2XEV0001", self.now)
        self.plant.authorisation_wanted(self.now)
        while self.plant.authorisation == "pending":
            await self.wait(0.25)
        self.plant.service_selected(6, "dynamic", self.now)
        self.plant.needs_given(NEEDS, self.now)

    async def charge(self, seconds: int, *, amperes: float | None = None) -> None:
        """Charge at 400 V as the station wants, or with a current of our own."""
        self.plant.energy_started(self.now)
        for _ in range(seconds):
            wanted = self.plant.setpoint(self.now) / 400 if amperes is None else amperes
            self.plant.advance(self.now, 400.0, wanted)
            await self.wait(1)
        self.plant.display_given(Display(soc=55.0), self.now)

    async def leave(self, kind: str = "terminate") -> None:
        self.plant.energy_stopped(self.now)
        self.plant.session_stopped(kind, self.now)
        await self.wait(1)

    async def play(self, script: Callable[[Lab], Awaitable[None]]) -> None:
        url = await self.csms.open()
        self.link = BackendLink(
            self.station,
            self.plant,
            self.network,
            self.clock,
            self.recorder,
            url=url,
            injector=self.injector,
            observe=self.observe_station,
        )
        async with asyncio.TaskGroup() as sides:
            tasks = [sides.create_task(self.csms.run()), sides.create_task(self.link.run())]
            await self.wait(1)
            await script(self)
            await self.wait(1)
            for task in tasks:
                task.cancel()


class Play(Protocol):
    def __call__(
        self,
        script: Callable[[Lab], Awaitable[None]],
        *,
        station: Station = ...,
        csms: Csms = ...,
        faults: tuple[Any, ...] = ...,
        observer: Role = ...,
    ) -> Lab: ...


@pytest.fixture
def play() -> Play:
    """Run a script with a station at a backend; returns the lab with its trace."""

    def go(
        script: Callable[[Lab], Awaitable[None]],
        *,
        station: Station | None = None,
        csms: Csms | None = None,
        faults: tuple[Any, ...] = (),
        observer: Role = Role.CSMS,
    ) -> Lab:
        async def main() -> Lab:
            lab = Lab(station or Station(), csms or Csms(), faults, observer)
            await lab.play(script)
            return lab

        return run(main(), virtual=True)

    return go
