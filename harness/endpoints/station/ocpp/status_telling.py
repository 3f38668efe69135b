"""Tells the steps of something that takes long, an update or an upload; what cannot be told yet is told later."""

from __future__ import annotations

from collections.abc import Callable

from harness.endpoints.station.ocpp.block import Parts
from harness.messages.ocpp import Action, OcppMessage

IDLE = "Idle"


class StatusTeller:
    """Knows the last step of each kind of work, reboots included."""

    def __init__(self, parts: Parts, action: Action) -> None:
        """Nothing was done yet.

        Args:
            parts: of the station.
            action: FirmwareStatusNotification or LogStatusNotification.
        """
        self._parts, self._action = parts, action
        self.status = IDLE
        self._request_id: int | None = None
        self._untold: list[OcppMessage] = []

    def tell(self, status: str, request_id: int) -> None:
        """Say it now, or once the backend listens."""
        self.status, self._request_id = status, request_id
        message = self._action(status=status, requestId=request_id)
        if self._parts.online() and not self._untold:
            self._parts.say(message)
        else:
            self._untold.append(message)

    def catch_up(self) -> None:
        """Say what could not be said."""
        while self._untold and self._parts.online():
            self._parts.say(self._untold.pop(0))

    def failed(self, call: OcppMessage) -> None:
        """A step that was said did not get through for want of a connection."""
        if call.action == self._action.name and call.payload["status"] != IDLE and not self._parts.online():
            self._untold.append(self._action(**call.payload))

    def on_demand(self, done: str) -> Callable[[], None]:
        """Says where things stand: the last step, or Idle once `done` was the last (L01.FR.25, L01.FR.26)."""
        if self._request_id is None or self.status in {IDLE, done}:
            return lambda: self._parts.say(self._action(status=IDLE))
        status, request_id = self.status, self._request_id
        return lambda: self._parts.say(self._action(status=status, requestId=request_id))
