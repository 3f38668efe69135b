"""Python source, line by line, with what its names stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from keyword import iskeyword
from typing import Any, Protocol

from harness.exi.chain import Chain
from harness.exi.grammar import Complex, Element, Name, Simple

RESERVED = frozenset(
    {"a", "b", "c", "head", "item", "items", "k", "m", "n", "s", "said", "sign", "tables", "value", "w"}
)
"""What compiled functions call their own variables."""


def local_name(prefix: str, attr: str) -> str:
    """The variable of a field; the prefix says within which other field."""
    name = prefix + attr
    return f"{name}_" if name in RESERVED or iskeyword(name) else name


class Compiler(Protocol):
    """What those who write functions ask of the one who runs them."""

    def chain(self, type_: Complex) -> Chain | None:
        """The steps of a type; None if it is no chain."""

    def inlined(self, type_: Simple | Complex) -> bool:
        """True if the type is written where it is used."""

    def number(self, name: Name) -> int:
        """The number of a qualified name in the string tables."""

    def function(self, verb: str, element: Element, type_: Complex) -> str:
        """The name of the function that reads or writes an element of this type."""


class Source:
    """Lines of one function, and the objects that it refers to by name."""

    def __init__(self, names: dict[str, Any]) -> None:
        """Write into a namespace that all functions of a codec share."""
        self.names = names
        self._lines: list[str] = []
        self._depth = 0

    def line(self, text: str, comment: str = "") -> None:
        """Append a line at the present depth."""
        self._lines.append("    " * self._depth + text + (f"  # {comment}" if comment else ""))

    @contextmanager
    def block(self, head: str, comment: str = "") -> Iterator[None]:
        """Append a line, and what is written meanwhile one level deeper."""
        self.line(head, comment)
        self._depth += 1
        yield
        self._depth -= 1

    def constant(self, wish: str, value: Any) -> str:
        """A name for an object: the wish, numbered if another object has it."""
        name, number = wish, 1
        while self.names.setdefault(name, value) is not value:
            number += 1
            name = f"{wish}_{number}"
        return name

    def table(self, name: str, values: Sequence[Any]) -> str:
        """A name for the dictionary from values to their numbers."""
        table = {value: number for number, value in enumerate(values)}
        while self.names.setdefault(name, table) != table:
            name += "_"
        return name

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"
