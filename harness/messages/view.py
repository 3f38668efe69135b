"""Messages for people and for reports: nested plain values under wire names, and one line for a diagram."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from harness.core.units import Rational
from harness.messages.content import arrange, label
from harness.messages.envelope import body_of
from harness.messages.field import FieldInfo, Message, fields_of
from harness.messages.physical import Sized

_TELLING = frozenset(
    {
        "AuthorizationServices",
        "BPT_ChannelSelection",
        "ContractID",
        "EAmount",
        "eMAID",
        "EVCCID",
        "EVMaxCurrent",
        "EVMaximumCurrentLimit",
        "EVMaximumDischargePower",
        "EVMaximumVoltageLimit",
        "EVPresentVoltage",
        "EVRESSSOC",
        "EVSEID",
        "EVSEMaxCurrent",
        "EVSEMaximumCurrentLimit",
        "EVSEMaximumVoltageLimit",
        "EVSENominalVoltage",
        "EVSENotification",
        "EVSEPresentCurrent",
        "EVSEPresentVoltage",
        "EVSETargetActivePower",
        "EVTargetCurrent",
        "EVTargetVoltage",
        "EVTerminationCode",
        "GoToPause",
        "ParameterSetID",
        "PaymentOption",
        "ReadyToChargeState",
        "SAScheduleTupleID",
        "SchemaID",
        "ServiceID",
    }
)
"""Wire names worth a place on the arrow of a sequence diagram, beside all enumerations."""
_INTO = frozenset(
    {
        "AC_EVSEStatus",
        "DC_EVSEStatus",
        "DC_EVStatus",
        "EVSEStatus",
        "PaymentOptionList",
        "SelectedEnergyTransferService",
    }
)
"""Parts whose telling fields are lifted into the line of the whole."""
_SHOWABLE = 256
"""Exponents from here on are shown as they were written, not computed."""


def to_wire(message: Message) -> dict[str, Any]:
    """The message as nested plain values under their wire names; what is absent is left out.

    Bytes become upper-case hex, physical values `{"Exponent", "Value"}` (before ISO 15118-20 with multiplier and
    unit), a member of a choice stands under its
    element name, repeated elements become lists. A value that no schema knows is shown as Python writes it.
    """
    seen: dict[str, Any] = {}
    for field in fields_of(type(message)):
        value = getattr(message, field.attr)
        if value is not None and (field.wire.attribute or field.wire.text):
            seen[field.wire.name or "value"] = _plain(value)
    for child in arrange(message).children:
        name = child.name or label(child.field)
        plain = _plain(child.value)
        if child.field.many:
            seen.setdefault(name, []).append(plain)
        else:
            seen[name] = plain
    return seen


def summary(message: Message) -> str:
    """One line: the name, then the fields that matter, `Name=value` or the bare value of an enumeration.

    Of an envelope, its body is told.
    """
    body = body_of(message)
    return " ".join([type(body).name or type(body).__name__, *_telling(body)])


def _plain(value: Any) -> Any:
    if isinstance(value, Message):
        texts = [field for field in fields_of(type(value)) if field.wire.text]
        seen = to_wire(value)
        return seen.get("value") if texts and set(seen) <= {"value"} else seen
    if isinstance(value, Rational):
        return {"Exponent": _plain(value.exponent), "Value": _plain(value.value)}
    if isinstance(value, bytes | bytearray):
        return value.hex().upper()
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return repr(value)


def _telling(message: Message) -> list[str]:
    parts: list[str] = []
    for field in fields_of(type(message)):
        value = getattr(message, field.attr)
        if value is None or field.attr == "header":
            continue
        parts += _tell(field, value)
    return parts


def _tell(field: FieldInfo, value: Any) -> list[str]:
    name = field.wire.name
    if isinstance(value, Message) and not isinstance(value, Sized):
        if name and name not in _INTO:
            return []
        return ([] if name else [type(value).name]) + _telling(value)
    if isinstance(value, StrEnum):
        return [value.value]
    if name not in _TELLING:
        return []
    if field.many and isinstance(value, tuple | list):
        return [f"{name}={','.join(_shown(item) for item in value)}"]
    return [f"{name}={_shown(value)}"]


def _shown(value: Any) -> str:
    if isinstance(value, Rational):
        return _sized(value, value.value, value.exponent, value.unit)
    if isinstance(value, Message) and isinstance(value, Sized):
        wire = to_wire(value)
        return _sized(value, wire.get("Value"), wire.get("Multiplier"), wire.get("Unit", ""))
    return value if isinstance(value, str) else repr(value)


def _sized(whole: object, value: object, exponent: object, unit: object) -> str:
    if type(value) is int and type(exponent) is int and abs(exponent) < _SHOWABLE:
        return str(whole).replace(" ", "")
    return f"{value!r}e{exponent!r}{unit}"
