"""Calls of a backend that many cases make, as `Csms.asking` takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.known import Known
from harness.endpoints.csms.profiles import ProfilePolicy, transaction_profile
from harness.messages.ocpp import (
    BootNotification,
    GetVariables,
    Heartbeat,
    OcppMessage,
    RequestStopTransaction,
    Reset,
    SetChargingProfile,
    SetNetworkProfile,
    SetVariables,
    TransactionEvent,
)
from harness.messages.ocpp_time import parse_timestamp, timestamp
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


def default_limit(value: float) -> Ask:
    """A default profile that allows so many W from now on, for any transaction."""

    def ask(known: Known) -> OcppMessage:
        profile = transaction_profile(ProfilePolicy(periods=((0, value),)), "", profile_id=PROFILE_ID, at=known.now)
        default = {key: one for key, one in profile.items() if key != "transactionId"}
        default["chargingProfilePurpose"] = "TxDefaultProfile"
        return SetChargingProfile(evseId=0, chargingProfile=default)

    return ask


def once_charging(delay: float) -> dict[str, Any]:
    """When to ask, for `Csms.asking`: so many seconds after the station has first told that energy flows."""
    return {"after": TransactionEvent, "where": _tells_charging, "delay": delay}


def _tells_charging(event: OcppMessage) -> bool:
    return bool(event.payload["transactionInfo"].get("chargingState") == "Charging")


def is_ours(entry: Entry) -> bool:
    """Whether a SetChargingProfile carries a profile made here."""
    return bool(entry.payload["chargingProfile"]["id"] == PROFILE_ID)


def set_variable(component: str, variable: str, value: str) -> OcppMessage:
    """Write one variable."""
    named = {"component": {"name": component}, "variable": {"name": variable}}
    return SetVariables(setVariableData=[{**named, "attributeValue": value}])


def get_variable(component: str, variable: str) -> OcppMessage:
    """Read one variable."""
    return GetVariables(getVariableData=[{"component": {"name": component}, "variable": {"name": variable}}])


def network_profile(*, slot: int, security: int, path: str = "") -> Ask:
    """Put a way to this very backend into a slot, with a security profile of A00; `path` leads past it."""

    def ask(known: Known) -> OcppMessage:
        scheme = "wss" if security > 1 else "ws"
        data = {
            "ocppVersion": "OCPP20",
            "ocppTransport": "JSON",
            "ocppCsmsUrl": f"{scheme}://{known.url.partition('://')[2]}{path}",
            "messageTimeout": 30,
            "securityProfile": security,
            "ocppInterface": "Wired0",
        }
        return SetNetworkProfile(configurationSlot=slot, connectionData=data)

    return ask


def raising(csms: Csms, *, slot: int, security: int) -> Csms:
    """The backend, which raises a station's security profile step by step (A05) and asks for it after the reset."""
    first = set_variable("OCPPCommCtrlr", "NetworkConfigurationPriority", f"{slot},1")
    return (
        csms.asking(network_profile(slot=slot, security=security))
        .asking(first, after=SetNetworkProfile.response)
        .asking(Reset(type="OnIdle"), after=SetVariables.response)
        .asking(get_variable("SecurityCtrlr", "SecurityProfile"), after=BootNotification, nth=2, delay=2.0)
    )


def clock_ahead(csms: Csms, seconds: float) -> Csms:
    """The backend, whose clock is so many seconds ahead."""

    def change(_heard: OcppMessage, usual: OcppMessage) -> dict[str, Any]:
        ahead = parse_timestamp(usual.payload["currentTime"]) + seconds
        return {**usual.payload, "currentTime": timestamp(ahead)}

    return csms.answering(BootNotification.response, change).answering(Heartbeat.response, change)


def sample_every(seconds: int) -> OcppMessage:
    """Meter values of a running transaction at this interval."""
    component, variable = {"name": "SampledDataCtrlr"}, {"name": "TxUpdatedInterval"}
    return SetVariables(
        setVariableData=[{"component": component, "variable": variable, "attributeValue": str(seconds)}]
    )
