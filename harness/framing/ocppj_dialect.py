"""The versions of OCPP whose JSON frames are known here: their frame types, error codes and subprotocol names."""

from __future__ import annotations

from enum import StrEnum

CALL = 2
CALL_RESULT = 3
CALL_ERROR = 4
CALL_RESULT_ERROR = 5
"""The refusal of an answer; OCPP 2.1."""
SEND = 6
"""What wants no answer; OCPP 2.1."""

ERROR_CODES = frozenset(
    {
        "FormatViolation",
        "GenericError",
        "InternalError",
        "MessageTypeNotSupported",
        "NotImplemented",
        "NotSupported",
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "RpcFrameworkError",
        "SecurityError",
        "TypeConstraintViolation",
    }
)
"""The error codes of OCPP 2.0.1, Part 4, 4.3; 2.1 has the same."""

OLD_SPELLINGS = {
    "FormatViolation": "FormationViolation",
    "OccurrenceConstraintViolation": "OccurenceConstraintViolation",
}
"""How OCPP 1.6 spells two of them; a defect in anything newer."""

_OLD_ERROR_CODES = (ERROR_CODES - {"MessageTypeNotSupported", "RpcFrameworkError"}) | set(OLD_SPELLINGS.values())


class Dialect(StrEnum):
    """A version by the name of its WebSocket subprotocol."""

    OCPP16 = "ocpp1.6"
    OCPP201 = "ocpp2.0.1"
    OCPP21 = "ocpp2.1"

    @property
    def version(self) -> str:
        """The number of the version."""
        return self.value.removeprefix("ocpp")

    @property
    def error_codes(self) -> frozenset[str]:
        """The error codes of the version."""
        return _OLD_ERROR_CODES if self is Dialect.OCPP16 else ERROR_CODES

    @property
    def frame_types(self) -> tuple[int, ...]:
        """The message type numbers of the version."""
        usual = (CALL, CALL_RESULT, CALL_ERROR)
        return (*usual, CALL_RESULT_ERROR, SEND) if self is Dialect.OCPP21 else usual

    def spelt(self, code: str) -> str:
        """An error code as this version has it; OCPP 1.6 knows none for what is no frame at all."""
        if self is not Dialect.OCPP16 or code in _OLD_ERROR_CODES - set(OLD_SPELLINGS):
            return code
        return OLD_SPELLINGS.get(code, "GenericError")


def dialect_of(subprotocol: str | None) -> Dialect | None:
    """The version that a subprotocol name stands for; None if it is none of ours."""
    return next((one for one in Dialect if one.value == subprotocol), None)
