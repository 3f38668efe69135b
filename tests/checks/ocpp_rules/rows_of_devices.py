"""Good and bad conversations for the rules of the device model, networks, resets and triggers."""

from __future__ import annotations

from typing import Any

from tests.checks.ocpp_rules.frames import (
    CHARGES,
    END,
    STARTED,
    Row,
    at,
    boot,
    c,
    knows,
    pair,
    report,
    s,
    status,
    tx,
    variable,
)

PAIR = pair("AuthCtrlr", "Enabled")
LEVEL = {"variableCharacteristics": {"dataType": "OptionList", "supportsMonitoring": False}}
IMMEDIATE, IDLE = {"type": "Immediate"}, {"type": "OnIdle"}


def get(*results: dict[str, Any], asked: dict[str, Any] = PAIR) -> Any:
    return c("GetVariables", {"getVariableData": [asked]}, {"getVariableResult": list(results)})


def put(value: str, told: str = "Accepted", name: str = "Enabled", component: str = "AuthCtrlr") -> Any:
    one = pair(component, name)
    result = {"setVariableResult": [{**one, "attributeStatus": told}]}
    return c("SetVariables", {"setVariableData": [{**one, "attributeValue": value}]}, result)


def got(told: str = "Accepted", value: str | None = "true", **terms: Any) -> dict[str, Any]:
    return {**PAIR, "attributeStatus": told, **({} if value is None else {"attributeValue": value}), **terms}


def network(slot: int, profile: int, told: str) -> Any:
    return c("SetNetworkProfile", {"configurationSlot": slot, "connectionData": {"securityProfile": profile}}, told)


def trigger(name: str, told: str = "Accepted", **terms: Any) -> Any:
    return c("TriggerMessage", {"requestedMessage": name, **terms}, told)


def meter(context: str) -> Any:
    value = {"timestamp": at(), "sampledValue": [{"value": 1, "context": context}]}
    return s("MeterValues", {"evseId": 1, "meterValue": [value]})


SLOTS = report(
    variable(
        "OCPPCommCtrlr",
        "NetworkConfigurationPriority",
        "1",
        variableCharacteristics={"dataType": "SequenceList", "valuesList": "1,2"},
    )
)
MANY = knows("DeviceDataCtrlr", "ItemsPerMessage", "1", instance="GetVariables")
TWO = {"getVariableData": [PAIR, pair("AuthCtrlr", "Other")]}
BASE = {"requestId": 1, "reportBase": "FullInventory"}
FULL = {"variableCharacteristics": {"dataType": "boolean", "supportsMonitoring": False}}
TRIGGERED = tx("Updated", 1, "Trigger", "Charging", meterValue=[{"timestamp": at(), "sampledValue": [{"value": 1}]}])

