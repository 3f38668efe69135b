"""Good and bad conversations for the rules of authorization, lists and remote control."""

from __future__ import annotations

from typing import Any

from tests.checks.ocpp_rules.frames import (
    CHARGES,
    END,
    ENDED,
    OTHER,
    STARTED,
    TOKEN,
    Row,
    c,
    knows,
    s,
    status,
    tx,
)

FINE: dict[str, Any] = {"idTokenInfo": {"status": "Accepted"}}
NONE = {"idToken": "", "type": "NoAuthorization"}
GROUP = {"groupIdToken": {"idToken": "G1", "type": "Central"}}
OFF = [knows("AuthCacheCtrlr", "Enabled", "false"), knows("LocalAuthListCtrlr", "Enabled", "false")]
START: dict[str, Any] = {"remoteStartId": 7, "idToken": TOKEN, "evseId": 1}
PLUGGED = tx("Started", 0, "CablePluggedIn", "EVConnected")
REMOTE = tx("Updated", 1, "RemoteStart", "EVConnected", token=TOKEN, info={"remoteStartId": 7})
BLOCKED = {"idTokenInfo": {"status": "Blocked"}}


def ask(token: dict[str, str] = TOKEN, **told: Any) -> Any:
    return s("Authorize", {"idToken": token}, {"idTokenInfo": {"status": "Accepted", **told}})


def start(told: Any = "Accepted", **terms: Any) -> Any:
    return c("RequestStartTransaction", {**START, **terms}, told)


def stop(told: str) -> Any:
    return c("RequestStopTransaction", {"transactionId": "T1"}, told)


def send(version: int, kind: str = "Full", told: str = "Accepted", *tokens: dict[str, str]) -> Any:
    ask: dict[str, Any] = {"versionNumber": version, "updateType": kind}
    if tokens:
        ask["localAuthorizationList"] = [{"idToken": token} for token in tokens]
    return c("SendLocalList", ask, told)


