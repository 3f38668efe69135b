"""What a station tells with NotifyEvent because it is wired to: a state that changed, a problem (N07, G01, G05)."""

from __future__ import annotations

from typing import Any

from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.transactions import CONNECTOR_ID, EVSE_ID
from harness.messages.ocpp import NotifyEvent, OcppMessage

CONNECTOR = {"id": EVSE_ID, "connectorId": CONNECTOR_ID}


class Notices(Block):
    """Numbers its events, reboots included."""

    _told = 0

    def number(self) -> int:
        """The eventId of one more event."""
        self._told += 1
        return self._told

    def event(self, component: str, variable: str, value: str, at: float, *, evse: dict[str, int] | None) -> Any:
        """One element of eventData: the value changed to this."""
        number = self.number()
        named: dict[str, Any] = {"name": component}
        if evse is not None:
            named["evse"] = evse
        return {
            "eventId": number,
            "timestamp": self.parts.stamp(at),
            "trigger": "Delta",
            "actualValue": value,
            "component": named,
            "variable": {"name": variable},
            "eventNotificationType": "HardWiredNotification",
        }

    def message(self, component: str, variable: str, value: str, at: float) -> OcppMessage:
        """A NotifyEvent about the only connector."""
        event = self.event(component, variable, value, at, evse=CONNECTOR)
        return NotifyEvent(generatedAt=self.parts.stamp(at), seqNo=0, tbc=False, eventData=[event])
