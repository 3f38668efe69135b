"""How a station goes about transactions: where they begin and end, what it keeps of them while nobody listens."""

from __future__ import annotations

from msgspec import Struct

PARKING_BAY, EV_CONNECTED, AUTHORIZED = "ParkingBayOccupancy", "EVConnected", "Authorized"
DATA_SIGNED, POWER_PATH, ENERGY = "DataSigned", "PowerPathClosed", "EnergyTransfer"
POINTS = (PARKING_BAY, EV_CONNECTED, AUTHORIZED, DATA_SIGNED, POWER_PATH, ENERGY)
"""Values of TxStartPoint and TxStopPoint."""


class TransactionTerms(Struct, frozen=True, kw_only=True):
    """Values that a station is delivered with; a backend may change the first."""

    stop_on_disconnect: bool = True
    """A cable that is taken out of the EV ends the authorization (StopTxOnEVSideDisconnect)."""
    queue_size: int = 1_000
    """Messages that there is room for while nobody listens; beyond that, news from within transactions go (E04)."""


class TransactionRules:
    """The same, and where transactions begin and end, as it is in force at a running station."""

    def __init__(self, terms: TransactionTerms, *, start_points: tuple[str, ...], stop_points: tuple[str, ...]) -> None:
        """As delivered."""
        self.stop_on_disconnect = terms.stop_on_disconnect
        self.start_points = start_points
        self.stop_points = stop_points
