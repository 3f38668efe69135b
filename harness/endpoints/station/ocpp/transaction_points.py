"""Where transactions begin and end: what TxStartPoint and TxStopPoint mean (E01, E06)."""

from __future__ import annotations

from msgspec import Struct

from harness.endpoints.station.transaction_terms import (
    AUTHORIZED,
    DATA_SIGNED,
    ENERGY,
    EV_CONNECTED,
    PARKING_BAY,
    POWER_PATH,
)

_MEANS_POWER = frozenset({AUTHORIZED, DATA_SIGNED, POWER_PATH, ENERGY})
"""Stop points that are reached once nobody is authorized any longer, whether or not the cable is still in."""
_MEANS_THE_CABLE = frozenset({EV_CONNECTED, DATA_SIGNED, POWER_PATH, ENERGY})
"""Stop points that are reached once the cable is out, whoever is still authorized."""


class Facts(Struct, frozen=True, kw_only=True):
    """What is the case at an EVSE."""

    parked: bool
    connected: bool
    authorised: bool
    energy: bool
    """The power path is closed."""


def begins(points: tuple[str, ...], facts: Facts) -> bool:
    """Whether a start point is reached (E01.FR.01 to E01.FR.06)."""
    both = facts.authorised and facts.connected
    reached = {
        PARKING_BAY: facts.parked,
        EV_CONNECTED: facts.connected,
        AUTHORIZED: facts.authorised,
        DATA_SIGNED: both,
        POWER_PATH: both,
        ENERGY: facts.energy,
    }
    return any(reached.get(point, False) for point in points)


def ends_unauthorised(points: tuple[str, ...], facts: Facts) -> bool:
    """Whether a stop point is reached when the authorization ends (E06.FR.03 to E06.FR.07).

    Without a car there is nothing left that could end the transaction later.
    """
    return bool(_MEANS_POWER & set(points)) or not (facts.connected or facts.parked)


def ends_unplugged(points: tuple[str, ...], facts: Facts, *, stays_authorised: bool) -> bool:
    """Whether a stop point is reached when the cable is taken out (E06.FR.02, E06.FR.04, E06.FR.06)."""
    if _MEANS_THE_CABLE & set(points):
        return True
    return not stays_authorised and (AUTHORIZED in points or not facts.parked)
