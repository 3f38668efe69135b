"""EVs at the plug, one after the other: emulated ones are led, a real one is plugged in and watched."""

from __future__ import annotations

import asyncio

from harness.core.case import Role
from harness.endpoints.ev.endpoint import EvEndpoint, Outcome
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.endpoint import StationEndpoint
from harness.faults.injector import Injector
from harness.framing.sdp import SDP_PORT
from harness.kit.cast import Cast, Stage
from harness.kit.until import FINISHED
from harness.messages.ocpp import BootNotification
from harness.trace.entry import Entry, Link, LinkSeen, Note, Operation
from harness.trace.recorder import Recorder
from harness.trace.trace import matcher
from harness.transports.base import Network
from harness.transports.clock import Clock

PREVIOUS = b"previous"
"""As `Ev.resume`: the id of the session that the EV before it paused in the same run."""
BOOT_LIMIT = 30.0
"""Seconds to wait for the station's accepted boot before an EV is plugged in anyway."""


class Visits:
    """The EV's part of a run."""

    def __init__(
        self,
        stage: Stage,
        cast: Cast,
        network: Network,
        clock: Clock,
        recorder: Recorder,
        injector: Injector,
        *,
        station: StationEndpoint | None,
        gap: float,
    ) -> None:
        """Prepare; `station` is ours and open, if it is: its plug is told what happens to it, the EV where to ask."""
        self._stage, self._cast, self._clock, self._recorder = stage, cast, clock, recorder
        self._station, self._gap = station, gap
        self._booted, self._gone = asyncio.Event(), asyncio.Event()
        recorder.listen(self._watch)
        mine = cast.sut is not Role.EV
        port = station.v2g.discovery_port if station is not None else None
        self._endpoint = EvEndpoint(
            network,
            clock,
            recorder,
            injector=injector if mine else None,
            observe=mine,
            sdp_port=SDP_PORT if port is None else port,
        )

    async def run(self) -> None:
        """All visits, then the note that the EV is done; stays on the stage so that others can finish theirs."""
        if self._cast.csms is not None:
            await self._wait(self._booted, BOOT_LIMIT)
        if self._cast.sut is Role.EV and not self._cast.evs:
            await self._watch_real_ev()
        elif self._cast.evs:
            await self._lead(self._cast.evs)

    async def _lead(self, evs: tuple[Ev, ...]) -> None:
        last: Outcome | None = None
        self._plug("plug")
        for number, ev in enumerate(evs):
            if number:
                await self._pass_time(last)
            last = await self._endpoint.run(self._returning(ev, last))
        if last is not None:
            if last.state != "paused":
                self._plug("unplug")
            data = {"state": last.state, "why": last.why}
            self._recorder.add(self._clock.now(), Link.HARNESS, None, Note(text=FINISHED, data=data))

    async def _pass_time(self, last: Outcome | None) -> None:
        """The time between two visits; an EV under test that did not pause takes its cable with it."""
        away = self._cast.sut is Role.EV and last is not None and last.state != "paused"
        if away:
            self._plug("unplug")
        await self._clock.wait_until(self._clock.now() + self._gap)
        if away:
            self._plug("plug")

    def _returning(self, ev: Ev, last: Outcome | None) -> Ev:
        """An EV under test comes back by its own rule, any other to what the case says."""
        if self._cast.sut is not Role.EV:
            return _resuming(ev, last)
        paused = last is not None and last.state == "paused"
        if last is None or ev.comes_back_to == "none" or (ev.comes_back_to == "paused" and not paused):
            return ev
        return ev.having(resume=last.session_id, resume_evse_id=last.evse_id)

    async def _watch_real_ev(self) -> None:
        launched = self._stage.launched
        self._plug("plug")
        try:
            for number in range(self._cast.visits):
                if number:
                    await self._clock.wait_until(self._clock.now() + self._gap)
                self._gone.clear()
                if launched is not None:
                    await asyncio.to_thread(launched.plug_in)
                await self._gone.wait()
            self._recorder.add(self._clock.now(), Link.HARNESS, None, Note(text=FINISHED))
        finally:
            if launched is not None:
                await asyncio.shield(asyncio.to_thread(launched.unplug))

    def _plug(self, action: str) -> None:
        """The cable goes in or out: part of the record, and known to an emulated station by its pilot contact."""
        now = self._clock.now()
        self._recorder.add(now, Link.PLUG, None, Operation(action=action))
        if self._station is not None:
            (self._station.plant.plugged if action == "plug" else self._station.plant.unplugged)(now)

    def _watch(self, entry: Entry) -> None:
        if _BOOTED(entry) and entry.payload.get("status") == "Accepted":
            self._booted.set()
        gone = isinstance(entry.body, LinkSeen) and entry.body.state in {"closed", "reset"}
        if entry.link is Link.V2G and gone:
            self._gone.set()

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        waiter = asyncio.create_task(event.wait())
        try:
            await self._clock.wait_for_any((waiter,), self._clock.now() + seconds)
        finally:
            waiter.cancel()


_BOOTED = matcher(BootNotification.response)


def _resuming(ev: Ev, before: Outcome | None) -> Ev:
    """An EV that comes back to what the one before it paused."""
    if ev.resume != PREVIOUS:
        return ev
    if before is None:
        raise ValueError("there is no previous EV whose session could be resumed")
    return ev.having(resume=before.session_id, resume_evse_id=before.evse_id)
