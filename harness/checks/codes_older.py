"""Response codes of ISO 15118-2 and DIN SPEC 70121 that name one matter, and the responses that are about it.

Where public sources leave it open whether a code may stand in a further response, it may.
"""

from __future__ import annotations

from typing import Any

from harness.checks import course_older as older

_SETUP, _DELIVERY = ("SessionSetupRes",), ("PowerDeliveryRes",)
_PARAMETERS, _RECEIPT = ("ChargeParameterDiscoveryRes",), ("MeteringReceiptRes",)
_DETAILS, _SERVICE = ("PaymentDetailsRes",), ("ServiceDetailRes",)
_SELECTION = ("PaymentServiceSelectionRes", "ServicePaymentSelectionRes")
_AUTHORIZATION = ("AuthorizationRes", "ContractAuthenticationRes")
_DELIVERED = ("CertificateInstallationRes", "CertificateUpdateRes")
_CONTRACT = _DETAILS + _AUTHORIZATION + _DELIVERED

BELONGS: dict[str, tuple[str, ...]] = {
    "OK_NewSessionEstablished": _SETUP,
    "OK_OldSessionJoined": _SETUP,
    "OK_CertificateExpiresSoon": _CONTRACT,
    "FAILED_ServiceIDInvalid": _SERVICE,
    "FAILED_ServiceSelectionInvalid": _SELECTION,
    "FAILED_PaymentSelectionInvalid": _SELECTION,
    "FAILED_NoChargeServiceSelected": _SELECTION,
    "FAILED_CertificateExpired": _CONTRACT,
    "FAILED_CertificateRevoked": _CONTRACT,
    "FAILED_CertificateNotAllowedAtThisEVSE": _CONTRACT,
    "FAILED_CertChainError": _CONTRACT,
    "FAILED_ContractCanceled": _CONTRACT,
    "FAILED_NoCertificateAvailable": _CONTRACT,
    "FAILED_SignatureError": _CONTRACT + _RECEIPT,
    "FAILED_ChallengeInvalid": _AUTHORIZATION,
    "FAILED_WrongChargeParameter": _PARAMETERS,
    "FAILED_WrongEnergyTransferMode": _PARAMETERS,
    "FAILED_WrongEnergyTransferType": _PARAMETERS,
    "FAILED_PowerDeliveryNotApplied": _DELIVERY,
    "FAILED_TariffSelectionInvalid": _DELIVERY,
    "FAILED_ChargingProfileInvalid": _DELIVERY,
    "FAILED_ContactorError": _DELIVERY,
    "FAILED_EVSEPresentVoltageToLow": (*_DELIVERY, "PreChargeRes"),
    "FAILED_MeteringSignatureNotValid": _RECEIPT,
}
"""By what travels: both protocols share most codes, and each has some that the other lacks."""


def places(message: Any) -> tuple[str, ...] | None:
    """The responses in which the code of a message has a meaning; None where it may stand anywhere."""
    return BELONGS.get(str(message.response_code)) if older.is_older(message) else None
