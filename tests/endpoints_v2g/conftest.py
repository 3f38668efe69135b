"""A laboratory in memory: an emulated EV at an emulated station, in virtual time, with real bytes between them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random  # noqa: TID251 - seeded
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.ev.endpoint import EvEndpoint, Outcome
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import PowerCap
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.endpoints.station.v2g_listener import V2gListener
from harness.faults.fault import Fault
from harness.faults.injector import Injector
from harness.messages.field import Message
from harness.trace.entry import Link, Note
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork, as_sent

LABORATORY = StationSettings(allow_plain_tcp=True, backend=False)


class Lab:
    """Both sides of one plug, and what came of bringing them together."""

    def __init__(
        self,
        settings: StationSettings = LABORATORY,
        port: Station | None = None,
        *,
        observer: Role = Role.STATION,
        faults: tuple[Fault, ...] = (),
        segmentation: Callable[..., int] = as_sent,
        authorised: str = "accepted",
    ) -> None:
        self.clock = running_clock()
        self.recorder = Recorder()
        self.plant = Plant(settings)
        self.authorised = authorised
        self.heard: list[Any] = []
        self.plant.listen(self._happened)
        self.injector = Injector(faults)
        self.network = MemoryNetwork("fe80::1%memory", segmentation=segmentation)
        self.listener = self.station(port or Station(), observe=observer is Role.STATION)
        self.ev = EvEndpoint(
            self.network.at("fe80::2%memory"),
            self.clock,
            self.recorder,
            injector=self.injector,
            observe=observer is Role.EV,
        )
        self.outcomes: list[Outcome] = []

    def station(self, port: Station, *, observe: bool) -> V2gListener:
        return V2gListener(
            port,
            self.plant,
            self.network,
            self.clock,
            self.recorder,
            entropy=Random(1).randbytes,
            injector=self.injector,
            observe=observe,
        )

    def cap(self, watts: float | None) -> None:
        """Let the backend allow so much."""
        self.plant.cap_by(None if watts is None else lambda _: PowerCap(watts=watts), self.clock.now())

    def _happened(self, happening: Any) -> None:
        self.heard.append(happening)
        if type(happening).__name__ == "AuthorisationWanted":
            self.plant.authorise(self.authorised, happening.at)

    async def drive(self, *evs: Ev, between: float = 1.0) -> None:
        """Let the EV come once for each of `evs`."""
        await self.listener.open()
        serving = asyncio.create_task(self.listener.serve())
        try:
            for ev in evs:
                self.outcomes.append(await self.ev.run(ev))
                await self.clock.wait_until(self.clock.now() + between)
        finally:
            serving.cancel()
            await asyncio.wait([serving])
            await self.listener.close()
        if not serving.cancelled():
            serving.result()

    @property
    def outcome(self) -> Outcome:
        return self.outcomes[-1]

    @property
    def trace(self) -> Trace:
        return self.recorder.trace()

    def said(self, *kinds: type[Message]) -> list[Any]:
        """The messages of these classes, in order."""
        return [entry.message for entry in self.trace if isinstance(entry.message, kinds)]

    def names(self) -> list[str]:
        """The V2G messages by name, in order."""
        return [type(e.message).name for e in self.trace if e.link is Link.V2G and e.message is not None]

    def violations(self) -> list[str]:
        """What the observing side objected to."""
        notes = [entry.body for entry in self.trace if isinstance(entry.body, Note)]
        return [note.text for note in notes if "rule" in note.data]

    def expired(self) -> list[str]:
        """The timers of the observing side that ran out."""
        notes = [entry.body for entry in self.trace if isinstance(entry.body, Note)]
        return [note.data["timer"] for note in notes if "timer" in note.data]

    def happenings(self) -> list[str]:
        """What the station's other half was told, by name."""
        return [type(happening).__name__ for happening in self.heard]


Meet = Callable[..., Lab]


@pytest.fixture
def meet() -> Meet:
    """Bring EVs and a station together: `meet(ev, ..., settings=..., port=..., ...)`."""

    def bring(*evs: Ev, between: float = 1.0, prepare: Callable[[Lab], None] | None = None, **terms: Any) -> Lab:
        async def session() -> Lab:
            lab = Lab(**terms)
            if prepare is not None:
                prepare(lab)
            await lab.drive(*evs, between=between)
            return lab

        return run(session(), virtual=True)

    return bring
