"""A valid payload for every action of OCPP, made from the schemas of the package `ocpp`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp_schema import REQUEST, SEND

STAMP = "2026-01-01T00:00:00Z"
STATION_CALLS = frozenset(
    {
        "Authorize",
        "BootNotification",
        "ClearedChargingLimit",
        "DataTransfer",
        "FirmwareStatusNotification",
        "Get15118EVCertificate",
        "GetCertificateStatus",
        "Heartbeat",
        "LogStatusNotification",
        "MeterValues",
        "NotifyChargingLimit",
        "NotifyCustomerInformation",
        "NotifyDisplayMessages",
        "NotifyEVChargingNeeds",
        "NotifyEVChargingSchedule",
        "NotifyEvent",
        "NotifyMonitoringReport",
        "NotifyReport",
        "PublishFirmwareStatusNotification",
        "ReportChargingProfiles",
        "ReservationStatusUpdate",
        "SecurityEventNotification",
        "SignCertificate",
        "StatusNotification",
        "TransactionEvent",
    }
)
"""What stations ask of backends in OCPP 2.0.1; all other actions go the other way, DataTransfer both ways."""


@cache
def _schema(action: str, kind: str, version: Dialect) -> dict[str, Any]:
    suffix = {REQUEST: "Request", SEND: ""}.get(kind, "Response")
    folder = files("ocpp") / f"v{version.version.replace('.', '')}" / "schemas"
    read: dict[str, Any] = json.loads((folder / f"{action}{suffix}.json").read_text("utf-8-sig"))
    return read


def sample(action: str, kind: str = REQUEST, *, rich: bool = True, version: Dialect = Dialect.OCPP201) -> Any:
    """A payload that the schema allows; a rich one has every optional member but customData."""
    schema = _schema(action, kind, version)
    return _value(schema, schema.get("definitions", {}), rich=rich)


def _value(schema: dict[str, Any], known: dict[str, Any], *, rich: bool) -> Any:
    if "$ref" in schema:
        return _value(known[schema["$ref"].rpartition("/")[2]], known, rich=rich)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        required = schema.get("required", ())
        wanted = [name for name in schema.get("properties", {}) if name in required or rich]
        members = {name: schema["properties"][name] for name in wanted if name != "customData"}
        return {name: _value(member, known, rich=rich) for name, member in members.items()}
    if kind == "array":
        return [_value(schema["items"], known, rich=rich) for _ in range(max(1, schema.get("minItems", 1)))]
    return _plain(schema, kind)


def _plain(schema: dict[str, Any], kind: Any) -> Any:
    if kind == "string":
        return STAMP if schema.get("format") == "date-time" else "x"[: schema.get("maxLength", 1)]
    if kind == "boolean":
        return True
    low = schema.get("minimum", 0)
    return float(low) if kind == "number" else int(low)
