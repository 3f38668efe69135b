"""OCPP messages: an action name beside a raw camelCase payload, and names to build and to find them by."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct

from harness.framing.ocppj_dialect import Dialect
from harness.messages import ocpp_schema

Payload = dict[str, Any]


class Kind(StrEnum):
    """Which of the OCPP-J frames carried it; OCPP 2.0.1 knows the first three."""

    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"
    SEND = "send"
    RESULT_ERROR = "result-error"


class OcppMessage(Struct, frozen=True, kw_only=True):
    """What one frame says; `action` of an answer, or of its refusal, is that of the CALL it belongs to."""

    action: str
    kind: Kind
    message_id: str = ""
    """Empty until the session that sends it gives it one."""
    payload: Any
    """The payload as it travelled; of a CALLERROR or CALLRESULTERROR `{code, description, details}`."""
    version: Dialect = Dialect.OCPP201
    """The version of the connection it travels on; whoever builds a message need not know it."""

    def problems(self) -> tuple[str, ...]:
        """What the official schema objects to."""
        if self.kind in {Kind.ERROR, Kind.RESULT_ERROR}:
            return ()
        return tuple(str(found) for found in ocpp_schema.problems(self.action, self.kind, self.payload, self.version))

    def answered(self, **payload: Any) -> OcppMessage:
        """The CALLRESULT to this CALL."""
        return self._reply(Kind.RESPONSE, payload)

    def refused(self, code: str, description: str = "") -> OcppMessage:
        """The CALLERROR to this CALL."""
        return self._reply(Kind.ERROR, {"code": code, "description": description, "details": {}})

    def _reply(self, kind: Kind, payload: Any) -> OcppMessage:
        return OcppMessage(
            action=self.action, kind=kind, message_id=self.message_id, payload=payload, version=self.version
        )


class Answer(Struct, frozen=True):
    """Selects the CALLRESULTs of an action in a trace."""

    name: str


class Action(Struct, frozen=True):
    """Selects the CALLs of an action in a trace; `.response` selects the answers; called, it builds a CALL."""

    name: str

    @property
    def response(self) -> Answer:
        """What selects the CALLRESULTs of this action."""
        return Answer(self.name)

    def __call__(self, **payload: Any) -> OcppMessage:
        """A CALL with this payload, not checked; keys are the wire's."""
        return OcppMessage(action=self.name, kind=Kind.REQUEST, payload=payload)

    def sent(self, **payload: Any) -> OcppMessage:
        """A SEND of OCPP 2.1 with this payload, not checked."""
        return OcppMessage(action=self.name, kind=Kind.SEND, payload=payload, version=Dialect.OCPP21)


Authorize = Action("Authorize")
BootNotification = Action("BootNotification")
CancelReservation = Action("CancelReservation")
CertificateSigned = Action("CertificateSigned")
ChangeAvailability = Action("ChangeAvailability")
ClearCache = Action("ClearCache")
ClearChargingProfile = Action("ClearChargingProfile")
ClearDisplayMessage = Action("ClearDisplayMessage")
ClearVariableMonitoring = Action("ClearVariableMonitoring")
ClearedChargingLimit = Action("ClearedChargingLimit")
CostUpdated = Action("CostUpdated")
CustomerInformation = Action("CustomerInformation")
DataTransfer = Action("DataTransfer")
DeleteCertificate = Action("DeleteCertificate")
FirmwareStatusNotification = Action("FirmwareStatusNotification")
Get15118EVCertificate = Action("Get15118EVCertificate")
GetBaseReport = Action("GetBaseReport")
GetCertificateStatus = Action("GetCertificateStatus")
GetChargingProfiles = Action("GetChargingProfiles")
GetCompositeSchedule = Action("GetCompositeSchedule")
GetDisplayMessages = Action("GetDisplayMessages")
GetInstalledCertificateIds = Action("GetInstalledCertificateIds")
GetLocalListVersion = Action("GetLocalListVersion")
GetLog = Action("GetLog")
GetMonitoringReport = Action("GetMonitoringReport")
GetReport = Action("GetReport")
GetTransactionStatus = Action("GetTransactionStatus")
GetVariables = Action("GetVariables")
Heartbeat = Action("Heartbeat")
InstallCertificate = Action("InstallCertificate")
LogStatusNotification = Action("LogStatusNotification")
MeterValues = Action("MeterValues")
NotifyChargingLimit = Action("NotifyChargingLimit")
NotifyCustomerInformation = Action("NotifyCustomerInformation")
NotifyDisplayMessages = Action("NotifyDisplayMessages")
NotifyEVChargingNeeds = Action("NotifyEVChargingNeeds")
NotifyEVChargingSchedule = Action("NotifyEVChargingSchedule")
NotifyEvent = Action("NotifyEvent")
NotifyMonitoringReport = Action("NotifyMonitoringReport")
NotifyReport = Action("NotifyReport")
PublishFirmware = Action("PublishFirmware")
PublishFirmwareStatusNotification = Action("PublishFirmwareStatusNotification")
ReportChargingProfiles = Action("ReportChargingProfiles")
RequestStartTransaction = Action("RequestStartTransaction")
RequestStopTransaction = Action("RequestStopTransaction")
ReservationStatusUpdate = Action("ReservationStatusUpdate")
ReserveNow = Action("ReserveNow")
Reset = Action("Reset")
SecurityEventNotification = Action("SecurityEventNotification")
SendLocalList = Action("SendLocalList")
SetChargingProfile = Action("SetChargingProfile")
SetDisplayMessage = Action("SetDisplayMessage")
SetMonitoringBase = Action("SetMonitoringBase")
SetMonitoringLevel = Action("SetMonitoringLevel")
SetNetworkProfile = Action("SetNetworkProfile")
SetVariableMonitoring = Action("SetVariableMonitoring")
SetVariables = Action("SetVariables")
SignCertificate = Action("SignCertificate")
StatusNotification = Action("StatusNotification")
TransactionEvent = Action("TransactionEvent")
TriggerMessage = Action("TriggerMessage")
UnlockConnector = Action("UnlockConnector")
UnpublishFirmware = Action("UnpublishFirmware")
UpdateFirmware = Action("UpdateFirmware")
