"""Whether a station may speak: what its backend answered to BootNotification (B01 to B03)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Registration(StrEnum):
    """Where a station stands with its backend."""

    UNKNOWN = "Unknown"
    """No answer to a BootNotification yet."""
    PENDING = "Pending"
    REJECTED = "Rejected"
    ACCEPTED = "Accepted"


def registration_of(boot_answer: Any) -> Registration:
    """What the payload of a BootNotification answer means; nonsense counts as Rejected."""
    status = boot_answer.get("status") if isinstance(boot_answer, dict) else None
    known = {one.value: one for one in Registration if one is not Registration.UNKNOWN}
    return known.get(str(status), Registration.REJECTED)


MAY_BE_PULLED = {
    "LogStatusNotification": "LogStatusNotification",
    "FirmwareStatusNotification": "FirmwareStatusNotification",
    "Heartbeat": "Heartbeat",
    "MeterValues": "MeterValues",
    "StatusNotification": "StatusNotification",
    "TransactionEvent": "TransactionEvent",
    "SignChargingStationCertificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
    "PublishFirmwareStatusNotification": "PublishFirmwareStatusNotification",
}
"""What a TriggerMessage asks for, and the action that follows."""


def pulled_by(action: str, payload: dict[str, Any]) -> str:
    """The action that a pending station may send because its backend made this call; empty: none (B02.FR.02)."""
    if action == "TriggerMessage":
        return MAY_BE_PULLED.get(str(payload.get("requestedMessage")), "")
    return "NotifyReport" if action in {"GetBaseReport", "GetReport"} else ""
