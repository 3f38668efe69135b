"""Good and bad conversations for the rules of transactions, meter values and reservations."""

from __future__ import annotations

from typing import Any

from tests.checks.ocpp_rules.frames import (
    CHARGES,
    END,
    ENDED,
    LOST,
    OPEN,
    STARTED,
    TOKEN,
    Row,
    at,
    boot,
    c,
    knows,
    s,
    status,
    tx,
)

PLUGGED = tx("Started", 0, "CablePluggedIn", "EVConnected")
EARLY = tx("Started", 0, "Authorized", "Idle", token=TOKEN)
LIMIT = {"transactionLimit": {"maxEnergy": 1000}}
RESERVE: dict[str, Any] = {"id": 5, "evseId": 1, "idToken": TOKEN, "expiryDateTime": at(100)}
TRIES = [
    knows("OCPPCommCtrlr", "MessageAttemptInterval", "10", instance="TransactionEvent"),
    knows("OCPPCommCtrlr", "MessageAttempts", "3", instance="TransactionEvent"),
]
FAILED = tx("Started", 0, "CablePluggedIn", answer="InternalError")


def sample(value: float, measurand: str = "Energy.Active.Import.Register", **told: Any) -> dict[str, Any]:
    return {"value": value, "measurand": measurand, **told}


def values(*samples: dict[str, Any], now: float = 0.0, evse: int = 1) -> Any:
    return s("MeterValues", {"evseId": evse, "meterValue": [{"timestamp": at(now), "sampledValue": list(samples)}]})


def metered(
    kind: str, number: int, *samples: dict[str, Any], now: float = 0.0, taken: float | None = None, **told: Any
) -> Any:
    value = [{"timestamp": at(now if taken is None else taken), "sampledValue": list(samples)}]
    return tx(kind, number, told.pop("trigger", "MeterValuePeriodic"), "Charging", meterValue=value, now=now, **told)


def reserve(told: str = "Accepted", **terms: Any) -> Any:
    return c("ReserveNow", {**RESERVE, **terms}, told)


def cancel(told: str) -> Any:
    return c("CancelReservation", {"reservationId": 5}, told)


def period(*numbers: float) -> list[Any]:
    known = knows("SampledDataCtrlr", "TxUpdatedInterval", "60")
    return [known, *(metered("Updated", place, sample(place), now=now) for place, now in enumerate(numbers, 1))]


KW = {"unit": "kW"}
STATUS_OK = c("GetTransactionStatus", {"transactionId": "T1"}, {"messagesInQueue": False, "ongoingIndicator": True})

