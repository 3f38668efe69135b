"""A small schema of its own, so that the rules can be tested without any message of V2G."""

from __future__ import annotations

from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import Struct

from harness.exi.codec import Codec
from harness.exi.datatypes import Binary, Boolean, Signed, Text, Unsigned, enumeration, integer
from harness.exi.grammar import (
    Attribute,
    Complex,
    Content,
    Element,
    InOrder,
    Name,
    Particle,
    Schema,
    Simple,
    Wildcard,
)

URI = "urn:test"


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class Note(Struct, frozen=True, kw_only=True):
    """Text with an optional attribute."""

    lang: str | None = None
    text: str


class Dot(Struct, frozen=True, kw_only=True):
    x: int
    y: int


class Ring(Struct, frozen=True, kw_only=True):
    """One of the shapes; holds what may repeat."""

    colour: Colour
    dots: tuple[Dot, ...] = ()


class Foreign(Struct, frozen=True, kw_only=True):
    """Foreign content, of which nothing is kept."""

    kind: str


class Odd(Struct, frozen=True, kw_only=True):
    """A content model that is no chain: p and q together or not at all."""

    p: int | None = None
    q: int | None = None
    r: int


class Thing(Struct, frozen=True, kw_only=True):
    """A root with one of everything."""

    id: str
    tag: str | None = None
    flag: bool | None = None
    count: int
    offset: int | None = None
    level: int
    data: bytes | None = None
    names: tuple[str, ...] = ()
    shape: Dot | Ring | None = None
    note: Note | None = None


def simple(name: str, datatype: Any) -> Element:
    return Element(Name(name, URI), Simple(datatype))


def build_schema() -> Schema:
    note = Complex(
        "Note",
        Note,
        attributes=(Attribute(Name("lang", ""), "lang", Text(), False),),
        text=Content("text", Text()),
        fields=("lang", "text"),
    )
    dot = Complex(
        "Dot",
        Dot,
        content=InOrder(
            (
                Particle("x", (simple("X", integer(-128, 127)),)),
                Particle("y", (simple("Y", integer(-(2**15), 2**15 - 1)),)),
            )
        ),
        fields=("x", "y"),
    )
    ring = Complex(
        "Ring",
        Ring,
        content=InOrder(
            (
                Particle("colour", (simple("Colour", enumeration(tuple(Colour))),)),
                Particle("dots", (Element(Name("Dot", URI), dot),), 0, 3),
            )
        ),
        fields=("colour", "dots"),
        lists=frozenset({"dots"}),
    )
    foreign = Complex(
        "Foreign",
        Foreign,
        attributes=(Attribute(Name("kind", ""), "kind", Text(), True),),
        content=InOrder((Wildcard(0, None),)),
        mixed=True,
        fields=("kind",),
    )
    odd = Complex(
        "Odd",
        Odd,
        content=InOrder(
            (
                InOrder(
                    (
                        Particle("p", (simple("P", Unsigned()),)),
                        Particle("q", (simple("Q", Unsigned()),)),
                    ),
                    0,
                ),
                Particle("r", (simple("R", Signed()),)),
            )
        ),
        fields=("p", "q", "r"),
    )
    thing = Complex(
        "Thing",
        Thing,
        attributes=(
            Attribute(Name("id", ""), "id", Text(), True),
            Attribute(Name("tag", ""), "tag", Text(), False),
        ),
        content=InOrder(
            (
                Particle("flag", (simple("Flag", Boolean()),), 0),
                Particle("count", (simple("Count", Unsigned()),)),
                Particle("offset", (simple("Offset", Signed()),), 0),
                Particle("level", (simple("Level", integer(10, 20)),)),
                Particle("data", (simple("Data", Binary()),), 0),
                Particle("names", (simple("Name", Text()),), 1, 5),
                Particle("shape", (Element(Name("Dot", URI), dot), Element(Name("Ring", URI), ring)), 0),
                Particle("note", (Element(Name("Note", URI), note),), 0),
            )
        ),
        fields=Thing.__struct_fields__,
        lists=frozenset({"names"}),
    )
    types = {"Foreign": foreign, "Dot": dot, "Note": note, "Odd": odd, "Ring": ring, "Thing": thing}
    elements = {Name(name, URI): Element(Name(name, URI), type_) for name, type_ in types.items()}
    local = ["Colour", "Count", "Data", "Flag", "Level", "Name", "Offset", "P", "Q", "R", "X", "Y"]
    names: dict[Name, Element | None] = {**elements, **{Name(name, URI): None for name in local}}
    return Schema(
        "test",
        tuple(sorted(elements.items(), key=lambda entry: entry[0])),
        tuple(sorted(names.items(), key=lambda entry: entry[0])),
        {type_.build: elements[Name(name, URI)] for name, type_ in types.items()},
    )


@pytest.fixture(scope="session")
def small() -> SimpleNamespace:
    """A codec for the small schema, and the classes of its values."""
    schema = build_schema()
    return SimpleNamespace(
        codec=Codec(schema),
        schema=schema,
        Colour=Colour,
        Dot=Dot,
        Foreign=Foreign,
        Note=Note,
        Odd=Odd,
        Ring=Ring,
        Thing=Thing,
        thing=Thing(id="a", count=1, level=10, names=("n",)),
    )
