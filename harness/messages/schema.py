"""From message declarations to EXI grammars, and the calls by which the rest of the harness encodes and decodes."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
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
    Loose,
    Name,
    OneOf,
    Particle,
    Schema,
    Simple,
    Term,
    Wildcard,
)
from harness.messages import field, registry
from harness.messages.field import FieldInfo, Message, content_of, fields_of
from harness.messages.namespaces import COMMON_TYPES

_BYTE = integer(-(2**7), 2**7 - 1)
_SHORT = integer(-(2**15), 2**15 - 1)


@cache
def codec(schema_key: str) -> Codec:
    """The codec of one schema: sap, common, ac, dc, acdp, wpt, xmldsig, iso2 or din.

    Raises:
        UserError: there is no such schema.
    """
    return Codec(schema_of(schema_key))


def encode(message: Message, *, schema: str | None = None, hits: bool = False) -> bytes:
    """The EXI document of a message, by the schema of its namespace unless another is named.

    Strings are spelt out unless `hits` are asked for: see `Codec.encode`.

    Raises:
        ExiError: the schema cannot say it; names the element path.
    """
    return codec(schema or registry.schema_of(message)).encode(message, hits=hits)


def decode(schema_key: str, data: bytes) -> Message:
    """The message of an EXI document.

    Raises:
        ExiError: the stream is none of this schema; names the bit offset and the element path.
    """
    message: Message = codec(schema_key).decode(data)
    return message


def schema_of(schema_key: str) -> Schema:
    """The grammars of one schema, as values.

    Raises:
        UserError: there is no such schema.
    """
    declared = registry.schema(schema_key)
    roots, names = _entries(declared, declared.roots), _entries(declared, declared.names)
    places: dict[Any, list[Element]] = {}
    for _, element in names:
        if element is not None and isinstance(element.type, Complex):
            places.setdefault(element.type.build, []).append(element)
    return Schema(schema_key, roots, names, {kind: _own(kind, found) for kind, found in places.items()})


_Entries = tuple[tuple[Name, Element | None], ...]


def _entries(declared: registry.Schema, entries: tuple[registry.ElementEntry, ...]) -> _Entries:
    return tuple((Name(entry.name, entry.namespace), _element(declared, entry)) for entry in entries)


def _element(declared: registry.Schema, entry: registry.ElementEntry) -> Element | None:
    if entry.kind is None:
        return None
    type_ = type_of(entry.kind)
    if entry.loose and type_.text is None:
        return None
    if entry.loose:
        attributes = tuple(Name(*name) for name in declared.attributes)
        parts = {name: getattr(type_, name) for name in type_.__struct_fields__}
        type_ = Loose(**parts, all_attributes=attributes, all_elements=len(declared.names))
    return Element(Name(entry.name, entry.namespace), type_)


def _own(kind: type[Message], found: list[Element]) -> Element:
    """Of the elements of a class, the one that bears its name; else the first."""
    name = Name(kind.name, kind.namespace)
    return next((element for element in found if element.name == name), found[0])


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
        foreign=tuple(info.attr for info in fields_of(cls) if info.wire.wildcard),
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