ROWS = (
    Row("RULE-OCPP-STOP-REASON", [STARTED, ENDED], [STARTED, tx("Ended", 1, "RemoteStop")]),
    Row(
        "RULE-OCPP-STOP-REASON",
        [STARTED, ENDED],
        [STARTED, tx("Updated", 1, "RemoteStop", info={"stoppedReason": "Remote"})],
    ),
    Row(
        "RULE-OCPP-STOP-TRIGGER",
        [STARTED, ENDED],
        [STARTED, tx("Ended", 1, "StopAuthorized", info={"stoppedReason": "Remote"})],
    ),
    Row("RULE-OCPP-STATE-TOLD", [STARTED, CHARGES], [STARTED, tx("Updated", 1, "ChargingStateChanged")]),
    Row("RULE-OCPP-STATES", [STARTED, CHARGES], [EARLY, tx("Updated", 1, "ChargingStateChanged", "Charging")]),
    Row(
        "RULE-OCPP-CABLE-TRIGGER",
        [EARLY, tx("Updated", 1, "CablePluggedIn", "EVConnected")],
        [EARLY, tx("Updated", 1, "ChargingStateChanged", "EVConnected")],
    ),
    Row(
        "RULE-OCPP-PHASES-USED",
        [tx("Updated", 1, "ChargingStateChanged", numberOfPhasesUsed=3)],
        [tx("Updated", 1, "ChargingStateChanged", numberOfPhasesUsed=4)],
    ),
    Row("RULE-OCPP-EVSE-TOLD", [STARTED], [tx("Started", 0, "CablePluggedIn", "EVConnected", evse=(1,))]),
    Row("RULE-OCPP-TOKEN-TOLD", [STARTED], [tx("Started", 0, "Authorized")]),
    Row(
        "RULE-OCPP-TOKEN-TRIGGER",
        [PLUGGED, tx("Updated", 1, "Authorized", token=TOKEN)],
        [PLUGGED, tx("Updated", 1, "MeterValuePeriodic", token=TOKEN)],
    ),
    Row("RULE-OCPP-EVENTS-TAKEN", [STARTED], [FAILED]),
    Row("RULE-OCPP-TX-RESUMED", [tx("Updated", 1, "TxResumed")], [tx("Started", 0, "TxResumed")]),
    Row(
        "RULE-OCPP-MODE-TOLD",
        [tx("Updated", 1, "OperationModeChanged", info={"operationMode": "Idle"})],
        [tx("Updated", 1, "OperationModeChanged")],
    ),
    Row(
        "RULE-OCPP-LIMIT-TOLD",
        [tx("Updated", 1, "LimitSet", info=LIMIT), tx("Updated", 2, "EnergyLimitReached")],
        [tx("Updated", 2, "EnergyLimitReached")],
    ),
    Row(
        "RULE-OCPP-ONE-TRANSACTION",
        [STARTED, ENDED, tx("Started", 0, "CablePluggedIn", id="T2", now=5)],
        [STARTED, tx("Started", 0, "CablePluggedIn", id="T2", now=5)],
    ),
    Row(
        "RULE-OCPP-START-POINT",
        [knows("TxCtrlr", "TxStartPoint", "EVConnected"), PLUGGED],
        [knows("TxCtrlr", "TxStartPoint", "Authorized"), PLUGGED],
    ),
    Row(
        "RULE-OCPP-START-POINT",
        [knows("TxCtrlr", "TxStartPoint", "Authorized"), EARLY],
        [knows("TxCtrlr", "TxStartPoint", "EVConnected"), EARLY],
    ),
    Row(
        "RULE-OCPP-STOP-POINT",
        [knows("TxCtrlr", "TxStopPoint", "EVConnected"), STARTED, ENDED],
        [knows("TxCtrlr", "TxStopPoint", "EVConnected"), STARTED, tx("Ended", 1, "StopAuthorized", "EVConnected")],
    ),
    Row(
        "RULE-OCPP-CABLE-TIMEOUT",
        [knows("TxCtrlr", "EVConnectionTimeOut", "30"), EARLY, tx("Ended", 1, "EVConnectTimeout", now=30)],
        [knows("TxCtrlr", "EVConnectionTimeOut", "30"), EARLY, tx("Ended", 1, "EVConnectTimeout", now=10)],
    ),
    Row("RULE-OCPP-TX-STATUS", [STARTED, STATUS_OK], [STARTED, ENDED, STATUS_OK]),
    Row(
        "RULE-OCPP-TX-STATUS",
        [c("GetTransactionStatus", {}, {"messagesInQueue": False})],
        [c("GetTransactionStatus", {}, {"messagesInQueue": False, "ongoingIndicator": False})],
    ),
    Row(
        "RULE-OCPP-OFFLINE",
        [OPEN, LOST, 60.0, OPEN, tx("Updated", 1, "MeterValuePeriodic", now=30, offline=True)],
        [OPEN, LOST, 60.0, OPEN, tx("Updated", 1, "MeterValuePeriodic", now=30)],
    ),
    Row("RULE-OCPP-EVENT-RETRY", [*TRIES, FAILED, 10.0, FAILED, 20.0, FAILED], [*TRIES, FAILED, 2.0, FAILED]),
    Row(
        "RULE-OCPP-EVENT-RETRY",
        [*TRIES, FAILED, 10.0, FAILED],
        [*TRIES, FAILED, 10.0, FAILED, 20.0, FAILED, 30.0, FAILED],
    ),
    Row(
        "RULE-OCPP-RESERVATION-TOLD",
        [reserve(), tx("Started", 0, "Authorized", token=TOKEN, reservationId=5)],
        [reserve(), STARTED],
    ),
    Row(
        "RULE-METER-UNITS",
        [values(sample(1, "Power.Active.Import", unitOfMeasure=KW))],
        [values(sample(1, unitOfMeasure=KW))],
    ),
    Row("RULE-METER-SOC", [values(sample(50, "SoC", location="EV"))], [values(sample(150, "SoC", location="EV"))]),
    Row(
        "RULE-METER-EDGES",
        [metered("Started", 0, sample(1, context="Transaction.Begin"))],
        [metered("Started", 0, sample(1))],
    ),
    Row("RULE-METER-EDGES", [metered("Ended", 1, sample(1, context="Transaction.End"))], [ENDED], told=True),
    Row("RULE-METER-PERIOD", period(0, 60, 120), period(0, 60, 180)),
    Row(
        "RULE-METER-MEASURANDS",
        [
            knows("SampledDataCtrlr", "TxUpdatedMeasurands", "Energy.Active.Import.Register"),
            metered("Updated", 1, sample(1)),
        ],
        [knows("SampledDataCtrlr", "TxUpdatedMeasurands", "Power.Active.Import"), metered("Updated", 1, sample(1))],
    ),
    Row(
        "RULE-METER-ALIGNED",
        [knows("AlignedDataCtrlr", "Interval", "10"), values(sample(1, context="Sample.Clock"), now=10)],
        [knows("AlignedDataCtrlr", "Interval", "10"), values(sample(1, context="Sample.Clock"), now=4)],
    ),
    Row(
        "RULE-METER-MOMENT",
        [metered("Updated", 1, sample(1), now=5)],
        [metered("Updated", 1, sample(1), now=5, taken=60)],
    ),
    Row("RULE-METER-EVSE", [values(sample(1), evse=0)], [values(sample(1), evse=-1)]),
    Row("RULE-METER-EVSE", [STARTED, CHARGES], [STARTED, tx("Updated", 1, "ChargingStateChanged", evse=(2, 1))]),
    Row(
        "RULE-METER-SIGNED",
        [knows("SampledDataCtrlr", "SignReadings", "true"), metered("Ended", 1, sample(1, signedMeterValue={}))],
        [knows("SampledDataCtrlr", "SignReadings", "true"), metered("Ended", 1, sample(1))],
    ),
    Row(
        "RULE-METER-ANSWERED",
        [values(sample(1))],
        [
            s(
                "MeterValues",
                {"evseId": 1, "meterValue": [{"timestamp": at(), "sampledValue": [{"value": 1}]}]},
                "InternalError",
            )
        ],
    ),
    Row(
        "RULE-METER-PHASES",
        [values(sample(1, "Voltage", phase="L1"), sample(1, "Voltage", phase="L2"))],
        [values(sample(1, "Voltage"), sample(1, "Voltage"))],
        told=True,
    ),
    Row(
        "RULE-METER-DIRECTION",
        [values(sample(0, "Power.Active.Import"), sample(5000, "Power.Active.Export"))],
        [values(sample(3, "Power.Active.Import", unitOfMeasure=KW), sample(5000, "Power.Active.Export"))],
    ),
    Row(
        "RULE-OCPP-RESERVE-ANSWER", [status("Occupied"), reserve("Occupied")], [status("Occupied"), reserve("Accepted")]
    ),
    Row(
        "RULE-OCPP-RESERVED-SHOWN",
        [status("Available"), reserve(), status("Reserved"), END],
        [status("Available"), reserve(), END],
    ),
    Row(
        "RULE-OCPP-RESERVATION-EXPIRED",
        [reserve(), 100.0, s("ReservationStatusUpdate", {"reservationId": 5, "reservationUpdateStatus": "Expired"})],
        [reserve(), END],
    ),
    Row("RULE-OCPP-CANCEL", [reserve(), cancel("Accepted"), cancel("Rejected")], [reserve(), cancel("Rejected")]),
    Row(
        "RULE-OCPP-CANCEL", [reserve(), cancel("Accepted")], [boot(), reserve(), cancel("Accepted"), cancel("Accepted")]
    ),
)