ROWS = (
    Row("RULE-OCPP-GET-RESULTS", [get(got())], [get(got(), got())]),
    Row(
        "RULE-OCPP-SET-RESULTS",
        [put("true")],
        [c("SetVariables", {"setVariableData": [{**PAIR, "attributeValue": "1"}]}, {"setVariableResult": []})],
    ),
    Row("RULE-OCPP-GET-VALUE", [get(got(value=""))], [get(got(value=None))]),
    Row("RULE-OCPP-GET-VALUE", [get(got("UnknownVariable", None))], [get(got("UnknownVariable", "x"))]),
    Row("RULE-OCPP-SAME-MODEL", [get(got()), get(got())], [get(got()), get(got("UnknownVariable", None))], told=True),
    Row(
        "RULE-OCPP-WRITE-ONLY",
        [report(variable("AuthCtrlr", "Enabled", None, mutability="WriteOnly")), get(got("Rejected", None))],
        [report(variable("AuthCtrlr", "Enabled", None, mutability="WriteOnly")), get(got())],
    ),
    Row(
        "RULE-OCPP-WRITE-ONLY",
        [report(variable("A", "B", None, mutability="WriteOnly"))],
        [report(variable("A", "B", "x", mutability="WriteOnly"))],
    ),
    Row("RULE-OCPP-SET-GET", [put("10"), get(got(value="10.0"))], [put("10"), get(got(value="11"))]),
    Row("RULE-OCPP-ITEMS", [MANY, get(got())], [MANY, c("GetVariables", TWO)]),
    Row(
        "RULE-OCPP-SET-ONCE",
        [put("1")],
        [c("SetVariables", {"setVariableData": [{**PAIR, "attributeValue": "1"}, {**PAIR, "attributeValue": "2"}]})],
    ),
    Row("RULE-OCPP-REPORT-PARTS", [report(tbc=True), report(seq=1), END], [report(tbc=True), report(seq=2), END]),
    Row("RULE-OCPP-REPORT-PARTS", [report(tbc=True), report(seq=1), END], [report(tbc=True), END]),
    Row(
        "RULE-OCPP-REPORT-COMES",
        [c("GetBaseReport", BASE, "Accepted"), report(), END],
        [c("GetBaseReport", BASE, "Accepted"), END],
    ),
    Row(
        "RULE-OCPP-REPORT-COMES",
        [c("GetBaseReport", BASE, {"status": "NotSupported"}), END],
        [c("GetBaseReport", BASE, {"status": "NotSupported"}), report(), END],
    ),
    Row(
        "RULE-OCPP-INVENTORY",
        [c("GetBaseReport", BASE, "Accepted"), report(variable("A", "B", "x", **FULL))],
        [c("GetBaseReport", BASE, "Accepted"), report(variable("A", "B", "x"))],
    ),
    Row(
        "RULE-OCPP-INVENTORY",
        [
            c("GetBaseReport", {"requestId": 1, "reportBase": "ConfigurationInventory"}, "Accepted"),
            report(variable("A", "B", "x", mutability="ReadWrite")),
        ],
        [
            c("GetBaseReport", {"requestId": 1, "reportBase": "ConfigurationInventory"}, "Accepted"),
            report(variable("A", "B", "x", mutability="ReadOnly")),
        ],
    ),
    Row(
        "RULE-OCPP-VALUES-LIST",
        [report(variable("A", "B", "x", variableCharacteristics={"dataType": "OptionList", "valuesList": "x"}))],
        [report(variable("A", "B", "x", **LEVEL))],
        told=True,
    ),
    Row(
        "RULE-OCPP-VALUES-LIST",
        [knows("Connector", "AvailabilityState", "Available")],
        [knows("Connector", "AvailabilityState", "Ready")],
    ),
    Row(
        "RULE-OCPP-CLAIMED",
        [knows("ReservationCtrlr", "Enabled", "true"), c("ReserveNow", {}, "Rejected")],
        [knows("ReservationCtrlr", "Enabled", "true"), c("ReserveNow", {}, "NotSupported")],
    ),
    Row("RULE-OCPP-NETWORK-SLOT", [SLOTS, network(2, 1, "Accepted")], [SLOTS, network(7, 1, "Accepted")]),
    Row(
        "RULE-OCPP-PROFILE-DOWN",
        [knows("SecurityCtrlr", "SecurityProfile", "2"), network(1, 3, "Accepted")],
        [knows("SecurityCtrlr", "SecurityProfile", "2"), network(1, 1, "Accepted")],
    ),
    Row(
        "RULE-OCPP-SECURITY-UP",
        [knows("SecurityCtrlr", "SecurityProfile", "2"), knows("SecurityCtrlr", "SecurityProfile", "3")],
        [knows("SecurityCtrlr", "SecurityProfile", "2"), knows("SecurityCtrlr", "SecurityProfile", "1")],
    ),
    Row("RULE-OCPP-RESET-ANSWER", [STARTED, c("Reset", IDLE, "Scheduled")], [STARTED, c("Reset", IDLE, "Accepted")]),
    Row("RULE-OCPP-RESET-ANSWER", [c("Reset", IMMEDIATE, "Accepted")], [c("Reset", IMMEDIATE, "Scheduled")]),
    Row(
        "RULE-OCPP-RESET-ENDS",
        [
            STARTED,
            c("Reset", IMMEDIATE, "Accepted"),
            5.0,
            tx("Ended", 1, "ResetCommand", info={"stoppedReason": "ImmediateReset"}),
        ],
        [
            STARTED,
            c("Reset", IMMEDIATE, "Accepted"),
            5.0,
            tx("Ended", 1, "AbnormalCondition", info={"stoppedReason": "Reboot"}),
        ],
    ),
    Row(
        "RULE-OCPP-RESET-ENDS",
        [
            STARTED,
            c("Reset", IMMEDIATE, "Accepted"),
            5.0,
            tx("Ended", 1, "ResetCommand", info={"stoppedReason": "ImmediateReset"}),
        ],
        [STARTED, c("Reset", IMMEDIATE, "Accepted"), boot(), END],
    ),
    Row(
        "RULE-OCPP-RESET-SCHEDULED",
        [STARTED, c("Reset", IDLE, "Scheduled"), 5.0, tx("Ended", 1, "EVDeparted"), boot(reason="ScheduledReset")],
        [STARTED, c("Reset", IDLE, "Scheduled"), boot(reason="ScheduledReset")],
    ),
    Row("RULE-OCPP-TRIGGERED-COMES", [trigger("Heartbeat"), s("Heartbeat"), END], [trigger("Heartbeat"), END]),
    Row(
        "RULE-OCPP-TRIGGERED-EVENT",
        [trigger("TransactionEvent"), TRIGGERED],
        [trigger("TransactionEvent"), tx("Updated", 1, "Trigger")],
    ),
    Row(
        "RULE-OCPP-TRIGGER-CONTEXT",
        [trigger("MeterValues"), meter("Trigger")],
        [trigger("MeterValues"), meter("Sample.Periodic")],
    ),
    Row(
        "RULE-OCPP-TRIGGER-CONNECTOR",
        [trigger("StatusNotification", evse={"id": 1, "connectorId": 1})],
        [trigger("StatusNotification", evse={"id": 1})],
    ),
    Row(
        "RULE-OCPP-IDLE-STATUS",
        [trigger("LogStatusNotification"), s("LogStatusNotification", {"status": "Idle"})],
        [s("LogStatusNotification", {"status": "Idle"})],
    ),
    Row("RULE-OCPP-STATUS-VALUES", [status("Available")], [status("Preparing")]),
    Row(
        "RULE-OCPP-STATUS-AGREES",
        [
            status("Available"),
            s(
                "NotifyEvent",
                {
                    "eventData": [
                        {
                            **pair("Connector", "AvailabilityState"),
                            "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
                            "timestamp": at(),
                            "actualValue": "Available",
                        }
                    ]
                },
            ),
        ],
        [
            status("Available"),
            s(
                "NotifyEvent",
                {
                    "eventData": [
                        {
                            **pair("Connector", "AvailabilityState"),
                            "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
                            "timestamp": at(),
                            "actualValue": "Occupied",
                        }
                    ]
                },
            ),
        ],
    ),
    Row(
        "RULE-OCPP-OCCUPIED",
        [status("Available"), status("Occupied"), tx("Started", 0, "CablePluggedIn", "EVConnected"), END],
        [status("Available"), tx("Started", 0, "CablePluggedIn", "EVConnected"), END],
    ),
    Row(
        "RULE-OCPP-CHANGE-SCHEDULED",
        [STARTED, c("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1}}, "Scheduled")],
        [
            STARTED,
            CHARGES,
            c("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1}}, "Accepted"),
        ],
    ),
    Row(
        "RULE-OCPP-CHANGE-FOLLOWS",
        [
            status("Available"),
            c("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1}}, "Accepted"),
            status("Unavailable"),
            END,
        ],
        [
            status("Available"),
            c("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1}}, "Accepted"),
            END,
        ],
    ),
    Row(
        "RULE-OCPP-SAME-AVAILABILITY",
        [
            c("ChangeAvailability", {"operationalStatus": "Inoperative"}, "Accepted"),
            c("ChangeAvailability", {"operationalStatus": "Inoperative"}, "Accepted"),
        ],
        [
            c("ChangeAvailability", {"operationalStatus": "Inoperative"}, "Accepted"),
            c("ChangeAvailability", {"operationalStatus": "Inoperative"}, "Rejected"),
        ],
    ),
    Row(
        "RULE-OCPP-LOCK",
        [
            s(
                "NotifyEvent",
                {
                    "eventData": [
                        {
                            **pair("ConnectorPlugRetentionLock", "Problem"),
                            "component": {"name": "ConnectorPlugRetentionLock", "evse": {"id": 1}},
                            "actualValue": "false",
                        }
                    ]
                },
            ),
            STARTED,
            CHARGES,
        ],
        [
            s(
                "NotifyEvent",
                {
                    "eventData": [
                        {
                            **pair("ConnectorPlugRetentionLock", "Problem"),
                            "component": {"name": "ConnectorPlugRetentionLock", "evse": {"id": 1}},
                            "actualValue": "true",
                        }
                    ]
                },
            ),
            STARTED,
            CHARGES,
        ],
    ),
)
