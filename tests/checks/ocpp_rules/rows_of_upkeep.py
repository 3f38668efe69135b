"""Good and bad conversations for the rules of events, monitors, firmware, logs and messages that are shown."""

from __future__ import annotations

from typing import Any

from tests.checks.ocpp_rules.frames import END, ENDED, STARTED, Row, boot, c, pair, s


def event(number: int, seq: int = 0, *, tbc: bool = False, **told: Any) -> Any:
    data = {"eventId": number, "trigger": "Delta", "eventNotificationType": "HardWiredNotification", **told}
    return s("NotifyEvent", {"seqNo": seq, "tbc": tbc, "eventData": [data]})


def firmware(status: str, number: int | None = 1) -> Any:
    return s("FirmwareStatusNotification", {"status": status, **({} if number is None else {"requestId": number})})


def update(told: str = "Accepted", number: int = 1, **terms: Any) -> Any:
    return c("UpdateFirmware", {"requestId": number, "firmware": {"location": "x", **terms}}, told)


def log(status: str, number: int = 1) -> Any:
    return s("LogStatusNotification", {"status": status, "requestId": number})


def get_log(told: str = "Accepted", number: int = 1, name: str = "a.log") -> Any:
    return c("GetLog", {"requestId": number, "logType": "DiagnosticsLog"}, {"status": told, "filename": name})


def monitor(
    number: int | None, *, variable: str = "B", severity: int = 5, told: str = "Accepted", asked: str = ""
) -> Any:
    data = pair("A", variable, type="UpperThreshold", severity=severity)
    result = {**data, "status": told, **({} if number is None else {"id": number})}
    wanted = {**data, "variable": {"name": asked or variable}, "value": 1}
    return c("SetVariableMonitoring", {"setMonitoringData": [wanted]}, {"setMonitoringResult": [result]})


def clear(told: str, number: int = 7, about: int = 7) -> Any:
    return c("ClearVariableMonitoring", {"id": [number]}, {"clearMonitoringResult": [{"id": about, "status": told}]})


SHOW: dict[str, Any] = {"message": {"id": 1, "transactionId": "T1"}}
LEVEL = c("SetMonitoringLevel", {"severity": 4}, "Accepted")
BOTH: dict[str, Any] = {"signingCertificate": "x", "signature": "y"}
UPDATED = s("SecurityEventNotification", {"type": "FirmwareUpdated"})

