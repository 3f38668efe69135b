"""Calls of a backend that many cases make, as `Csms.asking` takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.csms.known import Known
from harness.endpoints.csms.profiles import ProfilePolicy, transaction_profile
from harness.messages.ocpp import (
    OcppMessage,
    RequestStopTransaction,
    SetChargingProfile,
    SetVariables,
    TransactionEvent,
)
from harness.trace.entry import Entry

PROFILE_ID = 100
"""Id of the profiles and schedules made here."""
STRANGE_TRANSACTION = "no-such-transaction"
"""An id that no station gave to a transaction."""

Ask = Callable[[Known], OcppMessage | None]


def remote_stop(known: Known) -> OcppMessage | None:
    """Stop the running transaction; nothing to ask where there is none."""
    return RequestStopTransaction(transactionId=known.running.transaction_id) if known.running else None


def limit(value: float, *, unit: str = "W", transaction_id: str = "") -> Ask:
    """A TxProfile that allows so much from now on and goes before what the backend set by itself.

    Args:
        value: the limit.
        unit: of the limit, `W` or `A`.
        transaction_id: whose; by default the running one's.
    """
    policy = ProfilePolicy(periods=((0, value),), unit=unit, stack_level=1)

    def ask(known: Known) -> OcppMessage | None:
        running = known.running.transaction_id if known.running else ""
        if not (transaction_id or running):
            return None
        profile = transaction_profile(policy, transaction_id or running, profile_id=PROFILE_ID, at=known.now)
        return SetChargingProfile(evseId=1, chargingProfile=profile)

    return ask


def once_charging(delay: float) -> dict[str, Any]:
    """When to ask, for `Csms.asking`: so many seconds after the station has first told that energy flows."""
    return {"after": TransactionEvent, "where": _tells_charging, "delay": delay}


def _tells_charging(event: OcppMessage) -> bool:
    return bool(event.payload["transactionInfo"].get("chargingState") == "Charging")


def is_ours(entry: Entry) -> bool:
    """Whether a SetChargingProfile carries a profile made here."""
    return bool(entry.payload["chargingProfile"]["id"] == PROFILE_ID)


def sample_every(seconds: int) -> OcppMessage:
    """Meter values of a running transaction at this interval."""
    component, variable = {"name": "SampledDataCtrlr"}, {"name": "TxUpdatedInterval"}
    return SetVariables(
        setVariableData=[{"component": component, "variable": variable, "attributeValue": str(seconds)}]
    )
