"""How a station goes about firmware, logs and monitors."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct


class FirmwareTerms(Struct, frozen=True, kw_only=True):
    """Updates of its firmware, as one station has it; times in s."""

    roots: tuple[bytes, ...] = ()
    """DER of the manufacturer's roots that it came with; the backend may install more."""
    cancels: bool = True
    """Gives up an update for another one, as long as it is not being installed."""
    waits: Literal["download", "install", "never"] = "install"
    """Which step waits for the end of a transaction."""
    allows_new_sessions: bool = False
    """AllowNewSessionsPendingFirmwareUpdate: drivers may still come while an update waits for a transaction."""
    reboots: Literal["before", "after", "never"] = "after"
    """Boots ahead of the installation, or to run what was installed."""
    install_time: float = 5.0
    retries: int = 0
    """How often a download is tried again where the backend does not say."""
    retry_interval: float = 5.0
    fails_with: str = ""
    """How every update ends, whatever is right about it: a FirmwareStatusEnumType that is a failure, or a refusal
    (InvalidCertificate, RevokedCertificate, Rejected) in the answer; empty: as it deserves."""


class LogTerms(Struct, frozen=True, kw_only=True):
    """Uploads of its logs, as one station has it; times in s."""

    cancels: bool = True
    """Gives up an upload for another one."""
    retry_interval: float = 5.0
    """Between attempts where the backend does not say."""
    keeps: int = 1_000
    """Lines of each log; the oldest go."""
    refuses: bool = False
    """Rejects every request for a log."""


class MonitoringTerms(Struct, frozen=True, kw_only=True):
    """Monitors of its variables, as one station has it."""

    factory: tuple[dict[str, Any], ...] = ()
    """What it comes with, as SetMonitoringDataTypes; the backend may change them."""
    hard_wired: tuple[dict[str, Any], ...] = ()
    """What it comes with and nobody can change."""
    queuing_severity: float = 4.0
    """OfflineQueuingSeverity: events that are as severe, or more, are told later where they cannot be told now."""
    most_items: int = 20
    """Monitors that it takes, and tells, at a time."""
    most_bytes: int = 65_536
