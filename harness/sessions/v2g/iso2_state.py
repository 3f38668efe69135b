"""The states of a session of ISO 15118-2 or DIN SPEC 70121, beside those that it shares with ISO 15118-20."""

from __future__ import annotations

from enum import StrEnum


class Iso2State(StrEnum):
    """How far a session has come; before SessionSetup and after its end it is in one of `State`."""

    SET_UP = "session set up"
    SERVICES_OFFERED = "services offered"
    CONTRACT_SELECTED = "payment by contract selected"
    CERTIFICATE_DELIVERED = "contract certificate delivered"
    EXTERNAL_PAYMENT_SELECTED = "external payment selected"
    CONTRACT_SHOWN = "contract shown"
    AUTHORIZING = "authorization ongoing"
    AUTHORIZED = "authorized"
    PARAMETERS_ONGOING = "charge parameters ongoing"
    PARAMETERS_KNOWN = "charge parameters known"
    CABLE_CHECKING = "cable check ongoing"
    CABLE_CHECKED = "cable checked"
    PRE_CHARGING = "pre-charging"
    CHARGING = "charging"
    RECEIPT_WANTED = "metering receipt wanted"
    RENEGOTIATING = "renegotiating"
    RENEGOTIATED = "renegotiated"
    STOPPED = "charging stopped"
    WELDING_DETECTION = "welding detection"
