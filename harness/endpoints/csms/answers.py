"""What a backend answers to a station's calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.csms import certificates, contracts
from harness.endpoints.csms.contracts import contract_verdict
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.known import Known
from harness.endpoints.csms.upkeep import data_transfer
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp_time import timestamp

_TAKEN_NOTE_OF = frozenset(
    {
        "ClearedChargingLimit",
        "FirmwareStatusNotification",
        "LogStatusNotification",
        "MeterValues",
        "NotifyChargingLimit",
        "NotifyCustomerInformation",
        "NotifyDisplayMessages",
        "NotifyEvent",
        "NotifyMonitoringReport",
        "NotifyReport",
        "PublishFirmwareStatusNotification",
        "ReportChargingProfiles",
        "ReservationStatusUpdate",
        "SecurityEventNotification",
        "StatusNotification",
    }
)
"""Actions whose answer has nothing to say."""


def answer(csms: Csms, known: Known, call: OcppMessage, at: float) -> OcppMessage:
    """The answer to any call that the schema allows; what this backend cannot do is NotSupported."""
    if call.action in _TAKEN_NOTE_OF:
        return call.answered()
    answerer = _ANSWERERS.get(call.action)
    if answerer is None:
        return call.refused("NotSupported", f"this backend does not support {call.action}")
    return answerer(csms, known, call, at)


def _boot(csms: Csms, known: Known, call: OcppMessage, at: float) -> OcppMessage:
    boots = ("Pending", *csms.boots) if known.station_id in csms.newcomers else csms.boots
    status = boots[min(len(known.boots), len(boots)) - 1]
    interval = csms.heartbeat_interval if status == "Accepted" else csms.boot_retry_interval
    return call.answered(currentTime=timestamp(at), interval=interval, status=status)


def _heartbeat(_csms: Csms, _known: Known, call: OcppMessage, at: float) -> OcppMessage:
    return call.answered(currentTime=timestamp(at))


def _authorize(csms: Csms, known: Known, call: OcppMessage, at: float) -> OcppMessage:
    """A contract is judged with its token: whether it is good, and whose account it is."""
    if "iso15118CertificateHashData" not in call.payload and "certificate" not in call.payload:
        return call.answered(idTokenInfo=_token_info(csms, call.payload, at))
    status, token = contract_verdict(csms, known, call.payload, at)
    return call.answered(idTokenInfo={"status": token}, certificateStatus=status)


def _transaction_event(csms: Csms, _known: Known, call: OcppMessage, at: float) -> OcppMessage:
    """Every event is answered, known or not, late or repeated (J02.FR.19)."""
    if "idToken" in call.payload:
        return call.answered(idTokenInfo=_token_info(csms, call.payload, at))
    return call.answered()


def _needs(csms: Csms, _known: Known, call: OcppMessage, _at: float) -> OcppMessage:
    return call.answered(status="Rejected" if csms.profile is None else "Accepted")


def _schedule(_csms: Csms, known: Known, call: OcppMessage, _at: float) -> OcppMessage:
    """Whether the EV's schedule lies within the limits (K15.FR.11, K15.FR.12)."""
    running = known.running
    reason = known.given.outside(running.transaction_id, call.payload) if running is not None else ""
    if reason:
        return call.answered(status="Rejected", statusInfo={"reasonCode": "InvalidSchedule", "additionalInfo": reason})
    return call.answered(status="Accepted")


def _data_transfer(_csms: Csms, _known: Known, call: OcppMessage, _at: float) -> OcppMessage:
    return data_transfer(call)


def _token_info(csms: Csms, payload: dict[str, Any], at: float) -> dict[str, Any]:
    return csms.token_info(payload["idToken"]["idToken"], payload["idToken"]["type"], at)


_ANSWERERS: dict[str, Callable[[Csms, Known, OcppMessage, float], OcppMessage]] = {
    "Authorize": _authorize,
    "BootNotification": _boot,
    "DataTransfer": _data_transfer,
    "Heartbeat": _heartbeat,
    "NotifyEVChargingNeeds": _needs,
    "NotifyEVChargingSchedule": _schedule,
    "TransactionEvent": _transaction_event,
    **certificates.ANSWERERS,
    **contracts.ANSWERERS,
}
