"""How much of its device model a station tells and takes at a time, and what of provisioning it can do."""

from __future__ import annotations

from msgspec import Struct


class DeviceTerms(Struct, frozen=True, kw_only=True):
    """Limits on requests and reports (DeviceDataCtrlr), and what not every station has."""

    most_items: int = 16
    """Variables in one request (ItemsPerMessage)."""
    most_bytes: int = 8_192
    """Bytes of one such request (BytesPerMessage)."""
    report_items: int = 12
    """Variables in one NotifyReport of our own."""
    report_bytes: int = 8_192
    """Bytes of one NotifyReport."""
    report_bases: tuple[str, ...] = ("ConfigurationInventory", "FullInventory", "SummaryInventory")
    """Reports that it can make; SummaryInventory is not for everyone (B07.FR.02)."""
    resets_evse: bool = True
    """Whether the EVSE can be reset without the station (AllowReset)."""
    reset_retries: int = 1
    connector_type: str = "cCCS2"
    """Of a ConnectorEnumType."""
    file_protocols: tuple[str, ...] = ("HTTP",)
    """By what files go to and fro (FileTransferProtocols)."""
