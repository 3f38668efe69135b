"""The streams of one connection: the main one, and those beside it with turns and timers of their own."""

from __future__ import annotations

MAIN = 0
"""The main stream, whatever payload type its messages have; side streams go by their payload types."""
FIRST_SIDE_STREAM = 0x8101
LAST_SIDE_STREAM = 0x8104


def stream_of(payload_type: int) -> int:
    """The stream that a payload type belongs to."""
    return payload_type if FIRST_SIDE_STREAM <= payload_type <= LAST_SIDE_STREAM else MAIN
