"""What a message means, written for people: wire names, sizes with their unit, long bytes shortened."""

from __future__ import annotations

from enum import Enum
from typing import Any

from harness.core.units import Rational
from harness.framing.sdp import SdpRequest, SdpResponse, Security, TransportProtocol
from harness.framing.v2gtp import type_name
from harness.messages.field import FieldInfo, Message, fields_of
from harness.messages.ocpp import Kind, OcppMessage
from harness.trace.entry import Seen

_LONGEST_BYTES = 40
_SUFFIX = {Kind.REQUEST: "Request", Kind.RESPONSE: "Response", Kind.ERROR: "Error"}
"""OCPP names its messages this way; a CALLERROR has no name of its own."""


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
            return type(message).name or type(message).__name__
        case message:
            return type(message).__name__


def label_of(body: Seen) -> str:
    """The name of a frame, or what is known of one that could not be read."""
    if name := name_of(body):
        return name
    return f"unreadable frame, {type_name(body.payload_type)}" if body.payload_type else "unreadable frame"


def decoded(value: Any) -> Any:
    """A message, or a part of one, as plain objects, arrays, texts and numbers."""
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
        case bytes():
            return _bytes(value)
        case _:
            return value


def _parts(message: Message) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for info in fields_of(type(message)):
        value = getattr(message, info.attr)
        if value is None or (info.many and not value):
            continue
        if info.many:
            for member in value:
                parts.setdefault(_key(info, member), []).append(decoded(member))
        else:
            parts[_key(info, value)] = decoded(value)
    return parts


def _key(info: FieldInfo, value: Any) -> str:
    if info.wire.name:
        return info.wire.name
    if isinstance(value, Message) and type(value).name:
        return type(value).name
    return "value" if info.wire.text else info.attr


def _size(size: Rational) -> Any:
    """`400 V`; how it was written stands behind it where that is not the plain way."""
    plain = f"{float(size):g} {size.unit}".rstrip()
    return plain if size.exponent == 0 else f"{plain} (written {size.value}e{size.exponent})"


def _bytes(value: bytes) -> str:
    if len(value) <= _LONGEST_BYTES:
        return value.hex().upper()
    return f"{value[:_LONGEST_BYTES].hex().upper()}… ({len(value)} bytes)"


def _codes(security: int, transport: int) -> dict[str, Any]:
    return {
        "security": _named(Security, security),
        "transport": _named(TransportProtocol, transport),
    }


def _named(codes: type[Security] | type[TransportProtocol], code: int) -> str:
    known = {member.value: member.name for member in codes}
    return known.get(code, f"0x{code:02x}")
