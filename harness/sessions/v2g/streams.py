"""The streams of one connection: the main one, and those beside it with turns and timers of their own."""

from __future__ import annotations

from harness.framing.v2gtp import SIDE_STREAMS

MAIN = 0
"""The main stream, whatever payload type its messages have; side streams go by their payload types."""


def stream_of(payload_type: int) -> int:
    """The stream that a payload type belongs to."""
    return payload_type if payload_type in SIDE_STREAMS else MAIN
