"""What a backend learns of a station's firmware, logs, customers and monitors; its own messages of a vendor."""

from __future__ import annotations

from typing import Any

from harness.messages.ocpp import OcppMessage

Payload = dict[str, Any]

VENDOR, ECHO = "org.v2x-harness", "Echo"
"""The one message of a vendor that the backend knows: its data comes back."""
_MOST_EVENTS = 1_000


class Upkeep:
    """One station over all its connections; reports that come in parts are put together."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self.firmware: dict[int, list[str]] = {}
        """The steps of each update by requestId."""
        self.logs: dict[int, list[str]] = {}
        """The steps of each upload by requestId."""
        self.customers: dict[int, str] = {}
        """What was told of a customer by requestId."""
        self.monitors: dict[int, list[Payload]] = {}
        """The MonitoringDataTypes of each report by requestId."""
        self.events: list[Payload] = []
        """The latest eventData."""

    def learn(self, call: OcppMessage) -> None:
        """Take note of a valid call of the station."""
        payload = call.payload
        number = payload.get("requestId")
        match call.action:
            case "FirmwareStatusNotification" if number is not None:
                self.firmware.setdefault(number, []).append(payload["status"])
            case "LogStatusNotification" if number is not None:
                self.logs.setdefault(number, []).append(payload["status"])
            case "NotifyCustomerInformation":
                before = self.customers.get(payload["requestId"], "") if payload["seqNo"] > 0 else ""
                self.customers[payload["requestId"]] = before + payload["data"]
            case "NotifyMonitoringReport":
                known = self.monitors.get(payload["requestId"], []) if payload["seqNo"] > 0 else []
                self.monitors[payload["requestId"]] = [*known, *payload.get("monitor", [])]
            case "NotifyEvent":
                self.events = [*self.events, *payload["eventData"]][-_MOST_EVENTS:]


def data_transfer(call: OcppMessage) -> OcppMessage:
    """What becomes of a message of a vendor (P02.FR.06, P02.FR.07)."""
    payload = call.payload
    if payload["vendorId"] != VENDOR:
        return call.answered(status="UnknownVendorId")
    if payload.get("messageId") != ECHO:
        return call.answered(status="UnknownMessageId")
    more = {"data": payload["data"]} if "data" in payload else {}
    return call.answered(status="Accepted", **more)
