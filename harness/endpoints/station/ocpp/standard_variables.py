"""The variables that a station has whatever blocks it consists of: what it is, how it talks, how much it takes."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.station.ocpp.kinds import Kind, decimal, integer, members
from harness.endpoints.station.ocpp.rule_variables import number, truth
from harness.endpoints.station.ocpp.transactions import CONNECTOR_ID, EVSE_ID
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.ocpp.variables import MOST_SET, Attribute, Key, Place, Variable, always
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.settings import StationSettings

_PHASES = 3
_LIMITED = ("GetReport", "GetVariables", "SetVariables")
_EVSE = Place(evse=EVSE_ID)
_CONNECTOR = Place(evse=EVSE_ID, connector=CONNECTOR_ID)
_MOST_SECONDS, _MOST_TIMES = 86_400, 100


def standard_variables(plant: Plant, tuning: Tuning) -> dict[Key, Variable]:
    """All of them; what is writable changes `tuning`."""
    settings = plant.settings
    return {
        **_identity(settings),
        **_device(settings),
        **_limits(settings),
        **_security(settings, tuning),
        **_talk(settings, tuning),
        **_charging(settings, tuning),
        **_evse(plant),
    }


def _identity(settings: StationSettings) -> dict[Key, Variable]:
    told = {
        "Model": settings.model,
        "VendorName": settings.vendor,
        "SerialNumber": settings.serial,
        "FirmwareVersion": settings.firmware,
    }
    return {("ChargingStation", name, None): always(value) for name, value in told.items()}


def _device(settings: StationSettings) -> dict[Key, Variable]:
    protocols = settings.device.file_protocols
    return {
        ("ChargingStation", "Available", None): always("true"),
        ("ChargingStation", "SupplyPhases", None): always(_PHASES),
        ("ClockCtrlr", "TimeSource", None): always("Heartbeat"),
        ("OCPPCommCtrlr", "FileTransferProtocols", None): replace(
            always(",".join(protocols)), kind=members(*protocols)
        ),
        ("OCPPCommCtrlr", "UnlockOnEVSideDisconnect", None): always("true"),
    }


def _limits(settings: StationSettings) -> dict[Key, Variable]:
    limits = {"ItemsPerMessage": settings.device.most_items, "BytesPerMessage": settings.device.most_bytes}
    return {("DeviceDataCtrlr", name, request): always(value) for name, value in limits.items() for request in _LIMITED}


def _security(settings: StationSettings, tuning: Tuning) -> dict[Key, Variable]:
    terms = settings.certificates
    return {
        ("SecurityCtrlr", "Identity", None): always(settings.station_id),
        ("SecurityCtrlr", "OrganizationName", None): always(terms.organisation),
        ("SecurityCtrlr", "MaxCertificateChainSize", None): always(terms.longest_chain),
        ("SecurityCtrlr", "CertificateEntries", None): always(terms.most_roots),
        ("SecurityCtrlr", "AdditionalRootCertificateCheck", None): always(terms.additional_root_check),
        ("SecurityCtrlr", "CertSigningWaitMinimum", None): number(tuning, "signing_wait", least=1),
        ("SecurityCtrlr", "CertSigningRepeatTimes", None): number(tuning, "signing_repeats"),
        ("ISO15118Ctrlr", "CentralContractValidationAllowed", None): always(terms.central_validation),
    }


def _talk(settings: StationSettings, tuning: Tuning) -> dict[Key, Variable]:
    seconds, times = integer("s", most=_MOST_SECONDS), integer(most=_MOST_TIMES)
    return {
        ("OCPPCommCtrlr", "HeartbeatInterval", None): number(tuning, "heartbeat_interval", least=1),
        ("OCPPCommCtrlr", "OfflineThreshold", None): _of(seconds, number(tuning, "offline_threshold")),
        ("OCPPCommCtrlr", "MessageTimeout", "Default"): always(f"{settings.message_timeout:g}"),
        ("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"): _of(
            integer(least=1, most=_MOST_TIMES), number(tuning, "message_attempts", least=1)
        ),
        ("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent"): _of(
            seconds, number(tuning, "message_attempt_interval")
        ),
        ("OCPPCommCtrlr", "RetryBackOffWaitMinimum", None): _of(
            integer("s", least=1, most=_MOST_SECONDS), number(tuning, "back_off_minimum", least=1)
        ),
        ("OCPPCommCtrlr", "RetryBackOffRepeatTimes", None): _of(times, number(tuning, "back_off_repeats")),
        ("OCPPCommCtrlr", "RetryBackOffRandomRange", None): _of(seconds, number(tuning, "back_off_range")),
        ("OCPPCommCtrlr", "WebSocketPingInterval", None): replace(
            number(tuning, "ping_interval"), kind=seconds, needs_reboot=True
        ),
        ("OCPPCommCtrlr", "ResetRetries", None): _of(times, number(tuning, "reset_retries")),
    }


def _charging(settings: StationSettings, tuning: Tuning) -> dict[Key, Variable]:
    return {
        ("AuthCtrlr", "AuthorizeRemoteStart", None): truth(tuning, "authorize_remote_start"),
        ("SmartChargingCtrlr", "Enabled", None): always("true"),
        ("SmartChargingCtrlr", "RateUnit", None): always("A,W"),
        ("SmartChargingCtrlr", "ProfileStackLevel", None): always(9),
        ("SmartChargingCtrlr", "PeriodsPerSchedule", None): always(1024),
        ("ISO15118Ctrlr", "Enabled", None): always("true"),
    }


def _evse(plant: Plant) -> dict[Key, Variable]:
    settings = plant.settings
    most = max(settings.max_charge_power, settings.max_discharge_power)
    power = Variable(
        read=lambda: f"{plant.meter.power_w:.0f}",
        place=_EVSE,
        kind=decimal("W", most=most, monitored=True),
        others={MOST_SET: Attribute(read=lambda: f"{most:.0f}")},
    )
    return {
        ("EVSE", "Available", None): replace(always("true"), place=_EVSE),
        ("EVSE", "AllowReset", None): replace(always(settings.device.resets_evse), place=_EVSE),
        ("EVSE", "EvseId", None): replace(always(settings.evse_id), place=_EVSE),
        ("EVSE", "Power", None): power,
        ("EVSE", "SupplyPhases", None): replace(always(_PHASES), place=_EVSE),
        ("Connector", "Available", None): replace(always("true"), place=_CONNECTOR),
        ("Connector", "ConnectorType", None): replace(always(settings.device.connector_type), place=_CONNECTOR),
        ("Connector", "SupplyPhases", None): replace(always(_PHASES), place=_CONNECTOR),
    }


def _of(kind: Kind, variable: Variable) -> Variable:
    return replace(variable, kind=kind)
