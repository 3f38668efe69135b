"""One ISO 15118 or DIN SPEC 70121 conversation of one role: frames in and out, order and ids observed, timers run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from harness.core.case import Role
from harness.framing.v2gtp import DEFAULT_LIMIT, Deframer, Frame, FramingFault
from harness.messages.envelope import body_of, header_of, wrap
from harness.messages.field import Message
from harness.sessions.events import Ended, Event, Expired, Received, Sent, Violation
from harness.sessions.v2g.observer import Finding, Observer
from harness.sessions.v2g.sequence import Sequence
from harness.sessions.v2g.state import OVER, State
from harness.sessions.v2g.streams import stream_of
from harness.sessions.v2g.timekeeper import EvTimekeeper, StationTimekeeper, Timekeeper
from harness.sessions.v2g.timers import Timer
from harness.sessions.v2g.wire import Reading, look, read, write

NO_SESSION = bytes(8)
"""The session id of an EV that has none yet."""

_MISPLACED = frozenset({"direction", "turns", "response type"})
"""Rules that a message breaks which is no response to what the EV asked."""


class V2gSession:
    """Sans-I/O session of an EV or a station; see `harness.sessions.events.Session`.

    It tells what the peer does against the state table or the rules of the session id, and which timers of its own
    role run out. It forbids nothing: whatever is given to `send` goes out.
    """

    def __init__(
        self,
        role: Role,
        *,
        factor: float = 1.0,
        session_id: bytes = NO_SESSION,
        limit: int = DEFAULT_LIMIT,
        limits: Mapping[Timer, float] = {},
    ) -> None:
        """Begin on a new connection.

        Args:
            role: EV or STATION: whose timers run, and whose peer is watched.
            factor: multiplies every time limit, for slow machines and peers.
            session_id: what an EV asks to resume; zero for a new session.
            limit: bound for an announced payload length, in bytes.
            limits: seconds of timers of our role that differ from the standard's.
        """
        if role is Role.CSMS:
            raise ValueError("only an EV and a station speak ISO 15118")
        self.role = role
        self.sequence = Sequence()
        self._observer = Observer(role, self.sequence, session_id)
        self._timekeeper: Timekeeper = (EvTimekeeper if role is Role.EV else StationTimekeeper)(factor)
        self._timekeeper.timers.own.update(limits)
        self._deframer = Deframer(limit)
        self._events: list[Event] = []
        self._outbox: list[bytes] = []
        self._ended = False

    @property
    def session_id(self) -> bytes:
        """The id in force: what SessionSetupRes said, before that what the EV asked for."""
        return self._observer.session_id

    @property
    def state(self) -> StrEnum:
        """How far the session has come."""
        return self.sequence.state

    @property
    def over(self) -> bool:
        """Whether the session has come to an end, or its connection has."""
        return self._ended or self.sequence.state in OVER

    def begin(self, at: float) -> None:
        """The connection is up: the time for setting up communication runs."""
        self._timekeeper.connected(at)

    def receive(self, data: bytes, at: float) -> None:
        """Take bytes of the peer."""
        for item in self._deframer.feed(data):
            if isinstance(item, Frame):
                self._hear(read(item, self.sequence.protocol), at)
            else:
                self._fault(item, at)

    def send(self, message: Message, at: float, payload_type: int | None = None) -> None:
        """Put a message in the outbox; one that no schema can say leaves a `Sent` with a problem and no bytes.

        A bare body of ISO 15118-2 or DIN SPEC 70121 gets an envelope with the session id in force.
        `payload_type` tells the stream where a message has several to travel in (a ScheduleExchange).
        """
        if header_of(message) is None:
            message = wrap(message, self.session_id)
        said = write(message, payload_type)
        if said.data:
            self._outbox.append(said.data)
        self._say(said, at)

    def send_raw(self, data: bytes, at: float) -> None:
        """Put bytes in the outbox, whatever they are; if they are one readable frame it counts as said."""
        self._outbox.append(data)
        self._say(look(data, self.sequence.protocol), at)

    def deadline(self) -> float | None:
        """When the first timer runs out, Unix time; None if none runs."""
        return self._timekeeper.timers.deadline()

    def expire(self, at: float) -> None:
        """Let timers that are due run out."""
        timers = self._timekeeper.timers
        for timer in timers.take_due(at):
            self._events.append(Expired(at=at, timer=timer.name, limit=timers.limit(timer)))

    def end(self, at: float, why: str = "the peer closed the connection") -> None:
        """The connection is gone."""
        if self._ended:
            return
        for fault in self._deframer.end():
            self._events.append(Received(at=at, data=fault.raw, problem=fault.what))
        self._ended = True
        self._timekeeper.timers.clear()
        self._events.append(Ended(at=at, why=why))

    def events(self) -> list[Event]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def outbox(self) -> list[bytes]:
        """What is to be sent since the last call, a frame each."""
        outbox, self._outbox = self._outbox, []
        return outbox

    def _hear(self, heard: Reading, at: float) -> None:
        stream = stream_of(heard.payload_type)
        found = self._observer.heard(heard.message, stream) if heard.message is not None else []
        self._events.append(
            Received(
                at=at,
                data=heard.data,
                payload_type=heard.payload_type,
                schema=heard.schema,
                message=heard.message,
                problem=heard.problem,
                fits=self._fits(found, stream),
            )
        )
        self._judge(found, at)
        if heard.message is not None:
            self._keep_time(body_of(heard.message), at, stream, ours=False)

    def _fits(self, found: list[Finding], stream: int) -> bool:
        """Whether what was heard belongs here: told at once, for a second message may come with it."""
        if self.role is Role.EV:
            return not (found and any(finding.rule in _MISPLACED for finding in found))
        return self.sequence.waiting(stream)[1]

    def _say(self, said: Reading, at: float) -> None:
        self._events.append(
            Sent(
                at=at,
                data=said.data,
                payload_type=said.payload_type,
                schema=said.schema,
                message=said.message,
                problem=said.problem,
            )
        )
        if said.message is not None and said.data:
            stream = stream_of(said.payload_type)
            self._observer.said(said.message, stream)
            self._keep_time(body_of(said.message), at, stream, ours=True)

    def _keep_time(self, message: Message, at: float, stream: int, *, ours: bool) -> None:
        over = self.over
        self._timekeeper.timing = self.sequence.table.timing
        if over:
            self._timekeeper.timers.clear()
        # A station that refused still bounds how long the EV may stay.
        refused = self.state is State.FAILED and self.role is Role.STATION
        if ours and (refused or not over):
            self._timekeeper.said(message, at, stream)
        elif not over:
            self._timekeeper.heard(message, self.state, at, stream)

    def _judge(self, findings: list[Finding], at: float) -> None:
        for finding in findings:
            self._events.append(Violation(at=at, rule=finding.rule, what=finding.what, cites=finding.cites))

    def _fault(self, fault: FramingFault, at: float) -> None:
        self._events.append(Received(at=at, data=fault.raw, problem=f"{fault.kind}: {fault.what}"))
        if not fault.resumes:
            self._ended = True
            self._timekeeper.timers.clear()
            self._events.append(Ended(at=at, why=f"the frame boundary is lost: {fault.what}"))
