"""The one pump of an OCPP link, either side: session, WebSocket, clock, recorder, faults and what a role decides."""

from __future__ import annotations

import asyncio
import math

from msgspec import Struct

from harness.core.case import Role
from harness.endpoints.behaviour import Hang, Say, SayRaw, Silence, Step
from harness.endpoints.bending import Bender
from harness.endpoints.farewell import FAREWELL
from harness.endpoints.ocpp_agenda import StepAgenda
from harness.endpoints.ocpp_alarm import Alarm
from harness.endpoints.ocpp_inbox import Inbox
from harness.endpoints.ocpp_pulse import Pulse
from harness.endpoints.ocpp_record import OcppRecord
from harness.endpoints.ocpp_sides import Mind, Talk
from harness.endpoints.ocpp_terms import LinkTerms
from harness.faults.fault import CloseLink, Deliver, LinkDown
from harness.faults.injector import Injection, Injector
from harness.faults.where import name_of_message
from harness.framing.ocppj import CallError, Malformed, parse
from harness.messages.ocpp import Kind, OcppMessage
from harness.sessions.events import Event, Expired, Sent
from harness.transports.clock import Clock
from harness.transports.websocket import Binary, Control, Unfinished, WebSocket, WebSocketClosed

SUBPROTOCOL = "ocpp2.0.1"
COMPRESSED = ", permessage-deflate"
"""Stands behind the peer's address where compression was agreed."""
_USUAL = LinkTerms()
_OBJECTIONS = frozenset({1002, 1003, 1007, 1009, 1010})
"""Codes with which our side closes on what no WebSocket may carry."""


class Parting(Struct, frozen=True, kw_only=True):
    """How a connection ended."""

    detail: str
    down_for: float = 0.0
    """Seconds for which a deliberate outage keeps the link away."""


