"""How a message is declared: the base class, the wire marker, and the reflection that codecs read.

One declaration feeds the EXI grammar, `problems()`, XML, JSON and report labels. The wire name is written
down, never derived; the order of the fields is the order of the schema; an inherited field keeps the
namespace of the class that declared it. Building a message never raises: a tester must be able to send what
is wrong.

* optional element: `X | None = None`
* repeated element: `tuple[X, ...]` with `Wire(name, low, high)` (`high=None`: unbounded)
* choice or substitution group: a union of message classes with `Wire()` (no name); each member stands under
  its own `name`, alternatives are tried in the order of the union
* repeated choice: `tuple[A | B, ...]` with `Wire()`; the tuple keeps the order of the document
* attribute: `Wire(name, attribute=True)`; simple content: `Wire(text=True)`
* bounds of a simple value: `msgspec.Meta` in the annotation (see `harness.messages.simple`)
* an element or attribute of another namespace than its class (a reference into another schema, or an
  unqualified name): `Wire(..., namespace=...)`
* content that is not the plain sequence of the fields: a `content` class variable made of `Sequence`,
  `Choice` and field names. There a field occurs as often as its `Wire` says, whatever `| None` says (the
  group around it makes it optional), and a tuple collects what all repetitions of its group brought, in the
  order of the document. Codecs do not read `content`; they ask `content_of`, which answers for every class.
"""

from __future__ import annotations

from functools import cache
from inspect import get_annotations
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
    namespace: str | None = None
    """Namespace of this one name; None: that of the class that declares the field."""


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
    local: ClassVar[bool] = False
    """Its element is declared within a type, not at the top of the schema: never the root of a document."""
    abstract: ClassVar[bool] = False
    """The schema lets no element have this very type; not inherited, so ask `is_abstract`."""


class FieldInfo(Struct, frozen=True):
    """One field as the codecs see it."""

    attr: str
    wire: Wire
    types: tuple[Any, ...]
    """The value's type (StrEnum, int, bool, bytes, str, Rational or Message), or those of a choice."""
    meta: tuple[Any, ...]
    """Bounds and markers beside `Wire` (msgspec.Meta, Hex)."""
    namespace: str
    optional: bool
    many: bool

    @property
    def alternatives(self) -> tuple[tuple[str, str, Any], ...]:
        """Name, namespace and type of each element (or the attribute) that this field may put on the wire."""
        if self.wire.name:
            return ((self.wire.name, self.namespace, self.types[0]),)
        if self.wire.text or self.wire.wildcard:
            return ()
        return tuple((option.name, option.namespace, option) for option in self.types)


class Particle(Struct, frozen=True):
    """A field's place in a content model."""

    field: FieldInfo
    low: int
    high: int | None


def is_abstract(cls: type[Message]) -> bool:
    """True for a class that stands for an abstract type: an alternative in the grammar, never a valid one."""
    return bool(cls.__dict__.get("abstract", False))


@cache
def content_of(cls: type[Message]) -> Sequence | Choice:
    """The content model of a class, child elements only: groups of groups and of `Particle`."""
    fields = {field.attr: field for field in fields_of(cls) if not (field.wire.attribute or field.wire.text)}
    if cls.content is not None:
        return _resolve(cls.content, fields)
    return Sequence(
        tuple(Particle(field, 0 if field.optional else field.wire.low, field.wire.high) for field in fields.values())
    )


def _resolve(group: Sequence | Choice, fields: dict[str, FieldInfo]) -> Sequence | Choice:
    parts = tuple(
        Particle(fields[part], fields[part].wire.low, fields[part].wire.high)
        if isinstance(part, str)
        else _resolve(part, fields)
        for part in group.parts
    )
    return type(group)(parts, group.low, group.high)


@cache
def fields_of(cls: type[Message]) -> tuple[FieldInfo, ...]:
    """The fields of a message class in wire order, inherited ones first."""
    owners = {attr: owner for owner in reversed(cls.__mro__) for attr in get_annotations(owner)}
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
    namespace = owner.namespace if wires[0].namespace is None else wires[0].namespace
    return FieldInfo(attr, wires[0], tuple(options), rest, namespace, optional, many)


def _strip(hint: Any, marks: list[Any]) -> Any:
    while get_origin(hint) is Annotated:
        marks.extend(hint.__metadata__)
        hint = hint.__origin__
    return hint


def _options(hint: Any) -> list[Any]:
    return list(get_args(hint)) if _is_union(hint) else [hint]


def _is_union(hint: Any) -> bool:
    return getattr(get_origin(hint), "__name__", "") in {"Union", "UnionType"}
