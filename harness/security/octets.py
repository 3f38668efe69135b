"""How signed parts and SignedInfo become octets: the one right way, and the ways that peers go instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from harness.core.errors import UserError
from harness.exi import document
from harness.exi.errors import ExiError
from harness.exi.grammar import Element
from harness.exi.interpreter import Encoding, Grammars
from harness.messages.field import Message
from harness.messages.schema import codec
from harness.messages.xmldsig import SignedInfo

XMLDSIG = "xmldsig"


class Part(Struct, frozen=True):
    """An element that is signed, under a name where its class alone does not tell which element it is."""

    element: Message
    name: str = ""

    @property
    def id(self) -> str:
        """The Id that a reference names it by; empty if it has none."""
        return getattr(self.element, "id", None) or ""

    @property
    def title(self) -> str:
        """How to call it in a sentence."""
        return self.name or type(self.element).name or type(self.element).__name__


Signed = Message | Part
"""What can be signed: an element by itself, or with its name."""


class Way(Struct, frozen=True):
    """One way of turning an element into octets."""

    schema: str
    fragment: bool = True
    hits: bool = False

    def __str__(self) -> str:
        kind = "a fragment" if self.fragment else "a document"
        return f"{kind} of the schema {self.schema}{', repeated strings by number' if self.hits else ''}"


def part_of(signed: Signed) -> Part:
    """An element as a part."""
    return signed if isinstance(signed, Part) else Part(signed)


def part_octets(part: Part, way: Way) -> bytes:
    """The EXI stream of a part, its digest's input: a fragment in the schema of its message [V2G20-771].

    Raises:
        ExiError: the schema cannot say it.
    """
    if part.name:
        return _named(part, way)
    return codec(way.schema).encode(part.element, fragment=way.fragment, hits=way.hits)


def info_octets(info: SignedInfo, way: Way | None = None) -> bytes:
    """The EXI stream of a SignedInfo, the signature's input: a fragment of the xmldsig schema by itself.

    Raises:
        ExiError: the schema cannot say it.
    """
    chosen = way or Way(XMLDSIG)
    return codec(chosen.schema).encode(info, fragment=chosen.fragment, hits=chosen.hits)


def info_ways(schema: str) -> tuple[Way, ...]:
    """The ways that senders go with SignedInfo, the right one first."""
    return (
        Way(XMLDSIG),
        Way(schema),
        Way(XMLDSIG, hits=True),
        Way(schema, hits=True),
        Way(XMLDSIG, fragment=False),
        Way(schema, fragment=False),
    )


def part_ways(schema: str) -> tuple[Way, ...]:
    """The ways that senders go with signed parts, the right one first."""
    return Way(schema), Way(schema, hits=True), Way(schema, fragment=False)


def readings(one: Part | SignedInfo, ways: Sequence[Way]) -> Iterator[tuple[Way, bytes]]:
    """What each way gives; ways that a grammar does not allow are left out, for a peer may have sent anything."""
    for way in ways:
        try:
            yield way, part_octets(one, way) if isinstance(one, Part) else info_octets(one, way)
        except ExiError:
            continue


def _named(part: Part, way: Way) -> bytes:
    grammars = _grammars(way.schema)
    entries = grammars.schema.names if way.fragment else grammars.schema.roots
    found = [element for name, element in entries if name.local == part.name and _fits(element, part.element)]
    if not found or found[0] is None:
        raise UserError(
            f"has no element {part.name} that holds a {type(part.element).__name__}",
            where=f"schema {way.schema}",
            do="name the element as it stands on the wire",
        )
    return document.write(Encoding(grammars, hits=way.hits), found[0], part.element, fragment=way.fragment)


def _fits(element: Element | None, value: Message) -> bool:
    return element is not None and getattr(element.type, "build", None) is type(value)


@cache
def _grammars(schema: str) -> Grammars:
    return Grammars(codec(schema).schema)
