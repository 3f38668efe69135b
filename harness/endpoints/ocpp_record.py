"""How one side of an OCPP link writes into the trace."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.tls_entries import tls_body
from harness.framing.ocppj import Malformed, parse
from harness.framing.ocppj_text import repeated_keys
from harness.sessions.events import Event, Expired, Received, Sent, Violation
from harness.trace.entry import Body, FaultStruck, Link, LinkSeen, Note, Seen
from harness.trace.recorder import Recorder
from harness.transports.clock import Clock
from harness.transports.tls.report import TlsEvent


class OcppRecord:
    """Records if `observe` is set; of two emulated sides only one may, or all would be seen twice."""

    def __init__(self, recorder: Recorder, clock: Clock, *, observe: bool) -> None:
        """Write to `recorder` with the time of `clock`."""
        self._recorder, self._clock, self._observe = recorder, clock, observe

    def link(self, sender: Role, state: str, detail: str = "") -> None:
        """A connection came or went."""
        self._add(sender, LinkSeen(state=state, detail=detail))

    def violation(self, sender: Role, rule: str, what: str, *cites: str) -> None:
        """Somebody broke a rule that is below the frames."""
        self._add(sender, Note(text=what, data={"rule": rule, "cites": list(cites)}))

    def control(self, sender: Role, kind: str) -> None:
        """A ping or pong went by; a close frame is told with the end of the connection."""
        if kind != "close":
            self._add(sender, Note(text=kind, data={"control": kind}))

    def tls(self, event: TlsEvent, role: Role) -> None:
        """Something in the TLS below the WebSocket, seen from our side, which plays `role`."""
        peer = Role.CSMS if role is Role.STATION else Role.STATION
        self._add(role if event.sent else peer, tls_body(event))

    def note(self, sender: Role | None, text: str, *, deliberate: bool = False) -> None:
        """Something worth knowing later."""
        self._add(sender, Note(text=text), deliberate=deliberate)

    def struck(self, fault: str) -> None:
        """A deliberate fault took effect."""
        self._add(None, FaultStruck(fault=fault))

    def sent(self, sender: Role, event: Sent, data: bytes) -> None:
        """A frame of ours left, as the session made it or as a fault left it."""
        if not self._observe:
            return
        if data == event.data:
            body = Seen(data=data, message=event.message, problem=event.problem)
            self._add(sender, body, deliberate=event.deliberate)
            return
        frame = parse(data)
        problem = frame.what if isinstance(frame, Malformed) else "changed by a fault"
        self._add(sender, Seen(data=data, problem=problem), deliberate=True)

    def lost_on_arrival(self, sender: Role, data: bytes) -> None:
        """A frame of the peer that a fault swallows before our side takes note of it."""
        self._add(sender, Seen(data=data, problem="dropped on arrival by a fault"))

    def event(self, event: Event, role: Role, peer: Role, *, deliberate: bool = False) -> None:
        """What a session tells beside what it sends."""
        if not self._observe:
            return
        match event:
            case Received():
                body = Seen(data=event.data, message=event.message, problem=event.problem)
                self._add(peer, body, deliberate=deliberate)
                if repeated := repeated_keys(event.data):
                    what = f"the keys {', '.join(repeated)} stand twice in one object"
                    self.violation(peer, "repeated-key", what, "RFC 8259, 4")
            case Violation():
                data = {"rule": event.rule, "cites": list(event.cites)}
                self._add(peer, Note(text=event.what, data=data))
            case Expired():
                text = f"{event.timer} ran out after {event.limit:g}"
                self._add(role, Note(text=text, data={"timer": event.timer, "limit": event.limit}))
            case _:
                pass

    def _add(self, sender: Role | None, body: Body, *, deliberate: bool = False) -> None:
        if self._observe:
            self._recorder.add(self._clock.now(), Link.OCPP, sender, body, deliberate=deliberate)
