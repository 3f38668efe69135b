"""Whole DC_BPT sessions of both roles: how many a second one core leads, and what they cost beside Josev's.

    python benchmarks/session.py

First part: EV and station in one process, each with its session, behaviour, codec and framing; bytes go from one to
the other in memory, time is an argument. Second part (`make peers` prepares the peer): CPU time of two processes over
TCP against Josev's in the same run. Exit 1 if a goal is missed, 2 if the peer is not there.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random  # noqa: TID251 - seeded
from time import process_time

from harness.core.case import Role
from harness.endpoints.behaviour import Hang, Moment, Say, Step
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.sides import EvSide, Side, StationSide
from harness.endpoints.station.plant import ACCEPTED, Plant
from harness.endpoints.station.resumption import PausedSessions
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.settings import StationSettings
from harness.messages.field import Message
from harness.sessions.events import Received
from harness.sessions.v2g.session import V2gSession

LOOPS = 100
SESSIONS_GOAL = 60.0
CPU_GOAL = 50.0
ROUNDS, SESSIONS = 5, 20
BEGIN = 1_767_225_600.0
SETTINGS = StationSettings(allow_plain_tcp=True, backend=False)


class Party:
    """One role: its conversation, and what it does on what it hears."""

    def __init__(self, session: V2gSession, side: Side) -> None:
        self.session, self._side = session, side
        self.over = False

    def begin(self, at: float) -> float:
        """Set out; returns when the first request is out."""
        self.session.begin(at)
        return self._take(self._side.begin(Moment(at=at)), at)

    def hear(self, frames: list[bytes], at: float) -> float:
        """Take what the other said; returns when the answer is out."""
        for frame in frames:
            self.session.receive(frame, at)
        for event in self.session.events():
            if isinstance(event, Received) and isinstance(event.message, Message):
                moment = Moment(at=at, session_id=self.session.session_id, payload_type=event.payload_type)
                at = self._take(self._side.react(event.message, moment), at)
        self.session.events()
        return at

    def _take(self, steps: tuple[Step, ...], at: float) -> float:
        for step in steps:
            if isinstance(step, Say):
                at += step.after
                self.session.send(step.message, at, step.payload_type)
            elif isinstance(step, Hang):
                self.over = True
        return at


def whole_session() -> int:
    """From supportedAppProtocol to SessionStop; returns the messages that it took."""
    plant = Plant(SETTINGS)
    plant.listen(
        lambda told: plant.authorise(ACCEPTED, told.at) if type(told).__name__ == "AuthorisationWanted" else None
    )
    ours, theirs = V2gSession(Role.EV), V2gSession(Role.STATION)
    evcc = Evcc(Ev(loops=LOOPS))
    secc = Secc(plant, theirs.sequence, PausedSessions(), Random(1).randbytes)
    ev, station = Party(ours, EvSide(evcc)), Party(theirs, StationSide(secc))
    theirs.begin(BEGIN)
    at, messages = ev.begin(BEGIN), 0
    while not ev.over:
        asked = ours.outbox()
        at = station.hear(asked, at)
        answered = theirs.outbox()
        at = ev.hear(answered, at)
        messages += len(asked) + len(answered)
        if not answered:
            raise SystemExit(f"the station fell silent; the EV: {evcc.journey.why}")
    if evcc.journey.result != "finished":
        raise SystemExit(f"the session ended otherwise than it should: {evcc.journey.why}")
    return messages


def in_memory() -> float:
    """Sessions a second of CPU time, the best of several rounds."""
    messages = whole_session()
    best = 0.0
    for _ in range(ROUNDS):
        begun = process_time()
        for _ in range(SESSIONS):
            whole_session()
        best = max(best, SESSIONS / (process_time() - begun))
    each = 1e6 / best / messages
    print(
        f"in memory, both roles: {best:.1f} sessions/s ({LOOPS} charge loops, {messages} messages, {each:.0f} us each)"
    )
    return best


def main() -> int:
    reached = in_memory() >= SESSIONS_GOAL
    ratio = beside_josev()
    if ratio is not None:
        reached &= ratio >= CPU_GOAL
    print(f"goals {'reached' if reached else 'MISSED'}: {SESSIONS_GOAL:g} sessions/s, {CPU_GOAL:g} times less CPU")
    return 2 if ratio is None else 0 if reached else 1


def beside_josev() -> float | None:
    """Josev's CPU time by ours, for the same exchanges; None where it is not installed."""
    try:
        from josev_session import compare
    except ImportError:
        return None
    return compare()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    sys.exit(main())
