"""The code lists that several DIN SPEC 70121 messages share, in the order of the schema."""

from __future__ import annotations

from enum import StrEnum

from harness.messages.iso2.codes import (
    CostKind,
    DcEvErrorCode,
    DcEvseStatusCode,
    EvseNotification,
    FaultCode,
    PaymentOption,
    ServiceCategory,
)

__all__ = [
    "CostKind",
    "DcEvErrorCode",
    "DcEvseStatusCode",
    "EvRequestedEnergyTransferType",
    "EvseNotification",
    "EvseProcessing",
    "EvseSupportedEnergyTransferType",
    "FaultCode",
    "IsolationLevel",
    "PaymentOption",
    "ResponseCode",
    "ServiceCategory",
    "ValueType",
]


class ResponseCode(StrEnum):
    """How the station took a request; every FAILED code ends the session."""

    OK = "OK"
    OK_NEW_SESSION_ESTABLISHED = "OK_NewSessionEstablished"
    OK_OLD_SESSION_JOINED = "OK_OldSessionJoined"
    OK_CERTIFICATE_EXPIRES_SOON = "OK_CertificateExpiresSoon"
    FAILED = "FAILED"
    FAILED_SEQUENCE_ERROR = "FAILED_SequenceError"
    FAILED_SERVICE_ID_INVALID = "FAILED_ServiceIDInvalid"
    FAILED_UNKNOWN_SESSION = "FAILED_UnknownSession"
    FAILED_SERVICE_SELECTION_INVALID = "FAILED_ServiceSelectionInvalid"
    FAILED_PAYMENT_SELECTION_INVALID = "FAILED_PaymentSelectionInvalid"
    FAILED_CERTIFICATE_EXPIRED = "FAILED_CertificateExpired"
    FAILED_SIGNATURE_ERROR = "FAILED_SignatureError"
    FAILED_NO_CERTIFICATE_AVAILABLE = "FAILED_NoCertificateAvailable"
    FAILED_CERT_CHAIN_ERROR = "FAILED_CertChainError"
    FAILED_CHALLENGE_INVALID = "FAILED_ChallengeInvalid"
    FAILED_CONTRACT_CANCELED = "FAILED_ContractCanceled"
    FAILED_WRONG_CHARGE_PARAMETER = "FAILED_WrongChargeParameter"
    FAILED_POWER_DELIVERY_NOT_APPLIED = "FAILED_PowerDeliveryNotApplied"
    FAILED_TARIFF_SELECTION_INVALID = "FAILED_TariffSelectionInvalid"
    FAILED_CHARGING_PROFILE_INVALID = "FAILED_ChargingProfileInvalid"
    FAILED_EVSE_PRESENT_VOLTAGE_TOO_LOW = "FAILED_EVSEPresentVoltageToLow"
    FAILED_METERING_SIGNATURE_NOT_VALID = "FAILED_MeteringSignatureNotValid"
    FAILED_WRONG_ENERGY_TRANSFER_TYPE = "FAILED_WrongEnergyTransferType"


class EvseProcessing(StrEnum):
    """Whether the station is done with the step that the message belongs to."""

    FINISHED = "Finished"
    ONGOING = "Ongoing"


class EvseSupportedEnergyTransferType(StrEnum):
    """By which connectors a station can charge."""

    AC_SINGLE_PHASE_CORE = "AC_single_phase_core"
    AC_THREE_PHASE_CORE = "AC_three_phase_core"
    DC_CORE = "DC_core"
    DC_EXTENDED = "DC_extended"
    DC_COMBO_CORE = "DC_combo_core"
    DC_DUAL = "DC_dual"
    AC_CORE1P_DC_EXTENDED = "AC_core1p_DC_extended"
    AC_SINGLE_DC_CORE = "AC_single_DC_core"
    AC_SINGLE_PHASE_THREE_PHASE_CORE_DC_EXTENDED = "AC_single_phase_three_phase_core_DC_extended"
    AC_CORE3P_DC_EXTENDED = "AC_core3p_DC_extended"


class EvRequestedEnergyTransferType(StrEnum):
    """By which connector an EV wants to charge."""

    AC_SINGLE_PHASE_CORE = "AC_single_phase_core"
    AC_THREE_PHASE_CORE = "AC_three_phase_core"
    DC_CORE = "DC_core"
    DC_EXTENDED = "DC_extended"
    DC_COMBO_CORE = "DC_combo_core"
    DC_UNIQUE = "DC_unique"


class IsolationLevel(StrEnum):
    """What the isolation monitor of a DC station says."""

    INVALID = "Invalid"
    VALID = "Valid"
    WARNING = "Warning"
    FAULT = "Fault"


class ValueType(StrEnum):
    """Which type the value of a parameter is said to have."""

    BOOL = "bool"
    BYTE = "byte"
    SHORT = "short"
    INT = "int"
    PHYSICAL_VALUE = "physicalValue"
    STRING = "string"
