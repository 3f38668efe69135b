"""TriggerMessage: what the backend wants to be told now (F06)."""

from __future__ import annotations

from collections.abc import Callable

from harness.endpoints.station.ocpp.block import Block, Trigger
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.transactions import CONNECTOR_ID, EVSE_ID
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from harness.sessions.ocpp.registration import Registration

_ABOUT_AN_EVSE = frozenset({"MeterValues", "StatusNotification", "TransactionEvent"})
"""Of other messages an evse in the request means nothing (F06.FR.03)."""


class Triggering(Block):
    """Answers first, and sends then (F06.FR.04); what no block can send is NotImplemented (F06.FR.08)."""

    def answers(self) -> dict[str, Answerer]:
        """TriggerMessage."""
        return {"TriggerMessage": self._trigger}

    def triggers(self) -> dict[str, Trigger]:
        """What needs no block of its own."""
        return {
            "BootNotification": self._boot,
            "Heartbeat": lambda _payload, _at: lambda: self.parts.say(ocpp.Heartbeat()),
            "StatusNotification": lambda _payload, at: lambda: self.parts.contact.tell_status(at),
            "TransactionEvent": self._transaction_event,
        }

    def _trigger(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        wanted = payload["requestedMessage"]
        trigger = self.parts.blocks().trigger(wanted)
        if trigger is None:
            return done(call, "NotImplemented")
        evse = payload.get("evse", {"id": EVSE_ID})
        here = evse["id"] in {0, EVSE_ID} and evse.get("connectorId", CONNECTOR_ID) == CONNECTOR_ID
        send = trigger(payload, at) if here or wanted not in _ABOUT_AN_EVSE else None
        return Deed(answer=status(call, "Accepted" if send else "Rejected"), then=send)

    def _boot(self, _payload: Payload, _at: float) -> Callable[[], None] | None:
        """Once accepted there is nothing to boot for (F06.FR.17)."""
        if self.parts.registration() is Registration.ACCEPTED:
            return None
        return lambda: self.parts.contact.boot("Triggered")

    def _transaction_event(self, _payload: Payload, at: float) -> Callable[[], None] | None:
        if self.parts.transactions.running is None:
            return None
        return lambda: self.parts.transactions.trigger(at)
