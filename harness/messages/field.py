"""How a message is declared: the base class, the wire marker, and the reflection that codecs read.

One declaration feeds the EXI grammar, `problems()`, XML, JSON and report labels. The wire name is written down,
never derived; the order of the fields is the order of the schema; an inherited field keeps the namespace of the
class that declared it. Building a message never raises: a tester must be able to send what is wrong.

* optional element: `X | None = None`
* repeated element: `tuple[X, ...]` with `Wire(name, low, high)` (`high=None`: unbounded)
* choice or substitution group: a union of message classes with `Wire()` (no name); each member stands under its
  own `name`, alternatives are tried in the order of the union
* attribute: `Wire(name, attribute=True)`; simple content: `Wire(text=True)`
* bounds of a simple value: `msgspec.Meta` in the annotation (see `harness.messages.simple`)
* content that is not the plain sequence of the fields: a `content` class variable made of `Sequence`, `Choice`
  and field names
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from msgspec import Struct


class Wire(Struct, frozen=True):
    """How a field appears on the wire."""

    name: str = ""
    low: int = 1
    high: int | None = 1
    attribute: bool = False
    text: bool = False
    wildcard: bool = False


class Sequence(Struct, frozen=True):
    """Parts in this order; each a field name or a group."""

    parts: tuple[Any, ...]
    low: int = 1
    high: int | None = 1


class Choice(Struct, frozen=True):
    """One of the parts; each a field name or a group."""

    parts: tuple[Any, ...]
    low: int = 1
    high: int | None = 1


class Message(Struct, frozen=True, kw_only=True):
    """A message, or a part of one: equal by value, buildable wrong, judged by `harness.messages.problems`."""

    name: ClassVar[str] = ""
    """Element name under which it stands as a root or as a member of a choice."""
    namespace: ClassVar[str] = ""
    """Namespace of the elements that this class itself declares, and of its own element."""
    ref: ClassVar[str] = ""
    """Clause that defines it."""
    mixed: ClassVar[bool] = False
    content: ClassVar[Sequence | Choice | None] = None


class FieldInfo(Struct, frozen=True):
    """One field as the codecs see it."""

    attr: str
    wire: Wire
    types: tuple[Any, ...]
    """The value's type, or the alternatives of a choice (StrEnum, int, bool, bytes, str, Rational or Message)."""
    meta: tuple[Any, ...]
    """Bounds and markers beside `Wire` (msgspec.Meta, Hex)."""
    namespace: str
    optional: bool
    many: bool


@cache
def fields_of(cls: type[Message]) -> tuple[FieldInfo, ...]:
    """The fields of a message class in wire order, inherited ones first."""
    owners = {attr: owner for owner in reversed(cls.__mro__) for attr in owner.__dict__.get("__annotations__", {})}
    hints = get_type_hints(cls, include_extras=True)
    return tuple(_describe(attr, hints[attr], owners[attr]) for attr in cls.__struct_fields__)


def _describe(attr: str, hint: Any, owner: type[Message]) -> FieldInfo:
    marks: list[Any] = []
    hint = _strip(hint, marks)
    options = [_strip(option, marks) for option in _options(hint)]
    optional = type(None) in options
    options = [option for option in options if option is not type(None)]
    many = len(options) == 1 and get_origin(options[0]) is tuple
    if many:
        options = [_strip(option, marks) for option in _options(_strip(get_args(options[0])[0], marks))]
    wires = [mark for mark in marks if isinstance(mark, Wire)]
    if len(wires) != 1:
        raise TypeError(f"{owner.__name__}.{attr} needs exactly one Wire(...)")
    rest = tuple(mark for mark in marks if not isinstance(mark, Wire))
    return FieldInfo(attr, wires[0], tuple(options), rest, owner.namespace, optional, many)


def _strip(hint: Any, marks: list[Any]) -> Any:
    while get_origin(hint) is Annotated:
        marks.extend(hint.__metadata__)
        hint = hint.__origin__
    return hint


def _options(hint: Any) -> list[Any]:
    return list(get_args(hint)) if _is_union(hint) else [hint]


def _is_union(hint: Any) -> bool:
    return getattr(get_origin(hint), "__name__", "") in {"Union", "UnionType"}
