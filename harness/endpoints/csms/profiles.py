"""The charging profiles that a backend sets."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.endpoints.csms.known import Known
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp_time import timestamp

Periods = tuple[tuple[int, float], ...]
"""(s from the start of the schedule, limit)."""


class ProfilePolicy(Struct, frozen=True, kw_only=True):
    """What the backend sets when an EV has said what it needs (K15.FR.07)."""

    periods: Periods = ((0, 40_000.0),)
    unit: str = "W"
    duration: int | None = None
    stack_level: int = 0
    delay: float = 0.0


def set_profile(known: Known, policy: ProfilePolicy, at: float) -> OcppMessage | None:
    """SetChargingProfile for the running transaction, from `at` on; None where none is running.

    A transaction keeps its profile id, so that a later profile replaces an earlier one (K01.FR.05, K16.FR.12).
    """
    running = known.running
    if running is None:
        return None
    profile_id = list(known.transactions).index(running.transaction_id) + 1
    profile = transaction_profile(policy, running.transaction_id, profile_id=profile_id, at=at)
    return ocpp.SetChargingProfile(evseId=running.evse_id, chargingProfile=profile)


def transaction_profile(policy: ProfilePolicy, transaction_id: str, *, profile_id: int, at: float) -> dict[str, Any]:
    """A TxProfile that starts at `at`."""
    schedule: dict[str, Any] = {
        "id": profile_id,
        "startSchedule": timestamp(at),
        "chargingRateUnit": policy.unit,
        "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in policy.periods],
    }
    if policy.duration is not None:
        schedule["duration"] = policy.duration
    return {
        "id": profile_id,
        "stackLevel": policy.stack_level,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Absolute",
        "transactionId": transaction_id,
        "chargingSchedule": [schedule],
    }
