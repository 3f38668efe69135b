"""Turns declarations into Python functions, each when it is first called."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from harness.exi import runtime
from harness.exi.chain import INLINED_WEIGHT, Chain, chain_of, weight_of
from harness.exi.compile_reader import ReaderSource
from harness.exi.compile_writer import WriterSource
from harness.exi.errors import Unusual
from harness.exi.grammar import Complex, Element, Name, Simple
from harness.exi.interpreter import Grammars
from harness.exi.source import Source

Function = Callable[..., Any]

_RUNTIME = {
    "Unusual": Unusual,
    "append": runtime.append,
    "more": runtime.more,
    "octets": runtime.octets,
    "put_octets": runtime.put_octets,
    "put_signed": runtime.put_signed,
    "put_text": runtime.put_text,
    "put_unsigned": runtime.put_unsigned,
    "text": runtime.text,
}


class Compiled:
    """The compiled functions of one schema."""

    def __init__(self, grammars: Grammars) -> None:
        """Compile nothing yet."""
        self._grammars = grammars
        self.schema = grammars.schema
        self._space: dict[str, Any] = dict(_RUNTIME)
        self._names: dict[tuple[str, Complex, Name | None], str] = {}
        self._chains: dict[Complex, Chain | None] = {}
        self.sources: dict[str, str] = {}
        """What was compiled so far, by function name: to be read where a bit is wrong."""

    def chain(self, type_: Complex) -> Chain | None:
        """The steps of a type; None if it is no chain."""
        if type_ not in self._chains:
            self._chains[type_] = chain_of(type_, self._grammars.machine(type_))
        return self._chains[type_]

    def inlined(self, type_: Simple | Complex) -> bool:
        """True if the type is written where it is used."""
        return isinstance(type_, Complex) and weight_of(type_, self.chain) <= INLINED_WEIGHT

    def number(self, name: Name) -> int:
        """The number of a qualified name in the string tables."""
        return self._grammars.number(name)

    def function(self, verb: str, element: Element, type_: Complex) -> str:
        """The name under which the function that reads or writes such an element can be called."""
        key = (verb, type_, element.name if type_.text is not None else None)
        if key not in self._names:
            name = f"{verb}_{type_.title}"
            while name in self._space:
                name += "_"
            self._names[key] = name
            self._space[name] = self._on_first_call(verb, name, element, type_)
        return self._names[key]

    def entrance(self, verb: str, element: Element, type_: Complex, keep: Callable[[Function], None]) -> Function:
        """A function that compiles the one for this element, hands it to `keep` and calls it."""
        name = self.function(verb, element, type_)

        def first_call(*arguments: Any) -> Any:
            found = self._space[name](*arguments)
            keep(self._space[name])
            return found

        return first_call

    def _on_first_call(self, verb: str, name: str, element: Element, type_: Complex) -> Function:
        def compile_and_call(*arguments: Any) -> Any:
            source = Source(self._space)
            (ReaderSource if verb == "read" else WriterSource)(self, source).function(name, element, type_)
            self.sources[name] = str(source)
            code = compile(str(source), f"<EXI {self.schema.title} {name}>", "exec")
            builtins.exec(code, self._space)  # noqa: S102 - our own words, made from our own declarations
            return self._space[name](*arguments)

        return compile_and_call
