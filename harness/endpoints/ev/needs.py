"""The driver's needs where it is the station that knows them (MobilityNeedsMode 2)."""

from __future__ import annotations

from typing import Any

from harness.endpoints.ev.journey import Journey
from harness.endpoints.variant import NeedsFrom

_SAID = {"departure_time": "departure_time", "minimum_soc": "min_soc", "target_soc": "target_soc"}
"""What a block of a response may say, and the fields of the car that it changes."""


def follow_needs(journey: Journey, block: Any, at: float) -> None:
    """Take departure and states of charge from a response, if they are the station's to say."""
    if journey.variant.needs_from != NeedsFrom.SECC:
        return
    said = {mine: getattr(block, theirs, None) for theirs, mine in _SAID.items()}
    changes = {mine: value for mine, value in said.items() if value is not None}
    if changes:
        journey.change(**changes)
        journey.departure_time(at)
        journey.battery.serve(journey.car)
