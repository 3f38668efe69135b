"""What a station plans with beside its ratings: the terms of its schedules, and the needs of a driver it knows."""

from __future__ import annotations

from msgspec import Struct


class TupleTerms(Struct, frozen=True, kw_only=True):
    """One of the schedules on offer, told against what there is."""

    share: float = 1.0
    """Of the power that the station and its site have."""
    price_factor: float = 1.0
    """Times the fees of the tariff."""


class DriversNeeds(Struct, frozen=True, kw_only=True):
    """What a driver told the station and not the car; percent, seconds."""

    departure_time: int | None = 5400
    """From the first time that a session asks."""
    minimum_soc: int | None = 30
    target_soc: int | None = 70
    ack_max_delay: int | None = 30
    """Within which the EV should act on a new target."""
