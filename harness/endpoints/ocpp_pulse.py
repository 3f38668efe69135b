"""The pings of one connection: when the next is due, and how long its pong may take."""

from __future__ import annotations

import math

from harness.endpoints.ocpp_terms import LinkTerms


class Pulse:
    """Holds no socket and reads no clock."""

    def __init__(self, terms: LinkTerms, at: float) -> None:
        """A connection that is open since `at`."""
        self._interval, self.limit = terms.ping_interval, terms.pong_limit
        self._next = at + self._interval if self._interval > 0 else math.inf
        self._due = math.inf

    def deadline(self) -> float:
        """When to look at `wants` and `lost` again."""
        return min(self._next, self._due)

    def wants(self, at: float) -> bool:
        """Whether a ping is to be sent now; it counts as sent from then on."""
        if at < self._next:
            return False
        self._next = at + self._interval
        self._due = min(self._due, at + self.limit)
        return True

    def answered(self) -> None:
        """A pong came."""
        self._due = math.inf

    def lost(self, at: float) -> bool:
        """Whether a pong is missing."""
        return at >= self._due
