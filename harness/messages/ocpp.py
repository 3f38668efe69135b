"""OCPP 2.0.1 messages: an action name beside a raw camelCase payload, and names to ask a trace for."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct

Payload = dict[str, Any]


class Kind(StrEnum):
    """Which of the three OCPP-J frames carried it."""

    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"


class OcppMessage(Struct, frozen=True, kw_only=True):
    """One CALL, CALLRESULT or CALLERROR; `action` of an answer is that of the CALL it belongs to."""

    action: str
    kind: Kind
    message_id: str
    payload: Any
    """The payload as it travelled; of a CALLERROR `{code, description, details}`."""


class Answer(Struct, frozen=True):
    """Selects the CALLRESULTs of an action in a trace."""

    name: str


class Action(Struct, frozen=True):
    """Selects the CALLs of an action in a trace; `.response` selects the answers."""

    name: str

    @property
    def response(self) -> Answer:
        """What selects the CALLRESULTs of this action."""
        return Answer(self.name)


Authorize = Action("Authorize")
BootNotification = Action("BootNotification")
ChangeAvailability = Action("ChangeAvailability")
ClearChargingProfile = Action("ClearChargingProfile")
DataTransfer = Action("DataTransfer")
GetVariables = Action("GetVariables")
Heartbeat = Action("Heartbeat")
NotifyEVChargingNeeds = Action("NotifyEVChargingNeeds")
NotifyEVChargingSchedule = Action("NotifyEVChargingSchedule")
NotifyEvent = Action("NotifyEvent")
RequestStartTransaction = Action("RequestStartTransaction")
RequestStopTransaction = Action("RequestStopTransaction")
Reset = Action("Reset")
SecurityEventNotification = Action("SecurityEventNotification")
SetChargingProfile = Action("SetChargingProfile")
SetVariables = Action("SetVariables")
StatusNotification = Action("StatusNotification")
TransactionEvent = Action("TransactionEvent")
TriggerMessage = Action("TriggerMessage")
GetTransactionStatus = Action("GetTransactionStatus")
MeterValues = Action("MeterValues")
