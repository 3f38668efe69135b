"""Plays a scene beside the parties of a run: makes calls, has things done, and waits for what comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.operations import Operation, send_call
from harness.endpoints.station.endpoint import StationEndpoint
from harness.kit.scene import PLAYED, Asks, Breaks, Does, Hears, Making, Passes, Says, Scene, Step, When
from harness.messages.ocpp import BootNotification, Kind, OcppMessage
from harness.trace import entry as trace_entry
from harness.trace.entry import Entry, Link, Note
from harness.trace.recorder import Recorder
from harness.trace.trace import UNREADABLE, Trace, answers, describe, matcher
from harness.transports.clock import Clock

_BOOT_LIMIT = 30.0
"""Seconds to wait for an accepted boot before a scene begins anyway: a real station may have booted long ago."""

_LAST_ANSWERS = 2.0
"""Seconds that calls which are on their way at the end of a scene get for their answers."""


class Hands(Protocol):
    """Does to a real device what no message can do."""

    async def do(self, operation: Operation) -> str:
        """Do it; says by what means.

        Raises:
            NotTested: nobody can.
        """


class _Stopped(Exception):
    """A step could not be finished."""


class Player:
    """Plays one scene."""

    def __init__(
        self,
        scene: Scene,
        clock: Clock,
        recorder: Recorder,
        *,
        sut: Role,
        station: StationEndpoint | None,
        csms: CsmsEndpoint | None,
        hands: Hands | None,
        station_id: str,
        at_once: bool = False,
    ) -> None:
        """Prepare.

        Args:
            scene: the steps.
            clock: real or virtual time.
            recorder: where what is seen goes, and is heard of.
            sut: who is under test.
            station: an emulated station.
            csms: an emulated backend.
            hands: of a real device under test.
            station_id: whom a backend under test is to call.
            at_once: begin before the station was accepted.
        """
        self._scene, self._clock, self._recorder = scene, clock, recorder
        self._sut, self._station, self._csms = sut, station, csms
        self._hands, self._station_id, self._at_once = hands, station_id, at_once
        self._entries: list[Entry] = []
        self._mark = 0
        self._news = asyncio.Event()
        recorder.listen(self._hear)

    async def run(self) -> None:
        """Play to the end, or to the first step that cannot be finished; then write the note that it is over."""
        if not self._at_once:
            await self._until(lambda: any(map(_BOOTED, self._entries)), _BOOT_LIMIT)
        data = {"steps": len(self._scene)}
        try:
            await self._play(self._scene)
            await self._until(self._all_answered, _LAST_ANSWERS)
        except _Stopped as stopped:
            self._note(f"the scene stops: {stopped}")
        finally:
            self._recorder.add(self._clock.now(), Link.HARNESS, None, Note(text=PLAYED, data=data))

    def _all_answered(self) -> bool:
        """Whether no call is on its way any more."""
        open_calls: set[tuple[Role | None, str]] = set()
        for entry in self._entries:
            message = entry.message
            if isinstance(message, OcppMessage) and message.kind is Kind.REQUEST:
                open_calls.add((entry.sender, message.message_id))
            elif isinstance(message, OcppMessage):
                open_calls -= {(role, message.message_id) for role in Role if role is not entry.sender}
        return not open_calls

    async def _play(self, scene: Scene) -> None:
        for step in scene:
            if not isinstance(step, Hears):
                self._mark = len(self._entries)
            await self._take(step)

    async def _take(self, step: Step) -> None:
        match step:
            case Asks(call=call, within=within):
                await self._ask(self._made(call), within)
            case Says(call=call, within=within):
                await self._say(self._made(call), within)
            case Does(operation=operation):
                await self._do(operation)
            case Hears():
                await self._listen(step)
            case Passes(seconds=seconds):
                await self._clock.wait_until(self._clock.now() + seconds)
            case Breaks(seconds=seconds):
                await self._break(seconds)
            case When(condition=condition, steps=steps):
                if condition(self._trace()):
                    await self._play(steps)

    def _made(self, call: OcppMessage | Making) -> OcppMessage | None:
        """A call; what a device said may not be what one could be made from."""
        if isinstance(call, OcppMessage):
            return call
        try:
            return call(self._trace())
        except UNREADABLE as problem:
            raise _Stopped(f"what was said so far does not tell what to ask ({problem!r})") from problem

    async def _ask(self, call: OcppMessage | None, within: float) -> None:
        if call is None:
            return
        if self._csms is not None:
            self._csms.ask(call)
        else:
            await self._by_hand(send_call(call, self._station_id))
        await self._await_answer(call, Role.CSMS, within)

    async def _say(self, call: OcppMessage | None, within: float) -> None:
        if call is None:
            return
        if self._station is None:
            raise Unreached("a station under test says nothing at our bidding")
        self._station.say(call)
        await self._await_answer(call, Role.STATION, within)

    async def _await_answer(self, call: OcppMessage, sender: Role, within: float) -> None:
        """A device may be told to make a call and make another one: the first of its kind counts."""

        def made() -> Entry | None:
            return next((one for one in self._entries[self._mark :] if _is_call(one, call.action, sender)), None)

        def answered() -> bool:
            asked = made()
            return asked is not None and any(answers(one, asked) for one in self._entries[self._mark :])

        if not await self._until(answered, within):
            what = "got no answer" if made() else "was never made"
            raise _Stopped(f"{call.action} {what} within {within:g} s")

    async def _do(self, operation: Operation) -> None:
        body = trace_entry.Operation(action=operation.name, detail=operation.instruction)
        self._recorder.add(self._clock.now(), Link.PLUG, None, body)
        if self._station is None:
            await self._by_hand(operation)
        elif not self._station.operate(operation):
            raise Unreached(f"our station cannot do this: {operation.instruction}")

    async def _by_hand(self, operation: Operation) -> None:
        if self._hands is None:
            raise Unreached(f"nobody can do this: {operation.instruction}")
        self._note(await self._hands.do(operation))

    async def _listen(self, step: Hears) -> None:
        fits = matcher(step.what, **step.terms)

        def enough() -> bool:
            return sum(map(fits, self._entries[self._mark :])) >= step.times

        if not await self._until(enough, step.within) and not step.optional:
            raise _Stopped(f"{describe(step.what)} did not come within {step.within:g} s")

    async def _break(self, seconds: float) -> None:
        if self._sut is Role.STATION and self._csms is not None:
            await self._csms.outage(seconds)
        elif self._station is not None:
            self._station.backend.cut(seconds)

    async def _until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until `done`, or for so long; whether it is."""
        deadline = self._clock.now() + seconds
        while not done():
            self._news.clear()
            news = asyncio.create_task(self._news.wait())
            try:
                await self._clock.wait_for_any((news,), deadline)
            finally:
                news.cancel()
            if self._clock.now() >= deadline:
                return done()
        return True

    def _hear(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._news.set()

    def _trace(self) -> Trace:
        return self._recorder.trace()

    def _note(self, text: str) -> None:
        self._recorder.add(self._clock.now(), Link.HARNESS, None, Note(text=text))


_BOOTED = matcher(BootNotification.response, status="Accepted")


def _is_call(entry: Entry, action: str, sender: Role) -> bool:
    message = entry.message
    fits = isinstance(message, OcppMessage) and message.kind is Kind.REQUEST and message.action == action
    return fits and entry.sender is sender
