"""What a station asks an EV for with EVSEStatus: by plan, or because somebody says so."""

from __future__ import annotations

TERMINATE, PAUSE, EXIT_STANDBY = "terminate", "pause", "exit_standby"
SCHEDULE_RENEGOTIATION, SERVICE_RENEGOTIATION = "schedule_renegotiation", "service_renegotiation"
METERING_CONFIRMATION = "metering_confirmation"
ANNOUNCEMENTS = (
    TERMINATE,
    PAUSE,
    EXIT_STANDBY,
    SCHEDULE_RENEGOTIATION,
    SERVICE_RENEGOTIATION,
    METERING_CONFIRMATION,
)
"""All that a plan may name."""

Plan = tuple[tuple[float, str], ...]
"""What is asked for from when on: (s since the first power of a session, one of `ANNOUNCEMENTS`)."""


class Announcements:
    """One wish at a time; it stays until the EV does what it is asked for, or a later one takes its place."""

    def __init__(self, plan: Plan) -> None:
        """Nothing asked yet."""
        self._plan = plan
        self._since: float | None = None
        """When power flowed first in this session."""
        self._heeded = 0
        """So many entries of the plan are done with."""
        self.asked: str | None = None
        """What somebody asked for beyond the plan."""

    def begin(self, at: float) -> None:
        """Power flows, or could; the first time in a session the plan begins."""
        if self._since is None:
            self._since = at

    def ask(self, wish: str | None) -> None:
        """Ask for something beyond the plan, before everything in it; None: no longer."""
        self.asked = wish

    def wish(self, at: float) -> str | None:
        """What to ask for at `at`."""
        due = self._due(at)
        return self.asked or (self._plan[due - 1][1] if due > self._heeded else None)

    def heeded(self, wish: str, at: float) -> None:
        """The EV did what it is asked for; without that this says nothing."""
        if self.wish(at) != wish:
            return
        if self.asked is not None:
            self.asked = None
        else:
            self._heeded = self._due(at)

    def forget(self) -> None:
        """The session is over: another one begins the plan anew."""
        self._since, self._heeded, self.asked = None, 0, None

    def _due(self, at: float) -> int:
        """How many entries of the plan have come due."""
        if self._since is None:
            return 0
        return sum(start <= at - self._since for start, _ in self._plan)
