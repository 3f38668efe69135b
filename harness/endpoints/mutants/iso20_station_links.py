"""Stations with one fault each in how they bear the loss of an EV, and what travels beside the main stream."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants.careless_links import Haunted, RepeatsItself
from harness.endpoints.mutants.careless_order import NodsEverythingThrough
from harness.endpoints.mutants.hearing import one_message_a_read
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station

mutant = series(Station, Role.STATION, ids="station-links-", cases="ISO20-STN-")

MUTANTS = (
    mutant(
        "haunted",
        "answers nobody any more after an EV that went without a farewell",
        ("LNK-001", "LNK-002", "LNK-003"),
        lambda good: good.having(secc=Haunted()),
    ),
    mutant(
        "repeats-itself",
        "says every response again after ten seconds",
        ("LNK-004",),
        lambda good: good.having(secc=RepeatsItself),
    ),
    mutant(
        "one-stream",
        "says OK to every request, on whatever stream it comes",
        ("MUX-001", "MUX-002", "MUX-003", "MUX-004"),
        lambda good: good.having(secc=NodsEverythingThrough),
    ),
    mutant(
        "one-message-a-read",
        "takes what one read brings for one message",
        ("MUX-005",),
        lambda good: good.having(hears=one_message_a_read),
    ),
)
