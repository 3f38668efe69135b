"""What an EV does by itself while energy flows, and what it remembers of interruptions."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.endpoints.variant import Variant
from harness.messages.iso20.common import ChargeProgress, EvCheckInStatus
from harness.messages.iso20.types import EvseNotification

STANDBY, SCHEDULE_RENEGOTIATION, SERVICE_RENEGOTIATION = "standby", "schedule_renegotiation", "service_renegotiation"
START, STOP = "start", "stop"


class Move(Struct, frozen=True, kw_only=True):
    """One thing that an EV does by itself once so many cycles of the charge loop are over."""

    do: str
    """`standby`, `schedule_renegotiation` or `service_renegotiation`."""
    after: int
    """Cycles of the charge loop, counted from the first of the session; an EV may stand by after none."""
    lasting: float = 30.0
    """Seconds in standby."""
    leaving_by: str = START
    """What ends the standby: `start`, `stop` or `schedule_renegotiation`."""
    car: dict[str, Any] = {}
    """What changes in the car with it: its departure, its service and so on."""


class Kept(Struct, frozen=True, kw_only=True):
    """What stays of a session that was paused and is not settled again when it is joined."""

    parking: frozenset[int] = frozenset()
    """What of ParkingStatus is yet to come, by IntendedService."""
    parked_as: EvCheckInStatus | None = None
    renegotiable: bool = False
    """The station offers to renegotiate services."""
    variant: Variant = Variant()
    """What the picked parameter set says."""


class Interruptions:
    """Where an EV stands with everything that interrupts or accompanies the flow of energy."""

    def __init__(self, moves: tuple[Move, ...]) -> None:
        """Nothing has come in between yet."""
        self.moves = list(moves)
        """What the EV means to do yet, in this order."""
        self.asked: ChargeProgress | None = None
        """What the last PowerDeliveryReq was for, if neither to start nor to stop."""
        self.standby: Move | None = None
        """The EV stands by, for this reason."""
        self.standby_until = 0.0
        self.standby_granted = False
        """The station let the EV stand by."""
        self.rescheduling = False
        """A new schedule is being settled beside the charge loop."""
        self.rescheduled = False
        """It is settled; a PowerDeliveryReq will put it in force."""
        self.schedule_due: float | None = None
        """When to ask for the new schedule again, Unix time."""
        self.pause_next = False
        """The new schedule says to pause."""
        self.metering_open = False
        """A meter reading was confirmed and the station has not answered yet."""
        self.status_open = False
        """The vehicle's state was told and the station has not answered yet."""
        self.stop_next = False
        """The station is in trouble: no further cycle."""
        self.declined: set[EvseNotification] = set()
        """What the station asked for and then would not have."""
        self.heard: tuple[EvseNotification, float, float] | None = None
        """What the station asks for, since when, and until when it wants it done."""
        self.renegotiable = False
        """The station offers to renegotiate services."""
        self.changes: dict[str, Any] = {}
        """What changes in the car when services are chosen anew."""

    def next_move(self, cycles: int) -> Move | None:
        """The move whose time has come."""
        due = bool(self.moves) and self.moves[0].after <= cycles
        return self.moves.pop(0) if due and not self.rescheduling else None

    def power_stops(self) -> None:
        """Whatever went on beside the flow of energy ends with it."""
        self.standby, self.asked, self.schedule_due = None, None, None
        self.rescheduling = self.rescheduled = False
