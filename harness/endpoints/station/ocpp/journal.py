"""What a station writes down of itself: one log for diagnosis, one for security (A04, N01)."""

from __future__ import annotations

from collections import deque
from typing import Any

from harness.messages.ocpp_time import parse_timestamp, timestamp

DIAGNOSTICS, SECURITY = "DiagnosticsLog", "SecurityLog"


class Journal:
    """Lines by the moment at which they were written; outlives a reboot, and names no secret (A01.FR.12)."""

    def __init__(self, keeps: int) -> None:
        """Empty, with room for so many lines."""
        self._lines: deque[tuple[float, str]] = deque(maxlen=keeps)

    def write(self, at: float, text: str) -> None:
        """One more line."""
        self._lines.append((at, text))

    def text(self, wanted: dict[str, Any]) -> str:
        """The lines that a request for a log is about, one below the other.

        Args:
            wanted: a LogParametersType; both of its bounds may be missing.
        """
        oldest = parse_timestamp(wanted["oldestTimestamp"]) if "oldestTimestamp" in wanted else float("-inf")
        latest = parse_timestamp(wanted["latestTimestamp"]) if "latestTimestamp" in wanted else float("inf")
        return "".join(f"{timestamp(at)} {text}\n" for at, text in self._lines if oldest <= at <= latest)
