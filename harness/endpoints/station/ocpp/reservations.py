"""Reservations: the EVSE is kept for one driver until he comes, cancels, or is too late (H01 to H04)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from harness.endpoints.station.happenings import Happening, Plugged
from harness.endpoints.station.ocpp.block import NEVER, Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.transactions import EVSE_ID
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.endpoints.station.quantities import Token
from harness.messages.ocpp import OcppMessage, ReservationStatusUpdate
from harness.messages.ocpp_time import parse_timestamp


class Reservation(Struct, frozen=True, kw_only=True):
    """For whom, and until when (Unix time in the backend's clock)."""

    id: int
    id_token: str
    type: str
    group: str
    expires: float

    def is_for(self, token: Token, group: str = "") -> bool:
        """Whether who holds this token, of this group, is meant (H03.FR.01, H03.FR.07)."""
        same = (token.id_token.lower(), token.type) == (self.id_token.lower(), self.type)
        return same or bool(self.group and group.lower() == self.group.lower())


class Reservations(Block):
    """At most one, for the only EVSE; it outlives a reboot (H01.FR.20)."""

    held: Reservation | None = None
    """The reservation that nobody has used yet."""
    used: int | None = None
    """Id of the reservation that the present driver came for, until a transaction has told it."""

    def __init__(self, parts: Parts) -> None:
        """Nobody has reserved."""
        super().__init__(parts)
        parts.authorisation.gates.append(self.allows)
        parts.authorisation.welcomes.append(self.claim)

    def answers(self) -> dict[str, Answerer]:
        """ReserveNow and CancelReservation."""
        return {"ReserveNow": self._reserve, "CancelReservation": self._cancel}

    def variables(self) -> Mapping[Key, Variable]:
        """ReservationCtrlr."""
        names = ("Enabled", "Available", "NonEvseSpecific")
        return {("ReservationCtrlr", name, None): Variable(read=lambda: "true") for name in names}

    def allows(self, token: Token, group: str = "") -> bool:
        """Whether this driver may have the EVSE."""
        return self.held is None or self.held.is_for(token, group)

    def claim(self, token: Token, group: str = "") -> None:
        """The driver was authorized: if the EVSE was kept for him, it is no longer (H03.FR.01)."""
        held = self.held
        if held is not None and held.is_for(token, group):
            self.held, self.used = None, held.id

    def told(self) -> int | None:
        """The reservationId for the next event, once (H01.FR.15)."""
        used, self.used = self.used, None
        return used

    def happened(self, what: Happening) -> None:
        """Somebody plugs in where the EVSE is kept: told as Occupied, and still kept for whom it is."""
        if isinstance(what, Plugged) and self.held is None:
            self.used = None

    def deadline(self) -> float:
        """When the reservation runs out."""
        return NEVER if self.held is None else self.held.expires - self.parts.tuning.clock_offset

    def expire(self, at: float) -> None:
        """Nobody came (H04.FR.01, H04.FR.03)."""
        self._end("Expired", at)

    def remove(self, at: float) -> None:
        """The EVSE cannot be used: the backend must know (H01.FR.16, H01.FR.17)."""
        self._end("Removed", at)

    def _end(self, why: str, at: float) -> None:
        if self.held is None:
            return
        ended, self.held = self.held, None
        self.parts.say(ReservationStatusUpdate(reservationId=ended.id, reservationUpdateStatus=why))
        self.parts.contact.tell_status_if_new(at)

    def _reserve(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        refusal = self._refusal(payload, at)
        if refusal:
            return done(call, *refusal)
        token = payload["idToken"]
        self.held = Reservation(
            id=payload["id"],
            id_token=token["idToken"],
            type=token["type"],
            group=payload.get("groupIdToken", {}).get("idToken", ""),
            expires=parse_timestamp(payload["expiryDateTime"]),
        )
        return Deed(answer=status(call, "Accepted"), then=lambda: self.parts.contact.tell_status_if_new(at))

    def _refusal(self, payload: Payload, at: float) -> tuple[str, ...]:
        """H01.FR.01 to .19; the same id replaces what it stood for (H01.FR.02)."""
        parts = self.parts
        if payload.get("evseId", EVSE_ID) != EVSE_ID:
            return "Rejected", "UnknownEvse"
        if parse_timestamp(payload["expiryDateTime"]) <= at + parts.tuning.clock_offset:
            return "Rejected", "InvalidValue"
        if not parts.tuning.operative:
            return ("Unavailable",)
        if parts.plant.connected or parts.transactions.running is not None:
            return ("Occupied",)
        other = self.held is not None and self.held.id != payload["id"]
        return ("Occupied",) if other else ()

    def _cancel(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if self.held is None or self.held.id != payload["reservationId"]:
            return done(call, "Rejected")
        self.held = None
        return Deed(answer=status(call, "Accepted"), then=lambda: self.parts.contact.tell_status_if_new(at))
