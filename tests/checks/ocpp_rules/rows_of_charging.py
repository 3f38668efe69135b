"""Good and bad conversations for the rules of smart charging, bidirectional power and grid codes."""

from __future__ import annotations

from typing import Any

from tests.checks.ocpp_rules.frames import END, ENDED, STARTED, Row, at, boot, c, knows, s

LIMIT = {"startPeriod": 0, "limit": 11000}


def schedule(*periods: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {"id": 1, "chargingRateUnit": "W", "chargingSchedulePeriod": list(periods or [LIMIT]), **told}


def profile(*schedules: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {
        "id": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Absolute",
        "chargingSchedule": list(schedules or [schedule(startSchedule=at())]), **told,
    }  # fmt: skip


def put(made: dict[str, Any], evse: int = 1, told: Any = "Accepted", **terms: float) -> Any:
    return c("SetChargingProfile", {"evseId": evse, "chargingProfile": made}, told, **terms)


def of_tx(**told: Any) -> dict[str, Any]:
    return profile(**{"chargingProfilePurpose": "TxProfile", "transactionId": "T1", **told})


def whole(**told: Any) -> dict[str, Any]:
    return profile(**{"chargingProfilePurpose": "ChargingStationMaxProfile", **told})


def needs(answer: str = "Accepted", kind: str = "DC", most: int = 3, **told: Any) -> Any:
    figures = told or {"dcChargingParameters": {"evMaxCurrent": 1, "evMaxVoltage": 1}}
    asked = {"evseId": 1, "maxScheduleTuples": most, "chargingNeeds": {"requestedEnergyTransfer": kind, **figures}}
    return s("NotifyEVChargingNeeds", asked, {"status": answer})


def mode(name: str, **told: Any) -> dict[str, Any]:
    return of_tx(chargingSchedule=[schedule({"startPeriod": 0, "operationMode": name, **told})])


def composite(**told: Any) -> Any:
    plan = {"evseId": 1, "duration": 60, "chargingRateUnit": "W", "chargingSchedulePeriod": [LIMIT], **told}
    return c("GetCompositeSchedule", {"evseId": 1, "duration": 60}, {"status": "Accepted", "schedule": plan})


def alarm(**told: Any) -> Any:
    return s("NotifyDERAlarm", {"controlType": "VoltVar", "gridEventFault": "OverVoltage", "timestamp": at(), **told})


def runs(started: bool, number: str = "C1") -> Any:
    return s("NotifyDERStartStop", {"controlId": number, "started": started, "timestamp": at()})


SET_CONTROL = c("SetDERControl", {"controlId": "C1", "isDefault": True, "controlType": "VoltVar"}, "Accepted")
TWO = schedule({"startPeriod": 0, "limit": 1}, {"startPeriod": 60, "limit": 1}, startSchedule=at())
BACKWARDS = schedule({"startPeriod": 60, "limit": 1}, {"startPeriod": 0, "limit": 1}, startSchedule=at())
ONE_PHASE = schedule({"startPeriod": 0, "limit": 1, "numberPhases": 1, "phaseToUse": 2}, startSchedule=at())
THREE_PHASES = schedule({"startPeriod": 0, "limit": 1, "numberPhases": 3, "phaseToUse": 2}, startSchedule=at())
UNITS = knows("SmartChargingCtrlr", "RateUnit", "A")
GET = {"requestId": 3, "chargingProfile": {"chargingProfilePurpose": "TxProfile"}}
REPORTED = s(
    "ReportChargingProfiles",
    {"requestId": 3, "evseId": 1, "chargingLimitSource": "CSO", "chargingProfile": [profile()]},
)
CLEAR_1 = {"chargingProfileId": 1}
CURVE = [{"frequency": 50, "power": 0}, {"frequency": 51, "power": -1}]
LOCAL = {"v2xBaseline": 0, "v2xFreqWattCurve": CURVE}
SIGNAL = [{"signal": 0, "power": 0}, {"signal": 1, "power": 1}]
DYNAMIC = {"chargingProfileKind": "Dynamic"}
UPDATE = {"chargingProfileId": 1, "scheduleUpdate": {"limit": 1}}

ROWS = (
    Row("RULE-OCPP-TX-PROFILE", [put(of_tx())], [put(of_tx(), 0)]),
    Row(
        "RULE-OCPP-EXTERNAL-PROFILE",
        [put(profile())],
        [put(profile(chargingProfilePurpose="ChargingStationExternalConstraints"))],
    ),
    Row("RULE-OCPP-STATION-PROFILE", [put(whole(), 0)], [put(whole(), 1)]),
    Row("RULE-OCPP-SCHEDULE-START", [put(profile())], [put(profile(schedule()))]),
    Row(
        "RULE-OCPP-SCHEDULE-START",
        [put(profile(schedule(), chargingProfileKind="Relative"))],
        [put(profile(chargingProfileKind="Relative"))],
    ),
    Row("RULE-OCPP-PERIODS", [put(profile(TWO))], [put(profile(BACKWARDS))]),
    Row("RULE-OCPP-PHASE-TO-USE", [put(profile(ONE_PHASE))], [put(profile(THREE_PHASES))]),
    Row(
        "RULE-OCPP-PROFILE-LIMITS",
        [knows("SmartChargingCtrlr", "PeriodsPerSchedule", "1"), put(profile())],
        [knows("SmartChargingCtrlr", "PeriodsPerSchedule", "1"), put(profile(TWO))],
    ),
    Row(
        "RULE-OCPP-PROFILE-CLASH",
        [put(profile()), put(profile(id=2, stackLevel=1))],
        [put(profile()), put(profile(id=2))],
    ),
    Row(
        "RULE-OCPP-SCHEDULES",
        [needs(), put(of_tx(chargingSchedule=[TWO, TWO]))],
        [put(of_tx(chargingSchedule=[TWO, TWO]))],
    ),
    Row(
        "RULE-OCPP-SCHEDULE-TUPLES",
        [needs(most=2), put(of_tx(chargingSchedule=[TWO]))],
        [needs(most=1), put(of_tx(chargingSchedule=[TWO]))],
    ),
    Row("RULE-OCPP-NEEDS-ANSWERED", [needs(), put(of_tx())], [needs(), END]),
    Row("RULE-OCPP-NEEDS-ANSWERED", [needs("Processing"), 30.0, put(of_tx())], [needs("Rejected"), put(of_tx())]),
    Row("RULE-OCPP-NEEDS", [needs()], [needs(kind="AC_three_phase", dcChargingParameters={})]),
    Row(
        "RULE-OCPP-LIMIT-SOURCE",
        [s("NotifyChargingLimit", {"chargingLimit": {"chargingLimitSource": "EMS"}})],
        [s("ClearedChargingLimit", {"chargingLimitSource": "CSO"})],
    ),
    Row(
        "RULE-OCPP-PROFILE-FILTER",
        [c("GetChargingProfiles", GET)],
        [c("GetChargingProfiles", {"requestId": 3, "chargingProfile": {}})],
    ),
    Row("RULE-OCPP-PROFILE-FILTER", [c("ClearChargingProfile", CLEAR_1)], [c("ClearChargingProfile", {})]),
    Row("RULE-OCPP-PROFILE-TRANSACTION", [STARTED, ENDED, put(of_tx(), 1, "Rejected")], [STARTED, ENDED, put(of_tx())]),
    Row(
        "RULE-OCPP-PROFILE-TRANSACTION",
        [STARTED, put(of_tx(transactionId="T9"), 1, "Rejected")],
        [STARTED, put(of_tx(transactionId="T9"))],
    ),
    Row("RULE-OCPP-PROFILE-PURPOSE", [put(profile())], [put(whole(), 1)]),
    Row("RULE-OCPP-PROFILE-UNIT", [UNITS, put(profile(), 1, "Rejected")], [UNITS, put(profile())]),
    Row("RULE-OCPP-PROFILE-REPLACED", [put(profile()), REPORTED], [put(profile(stackLevel=3)), REPORTED]),
    Row(
        "RULE-OCPP-PROFILES-REPORTED",
        [c("GetChargingProfiles", GET, "Accepted"), REPORTED, END],
        [c("GetChargingProfiles", GET, "Accepted"), END],
    ),
    Row(
        "RULE-OCPP-PROFILES-REPORTED",
        [c("GetChargingProfiles", GET, "NoProfiles"), END],
        [c("GetChargingProfiles", GET, "NoProfiles"), REPORTED],
    ),
    Row(
        "RULE-OCPP-PROFILE-CLEARED",
        [put(profile()), c("ClearChargingProfile", CLEAR_1, "Accepted"), c("ClearChargingProfile", CLEAR_1, "Unknown")],
        [
            put(profile()),
            c("ClearChargingProfile", CLEAR_1, "Accepted"),
            c("ClearChargingProfile", CLEAR_1, "Accepted"),
        ],
    ),
    Row(
        "RULE-OCPP-PROFILE-CLEARED",
        [put(profile()), c("ClearChargingProfile", CLEAR_1, "Accepted")],
        [put(profile()), c("ClearChargingProfile", CLEAR_1, "Unknown")],
    ),
    Row("RULE-OCPP-COMPOSITE", [composite()], [composite(evseId=2)]),
    Row(
        "RULE-OCPP-COMPOSITE-LIMIT",
        [put(whole(), 0), composite()],
        [put(whole(), 0), composite(chargingSchedulePeriod=[{"startPeriod": 0, "limit": 22000}])],
    ),
    Row(
        "RULE-OCPP-EV-SCHEDULE",
        [
            put(of_tx()),
            s("NotifyEVChargingSchedule", {"evseId": 1, "chargingSchedule": schedule()}, {"status": "Accepted"}),
        ],
        [
            put(of_tx()),
            s(
                "NotifyEVChargingSchedule",
                {"evseId": 1, "chargingSchedule": schedule({"startPeriod": 0, "limit": 20000})},
                {"status": "Accepted"},
            ),
        ],
    ),
    Row(
        "RULE-V2X-MODE",
        [put(mode("CentralSetpoint", setpoint=-5)), put(mode("LocalFrequency", **LOCAL))],
        [put(mode("CentralSetpoint"))],
    ),
    Row("RULE-V2X-MODE", [put(mode("ChargingOnly", limit=5))], [put(mode("ChargingOnly", limit=5, dischargeLimit=-5))]),
    Row("RULE-V2X-MODE", [put(mode("Idle"))], [put(mode("LocalFrequency", v2xBaseline=0, v2xFreqWattCurve=CURVE[:1]))]),
    Row("RULE-V2X-MODE-REFUSED", [put(mode("CentralSetpoint"), 1, "Rejected")], [put(mode("CentralSetpoint"))]),
    Row(
        "RULE-V2X-SIGNS",
        [put(mode("CentralSetpoint", setpoint=-5, limit=5, dischargeLimit=-7))],
        [put(mode("CentralSetpoint", setpoint=-9, limit=5, dischargeLimit=-7))],
    ),
    Row(
        "RULE-V2X-MODE-KNOWN",
        [knows("V2XChargingCtrlr", "SupportedOperationModes", "ChargingOnly"), put(mode("ChargingOnly", limit=1))],
        [knows("V2XChargingCtrlr", "SupportedOperationModes", "ChargingOnly"), put(mode("Idle"))],
    ),
    Row("RULE-V2X-DYNAMIC", [put(of_tx(**DYNAMIC))], [put(of_tx(chargingSchedule=[TWO], **DYNAMIC))]),
    Row(
        "RULE-V2X-UPDATE",
        [put(of_tx(**DYNAMIC)), c("UpdateDynamicSchedule", UPDATE, "Accepted")],
        [put(of_tx()), c("UpdateDynamicSchedule", UPDATE, "Accepted")],
    ),
    Row(
        "RULE-V2X-NEEDS",
        [needs(kind="DC_BPT", v2xChargingParameters={}, controlMode="DynamicControl")],
        [needs(kind="DC_BPT")],
    ),
    Row(
        "RULE-V2X-ALLOWED",
        [c("NotifyAllowedEnergyTransfer", {"transactionId": "T1"}, "Accepted"), needs(), END],
        [c("NotifyAllowedEnergyTransfer", {"transactionId": "T1"}, "Accepted"), END],
    ),
    Row(
        "RULE-V2X-AFRR",
        [
            boot(),
            put(mode("CentralFrequency", setpoint=0, v2xSignalWattCurve=SIGNAL)),
            c("AFRRSignal", {"signal": 1}, "Accepted"),
        ],
        [boot(), c("AFRRSignal", {"signal": 1}, "Accepted")],
    ),
    Row("RULE-DER-ALARM", [alarm(), alarm(alarmEnded=True), alarm()], [alarm(), alarm()]),
    Row("RULE-DER-ALARM", [alarm(), alarm(alarmEnded=True)], [alarm(), alarm(alarmEnded=True), alarm(alarmEnded=True)]),
    Row("RULE-DER-START", [SET_CONTROL, runs(True), runs(False)], [SET_CONTROL, runs(True, "C9")]),
    Row("RULE-DER-START", [SET_CONTROL, runs(True)], [SET_CONTROL, runs(True), runs(True)]),
)