ROWS = (
    Row("RULE-OCPP-EVENT-ID", [event(1), event(2)], [event(1), event(1, actualValue="other")]),
    Row(
        "RULE-OCPP-EVENT-PARTS", [event(1, 0, tbc=True), event(2, 1), event(3, 0)], [event(1, 0, tbc=True), event(2, 0)]
    ),
    Row(
        "RULE-OCPP-EVENT-KIND",
        [event(1, eventNotificationType="CustomMonitor", variableMonitoringId=7)],
        [event(1, eventNotificationType="CustomMonitor")],
    ),
    Row(
        "RULE-OCPP-EVENT-SEVERITY",
        [LEVEL, monitor(7, severity=3), event(1, variableMonitoringId=7)],
        [LEVEL, monitor(7, severity=6), event(1, variableMonitoringId=7)],
    ),
    Row(
        "RULE-OCPP-DISPLAY",
        [c("GetDisplayMessages", {"requestId": 1}, "Accepted"), s("NotifyDisplayMessages", {"requestId": 1}), END],
        [c("GetDisplayMessages", {"requestId": 1}, "Accepted"), END],
    ),
    Row(
        "RULE-OCPP-DISPLAY",
        [c("GetDisplayMessages", {"requestId": 1}, "Unknown"), END],
        [c("GetDisplayMessages", {"requestId": 1}, "Unknown"), s("NotifyDisplayMessages", {"requestId": 1})],
    ),
    Row(
        "RULE-OCPP-DISPLAY-TRANSACTION",
        [STARTED, ENDED, c("SetDisplayMessage", SHOW, "UnknownTransaction")],
        [STARTED, ENDED, c("SetDisplayMessage", SHOW, "Accepted")],
    ),
    Row("RULE-OCPP-MONITOR-RESULTS", [monitor(7)], [monitor(None)]),
    Row("RULE-OCPP-MONITOR-RESULTS", [monitor(None, told="Rejected")], [monitor(7, asked="C")]),
    Row("RULE-OCPP-MONITOR-IDS", [monitor(7), monitor(8, variable="C")], [monitor(7), monitor(7, variable="C")]),
    Row(
        "RULE-OCPP-MONITOR-CLEARED", [monitor(7), clear("Accepted"), clear("NotFound")], [monitor(7), clear("NotFound")]
    ),
    Row("RULE-OCPP-MONITOR-CLEARED", [monitor(7), clear("Accepted")], [monitor(7), clear("Accepted", 7, 8)]),
    Row(
        "RULE-OCPP-CUSTOMER-INFORMATION",
        [
            c("CustomerInformation", {"requestId": 1, "report": True}, "Accepted"),
            s("NotifyCustomerInformation", {"requestId": 1}),
            END,
        ],
        [c("CustomerInformation", {"requestId": 1, "report": True}, "Accepted"), END],
    ),
    Row(
        "RULE-OCPP-FIRMWARE-ORDER",
        [
            firmware("Downloading"),
            firmware("Downloaded"),
            firmware("SignatureVerified"),
            firmware("Installing"),
            firmware("Installed"),
        ],
        [firmware("Installing"), firmware("Downloading")],
    ),
    Row(
        "RULE-OCPP-FIRMWARE-ORDER",
        [firmware("Downloading"), firmware("DownloadFailed")],
        [firmware("DownloadFailed"), firmware("Downloading")],
    ),
    Row("RULE-OCPP-FIRMWARE-REQUEST", [update(), firmware("Downloading")], [update(), firmware("Downloading", None)]),
    Row("RULE-OCPP-FIRMWARE-SIGNED", [update(**BOTH)], [update(signature="y")]),
    Row("RULE-OCPP-FIRMWARE-SIGNED", [update(**BOTH)], [update()], told=True),
    Row("RULE-OCPP-FIRMWARE-EVENTS", [firmware("Installed"), UPDATED, END], [firmware("Installed"), END]),
    Row("RULE-OCPP-FIRMWARE-EVENTS", [firmware("Installed"), UPDATED, END], [update("InvalidCertificate"), END]),
    Row(
        "RULE-OCPP-FIRMWARE-REPLACED",
        [update(), firmware("Downloading"), update("AcceptedCanceled", 2)],
        [update(), firmware("Downloading"), update("Accepted", 2)],
    ),
    Row(
        "RULE-OCPP-FIRMWARE-BOOT",
        [firmware("InstallRebooting"), boot(reason="FirmwareUpdate")],
        [firmware("InstallRebooting"), boot(reason="PowerUp")],
    ),
    Row(
        "RULE-OCPP-FIRMWARE-PUBLISHED",
        [s("PublishFirmwareStatusNotification", {"status": "Published", "location": ["x"]})],
        [s("PublishFirmwareStatusNotification", {"status": "Published"})],
    ),
    Row("RULE-OCPP-LOG-NAME", [get_log()], [get_log(name="")]),
    Row(
        "RULE-OCPP-LOG-STATUS",
        [get_log(), log("Uploading"), log("Uploaded")],
        [get_log(), log("Uploading"), log("Uploaded"), log("Uploading")],
    ),
    Row("RULE-OCPP-LOG-STATUS", [get_log(), log("Uploading")], [get_log(), log("Uploading", 9)]),
    Row("RULE-OCPP-LOG-COMES", [get_log(), log("Uploading"), END], [get_log(), END]),
    Row(
        "RULE-OCPP-LOG-REPLACED",
        [get_log(), log("Uploading"), get_log("AcceptedCanceled", 2)],
        [get_log(), log("Uploading"), get_log("Accepted", 2)],
    ),
)
