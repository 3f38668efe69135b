"""Responses that refuse: the type that belongs to the request, filled with what the schema asks for and no more."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Meta

from harness.core.units import Rational
from harness.messages.field import FieldInfo, Message, fields_of, is_abstract
from harness.messages.iso20.types import MessageHeader, ResponseCode
from harness.messages.registry import response_of
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes
from harness.messages.simple import Identity, IdentityReference, In


def refusal(request: Message, code: ResponseCode, header: MessageHeader) -> Message:
    """The response to `request` that carries `code` and otherwise fillers (V2G20-459, V2G20-736)."""
    kind = response_of(request)
    if kind is SupportedAppProtocolRes:
        return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)
    return filled(kind, request, header=header, response_code=code)


def filled(kind: type[Message], request: Message | None = None, **given: Any) -> Message:
    """A message with `given` fields; what else the schema demands gets the first value it takes."""
    values = dict(given)
    for info in fields_of(kind):
        if info.attr not in values and not info.optional:
            values[info.attr] = _filler(info, request)
    return kind(**values)


def _filler(info: FieldInfo, request: Message | None) -> Any:
    if info.many:
        return tuple(_value(info, info.types[0], request) for _ in range(info.wire.low))
    return _value(info, _chosen(info, request), request)


def _chosen(info: FieldInfo, request: Message | None) -> Any:
    """Of a choice, the block that belongs to the one in the request, else the first that may be used."""
    asked = getattr(getattr(request, info.attr, None), "name", "").replace("Req", "Res")
    usable = [kind for kind in info.types if not (issubclass(kind, Message) and is_abstract(kind))]
    return next((kind for kind in usable if asked and getattr(kind, "name", "") == asked), usable[0])


def _value(info: FieldInfo, kind: Any, request: Message | None) -> Any:
    bounds = [mark for mark in info.meta if isinstance(mark, Meta)]
    if issubclass(kind, Message):
        units = [mark.units for mark in info.meta if isinstance(mark, In)]
        # A size that carries its unit is nought of the unit that the field asks for.
        nought = {"multiplier": 0, "unit": units[0][0], "value": 0} if units else {}
        return filled(kind, request, **nought)
    if issubclass(kind, Rational):
        return kind.of(0.0)
    if issubclass(kind, StrEnum):
        return next(iter(kind))
    if kind is bool:
        return False
    if kind is int:
        return max((int(mark.ge) for mark in bounds if mark.ge is not None), default=0)
    if any(isinstance(mark, Identity | IdentityReference) for mark in info.meta):
        return "none"
    size = max((mark.min_length for mark in bounds if mark.min_length is not None), default=0)
    return bytes(size) if kind is bytes else " " * size
