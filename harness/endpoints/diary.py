"""What one side of an ISO 15118 link writes into the trace."""

from __future__ import annotations

from harness.core.case import Role
from harness.sessions.events import Event, Expired, Received, Sent, Violation
from harness.sessions.v2g.wire import Reading
from harness.trace.entry import Body, FaultStruck, Link, LinkSeen, Note, Seen
from harness.trace.recorder import Recorder
from harness.transports.clock import Clock


class Diary:
    """Turns events into entries; a side that does not observe writes nothing but the faults that struck."""

    def __init__(self, recorder: Recorder, clock: Clock, role: Role, *, observe: bool) -> None:
        """Write for `role`; of two emulated sides one observes, so that every frame is recorded once."""
        self._recorder, self._clock = recorder, clock
        self._observe = observe
        self.role = role
        self.peer = Role.STATION if role is Role.EV else Role.EV

    def event(self, event: Event, *, deliberate: bool = False) -> None:
        """Write what a session tells."""
        if isinstance(event, Received | Sent):
            sender = self.peer if isinstance(event, Received) else self.role
            self._add(sender, _seen(event), deliberate=deliberate)
        elif isinstance(event, Violation):
            self._add(self.peer, Note(text=event.what, data={"rule": event.rule, "cites": list(event.cites)}))
        elif isinstance(event, Expired):
            self._add(self.role, Note(text=describe(event), data={"timer": event.timer, "limit": event.limit}))

    def delivered(self, reading: Reading) -> None:
        """Write what left in another form than the session meant it to."""
        self._add(self.role, _seen(reading), deliberate=True)

    def link(self, sender: Role, state: str, detail: str = "", *, deliberate: bool = False) -> None:
        """Write that the connection came or went."""
        self._add(sender, LinkSeen(state=state, detail=detail), deliberate=deliberate)

    def silence(self) -> None:
        """Write that nothing is said where something usually is."""
        self._add(self.role, Note(text="says nothing here, on purpose"), deliberate=True)

    def struck(self, fault: str) -> None:
        """Write that a fault took effect."""
        self._recorder.add(self._clock.now(), Link.V2G, self.role, FaultStruck(fault=fault), deliberate=True)

    def _add(self, sender: Role, body: Body, *, deliberate: bool = False) -> None:
        if self._observe:
            self._recorder.add(self._clock.now(), Link.V2G, sender, body, deliberate=deliberate)


def describe(expired: Expired) -> str:
    """A sentence on a timer that ran out."""
    return f"{expired.timer} ran out after {expired.limit:g} s"


def _seen(event: Received | Sent | Reading) -> Seen:
    return Seen(
        data=event.data,
        payload_type=event.payload_type,
        schema=event.schema,
        message=event.message,
        problem=event.problem,
    )
