"""Response codes where they have a meaning: each belongs to certain responses and says nothing in others."""

from __future__ import annotations

from collections.abc import Iterable

from harness.checks import codes_older, course_older
from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.iso20.codes import ResponseCode
from harness.messages.iso20.types import V2gResponse
from harness.trace.trace import Trace

_C = ResponseCode
_LOOPS = ("AC_ChargeLoopRes", "DC_ChargeLoopRes", "WPT_ChargeLoopRes")
_PARAMETERS = (
    "AC_ChargeParameterDiscoveryRes",
    "DC_ChargeParameterDiscoveryRes",
    "WPT_ChargeParameterDiscoveryRes",
)
_AUTHORIZATION, _INSTALLATION = ("AuthorizationRes",), ("CertificateInstallationRes",)
_DELIVERY, _STOP = ("PowerDeliveryRes",), ("SessionStopRes",)

BELONGS: dict[ResponseCode, tuple[str, ...]] = {
    _C.OK_CERTIFICATE_EXPIRES_SOON: _AUTHORIZATION + _INSTALLATION,
    _C.OK_NEW_SESSION_ESTABLISHED: ("SessionSetupRes",),
    _C.OK_OLD_SESSION_JOINED: ("SessionSetupRes",),
    _C.OK_POWER_TOLERANCE_CONFIRMED: _DELIVERY,
    _C.WARNING_POWER_TOLERANCE_NOT_CONFIRMED: _DELIVERY,
    _C.FAILED_POWER_TOLERANCE_NOT_CONFIRMED: _DELIVERY,
    _C.WARNING_AUTHORIZATION_SELECTION_INVALID: _AUTHORIZATION,
    _C.WARNING_CERTIFICATE_EXPIRED: _AUTHORIZATION + _INSTALLATION,
    _C.WARNING_CERTIFICATE_NOT_YET_VALID: _AUTHORIZATION + _INSTALLATION,
    _C.WARNING_CERTIFICATE_REVOKED: _AUTHORIZATION + _INSTALLATION,
    _C.WARNING_CERTIFICATE_VALIDATION_ERROR: _AUTHORIZATION + _INSTALLATION,
    _C.WARNING_CHALLENGE_INVALID: _AUTHORIZATION,
    _C.WARNING_EIM_AUTHORIZATION_FAILURE: _AUTHORIZATION,
    _C.WARNING_EMSP_UNKNOWN: _AUTHORIZATION,
    _C.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR: _AUTHORIZATION,
    _C.WARNING_NO_CERTIFICATE_AVAILABLE: _INSTALLATION,
    _C.WARNING_NO_CONTRACT_MATCHING_PCID_FOUND: _INSTALLATION,
    _C.WARNING_EV_POWER_PROFILE_VIOLATION: _LOOPS,
    _C.FAILED_EV_POWER_PROFILE_VIOLATION: _LOOPS,
    _C.FAILED_EV_POWER_PROFILE_INVALID: _DELIVERY,
    _C.WARNING_STANDBY_NOT_ALLOWED: _DELIVERY,
    _C.WARNING_SCHEDULE_RENEGOTIATION_FAILED: (*_DELIVERY, "ScheduleExchangeRes"),
    _C.FAILED_SCHEDULE_RENEGOTIATION: (*_DELIVERY, "ScheduleExchangeRes"),
    _C.FAILED_SCHEDULE_SELECTION_INVALID: _DELIVERY,
    _C.FAILED_METERING_SIGNATURE_NOT_VALID: ("MeteringConfirmationRes",),
    _C.FAILED_NO_ENERGY_TRANSFER_SERVICE_SELECTED: ("ServiceSelectionRes",),
    _C.FAILED_SERVICE_SELECTION_INVALID: ("ServiceSelectionRes",),
    _C.FAILED_SERVICE_ID_INVALID: ("ServiceDetailRes",),
    _C.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED: _STOP,
    _C.FAILED_PAUSE_NOT_ALLOWED: _STOP,
    _C.FAILED_WRONG_CHARGE_PARAMETER: _PARAMETERS,
}
"""Codes that name one matter, and the responses that are about it; other codes may stand anywhere."""
_CODES = ("V2G20-2626", "V2G2-457", "V2G2-458", "V2G2-461", "V2G-DC-388", "V2G-DC-390")


def codes(trace: Trace) -> Iterable[Finding]:
    """A code that names one matter stands in a response about it; SessionSetupRes says which session it is."""
    tally = Tally("RULE-V2G-RESPONSE-CODE", "response codes stand where they have a meaning", _CODES)
    for entry in trace:
        message = entry.message
        code = getattr(message, "response_code", None)
        spoken = isinstance(message, V2gResponse) or course_older.is_older(message)
        if code is None or not spoken or not is_subject(trace, entry):
            continue
        places = BELONGS.get(code) if isinstance(message, V2gResponse) else codes_older.places(message)
        if places is not None and message.name not in places:
            tally.bad(f"{message.name} says {code}, which belongs to {' and '.join(places)}", entry)
        elif message.name == "SessionSetupRes" and str(code) == "OK":
            tally.bad("SessionSetupRes says OK, not whether the session is a new one or an old one", entry)
        else:
            tally.good(entry)
    return tally


RULES = (
    Rule(
        id="RULE-V2G-RESPONSE-CODE",
        title="Response codes stand where they have a meaning",
        judges=(Role.STATION,),
        cites=_CODES,
        find=codes,
    ),
)
