"""Stations with one fault each in what they make of bytes that are no good message."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants.careless_order import AnswersResponses
from harness.endpoints.mutants.hearing import (
    DeafAfterNonsense,
    DeafAfterPadding,
    any_schema,
    one_message_a_read,
    one_message_or_none,
    repairs_headers,
)
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station
from harness.framing.v2gtp import HEADER_SIZE, Frame
from harness.messages.field import Message
from harness.messages.iso20.common import ServiceDiscoveryRes
from harness.sessions.v2g.wire import write

mutant = series(Station, Role.STATION, ids="station-frames-", cases="ISO20-STN-")


def _cut(said: Message) -> bytes:
    """The frame of an answer, one byte short, under a header that knows."""
    whole = write(said)
    return Frame(whole.payload_type, whole.data[HEADER_SIZE:-1]).encode()


MUTANTS = (
    mutant(
        "dies-of-nonsense",
        "answers nobody any more after a frame that it cannot read",
        (
            "FRM-005",
            "FRM-006",
            "FRM-007",
            "FRM-008",
            "FRM-009",
            "FRM-010",
            "EXI-001",
        ),
        lambda good: good.having(hears=DeafAfterNonsense()),
    ),
    mutant(
        "repairs-headers",
        "reads every frame as one of common messages, whatever its header says",
        ("FRM-005", "FRM-006", "FRM-007"),
        lambda good: good.having(hears=repairs_headers),
    ),
    mutant(
        "reads-any-schema",
        "reads a message by whatever schema gives one",
        ("EXI-002",),
        lambda good: good.having(hears=any_schema),
    ),
    mutant(
        "talks-to-itself",
        "takes responses for something to answer",
        ("EXI-003",),
        lambda good: good.having(secc=AnswersResponses),
    ),
    mutant(
        "one-message-a-read",
        "takes what one read brings for one message",
        ("FRM-011", "FRM-012", "FRM-013"),
        lambda good: good.having(hears=one_message_a_read),
    ),
    mutant(
        "one-message-a-read-or-none",
        "passes over what one read brings unless it is one message",
        ("FRM-014",),
        lambda good: good.having(hears=one_message_or_none),
    ),
    mutant(
        "cuts-its-answers",
        "leaves the last byte of an answer away",
        ("FRM-015",),
        lambda good: good.answering(ServiceDiscoveryRes, lambda _, said: _cut(said)),
    ),
    mutant(
        "dies-of-padding",
        "answers nobody any more after bytes that follow a message",
        ("EXI-004",),
        lambda good: good.having(hears=DeafAfterPadding()),
    ),
)
