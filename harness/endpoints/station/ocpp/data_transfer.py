"""DataTransfer: what a station makes of messages that a vendor has agreed on with himself (P01, P02)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.messages.ocpp import OcppMessage

ECHO, VENDOR = "Echo", "org.v2x-harness"
"""The one message that is known here, and whose it is: its data comes back."""


class DataTransfers(Block):
    """An unknown vendor or message is named as such (P01.FR.05, P01.FR.06)."""

    known: Mapping[tuple[str, str], Callable[[Any], Any]] = {(VENDOR, ECHO): lambda data: data}
    """By vendorId and messageId, from the data of the request to that of the answer."""

    def answers(self) -> Mapping[str, Answerer]:
        """DataTransfer."""
        return {"DataTransfer": self._take}

    def _take(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        vendor, message = payload["vendorId"], payload.get("messageId", "")
        if vendor not in {one for one, _ in self.known}:
            return done(call, "UnknownVendorId")
        handle = self.known.get((vendor, message))
        if handle is None:
            return done(call, "UnknownMessageId")
        data = handle(payload.get("data"))
        return Deed(answer=status(call, "Accepted", **({} if data is None else {"data": data})))