ROWS = (
    Row("RULE-OCPP-CHARGING-AUTHORISED", [STARTED, CHARGES], [knows("AuthCtrlr", "Enabled", "true"), PLUGGED, CHARGES]),
    Row("RULE-OCPP-CHARGING-AUTHORISED", [STARTED, CHARGES], [PLUGGED, CHARGES], told=True),
    Row("RULE-OCPP-NO-AUTHORIZE", [ask()], [ask({"idToken": "A", "type": "Central"})]),
    Row(
        "RULE-OCPP-EMPTY-TOKEN",
        [tx("Started", 0, "Authorized", token=NONE)],
        [tx("Started", 0, "Authorized", token={"idToken": "A", "type": "NoAuthorization"})],
    ),
    Row(
        "RULE-OCPP-NO-AUTHORIZATION-ACCEPTED",
        [tx("Started", 0, "Authorized", token=NONE, answer=FINE)],
        [tx("Started", 0, "Authorized", token=NONE, answer=BLOCKED)],
    ),
    Row("RULE-OCPP-TOKEN-ANSWERED", [STARTED], [tx("Started", 0, "Authorized", token=TOKEN)]),
    Row(
        "RULE-OCPP-GROUP",
        [
            ask(**GROUP),
            tx("Started", 0, "Authorized", token=TOKEN, answer={"idTokenInfo": {"status": "Accepted", **GROUP}}),
        ],
        [ask(**GROUP), STARTED],
    ),
    Row("RULE-OCPP-LISTED-EVSE", [ask(evseId=[1]), STARTED, CHARGES], [ask(evseId=[2]), STARTED, CHARGES]),
    Row("RULE-OCPP-LANGUAGES", [ask(language1="de", language2="en")], [ask(language1="de", language2="de")]),
    Row("RULE-OCPP-ASKS", [*OFF, ask(), STARTED], [*OFF, STARTED]),
    Row(
        "RULE-OCPP-CONTRACT-HASHES",
        [s("Authorize", {"idToken": {"idToken": "A", "type": "eMAID"}, "certificate": "x"}, FINE)],
        [ask({"idToken": "A", "type": "eMAID"})],
        told=True,
    ),
    Row(
        "RULE-OCPP-CONTRACT-STATUS",
        [s("Authorize", {}, {**BLOCKED, "certificateStatus": "ContractCancelled"})],
        [s("Authorize", {}, {**FINE, "certificateStatus": "CertificateRevoked"})],
    ),
    Row("RULE-OCPP-CACHE-CLEARED", [*OFF, c("ClearCache", {}, "Rejected")], [*OFF, c("ClearCache", {}, "Accepted")]),
    Row(
        "RULE-OCPP-REMOTE-AUTHORISED",
        [*OFF, knows("AuthCtrlr", "AuthorizeRemoteStart", "true"), start(), ask(), REMOTE],
        [*OFF, knows("AuthCtrlr", "AuthorizeRemoteStart", "true"), start(), REMOTE],
    ),
    Row(
        "RULE-OCPP-REMOTE-AUTHORISED",
        [knows("AuthCtrlr", "AuthorizeRemoteStart", "false"), start(), REMOTE],
        [knows("AuthCtrlr", "AuthorizeRemoteStart", "false"), start(), ask(), REMOTE],
    ),
    Row(
        "RULE-OCPP-DEAUTHORISED",
        [
            knows("TxCtrlr", "StopTxOnInvalidId", "true"),
            tx("Started", 0, "Authorized", "Charging", token=TOKEN, answer=BLOCKED),
            tx("Updated", 1, "Deauthorized", "SuspendedEVSE"),
        ],
        [
            knows("TxCtrlr", "StopTxOnInvalidId", "true"),
            tx("Started", 0, "Authorized", "Charging", token=TOKEN, answer=BLOCKED),
            60.0,
            CHARGES,
        ],
    ),
    Row(
        "RULE-OCPP-MASTER-PASS",
        [knows("AuthCtrlr", "MasterPassGroupId", "G1"), ask(OTHER, **GROUP), STARTED],
        [knows("AuthCtrlr", "MasterPassGroupId", "G1"), ask(**GROUP), STARTED],
    ),
    Row(
        "RULE-OCPP-OFFLINE-UNKNOWN",
        [
            knows("AuthCtrlr", "LocalAuthorizeOffline", "false"),
            knows("AuthCtrlr", "OfflineTxForUnknownIdEnabled", "false"),
            tx("Ended", 3, "StopAuthorized", token=TOKEN, offline=True),
        ],
        [
            knows("AuthCtrlr", "LocalAuthorizeOffline", "false"),
            knows("AuthCtrlr", "OfflineTxForUnknownIdEnabled", "false"),
            tx("Started", 0, "Authorized", token=TOKEN, offline=True),
        ],
    ),
    Row(
        "RULE-OCPP-EV-UNPLUGGED",
        [knows("TxCtrlr", "StopTxOnEVSideDisconnect", "true"), STARTED, ENDED],
        [
            knows("TxCtrlr", "StopTxOnEVSideDisconnect", "true"),
            STARTED,
            tx("Updated", 1, "EVCommunicationLost", "Idle"),
            END,
        ],
    ),
    Row(
        "RULE-OCPP-STOPPED-BY-TOKEN",
        [tx("Ended", 1, "StopAuthorized", token=TOKEN)],
        [tx("Ended", 1, "StopAuthorized")],
        told=True,
    ),
    Row("RULE-OCPP-LIST", [send(1, "Full", "Accepted", TOKEN, OTHER)], [send(0)]),
    Row(
        "RULE-OCPP-LIST",
        [send(1, "Full", "Accepted", TOKEN), send(2, "Differential", "Accepted", OTHER)],
        [send(1, "Full", "Accepted", TOKEN, TOKEN)],
    ),
    Row("RULE-OCPP-LIST", [send(1)], [send(5), send(5, "Differential", "VersionMismatch")]),
    Row(
        "RULE-OCPP-LIST-STALE",
        [send(5), send(5, "Differential", "VersionMismatch")],
        [send(5), send(4, "Differential", "Accepted")],
    ),
    Row(
        "RULE-OCPP-LIST-VERSION",
        [send(5, "Full", "Accepted", TOKEN), c("GetLocalListVersion", {}, {"versionNumber": 5})],
        [send(5, "Full", "Accepted", TOKEN), c("GetLocalListVersion", {}, {"versionNumber": 4})],
    ),
    Row(
        "RULE-OCPP-REMOTE-START",
        [start(), REMOTE],
        [start(), tx("Started", 0, "CablePluggedIn", info={"remoteStartId": 7})],
    ),
    Row("RULE-OCPP-REMOTE-START", [start(), REMOTE], [start({"status": "Accepted", "transactionId": "T1"}), END]),
    Row("RULE-OCPP-REMOTE-ID", [start(), REMOTE], [start(remoteStartId=8), REMOTE]),
    Row("RULE-OCPP-REMOTE-JOINS", [PLUGGED, start({"status": "Accepted", "transactionId": "T1"})], [PLUGGED, start()]),
    Row("RULE-OCPP-REMOTE-REFUSED", [STARTED, start("Rejected")], [STARTED, start()]),
    Row("RULE-OCPP-REMOTE-REFUSED", [status("Faulted"), start("Rejected")], [status("Faulted"), start()]),
    Row(
        "RULE-OCPP-REMOTE-PROFILE",
        [start(chargingProfile={"chargingProfilePurpose": "TxProfile"})],
        [start(chargingProfile={"chargingProfilePurpose": "TxDefaultProfile"})],
    ),
    Row(
        "RULE-OCPP-REMOTE-PROFILE-REFUSED",
        [start("Rejected", chargingProfile={"chargingProfilePurpose": "TxDefaultProfile"})],
        [start(chargingProfile={"chargingProfilePurpose": "TxDefaultProfile"})],
    ),
    Row("RULE-OCPP-REMOTE-STOP", [STARTED, stop("Accepted")], [STARTED, stop("Rejected")]),
    Row("RULE-OCPP-REMOTE-STOP", [STARTED, ENDED, stop("Rejected")], [STARTED, ENDED, stop("Accepted")]),
    Row(
        "RULE-OCPP-REMOTE-STOPPED",
        [STARTED, stop("Accepted"), tx("Ended", 1, "RemoteStop", info={"stoppedReason": "Remote"})],
        [STARTED, stop("Accepted"), tx("Ended", 1, "RemoteStop", info={"stoppedReason": "Local"})],
    ),
    Row(
        "RULE-OCPP-REMOTE-STOPPED",
        [STARTED, stop("Accepted"), tx("Updated", 1, "RemoteStop")],
        [STARTED, stop("Accepted"), END],
    ),
    Row(
        "RULE-OCPP-UNLOCK",
        [STARTED, c("UnlockConnector", {"evseId": 1, "connectorId": 1}, "OngoingAuthorizedTransaction")],
        [STARTED, c("UnlockConnector", {"evseId": 1, "connectorId": 1}, "Unlocked")],
    ),
    Row(
        "RULE-OCPP-COST",
        [tx("Started", 0, "Authorized", answer={"totalCost": 1.5})],
        [tx("Started", 0, "Authorized", answer={"totalCost": -1})],
    ),
    Row(
        "RULE-OCPP-COST",
        [tx("Started", 0, "Authorized", answer={"totalCost": 1.5})],
        [tx("Started", 0, "Authorized", answer={"totalCost": 1.5}), tx("Ended", 1, "EVDeparted")],
        told=True,
    ),
)
