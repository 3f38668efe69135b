"""What a frame means, written for people: a name, one line, and the whole with sizes in their units."""

from __future__ import annotations

from enum import Enum
from typing import Any

from harness.core.units import Rational
from harness.framing.sdp import SdpRequest, SdpResponse, Security, TransportProtocol
from harness.framing.v2gtp import type_name
from harness.messages.content import arrange, label
from harness.messages.envelope import body_of
from harness.messages.field import Message, fields_of
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.view import summary
from harness.trace.entry import Seen

_LONGEST_BYTES = 40
_SHOWABLE = 256
"""Exponents from here on are shown as they were written, not computed."""
_SUFFIX = {
    Kind.REQUEST: "Request",
    Kind.RESPONSE: "Response",
    Kind.ERROR: "Error",
    Kind.SEND: "",
    Kind.RESULT_ERROR: "ResponseError",
}
"""OCPP names its messages this way; a CALLERROR and a CALLRESULTERROR have no name of their own."""
_TELLING = (
    "eventType",
    "triggerReason",
    "seqNo",
    "offline",
    "status",
    "connectorStatus",
    "reason",
    "requestedEnergyTransfer",
    "type",
    "code",
)
"""Keys of an OCPP payload worth a place on the arrow of a sequence diagram."""


def name_of(body: Seen) -> str:
    """What a report calls a frame; empty if it could not be read."""
    match body.message:
        case None:
            return ""
        case OcppMessage() as message:
            return f"{message.action}{_SUFFIX[message.kind]}"
        case SdpRequest():
            return "SECC discovery request"
        case SdpResponse():
            return "SECC discovery response"
        case Message() as message:
            said = type(body_of(message))
            return said.name or said.__name__
        case message:
            return type(message).__name__


def label_of(body: Seen) -> str:
    """The name of a frame, or what is known of one that could not be read."""
    if name := name_of(body):
        return name
    return f"unreadable frame, {type_name(body.payload_type)}" if body.payload_type else "unreadable frame"


def gist_of(body: Seen) -> str:
    """The fields that matter most, without the name; empty if there are none."""
    message = body.message
    if isinstance(message, Message):
        return summary(body_of(message)).partition(" ")[2]
    if isinstance(message, SdpResponse):
        return f"[{message.host}]:{message.port} {_codes(message.security, message.transport)['security']}"
    if isinstance(message, SdpRequest):
        return str(_codes(message.security, message.transport)["security"])
    if isinstance(message, OcppMessage) and isinstance(message.payload, dict):
        told = [_fact(key, message.payload[key]) for key in _TELLING if key in message.payload]
        return " ".join(filter(None, told))
    return ""


def decoded(value: Any) -> Any:
    """A message, or a part of one, as plain objects, arrays, texts and numbers; never raises for a wrong one."""
    match value:
        case Rational():
            return _size(value)
        case Message():
            return _parts(value)
        case OcppMessage():
            return value.payload
        case SdpRequest():
            return _codes(value.security, value.transport)
        case SdpResponse():
            return {"address": value.host, "port": value.port, **_codes(value.security, value.transport)}
        case Enum():
            return value.value
        case bytes() | bytearray():
            return _bytes(bytes(value))
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [decoded(member) for member in value]
        case _:
            return repr(value)


def _parts(message: Message) -> Any:
    parts: dict[str, Any] = {}
    for field in fields_of(type(message)):
        value = getattr(message, field.attr)
        if value is not None and (field.wire.attribute or field.wire.text):
            parts[field.wire.name or "value"] = decoded(value)
    for child in arrange(message).children:
        name = child.name or label(child.field)
        if child.field.many:
            parts.setdefault(name, []).append(decoded(child.value))
        else:
            parts[name] = decoded(child.value)
    return parts["value"] if set(parts) == {"value"} else parts


def _size(size: Rational) -> Any:
    """`400 V`; how it was written stands behind it where that is not the plain way."""
    written = f"{size.value!r}e{size.exponent!r}"
    if type(size.value) is not int or type(size.exponent) is not int or abs(size.exponent) >= _SHOWABLE:
        return f"{written} {size.unit}".rstrip()
    plain = f"{float(size):.10g} {size.unit}".rstrip()
    return plain if size.exponent == 0 else f"{plain} (written {written})"


def _bytes(value: bytes) -> str:
    if len(value) <= _LONGEST_BYTES:
        return value.hex().upper()
    return f"{value[:_LONGEST_BYTES].hex().upper()}… ({len(value)} bytes)"


def _codes(security: int, transport: int) -> dict[str, Any]:
    return {"security": _named(Security, security), "transport": _named(TransportProtocol, transport)}


def _named(codes: type[Security] | type[TransportProtocol], code: int) -> str:
    known = {member.value: member.name for member in codes}
    return known.get(code, f"0x{code:02x}")


def _fact(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return key if value else ""
    if isinstance(value, str):
        return value[:40]
    return f"{key}={value}" if isinstance(value, int | float) else ""
