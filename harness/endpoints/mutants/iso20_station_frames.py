"""Stations with one fault each in what they make of bytes that are no good message."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants.careless_order import AnswersResponses
from harness.endpoints.mutants.hearing import DeafAfterNonsense, DeafAfterPadding, any_schema, repairs_headers
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station

mutant = series(Station, Role.STATION, ids="station-frames-", cases="ISO20-STN-")

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
        "dies-of-padding",
        "answers nobody any more after bytes that follow a message",
        ("EXI-004",),
        lambda good: good.having(hears=DeafAfterPadding()),
    ),
)
