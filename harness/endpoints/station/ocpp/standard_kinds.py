"""The kinds of the variables that OCPP names, for a station to report whoever in it owns them."""

from __future__ import annotations

from harness.endpoints.station.ocpp.kinds import (
    MOMENT,
    Kind,
    boolean,
    decimal,
    integer,
    members,
    option,
    sequence,
    text,
)
from harness.endpoints.station.ocpp.measurands import SAMPLED

_AVAILABILITY = option("Available", "Occupied", "Reserved", "Unavailable", "Faulted", monitored=True)
_MEASURANDS = members(*SAMPLED)
_POINTS = ("ParkingBayOccupancy", "EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer")
_SECONDS = integer("s")

_ANYWHERE: dict[str, Kind] = {
    "AvailabilityState": _AVAILABILITY,
    "BytesPerMessage": integer(),
    "ItemsPerMessage": integer(),
    "SupplyPhases": integer(most=3),
    **dict.fromkeys(
        ("Active", "Available", "Enabled", "Problem", "Tripped", "Overload", "Fallback"), boolean(monitored=True)
    ),
}
"""By variable, in whatever component."""

_TRUTHS = {
    "AuthCacheCtrlr": ("DisablePostAuthorize",),
    "AuthCtrlr": (
        "AuthorizeRemoteStart",
        "DisableRemoteAuthorization",
        "LocalAuthorizeOffline",
        "LocalPreAuthorize",
        "OfflineTxForUnknownIdEnabled",
    ),
    "AlignedDataCtrlr": ("SendDuringIdle", "SignReadings"),
    "ChargingStation": ("AllowNewSessionsPendingFirmwareUpdate",),
    "EVSE": ("AllowReset",),
    "ISO15118Ctrlr": (
        "CentralContractValidationAllowed",
        "ContractCertificateInstallationEnabled",
        "ContractValidationOffline",
        "PnCEnabled",
        "RequestMeteringReceipt",
        "V2GCertificateInstallationEnabled",
    ),
    "LocalAuthListCtrlr": ("DisablePostAuthorize", "SupportsExpiryDateTime"),
    "OCPPCommCtrlr": ("QueueAllMessages", "UnlockOnEVSideDisconnect"),
    "ReservationCtrlr": ("NonEvseSpecific",),
    "SampledDataCtrlr": ("RegisterValuesWithoutPhases", "SignReadings"),
    "SecurityCtrlr": ("AdditionalRootCertificateCheck", "AllowCSMSTLSWildcards", "AllowSecurityProfileDowngrade"),
    "SmartChargingCtrlr": (
        "ACPhaseSwitchingSupported",
        "ExternalControlSignalsEnabled",
        "NotifyChargingLimitWithSchedules",
        "Phases3to1",
    ),
    "TxCtrlr": ("StopTxOnEVSideDisconnect", "StopTxOnInvalidId", "TxBeforeAcceptedEnabled"),
}

