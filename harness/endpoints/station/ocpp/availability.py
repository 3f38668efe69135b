"""Whether the station, its EVSE and its connector may be used, and what their state is called (G01, G03 to G05)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.endpoints import operations as do
from harness.endpoints.operations import Operation
from harness.endpoints.station.happenings import Happening, Plugged
from harness.endpoints.station.ocpp.block import Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.notices import Notices
from harness.endpoints.station.ocpp.reservations import Reservations
from harness.endpoints.station.ocpp.transactions import CONNECTOR_ID, EVSE_ID, Stop
from harness.endpoints.station.plant import NONE, REJECTED
from harness.endpoints.station.quantities import Token
from harness.messages.ocpp import OcppMessage

STATION, EVSE, CONNECTOR = "station", "evse", "connector"

_STATE = "AvailabilityState"


class Availability(Block):
    """What the backend takes out of service stays so over a reboot (G03.FR.08, G04.FR.09)."""

    def __init__(self, parts: Parts) -> None:
        """Everything in service."""
        super().__init__(parts)
        self.operative = {STATION: True, EVSE: True, CONNECTOR: True}
        self.broken = False
        self.withheld = False
        """Something of the station's own keeps drivers away for now: a firmware that is being installed."""
        self.jammed = False
        """The lock of the connector does not close."""
        parts.authorisation.gates.append(self._open_to)
        parts.authorisation.locks = self._lock
        if parts.plant.settings.status_by_events:
            parts.contact.status_message = self.status_message

    def answers(self) -> Mapping[str, Answerer]:
        """ChangeAvailability."""
        return {"ChangeAvailability": self._change}

    def status(self) -> str:
        """The connectorStatus (G01.FR.01)."""
        running = self.parts.transactions.running is not None
        if self.broken:
            return "Faulted"
        if not (self._usable or running):
            return "Unavailable"
        if self.parts.plant.connected:
            return "Occupied"
        reserved = any(one.held is not None for one in self._reservations())
        return "Reserved" if reserved else "Available"

    def status_message(self, told: str, at: float) -> OcppMessage:
        """The same as an event of the connector, for stations that tell it so."""
        return self.parts.blocks().one(Notices).message("Connector", _STATE, told, at)

    def failed(self, call: OcppMessage, at: float) -> None:
        """What was told did not get through."""
        if call.action == "NotifyEvent" and call.payload["eventData"][0]["variable"]["name"] == _STATE:
            self.parts.contact.status_failed()

    def operate(self, operation: Operation, at: float) -> bool:
        """Something breaks, or is mended."""
        match operation.name:
            case do.BREAK:
                self._break(at)
            case do.REPAIR:
                self.broken = self.jammed = False
                self.parts.contact.tell_status_if_new(at)
            case do.JAM_LOCK:
                self.jammed = True
            case _:
                return False
        return True

    def happened(self, what: Happening) -> None:
        """The cable of an authorised driver comes in, and its lock must close (G05.FR.01)."""
        if isinstance(what, Plugged) and self.parts.transactions.authorised_by is not None and not self._lock(what.at):
            self.parts.plant.authorise(REJECTED, what.at)

    def _reservations(self) -> tuple[Reservations, ...]:
        return tuple(block for block in self.parts.blocks() if isinstance(block, Reservations))

    def _open_to(self, _token: Token, _group: str) -> bool:
        return self._usable and not self.broken

    @property
    def _usable(self) -> bool:
        return self.parts.tuning.operative and not self.withheld

    def _lock(self, at: float) -> bool:
        """Whether the lock closes; if not, the backend is told (G05.FR.02)."""
        if self.jammed:
            self.parts.say(
                self.parts.blocks().one(Notices).message("ConnectorPlugRetentionLock", "Problem", "true", at)
            )
        return not self.jammed

    def _break(self, at: float) -> None:
        parts = self.parts
        self.broken = True
        parts.plant.energy_stopped(at)
        parts.transactions.abandon(Stop(trigger="AbnormalCondition", reason="GroundFault"), at)
        parts.plant.authorise(NONE, at)
        for reservations in self._reservations():
            reservations.remove(at)
        parts.contact.tell_status_if_new(at)

    def _change(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        """At once, or once a transaction has come to its end (G03.FR.03 to .07, G04.FR.04 to .08)."""
        scope = _scope(payload.get("evse", {}))
        if scope is None:
            return done(call, "Rejected", "UnknownEvse")
        operative = payload["operationalStatus"] == "Operative"
        changed = self.operative[scope] != operative
        self.operative[scope] = operative
        self.parts.tuning.operative = all(self.operative.values())
        if not changed:
            return done(call, "Accepted")
        if not operative and self.parts.transactions.running is not None:
            return done(call, "Scheduled")
        return Deed(answer=status(call, "Accepted"), then=lambda: self._changed(at))

    def _changed(self, at: float) -> None:
        if not self.parts.tuning.operative:
            for reservations in self._reservations():
                reservations.remove(at)
        self.parts.contact.tell_status_if_new(at)


def _scope(evse: Payload) -> str | None:
    """What an evse of a request is about; None for what this station does not have."""
    if evse.get("id", 0) == 0:
        return STATION
    if evse["id"] != EVSE_ID or evse.get("connectorId", CONNECTOR_ID) != CONNECTOR_ID:
        return None
    return CONNECTOR if "connectorId" in evse else EVSE