class OcppPump:
    """Carries steps to the session and frames to the socket; works without a socket as well (an offline station)."""

    def __init__(
        self,
        mind: Mind,
        session: Talk,
        clock: Clock,
        record: OcppRecord,
        *,
        role: Role,
        bender: Bender,
        injector: Injector | None = None,
        mute: bool = False,
        terms: LinkTerms = _USUAL,
    ) -> None:
        """Join what one side of the link consists of.

        Args:
            mind: what to say.
            session: the conversation.
            clock: real or virtual time.
            record: where what is seen goes.
            role: our side.
            bender: the deliberate differences in what we say.
            injector: faults for our frames; drops and link faults strike frames of the peer as well.
            mute: take connections and never say a word.
            terms: pings, sizes of frames and the like.
        """
        self._mind, self._session, self._clock, self._record = mind, session, clock, record
        self._role = role
        self._peer = Role.CSMS if role is Role.STATION else Role.STATION
        self._injector, self._mute = injector, mute
        self._agenda = StepAgenda(bender)
        self._socket: WebSocket | None = None
        self._parting: Parting | None = None
        self._closing_by = math.inf
        self._heard_at = 0.0
        self.terms = terms
        self._pulse: Pulse | None = None
        self._alarm = Alarm(clock)
        mind.on_step = self._alarm.wake

    async def converse(self, socket: WebSocket) -> Parting:
        """Pump one connection until it ends."""
        now = self._clock.now()
        self._socket, self._parting, self._closing_by = socket, None, math.inf
        self._heard_at = now
        self._pulse = Pulse(self.terms, now) if self.terms.ping_interval > 0 else None
        self._record.link(self._role, "open", f"{socket.peer}{COMPRESSED if socket.compressed else ''}")
        socket.on_control, socket.joins = self._take_control, not self.terms.unjoined
        if self.terms.withholds_pongs:
            socket.withhold_pongs()
        inbox = Inbox(socket, self._alarm.wake)
        try:
            self._mind.connected(now)
            while True:
                await self._work()
                if (parting := self._parted()) is not None:
                    return parting
                if not inbox:
                    await self._wait(math.inf)
                if inbox:
                    await self._take(inbox.take())
        finally:
            inbox.stop()
            self._alarm.stop()
            if self._parted() is None:
                socket.abort()
            self._socket, self._closing_by, self._pulse = None, math.inf, None

    async def idle(self, until: float, task: asyncio.Task[WebSocket] | None = None) -> None:
        """Go on without a connection, until then or until `task` is done."""
        if task is not None:
            task.add_done_callback(lambda _: self._alarm.wake())
        try:
            while self._clock.now() < until and not (task is not None and task.done()):
                await self._work()
                if task is None or not task.done():
                    await self._wait(until)
            await self._work()
        finally:
            self._alarm.stop()

    async def _wait(self, until: float) -> None:
        ours = min(until, self._closing_by, self._agenda.deadline(), self._mind.deadline())
        pulse = math.inf if self._pulse is None else self._pulse.deadline()
        await self._alarm.wait(min(ours, pulse, self._session.deadline() or math.inf))

    async def _work(self) -> None:
        """Do everything that can be done now."""
        now = self._clock.now()
        self._session.expire(now)
        self._mind.expire(now)
        self._mind.digest(now)
        self._plan(now)
        while (spoken := self._agenda.take(now)) is not None:
            await self._perform(spoken.step, spoken.heard)
            now = self._clock.now()
            self._mind.digest(now)
            self._plan(now)
        await self._flush()
        if self._socket is not None and (self._pulse is not None or now >= self._closing_by):
            await self._keep(self._socket)

    async def _keep(self, socket: WebSocket) -> None:
        """Close what is to be closed, and see whether the other side still lives."""
        now = self._clock.now()
        if now >= self._closing_by:
            socket.abort()
            self._end("the peer did not answer our close frame")
        elif self._pulse is not None and self._pulse.lost(now):
            self._record.event(Expired(at=now, timer="pong", limit=self._pulse.limit), self._role, self._peer)
            what = f"no pong within {self._pulse.limit:g} s"
            self._record.violation(self._peer, "pong", what, "Part 4, 5.2")
            socket.abort()
            self._end(what)
        elif self._pulse is not None and self._parting is None and self._pulse.wants(now):
            await self._ping(socket)

    async def _ping(self, socket: WebSocket) -> None:
        try:
            await socket.ping()
        except WebSocketClosed as closed:
            self._end(str(closed), sender=self._peer, reset=not closed.clean)
            return
        self._record.control(self._role, "ping")

    def _take_control(self, control: Control) -> None:
        if control.kind == "pong" and self._pulse is not None:
            self._pulse.answered()
        self._record.control(self._peer, control.kind)

    def _plan(self, now: float) -> None:
        self._alarm.forget()
        if steps := self._mind.steps():
            self._agenda.plan(steps, now)

    async def _perform(self, step: Step, usual: object) -> None:
        now = self._clock.now()
        match step:
            case Say(message=message, deliberate=deliberate):
                self._session.send(message, now, deliberate=deliberate)
            case SayRaw(data=data):
                self._session.send_raw(data, now)
            case Silence():
                if isinstance(usual, OcppMessage) and usual.kind is not Kind.REQUEST:
                    self._session.withdraw(usual.message_id)
                self._record.note(self._role, "says nothing here, on purpose", deliberate=True)
            case Hang(abort=abort):
                await self._hang(abort=abort)
        await self._flush()

    async def _hang(self, *, abort: bool) -> None:
        if self._socket is None:
            return
        if abort:
            self._socket.abort()
            self._end("we tore the connection down")
        else:
            await self._socket.close()
            self._closing_by = self._clock.now() + FAREWELL

    async def _take(self, message: str | bytes | WebSocketClosed) -> None:
        if isinstance(message, WebSocketClosed):
            if message.sent_code in _OBJECTIONS and message.code != message.sent_code:
                self._record.violation(self._peer, "websocket", str(message), "RFC 6455, 7.4.1")
            self._end(str(message), sender=self._peer, reset=not message.clean)
            return
        self._heard_at = self._clock.now()
        data = message.encode() if isinstance(message, str) else bytes(message)
        if self._injector is None:
            self._session.receive(data, self._heard_at)
            return
        injection = self._injector.outgoing("ocpp", self._peer, _name_heard(data), data)
        if not any(isinstance(action, Deliver) for action in injection.actions):
            self._record.lost_on_arrival(self._peer, data)
        for action in injection.actions:
            await self._delay(action.after)
            if isinstance(action, Deliver):
                self._session.receive(action.data, self._clock.now())
                await self._flush(deliberate=action.data != data)
        self._finish(injection)

    async def _flush(self, *, deliberate: bool = False) -> None:
        """Record what the session tells, and put what it sends on the wire, in that order."""
        if not (events := self._session.events()):
            return
        outbox = iter(self._session.outbox())
        for event in events:
            if isinstance(event, Sent):
                await self._transmit(event, next(outbox))
            else:
                self._record.event(event, self._role, self._peer, deliberate=deliberate)
                self._notice_silence(event)

    def _notice_silence(self, event: Event) -> None:
        """A peer that said nothing at all while an answer was due is gone; only a new connection helps."""
        silent_for = self._clock.now() - self._heard_at
        if isinstance(event, Expired) and event.timer.startswith("answer") and silent_for >= 2 * event.limit:
            self._cut(CloseLink("reset"))

    async def _transmit(self, event: Sent, data: bytes) -> None:
        if self._injector is None:
            await self._put(event, data)
            return
        injection = self._injector.outgoing("ocpp", self._role, name_of_message(event.message), data)
        for action in injection.actions:
            await self._delay(action.after)
            if isinstance(action, Deliver):
                await self._put(event, action.data)
        self._finish(injection)

    async def _put(self, event: Sent, data: bytes) -> None:
        if self._socket is None or self._parting is not None or self._mute:
            return
        try:
            if self.terms.binary or isinstance(data, Binary):
                await self._socket.send(bytes(data), fragment=self.terms.fragment)
            else:
                await self._socket.send_text(data, fragment=self.terms.fragment)
        except WebSocketClosed as closed:
            self._end(str(closed), sender=self._peer, reset=not closed.clean)
            return
        self._record.sent(self._role, event, data)
        if isinstance(data, Unfinished):
            self._cut(CloseLink("reset"))

    async def _delay(self, seconds: float) -> None:
        if seconds > 0:
            await self._clock.wait_until(self._clock.now() + seconds)

    def _finish(self, injection: Injection) -> None:
        """Tell which faults struck, and cut the link where they say so (always behind what was sent)."""
        for fault in injection.struck:
            self._record.struck(str(fault))
        for action in injection.actions:
            if not isinstance(action, Deliver):
                self._cut(action)

    def cut(self) -> None:
        """Break the connection on purpose, if there is one."""
        self._cut(CloseLink("reset"))
        self._alarm.wake()

    def _cut(self, action: CloseLink | LinkDown) -> None:
        if self._socket is not None:
            self._socket.abort()
        down_for = action.seconds if isinstance(action, LinkDown) else 0.0
        self._end("cut on purpose", down_for=down_for)

    def _end(self, detail: str, *, sender: Role | None = None, reset: bool = True, down_for: float = 0.0) -> None:
        if self._parting is not None or self._socket is None:
            return
        now = self._clock.now()
        self._parting = Parting(detail=detail, down_for=down_for)
        self._record.link(sender or self._role, "reset" if reset else "closed", detail)
        self._session.end(now, detail)
        self._session.outbox()
        for event in self._session.events():
            if not isinstance(event, Sent):
                self._record.event(event, self._role, self._peer)
        self._mind.disconnected(now)
        self._mind.digest(now)

    def _parted(self) -> Parting | None:
        return self._parting


def _name_heard(data: bytes) -> str:
    """The fault name of a frame of the peer; answers are known by their calls only, so they have none."""
    frame = parse(data)
    return "" if isinstance(frame, Malformed | CallError) else getattr(frame, "action", "")
