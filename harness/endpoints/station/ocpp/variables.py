"""The device model: the variables that a backend may read and write (B05, B06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.endpoints.station.ocpp.measurands import SAMPLED
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.settings import StationSettings
from harness.messages.ocpp_time import timestamp

Key = tuple[str, str, str | None]
"""Component, variable and its instance."""


class Variable(Struct, frozen=True, kw_only=True):
    """One variable: how it is read, and how written."""

    read: Callable[[], str]
    write: Callable[[str], None] | None = None
    """Raises ValueError for what it does not take; None: read-only."""
    write_only: bool = False


class DeviceModel:
    """Answers GetVariables and SetVariables for the variables of one station."""

    def __init__(self, settings: StationSettings, tuning: Tuning, more: dict[Key, Variable] | None = None) -> None:
        """Variables that are writable change `tuning`, or what `more` are about."""
        self._variables = {**_fixed(settings), **_tunable(tuning), **(more or {})}
        self._components = {component for component, _, _ in self._variables}

    def get(self, asked: dict[str, Any], at: float) -> dict[str, Any]:
        """One getVariableResult."""
        result = {**_named(asked), "attributeStatus": "Accepted"}
        status = self._find(asked)
        if isinstance(status, str):
            return {**result, "attributeStatus": status}
        if status.write_only:
            return {**result, **_rejected("WriteOnly")}
        if asked["component"]["name"] == "ClockCtrlr" and asked["variable"]["name"] == "DateTime":
            return {**result, "attributeValue": timestamp(at)}
        return {**result, "attributeValue": status.read()}

    def set(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One setVariableResult."""
        result = {**_named(asked), "attributeStatus": "Accepted"}
        found = self._find(asked)
        if isinstance(found, str):
            return {**result, "attributeStatus": found}
        if found.write is None:
            return {**result, **_rejected("ReadOnly")}
        try:
            found.write(asked["attributeValue"])
        except ValueError:
            return {**result, **_rejected("InvalidValue")}
        return result

    def _find(self, asked: dict[str, Any]) -> Variable | str:
        component, variable = asked["component"]["name"], asked["variable"]["name"]
        if component not in self._components:
            return "UnknownComponent"
        found = self._variables.get((component, variable, asked["variable"].get("instance")))
        if found is None:
            return "UnknownVariable"
        if asked.get("attributeType", "Actual") != "Actual":
            return "NotSupportedAttributeType"
        return found


def _named(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "attributeType": asked.get("attributeType", "Actual"),
        "component": asked["component"],
        "variable": asked["variable"],
    }


def _rejected(reason: str) -> dict[str, Any]:
    return {"attributeStatus": "Rejected", "attributeStatusInfo": {"reasonCode": reason}}


def _fixed(settings: StationSettings) -> dict[Key, Variable]:
    values: dict[Key, str] = {
        ("ChargingStation", "Model", None): settings.model,
        ("ChargingStation", "VendorName", None): settings.vendor,
        ("ChargingStation", "SerialNumber", None): settings.serial,
        ("ChargingStation", "FirmwareVersion", None): settings.firmware,
        ("ClockCtrlr", "DateTime", None): "",
        ("ClockCtrlr", "TimeSource", None): "Heartbeat",
        ("OCPPCommCtrlr", "MessageTimeout", "Default"): f"{settings.message_timeout:g}",
        ("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"): str(settings.message_attempts),
        ("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent"): f"{settings.message_attempt_interval:g}",
        ("OCPPCommCtrlr", "RetryBackOffWaitMinimum", None): f"{settings.back_off_minimum:g}",
        ("OCPPCommCtrlr", "RetryBackOffRepeatTimes", None): str(settings.back_off_repeats),
        ("OCPPCommCtrlr", "RetryBackOffRandomRange", None): "0",
        ("SecurityCtrlr", "Identity", None): settings.station_id,
        ("SecurityCtrlr", "MaxCertificateChainSize", None): str(settings.certificates.longest_chain),
        ("SecurityCtrlr", "CertificateEntries", None): str(settings.certificates.most_roots),
        ("SecurityCtrlr", "AdditionalRootCertificateCheck", None): _said(settings.certificates.additional_root_check),
        ("ISO15118Ctrlr", "CentralContractValidationAllowed", None): _said(settings.certificates.central_validation),
        ("TxCtrlr", "TxStartPoint", None): ",".join(settings.tx_start_points),
        ("TxCtrlr", "TxStopPoint", None): ",".join(settings.tx_stop_points),
        ("SmartChargingCtrlr", "Enabled", None): "true",
        ("SmartChargingCtrlr", "RateUnit", None): "A,W",
        ("SmartChargingCtrlr", "ProfileStackLevel", None): "9",
        ("SmartChargingCtrlr", "PeriodsPerSchedule", None): "1024",
        ("ISO15118Ctrlr", "Enabled", None): "true",
    }
    return {key: Variable(read=_always(value)) for key, value in values.items()}


def _tunable(tuning: Tuning) -> dict[Key, Variable]:
    return {
        ("OCPPCommCtrlr", "HeartbeatInterval", None): _seconds(tuning, "heartbeat_interval", least=1),
        ("OCPPCommCtrlr", "OfflineThreshold", None): _seconds(tuning, "offline_threshold", least=0),
        ("SampledDataCtrlr", "TxUpdatedInterval", None): _seconds(tuning, "tx_updated_interval", least=0),
        ("SampledDataCtrlr", "TxUpdatedMeasurands", None): _measurands(tuning),
        ("TxCtrlr", "EVConnectionTimeOut", None): _seconds(tuning, "ev_connection_timeout", least=1),
        ("SecurityCtrlr", "CertSigningWaitMinimum", None): _seconds(tuning, "signing_wait", least=1),
        ("SecurityCtrlr", "CertSigningRepeatTimes", None): _seconds(tuning, "signing_repeats", least=0),
        ("AuthCtrlr", "AuthorizeRemoteStart", None): _truth(tuning, "authorize_remote_start"),
    }


def _said(truth: object) -> str:
    return str(bool(truth)).lower()


def _always(value: str) -> Callable[[], str]:
    return lambda: value


def _seconds(tuning: Tuning, name: str, *, least: int) -> Variable:
    def write(text: str) -> None:
        value = int(text)
        if value < least:
            raise ValueError(text)
        setattr(tuning, name, float(value))

    return Variable(read=lambda: f"{getattr(tuning, name):g}", write=write)


def _truth(tuning: Tuning, name: str) -> Variable:
    def write(text: str) -> None:
        if text.lower() not in {"true", "false"}:
            raise ValueError(text)
        setattr(tuning, name, text.lower() == "true")

    return Variable(read=lambda: str(getattr(tuning, name)).lower(), write=write)


def _measurands(tuning: Tuning) -> Variable:
    def write(text: str) -> None:
        wanted = tuple(part.strip() for part in text.split(","))
        if not set(wanted) <= set(SAMPLED):
            raise ValueError(text)
        tuning.tx_updated_measurands = wanted

    return Variable(read=lambda: ",".join(tuning.tx_updated_measurands), write=write)
