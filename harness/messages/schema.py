"""From message declarations to EXI grammars, and the calls by which the rest of the harness encodes and decodes."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from operator import itemgetter
from typing import Any

from msgspec import Meta

from harness.core.units import Rational
from harness.exi.codec import Codec
from harness.exi.datatypes import Binary, Boolean, Datatype, Text, enumeration, integer
from harness.exi.grammar import (
    Attribute,
    Complex,
    Content,
    Element,
    InOrder,
    Name,
    OneOf,
    Particle,
    Schema,
    Simple,
    Term,
    Wildcard,
)
from harness.messages import field, sap, xmldsig
from harness.messages.field import FieldInfo, Message, content_of, fields_of
from harness.messages.iso20 import ac, acdp, common, dc, types, wpt
from harness.messages.namespaces import (
    AC,
    ACDP,
    APP_PROTOCOL,
    COMMON_MESSAGES,
    COMMON_TYPES,
    DC,
    WPT,
    XMLDSIG,
)

_BYTE = integer(-(2**7), 2**7 - 1)
_SHORT = integer(-(2**15), 2**15 - 1)


@cache
def codec(schema_key: str) -> Codec:
    """The codec of one schema: sap, common, ac, dc, acdp, wpt or xmldsig.

    Raises:
        KeyError: there is no such schema.
    """
    return Codec(schema_of(schema_key))


def encode(message: Message, *, schema: str | None = None) -> bytes:
    """The EXI document of a message, by the schema of its namespace unless another is named.

    Raises:
        ExiError: the schema cannot say it; names the element path.
    """
    return codec(schema or schema_key_of(type(message))).encode(message)


def decode(schema_key: str, data: bytes) -> Message:
    """The message of an EXI document.

    Raises:
        ExiError: the stream is none of this schema; names the bit offset and the element path.
    """
    message: Message = codec(schema_key).decode(data)
    return message


@cache
def type_of(cls: type[Message]) -> Complex:
    """The complex type that a message class declares."""
    fields = [info for info in fields_of(cls) if not info.wire.wildcard]
    attributes = [_attribute(info) for info in fields if info.wire.attribute]
    texts = [Content(info.attr, datatype_of(info)) for info in fields if info.wire.text]
    return Complex(
        title=cls.__name__,
        build=cls,
        attributes=tuple(sorted(attributes, key=lambda attribute: attribute.name)),
        text=texts[0] if texts else None,
        content=None if texts else _term(content_of(cls)),
        mixed=cls.mixed,
        fields=tuple(info.attr for info in fields),
        lists=frozenset(info.attr for info in fields if info.many),
    )


@cache
def rational_of(cls: type[Rational]) -> Complex:
    """The complex type of a physical value: exponent and value, whatever the unit."""
    parts = (
        Particle("exponent", (Element(Name("Exponent", COMMON_TYPES), Simple(_BYTE)),)),
        Particle("value", (Element(Name("Value", COMMON_TYPES), Simple(_SHORT)),)),
    )
    return Complex(cls.__name__, cls, content=InOrder(parts), fields=("exponent", "value"))


def datatype_of(info: FieldInfo) -> Datatype:
    """How the values of a simple field travel."""
    kind = info.types[0]
    if kind is bool:
        return Boolean()
    if kind is bytes:
        return Binary()
    if kind is str:
        return Text()
    if kind is int:
        bounds = [mark for mark in info.meta if isinstance(mark, Meta)]
        lower = [int(mark.ge) for mark in bounds if mark.ge is not None]
        upper = [int(mark.le) for mark in bounds if mark.le is not None]
        return integer(max(lower, default=None), min(upper, default=None))
    if issubclass(kind, StrEnum):
        return enumeration(tuple(kind))
    raise TypeError(f"{info.attr}: EXI knows no way to write a {kind.__name__}")


def _attribute(info: FieldInfo) -> Attribute:
    return Attribute(Name(info.wire.name, info.namespace), info.attr, datatype_of(info), not info.optional)


def _term(group: field.Sequence | field.Choice | field.Particle) -> Term:
    if isinstance(group, field.Particle):
        if group.field.wire.wildcard:
            return Wildcard(group.low, group.high)
        options = tuple(
            Element(Name(name, uri), _element_type(group.field, kind)) for name, uri, kind in group.field.alternatives
        )
        return Particle(group.field.attr, options, group.low, group.high)
    kind = InOrder if isinstance(group, field.Sequence) else OneOf
    return kind(tuple(map(_term, group.parts)), group.low, group.high)


def _element_type(info: FieldInfo, kind: Any) -> Simple | Complex:
    if issubclass(kind, Message):
        return type_of(kind)
    if issubclass(kind, Rational):
        return rational_of(kind)
    return Simple(datatype_of(info))


_NAMESPACES = {
    "sap": (APP_PROTOCOL, ""),
    "common": (COMMON_MESSAGES, COMMON_TYPES, XMLDSIG),
    "ac": (AC, COMMON_TYPES, XMLDSIG),
    "dc": (DC, COMMON_TYPES, XMLDSIG),
    "acdp": (ACDP, COMMON_TYPES, XMLDSIG),
    "wpt": (WPT, COMMON_TYPES, XMLDSIG),
    "xmldsig": (XMLDSIG,),
}
_LOCAL = frozenset(
    [
        "AbsolutePriceSchedule",
        "Dynamic_EVPPTControlMode",
        "Dynamic_SEReqControlMode",
        "Dynamic_SEResControlMode",
        "Dynamic_SMDTControlMode",
        "EIM_AReqAuthorizationMode",
        "EIM_ASResAuthorizationMode",
        "LF_ReceiverSetupData",
        "LF_RxData",
        "LF_TransmitterSetupData",
        "LF_TxData",
        "PnC_AReqAuthorizationMode",
        "PnC_ASResAuthorizationMode",
        "PriceLevelSchedule",
        "SECP521_EncryptedPrivateKey",
        "Scheduled_EVPPTControlMode",
        "Scheduled_SEReqControlMode",
        "Scheduled_SEResControlMode",
        "Scheduled_SMDTControlMode",
        "TPM_EncryptedPrivateKey",
        "X448_EncryptedPrivateKey",
        "X509CRL",
        "X509Certificate",
        "X509IssuerSerial",
        "X509SKI",
        "X509SubjectName",
        "boolValue",
        "byteValue",
        "finiteString",
        "intValue",
        "rationalNumber",
        "shortValue",
    ]
)
_MODULES = (ac, acdp, common, dc, sap, types, wpt, xmldsig)


def schema_key_of(cls: type[Message]) -> str:
    """The schema that declares a message."""
    return next(key for key, uris in _NAMESPACES.items() if uris[0] == cls.namespace)


@cache
def schema_of(schema_key: str) -> Schema:
    """The grammars of one schema, as values.

    Raises:
        KeyError: there is no such schema.
    """
    roots: dict[Name, Element | None] = {}
    names: dict[Name, Element | None] = {}
    for cls in _classes():
        own = Name(cls.name, cls.namespace)
        if cls.namespace not in _NAMESPACES[schema_key]:
            continue
        for info in fields_of(cls):
            for local, uri, kind in () if info.wire.attribute else info.alternatives:
                if issubclass(kind, Message):
                    names.setdefault(Name(local, uri), Element(Name(local, uri), type_of(kind)))
                elif Name(local, uri) not in names:
                    names[Name(local, uri)] = None
                if issubclass(kind, Rational):
                    names |= dict.fromkeys((Name("Exponent", COMMON_TYPES), Name("Value", COMMON_TYPES)))
        if cls.__dict__.get("name"):
            names[own] = Element(own, type_of(cls))
            if cls.name not in _LOCAL:
                roots[own] = names[own]
    return Schema(
        schema_key, tuple(sorted(roots.items(), key=itemgetter(0))), tuple(sorted(names.items(), key=itemgetter(0)))
    )


def _classes() -> list[type[Message]]:
    found = [value for module in _MODULES for value in vars(module).values()]
    return [value for value in found if isinstance(value, type) and issubclass(value, Message)]
