"""Stations with one fault each in how they keep the order of messages, in every state."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants.careless_order import NodsEverythingThrough
from harness.endpoints.mutants.careless_secc import DeliversEarly, HangsUp
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station

mutant = series(Station, Role.STATION, ids="station-order-", cases="ISO20-STN-MTX-")

MUTANTS = (
    mutant(
        "nods-everything-through",
        "says OK to every request, wherever it comes",
        ("001", "002", "004", "005", "006", "007", "008", "009", "010"),
        lambda good: good.having(secc=NodsEverythingThrough),
    ),
    mutant(
        "hangs-up",
        "closes the connection where it should refuse",
        ("002", "003"),
        lambda good: good.having(secc=HangsUp),
    ),
    mutant(
        "delivers-early",
        "delivers power while pre-charge goes on",
        ("001[pre_charging-PowerDeliveryReq.Start]",),
        lambda good: good.having(secc=DeliversEarly),
    ),
)
