"""What the schemas object to in a message, and units that do not belong; asked by judges, never by constructors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from msgspec import Meta, Struct

from harness.core.units import Rational
from harness.messages.content import arrange, label
from harness.messages.field import FieldInfo, Message, fields_of, is_abstract
from harness.messages.simple import Identity, IdentityReference, In

_HIGHEST_UNSIGNED_LONG = 2**64 - 1
_LISTED = 8
"""As many kinds of message are told one by one."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IDENTITY = re.compile(r"[^\W\d][\w.\-·]*")


class Problem(Struct, frozen=True):
    """One objection: where, what, and the value that met it."""

    path: str
    what: str
    value: object = None

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def problems(message: object) -> tuple[Problem, ...]:
    """All that the schema of `message` objects to, in the order of the wire; empty: the message is valid.

    Never raises, whatever the fields hold.
    """
    if not isinstance(message, Message):
        return (Problem("", f"a {_type_name(message)} is no message", message),)
    path = type(message).name or type(message).__name__
    return (*_message(message, path), *_twice(message, path))


def _twice(message: Message, path: str) -> Iterator[Problem]:
    """Identities that stand more than once in one document: a signature could mean either."""
    seen: set[str] = set()
    for identity in _identities(message):
        if identity in seen:
            yield Problem(path, f"holds the identity {identity!r} more than once", identity)
        seen.add(identity)


def _identities(message: Message) -> Iterator[str]:
    for field in fields_of(type(message)):
        held = getattr(message, field.attr)
        for value in held if isinstance(held, tuple | list) else (held,):
            if isinstance(value, Message):
                yield from _identities(value)
            elif isinstance(value, str) and any(isinstance(mark, Identity) for mark in field.meta):
                yield value


def _message(message: Message, path: str) -> Iterator[Problem]:
    if is_abstract(type(message)):
        yield Problem(path, "stands for an abstract type", message)
    for field in fields_of(type(message)):
        yield from _field(message, field, path)
    for objection in arrange(message).objections:
        yield Problem(path, objection, message)


def _field(message: Message, field: FieldInfo, path: str) -> Iterator[Problem]:
    value = getattr(message, field.attr)
    where = _where(field, value, path)
    if field.wire.wildcard:
        if value != ():
            yield Problem(where, "foreign content is not modelled", value)
    elif field.many:
        yield from _many(message, field, value, where)
    elif value is not None:
        yield from _value(field, value, where)
    elif not field.optional:
        yield Problem(where, "is missing", value)


def _where(field: FieldInfo, value: object, path: str) -> str:
    if field.wire.text:
        return path
    if field.wire.attribute:
        return f"{path}/@{field.wire.name}"
    if isinstance(value, Message) and not field.wire.name:
        return f"{path}/{type(value).name}"
    return f"{path}/{label(field)}"


def _many(message: Message, field: FieldInfo, value: object, where: str) -> Iterator[Problem]:
    if not isinstance(value, tuple | list):
        yield Problem(where, f"a tuple is due, not a {_type_name(value)}", value)
        return
    if type(message).content is None:
        low, high = field.wire.low, field.wire.high
        if len(value) < low:
            yield Problem(where, f"stands {len(value)} times, at least {low} are due", value)
        if high is not None and len(value) > high:
            yield Problem(where, f"stands {len(value)} times, at most {high} are allowed", value)
    for index, item in enumerate(value):
        place = type(item).name if isinstance(item, Message) and not field.wire.name else ""
        yield from _value(field, item, f"{where.rpartition('/')[0]}/{place}[{index}]" if place else f"{where}[{index}]")


def _value(field: FieldInfo, value: object, where: str) -> Iterator[Problem]:
    kind = field.types[0]
    if issubclass(kind, Message):
        yield from _part(field, value, where)
    elif issubclass(kind, Rational):
        yield from _rational(kind, value, where)
    elif issubclass(kind, StrEnum):
        if not (isinstance(value, str) and value in set(kind)):
            yield Problem(where, f"is no value of {kind.__name__}", value)
    elif not _is_plain(kind, value):
        yield Problem(where, f"a {kind.__name__} is due, not a {_type_name(value)}", value)
    else:
        yield from _facets(field, value, where)


def _part(field: FieldInfo, value: object, where: str) -> Iterator[Problem]:
    if not isinstance(value, Message) or type(value) not in field.types:
        yield Problem(where, f"{_due(field)} is due, not {_type_name(value)}", value)
    else:
        yield from _message(value, where)
        yield from _unit(field, value, where)


def _due(field: FieldInfo) -> str:
    names = [option.__name__ for option in field.types]
    if len(names) > _LISTED:
        return f"one of {len(names)} kinds ({names[0]} to {names[-1]})"
    return " or ".join(names)


def _unit(field: FieldInfo, value: Message, where: str) -> Iterator[Problem]:
    """A unit on the wire that is not the one of the field; where the schema lets it be absent, so do we."""
    due = [unit for mark in field.meta if isinstance(mark, In) for unit in mark.units]
    unit = getattr(value, "unit", None)
    if due and isinstance(unit, str) and unit not in due:
        yield Problem(f"{where}/Unit", f"is {unit!s}, {' or '.join(due)} is due", unit)


def _rational(kind: type[Rational], value: object, where: str) -> Iterator[Problem]:
    if not isinstance(value, Rational):
        yield Problem(where, f"{kind.__name__} is due, not {_type_name(value)}", value)
        return
    if type(value) not in (kind, Rational) and kind is not Rational:
        yield Problem(where, f"is in {value.unit}, {kind.unit} is due", value)
    for name, number, bits in (("Exponent", value.exponent, 8), ("Value", value.value, 16)):
        if not _is_plain(int, number):
            yield Problem(f"{where}/{name}", f"an int is due, not a {_type_name(number)}", number)
        elif not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
            yield Problem(f"{where}/{name}", f"does not fit {bits} bits", number)


def _is_plain(kind: type, value: object) -> bool:
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _facets(field: FieldInfo, value: Any, where: str) -> Iterator[Problem]:
    for mark in field.meta:
        if isinstance(mark, Meta):
            yield from _bounds(mark, value, where)
        elif isinstance(mark, Identity | IdentityReference) and not _IDENTITY.fullmatch(value):
            yield Problem(where, "is no identity: a letter or underscore, then letters, digits, . - _", value)
    if isinstance(value, str) and _NOT_XML.search(value):
        yield Problem(where, "holds a character that XML does not have", value)


def _bounds(bounds: Meta, value: Any, where: str) -> Iterator[Problem]:
    if bounds.ge is not None:
        highest = _HIGHEST_UNSIGNED_LONG if bounds.le is None else bounds.le
        if value < bounds.ge:
            yield Problem(where, f"is below {bounds.ge}", value)
        if value > highest:
            yield Problem(where, f"is above {highest}", value)
    if bounds.min_length is not None and len(value) < bounds.min_length:
        yield Problem(where, f"is shorter than {bounds.min_length}", value)
    if bounds.max_length is not None and len(value) > bounds.max_length:
        yield Problem(where, f"is longer than {bounds.max_length}", value)


def _type_name(value: object) -> str:
    return type(value).__name__
