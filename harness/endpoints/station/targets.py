"""What a station tells a Dynamic EV to aim at, where it is the station that knows the driver's needs."""

from __future__ import annotations

from typing import Any

from harness.endpoints.station.desk import Desk
from harness.endpoints.variant import NeedsFrom


def schedule_targets(desk: Desk, at: float) -> dict[str, Any]:
    """Departure and states of charge for ScheduleExchangeRes; nothing where the EV knows them (V2G20-2663)."""
    if desk.visit.variant.needs_from != NeedsFrom.SECC:
        return {}
    known = desk.plant.settings.drivers_needs
    return {
        "departure_time": _left(desk, at),
        "minimum_soc": known.minimum_soc,
        "target_soc": known.target_soc,
    }


def loop_targets(desk: Desk, at: float) -> dict[str, Any]:
    """The same for a cycle of the charge loop, with the time that the EV has to act on them."""
    said = schedule_targets(desk, at)
    return {**said, "ack_max_delay": desk.plant.settings.drivers_needs.ack_max_delay} if said else {}


def _left(desk: Desk, at: float) -> int | None:
    """Seconds to the departure, which is fixed when it is told first."""
    departure, visit = desk.plant.settings.drivers_needs.departure_time, desk.visit
    if departure is None:
        return None
    if visit.leaves_at is None:
        visit.leaves_at = at + departure
    return max(0, round(visit.leaves_at - at))