_HERE: dict[tuple[str, str], Kind] = {
    **{(component, name): boolean() for component, names in _TRUTHS.items() for name in names},
    ("AlignedDataCtrlr", "Interval"): _SECONDS,
    ("AlignedDataCtrlr", "Measurands"): _MEASURANDS,
    ("AlignedDataCtrlr", "TxEndedInterval"): _SECONDS,
    ("AlignedDataCtrlr", "TxEndedMeasurands"): _MEASURANDS,
    ("AuthCacheCtrlr", "LifeTime"): _SECONDS,
    ("AuthCacheCtrlr", "Policy"): option("LRU", "LFU", "FIFO", "CUSTOM"),
    ("AuthCacheCtrlr", "Storage"): integer("B"),
    ("AuthCtrlr", "MasterPassGroupId"): text(36),
    ("ClockCtrlr", "DateTime"): Kind(type=MOMENT),
    ("ClockCtrlr", "TimeSource"): sequence("Heartbeat"),
    ("DisplayMessageCtrlr", "DisplayMessages"): integer(),
    ("DisplayMessageCtrlr", "SupportedFormats"): members("ASCII", "HTML", "URI", "UTF8"),
    ("DisplayMessageCtrlr", "SupportedPriorities"): members("AlwaysFront", "InFront", "NormalCycle"),
    ("DisplayMessageCtrlr", "SupportedStates"): members("Charging", "Faulted", "Idle", "Unavailable"),
    ("EVSE", "Power"): decimal("W", monitored=True),
    ("LocalAuthListCtrlr", "Entries"): integer(),
    ("LocalAuthListCtrlr", "Storage"): integer("B"),
    ("MonitoringCtrlr", "MonitoringBase"): option("All", "FactoryDefault", "HardWiredOnly"),
    ("MonitoringCtrlr", "ActiveMonitoringBase"): option("All", "FactoryDefault", "HardWiredOnly"),
    ("MonitoringCtrlr", "MonitoringLevel"): integer(most=9),
    ("MonitoringCtrlr", "ActiveMonitoringLevel"): integer(most=9),
    ("MonitoringCtrlr", "OfflineQueuingSeverity"): integer(most=9),
    ("OCPPCommCtrlr", "ActiveNetworkProfile"): integer(),
    ("OCPPCommCtrlr", "FileTransferProtocols"): members("FTP", "FTPS", "HTTP", "HTTPS", "SFTP"),
    ("OCPPCommCtrlr", "HeartbeatInterval"): integer("s", least=1),
    ("OCPPCommCtrlr", "MessageAttemptInterval"): _SECONDS,
    ("OCPPCommCtrlr", "MessageAttempts"): integer(least=1),
    ("OCPPCommCtrlr", "MessageTimeout"): integer("s", least=1),
    ("OCPPCommCtrlr", "NetworkConfigurationPriority"): sequence("1", "2"),
    ("OCPPCommCtrlr", "NetworkProfileConnectionAttempts"): integer(least=1),
    ("OCPPCommCtrlr", "OfflineThreshold"): _SECONDS,
    ("OCPPCommCtrlr", "ResetRetries"): integer(),
    ("OCPPCommCtrlr", "RetryBackOffRandomRange"): _SECONDS,
    ("OCPPCommCtrlr", "RetryBackOffRepeatTimes"): integer(),
    ("OCPPCommCtrlr", "RetryBackOffWaitMinimum"): integer("s", least=1),
    ("OCPPCommCtrlr", "WebSocketPingInterval"): _SECONDS,
    ("SampledDataCtrlr", "TxEndedInterval"): _SECONDS,
    ("SampledDataCtrlr", "TxEndedMeasurands"): _MEASURANDS,
    ("SampledDataCtrlr", "TxStartedMeasurands"): _MEASURANDS,
    ("SampledDataCtrlr", "TxUpdatedInterval"): _SECONDS,
    ("SampledDataCtrlr", "TxUpdatedMeasurands"): _MEASURANDS,
    ("SecurityCtrlr", "BasicAuthPassword"): text(40),
    ("SecurityCtrlr", "CertificateEntries"): integer(),
    ("SecurityCtrlr", "CertSigningRepeatTimes"): integer(),
    ("SecurityCtrlr", "CertSigningWaitMinimum"): integer("s", least=1),
    ("SecurityCtrlr", "MaxCertificateChainSize"): integer(),
    ("SecurityCtrlr", "SecurityProfile"): integer(most=3),
    ("SmartChargingCtrlr", "Entries"): integer(),
    ("SmartChargingCtrlr", "LimitChangeSignificance"): decimal("Percent", least=0),
    ("SmartChargingCtrlr", "PeriodsPerSchedule"): integer(),
    ("SmartChargingCtrlr", "ProfileStackLevel"): integer(),
    ("SmartChargingCtrlr", "RateUnit"): members("A", "W"),
    ("TxCtrlr", "ChargingTime"): integer("s", monitored=True),
    ("TxCtrlr", "EVConnectionTimeOut"): integer("s", least=1),
    ("TxCtrlr", "MaxEnergyOnInvalidId"): integer("Wh"),
    ("TxCtrlr", "TxStartPoint"): members(*_POINTS),
    ("TxCtrlr", "TxStopPoint"): members(*_POINTS),
}


def standard_kind(component: str, variable: str) -> Kind:
    """What OCPP makes of a variable; a text of any length where it does not name it."""
    return _HERE.get((component, variable)) or _ANYWHERE.get(variable) or Kind()
