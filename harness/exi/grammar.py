"""Schemas as values: elements, their types and the order of what may stand in them.

Whoever knows messages builds these; the rest of this layer turns them into event codes. `build` makes the value of a
complex type from keyword arguments named after the `attr` of its parts; an encoder reads the same attributes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct

from harness.exi.datatypes import Datatype


class Name(NamedTuple):
    """A qualified name; names sort as EXI sorts them, by local name, then by namespace."""

    local: str
    uri: str


class Simple(Struct, frozen=True):
    """The type of an element that holds one value and nothing else."""

    datatype: Datatype


class Complex(Struct, eq=False):
    """The type of an element with attributes or children; compared by identity, so that types may recurse."""

    title: str
    build: Callable[..., Any]
    attributes: tuple[Attribute, ...] = ()
    """In EXI order: by local name, then by namespace."""
    text: Content | None = None
    content: Term | None = None
    mixed: bool = False
    """Text may stand between the children."""
    fields: tuple[str, ...] = ()
    """Every attribute of the value."""
    lists: frozenset[str] = frozenset()
    """Those of `fields` that hold a tuple."""
    foreign: tuple[str, ...] = ()
    """Further attributes of the value, for what stands at wildcards: not read, and not written if not empty."""


class Loose(Complex, eq=False, kw_only=True):
    """The type of an element in a fragment whose name stands for several types of the schema."""

    all_attributes: tuple[Name, ...]
    """Names of all attributes of the schema, sorted."""
    all_elements: int
    """How many element names the schema has."""


class Element(Struct, eq=False):
    """A name with the type of what stands under it."""

    name: Name
    type: Simple | Complex


class Attribute(Struct, frozen=True):
    """An attribute of an element, kept in `attr` of the value."""

    name: Name
    attr: str
    datatype: Datatype
    required: bool


class Content(Struct, frozen=True):
    """The text of an element with simple content, kept in `attr` of the value."""

    attr: str
    datatype: Datatype


class Particle(Struct, eq=False):
    """One of `options`, from `low` to `high` times in a row (`high=None`: no bound), kept in `attr`."""

    attr: str
    options: tuple[Element, ...]
    low: int = 1
    high: int | None = 1


class Wildcard(Struct, eq=False):
    """Any element, from `low` to `high` times in a row."""

    low: int = 1
    high: int | None = 1


class InOrder(Struct, eq=False):
    """Terms one after the other, the whole from `low` to `high` times."""

    parts: tuple[Term, ...]
    low: int = 1
    high: int | None = 1


class OneOf(Struct, eq=False):
    """One of the terms, from `low` to `high` times."""

    parts: tuple[Term, ...]
    low: int = 1
    high: int | None = 1


Term = Particle | Wildcard | InOrder | OneOf


class Schema(Struct, eq=False):
    """What one set of grammars can say."""

    title: str
    roots: tuple[tuple[Name, Element | None], ...]
    """All global elements, sorted; None for one that this declaration knows by name only."""
    names: tuple[tuple[Name, Element | None], ...]
    """All element names of the schema, global and local, sorted: the alternatives of a fragment."""
    elements: dict[Any, Element]
    """By `build`: the element under which a value stands when nothing else says which."""
