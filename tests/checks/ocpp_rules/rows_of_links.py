"""Good and bad conversations for the rules of the link and of registration."""

from __future__ import annotations

from typing import Any

from tests.checks.ocpp_rules.frames import (
    CSMS,
    END,
    LOST,
    OPEN,
    STATION,
    Raw,
    Row,
    at,
    boot,
    c,
    closed,
    knows,
    report,
    s,
    status,
    tx,
    variable,
)

BEAT: dict[str, Any] = {"currentTime": at()}
PENDING, REJECTED = boot("Pending"), boot("Rejected")
CLEAR: tuple[str, dict[str, Any]] = ("ClearCache", {})
STARTUP = s("SecurityEventNotification", {"type": "StartupOfTheDevice", "timestamp": at()})
RETRY = knows("OCPPCommCtrlr", "RetryBackOffWaitMinimum", "10")
ASKED_BOOT = c("TriggerMessage", {"requestedMessage": "BootNotification"}, "Accepted")
OPERATIVE = {"operationalStatus": "Inoperative", "evse": {"id": 1}}
THRESHOLD = report(variable("OCPPCommCtrlr", "OfflineThreshold", "60"))

ROWS = (
    Row("RULE-OCPP-GOOD-CALL", [c(*CLEAR, "Accepted")], [c(*CLEAR, "ProtocolError")]),
    Row(
        "RULE-OCPP-GOOD-CALL",
        [c(*CLEAR, "NotSupported"), c(*CLEAR, "Accepted")],
        [c(*CLEAR, "InternalError")],
        told=True,
    ),
    Row(
        "RULE-OCPP-BAD-CALL",
        [
            s("Authorize", {"idToken": {"idToken": "A", "type": "Local"}}, {"idTokenInfo": {"status": "Accepted"}}),
            c("Reset", {"type": "OnIdle", "x": 1}, "FormatViolation"),
            c(
                "UpdateFirmware",
                {"requestId": 1, "firmware": {"location": "x", "retrieveDateTime": "2026-01-01T00:00:00.0000Z"}},
                "Accepted",
            ),
        ],
        [c("Reset", {"type": "Perhaps"}, "Accepted")],
    ),
    Row("RULE-OCPP-UNKNOWN-ACTION", [c("Nonsense", {}, "NotImplemented")], [c("Nonsense", {}, "Accepted")]),
    Row(
        "RULE-OCPP-UNREADABLE-ID",
        [Raw(CSMS, "[2,7"), Raw(STATION, '[4,"-1","RpcFrameworkError","",{}]')],
        [
            Raw(CSMS, "[2,7"),
            Raw(STATION, '[4,"","RpcFrameworkError","",{}]'),
            Raw(CSMS, "[2,7"),
            Raw(STATION, '[4,"17","RpcFrameworkError","",{}]'),
        ],
    ),
    Row(
        "RULE-OCPP-MESSAGE-TYPE",
        [Raw(CSMS, '[9,"a",{}]'), Raw(STATION, '[4,"a","MessageTypeNotSupported","",{}]')],
        [Raw(CSMS, '[9,"a",{}]'), Raw(STATION, '[3,"a",{}]')],
    ),
    Row(
        "RULE-OCPP-UTC",
        [s("Heartbeat", {"at": at()})],
        [s("Heartbeat", {"at": "2026-01-01T00:00:00+01:00"})],
        told=True,
    ),
    Row(
        "RULE-OCPP-REASON-CODE",
        [c(*CLEAR, {"status": "Rejected", "statusInfo": {"reasonCode": "NotEnabled"}})],
        [c(*CLEAR, {"status": "Rejected", "statusInfo": {"reasonCode": "Mine"}})],
        told=True,
    ),
    Row(
        "RULE-OCPP-DATA-TRANSFER",
        [s("DataTransfer", {"vendorId": "x", "messageId": "Mine"})],
        [s("DataTransfer", {"vendorId": "x", "messageId": "MeterValues"})],
        told=True,
    ),
    Row(
        "RULE-OCPP-KEPT-OPEN",
        [OPEN, c("Reset", {"type": "OnIdle"}, "Accepted"), closed(STATION), OPEN, s("Heartbeat")],
        [OPEN, s("Heartbeat"), closed(STATION), OPEN, s("Heartbeat")],
        told=True,
    ),
    Row("RULE-OCPP-BACK-OFF", [OPEN, RETRY, LOST, 12.0, OPEN], [OPEN, RETRY, LOST, 3.0, OPEN]),
    Row(
        "RULE-OCPP-RECONNECT-BOOT",
        [OPEN, boot(), c("Reset", {"type": "OnIdle"}, "Accepted"), closed(STATION), OPEN, boot()],
        [OPEN, boot(), LOST, OPEN, boot()],
        told=True,
    ),
    Row("RULE-OCPP-BOOT-FIRST", [OPEN, boot(), s("Heartbeat")], [OPEN, s("Heartbeat"), boot()]),
    Row(
        "RULE-OCPP-BOOT-WAITS", [OPEN, boot(), s("Heartbeat")], [OPEN, s("BootNotification", {}, False), s("Heartbeat")]
    ),
    Row(
        "RULE-OCPP-PENDING",
        [
            PENDING,
            c("GetBaseReport", {"requestId": 1}, "Accepted"),
            report(),
            c("TriggerMessage", {"requestedMessage": "Heartbeat"}, "Accepted"),
            s("Heartbeat"),
        ],
        [PENDING, s("Heartbeat")],
    ),
    Row("RULE-OCPP-REJECTED-SILENCE", [REJECTED, 300.0, boot()], [REJECTED, s("Heartbeat")]),
    Row("RULE-OCPP-REJECTED-CALLS", [REJECTED], [REJECTED, c(*CLEAR, "SecurityError")]),
    Row(
        "RULE-OCPP-UNREGISTERED-CALLS",
        [PENDING, s("Heartbeat", {}, "SecurityError")],
        [PENDING, s("Heartbeat", {}, BEAT)],
    ),
    Row(
        "RULE-OCPP-PULLED-CALLS",
        [PENDING, c("GetBaseReport", {}, "Accepted"), report()],
        [PENDING, c("GetBaseReport", {}, "Accepted"), s("NotifyReport", {}, "SecurityError")],
    ),
    Row("RULE-OCPP-REJECTED-REFUSES", [REJECTED, c(*CLEAR, "SecurityError")], [REJECTED, c(*CLEAR, "Accepted")]),
    Row(
        "RULE-OCPP-REMOTE-WHILE-PENDING",
        [PENDING, c("RequestStopTransaction", {}, "Rejected")],
        [PENDING, c("RequestStartTransaction", {}, "Accepted")],
    ),
    Row(
        "RULE-OCPP-BOOT-RETRY",
        [boot("Pending", interval=20), 20.0, boot()],
        [boot("Pending", interval=20), 5.0, boot()],
    ),
    Row("RULE-OCPP-BOOT-FLOOD", [boot("Rejected", interval=0), 20.0, boot()], [boot("Rejected", interval=0), boot()]),
    Row("RULE-OCPP-PENDING-KEPT", [OPEN, PENDING, 5.0, boot()], [OPEN, PENDING, closed(STATION), OPEN, boot()]),
    Row("RULE-OCPP-CONNECTORS-TOLD", [boot(), status("Available"), END], [boot(), END]),
    Row("RULE-OCPP-CONNECTORS-TOLD", [boot(), status("Available"), END], [boot(), status("Available", 0), END]),
    Row("RULE-OCPP-STARTUP-EVENT", [boot(), STARTUP, END], [boot(), END]),
    Row(
        "RULE-OCPP-HEARTBEAT",
        [boot(interval=60), 60.0, s("Heartbeat"), 60.0, s("Heartbeat")],
        [boot(interval=60), 90.0, s("Heartbeat")],
    ),
    Row(
        "RULE-OCPP-CSMS-TIME",
        [boot(now=at(0)), 10.0, s("Heartbeat", {}, {"currentTime": at(10)})],
        [boot(now=at(20)), 10.0, s("Heartbeat", {}, {"currentTime": at(10)})],
    ),
    Row(
        "RULE-OCPP-BOOT-TRIGGERED",
        [OPEN, boot("Pending"), ASKED_BOOT, boot(reason="Triggered")],
        [OPEN, boot(reason="Triggered")],
    ),
    Row(
        "RULE-OCPP-BOOT-TRIGGER-REFUSED",
        [boot(), c("TriggerMessage", {"requestedMessage": "BootNotification"}, "Rejected")],
        [boot(), ASKED_BOOT],
    ),
    Row(
        "RULE-OCPP-RESET-BOOT",
        [boot(), c("Reset", {"type": "Immediate"}, "Accepted"), boot(reason="RemoteReset")],
        [boot(), c("Reset", {"type": "Immediate"}, "Accepted"), boot(reason="PowerUp")],
    ),
    Row(
        "RULE-OCPP-STATION-CLOCK",
        [boot(), status("Available", now=0.3)],
        [boot(), status("Available", now=600)],
        told=True,
    ),
    Row(
        "RULE-OCPP-UNAVAILABLE-KEPT",
        [boot(), c("ChangeAvailability", OPERATIVE, "Accepted"), boot(), status("Unavailable")],
        [boot(), c("ChangeAvailability", OPERATIVE, "Accepted"), boot(), status("Available")],
    ),
    Row(
        "RULE-OCPP-OFFLINE-STATUS",
        [OPEN, THRESHOLD, status("Available"), LOST, 90.0, OPEN, status("Available"), END],
        [OPEN, THRESHOLD, status("Available"), LOST, 90.0, OPEN, s("Heartbeat"), END],
    ),
    Row(
        "RULE-OCPP-EVENTS-TAKEN",
        [tx("Started", 0, "CablePluggedIn", "EVConnected")],
        [tx("Started", 0, "CablePluggedIn", "EVConnected", answer="InternalError")],
    ),
)
