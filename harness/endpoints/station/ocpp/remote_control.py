"""What the backend does from afar: start and stop transactions, unlock the connector (F01, F02, F03, F05)."""

from __future__ import annotations

from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.smart_charging import SmartCharging
from harness.endpoints.station.ocpp.transactions import CONNECTOR_ID, EVSE_ID, Stop
from harness.endpoints.station.plant import ACCEPTED
from harness.endpoints.station.quantities import Token
from harness.messages.ocpp import OcppMessage
from harness.sessions.ocpp.registration import Registration


class RemoteControl(Block):
    """Starts, stops and unlocks as the backend wishes, where nothing speaks against it."""

    def answers(self) -> dict[str, Answerer]:
        """The three requests of block F that are no trigger."""
        return {
            "RequestStartTransaction": self._start,
            "RequestStopTransaction": self._stop,
            "UnlockConnector": self._unlock,
        }

    def _start(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        parts = self.parts
        reason = self._objection(payload)
        if reason:
            return done(call, "Rejected", reason)
        running = parts.transactions.running
        token = Token(id_token=payload["idToken"]["idToken"], type=payload["idToken"]["type"])

        def start() -> None:
            group = payload.get("groupIdToken", {}).get("idToken", "")
            parts.authorisation.start_remotely(token, payload["remoteStartId"], at, group=group)
            if "chargingProfile" in payload:
                parts.blocks().one(SmartCharging).expect(payload["chargingProfile"], at)

        more = {"transactionId": running.transaction_id} if running else {}
        return Deed(answer=status(call, "Accepted", **more), then=start)

    def _objection(self, payload: Payload) -> str:
        """F02.FR.23 to .27, B02.FR.05."""
        parts = self.parts
        if parts.registration() is not Registration.ACCEPTED:
            return "CSNotAccepted"
        if payload.get("evseId", EVSE_ID) != EVSE_ID:
            return "UnknownEvse"
        if not parts.tuning.operative:
            return "NotEnabled"
        if parts.plant.authorisation == ACCEPTED:
            return "TxInProgress"
        profile = payload.get("chargingProfile")
        return "" if profile is None else parts.blocks().one(SmartCharging).objection_to_start(profile)

    def _stop(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        running = self.parts.transactions.running
        if self.parts.registration() is not Registration.ACCEPTED:
            return done(call, "Rejected", "CSNotAccepted")
        if running is None or running.transaction_id != payload["transactionId"]:
            return done(call, "Rejected", "TxNotFound")
        stop = Stop(trigger="RemoteStop", reason="Remote")
        return Deed(answer=status(call, "Accepted"), then=lambda: self.parts.transactions.stop(stop, at))

    def _unlock(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        """The lock of this station opens whenever nobody charges by it (F05.FR.02 to .06)."""
        if payload["evseId"] != EVSE_ID or payload["connectorId"] != CONNECTOR_ID:
            return done(call, "UnknownConnector")
        if self.parts.plant.authorisation == ACCEPTED:
            return done(call, "OngoingAuthorizedTransaction", "TxInProgress")
        return done(call, "Unlocked")
