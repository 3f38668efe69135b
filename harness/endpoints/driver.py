"""The one pump: session, connection, clock, recorder and behaviour of one side of an ISO 15118 link."""

from __future__ import annotations

import asyncio
import math

from harness.endpoints.behaviour import Hang, Later, Moment, Say, SayRaw, Silence, Step
from harness.endpoints.bending import Bendable, Bender
from harness.endpoints.diary import Diary, describe
from harness.endpoints.sides import Ending, Side
from harness.faults.fault import Action, CloseLink, Deliver, LinkDown
from harness.faults.injector import Injector
from harness.faults.where import name_of_message
from harness.framing.v2gtp import HEADER_SIZE
from harness.messages.envelope import body_of, header_of
from harness.messages.field import Message
from harness.sessions.events import Ended, Expired, Received, Sent
from harness.sessions.v2g.session import V2gSession
from harness.sessions.v2g.wire import look
from harness.trace.entry import Link
from harness.trace.recorder import Recorder
from harness.transports.base import ConnectionLost, LossKind, Stream
from harness.transports.clock import Clock

_LAST_WORDS = 1.0
"""Seconds to wait for the end of a connection that takes nothing more from us."""


class Driver:
    """Runs one connection to its end; nothing that the peer does makes it raise."""

    def __init__(
        self,
        side: Side,
        session: V2gSession,
        stream: Stream,
        clock: Clock,
        recorder: Recorder,
        *,
        bent: Bendable = Bendable(),  # noqa: B008 - a frozen value
        injector: Injector | None = None,
        observe: bool = True,
        patient: bool = False,
    ) -> None:
        """Take over a fresh connection.

        Args:
            side: what to say.
            session: the conversation; its role is our role.
            stream: the connection.
            clock: real or virtual time.
            recorder: takes what is seen.
            bent: deliberate differences in what is said, and when to hang up.
            injector: deliberate faults on what leaves.
            observe: whether this side records frames and events; of two emulated sides one does.
            patient: carry on when a timer of ours runs out.
        """
        self._side, self._session, self._stream, self._clock = side, session, stream, clock
        self._diary = Diary(recorder, clock, session.role, observe=observe)
        self._bender = Bender(bent.bends, mute=bent.mute, linger=bent.linger)
        self._linger, self._hears = bent.linger, bent.hears
        self._injector = injector or Injector()
        self._patient = patient
        self._agenda: list[tuple[float, Step | Action]] = []
        self._free_from = 0.0
        """Until then a delayed frame holds up what comes behind it."""
        self._ending: Ending | None = None
        self._timed_out = ""
        self._outage = 0.0
        self._unsendable = False
        """The connection takes nothing more from us."""

    async def run(self) -> Ending:
        """Pump until one side is gone."""
        self._diary.link(self._session.role, "open", self._stream.peer)
        self._session.begin(self._clock.now())
        receiving: asyncio.Task[bytes] | None = None
        try:
            self._plan(self._bender.bend(None, self._side.begin(self._moment())))
            while True:
                await self._perform_due()
                if self._ending is not None:
                    return self._ending
                receiving = receiving or asyncio.create_task(self._stream.receive())
                await self._wait(receiving)
                if receiving.done():
                    self._take(receiving)
                    receiving = None
                self._session.expire(self._clock.now())
                self._digest()
        finally:
            if receiving is not None:
                receiving.cancel()
            if self._ending is None:
                self._stream.abort()

    def _moment(self, heard: Received | None = None) -> Moment:
        now, session_id = self._clock.now(), self._session.session_id
        if heard is None or not isinstance(heard.message, Message):
            return Moment(at=now, session_id=session_id)
        return Moment(
            at=now,
            session_id=session_id,
            payload_type=heard.payload_type,
            header=header_of(heard.message),
            exi=heard.data[HEADER_SIZE:],
            fits=heard.fits,
        )

    def _plan(self, steps: tuple[Step, ...]) -> None:
        now = self._clock.now()
        for step in steps:
            self._schedule(now + getattr(step, "after", 0.0), step)

    def _schedule(self, due: float, item: Step | Action) -> None:
        self._agenda.append((due, item))
        self._agenda.sort(key=lambda entry: entry[0])

    async def _wait(self, receiving: asyncio.Task[bytes]) -> None:
        dues = [due for due, _ in self._agenda[:1]]
        limit = self._session.deadline()
        deadline = min([*dues, math.inf if limit is None else limit])
        await self._clock.wait_for_any((receiving,), deadline)

    def _take(self, receiving: asyncio.Task[bytes]) -> None:
        """Give what the connection brought to the session."""
        at = self._clock.now()
        try:
            data = receiving.result()
        except ConnectionLost as loss:
            self._lose(loss)
            return
        if data:
            self._session.receive(self._hears(data), at)
            return
        self._session.end(at)
        self._write_events()
        self._diary.link(self._diary.peer, "closed")
        self._finish("ended", orderly=True, detail="the peer closed the connection")

    def _digest(self) -> None:
        """Record what the session tells and let the behaviour react to it."""
        for event in self._session.events():
            self._diary.event(event)
            if self._ending is not None or self._timed_out or self._unsendable:
                continue
            if isinstance(event, Received) and isinstance(event.message, Message):
                heard = body_of(event.message)
                self._plan(self._bender.bend(heard, self._side.react(heard, self._moment(event))))
            elif isinstance(event, Expired) and not self._patient:
                self._timed_out = describe(event)
                self._agenda = [(self._clock.now() + self._linger, Hang())]
            elif isinstance(event, Ended):
                self._agenda = [(self._clock.now(), Hang())]

    async def _perform_due(self) -> None:
        """Do what the agenda says for now; the connection may end by it."""
        while self._ending is None and self._agenda and self._agenda[0][0] <= self._clock.now():
            _, item = self._agenda.pop(0)
            try:
                await self._perform(item)
            except ConnectionLost:
                # What the peer said before it went, and how it went, is still to be read.
                self._unsendable = True
                self._agenda = [(self._clock.now() + _LAST_WORDS, Hang(abort=True))]

    async def _perform(self, item: Step | Action) -> None:
        at = self._clock.now()
        if isinstance(item, Say):
            self._session.send(item.message, at, item.payload_type)
            await self._flush(deliberate=item.deliberate)
        elif isinstance(item, SayRaw):
            self._session.send_raw(item.data, at)
            await self._flush(deliberate=True)
        elif isinstance(item, Silence):
            self._diary.silence()
        elif isinstance(item, Later):
            self._plan(self._bender.bend(item.heard, item.decide(at)))
        elif isinstance(item, Deliver):
            self._diary.delivered(look(item.data, self._session.sequence.protocol))
            await self._stream.send(item.data)
        elif isinstance(item, CloseLink):
            await self._hang(Hang(abort=item.how != "closed"), deliberate=True)
        elif isinstance(item, LinkDown):
            self._outage = item.seconds
            await self._hang(Hang(abort=True), deliberate=True)
        else:
            await self._hang(item)

    async def _flush(self, *, deliberate: bool) -> None:
        """Send what the session put out, through whatever faults are meant for it."""
        frames = self._session.outbox()
        for event in self._session.events():
            if not isinstance(event, Sent) or not event.data:
                self._diary.event(event, deliberate=deliberate)
                continue
            name = name_of_message(event.message)
            injection = self._injector.outgoing(Link.V2G, self._session.role, name, event.data)
            held_up = self._free_from > self._clock.now()
            if injection.actions == (Deliver(event.data),) and not held_up:
                self._diary.event(event, deliberate=deliberate)
                await self._stream.send(frames.pop(0))
                continue
            frames.pop(0)
            for struck in injection.struck:
                self._diary.struck(str(struck))
            self._defer(injection.actions)
            await self._perform_due()

    def _defer(self, actions: tuple[Action, ...]) -> None:
        due = max(self._clock.now(), self._free_from)
        for action in actions:
            due += action.after
            self._schedule(due, action)
        self._free_from = due

    async def _hang(self, step: Hang, *, deliberate: bool = False) -> None:
        for left in self._injector.release(Link.V2G, self._session.role):
            if isinstance(left, Deliver):
                await self._perform(left)
        if step.abort:
            self._stream.abort()
        else:
            await self._stream.close()
        state = "reset" if step.abort else "closed"
        self._diary.link(self._session.role, state, self._timed_out, deliberate=deliberate)
        how = "timeout" if self._timed_out else "lost" if deliberate else "hung up"
        orderly = not self._timed_out and not deliberate
        self._finish(how, orderly=orderly, detail=self._timed_out, paused=step.paused)

    def _lose(self, loss: ConnectionLost) -> None:
        if self._ending is not None:
            return
        self._session.end(self._clock.now(), str(loss))
        self._write_events()
        sender = self._session.role if loss.how is LossKind.ABORTED else self._diary.peer
        self._diary.link(sender, "reset", loss.detail)
        self._finish("lost", orderly=False, detail=str(loss))

    def _finish(self, how: str, *, orderly: bool, detail: str = "", paused: bool = False) -> None:
        self._ending = Ending(
            how=how,
            session_id=self._session.session_id,
            paused=paused,
            detail=detail,
            outage=self._outage,
        )
        self._side.lost(self._moment(), orderly=orderly)

    def _write_events(self) -> None:
        for event in self._session.events():
            self._diary.event(event)
