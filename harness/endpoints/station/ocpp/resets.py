"""Reset: of the station, or of its EVSE alone, now or once nobody charges (B11, B12)."""

from __future__ import annotations

from harness.endpoints.station.ocpp.block import Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.transactions import EVSE_ID, Stop
from harness.endpoints.station.plant import NONE
from harness.messages.ocpp import OcppMessage

IMMEDIATE = Stop(trigger="ResetCommand", reason="ImmediateReset")


class Resets(Block):
    """Says when it will be, and sees to it."""

    def __init__(self, parts: Parts) -> None:
        """Nothing is scheduled."""
        super().__init__(parts)
        self.evse_due = False
        """The EVSE is reset once its transaction is over."""

    def answers(self) -> dict[str, Answerer]:
        """Reset."""
        return {"Reset": self._reset}

    def transaction_ended(self, transaction_id: str, at: float) -> None:
        """Now there is nothing to wait for (B12.FR.07)."""
        if self.evse_due:
            self._reset_evse(at)

    def restart(self, at: float) -> None:
        """The station was reset as a whole: who was authorized is no longer."""
        self.evse_due = False
        self._release(at)

    def _reset(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        waits = payload["type"] == "OnIdle" and self.parts.transactions.running is not None
        if "evseId" in payload:
            return self._of_evse(call, payload["evseId"], at, waits=waits)
        if waits:
            return Deed(answer=status(call, "Scheduled"), then=lambda: self.parts.reset("ScheduledReset", at))
        return Deed(answer=status(call, "Accepted"), then=lambda: self.parts.reset("RemoteReset", at))

    def _of_evse(self, call: OcppMessage, evse_id: int, at: float, *, waits: bool) -> Deed:
        """B11.FR.08, B11.FR.09, B12.FR.07 to .09."""
        if not self.parts.plant.settings.device.resets_evse:
            return done(call, "Rejected", "UnsupportedRequest")
        if evse_id != EVSE_ID:
            return done(call, "Rejected", "UnknownEvse")
        if waits:
            self.evse_due = True
            return done(call, "Scheduled")
        return Deed(answer=status(call, "Accepted"), then=lambda: self._reset_evse(at))

    def _reset_evse(self, at: float) -> None:
        self.evse_due = False
        self.parts.transactions.abandon(IMMEDIATE, at)
        self._release(at)
        self.parts.contact.tell_status_if_new(at)

    def _release(self, at: float) -> None:
        self.parts.plant.energy_stopped(at)
        self.parts.plant.authorise(NONE, at)
