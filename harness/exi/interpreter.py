"""Reads and writes any element by walking its grammar: slow, exact about what is wrong and where.

The compiled functions are the fast way through lawful messages; whatever they do not expect ends up here.
"""

from __future__ import annotations

from typing import Any

from harness.exi.automaton import Event, Machine, Production, State
from harness.exi.bits import BitReader, BitWriter, width_of
from harness.exi.datatypes import Binary, Readers, Text
from harness.exi.errors import ExiError
from harness.exi.grammar import Complex, Element, Loose, Name, Particle, Schema, Simple
from harness.exi.limits import Limits
from harness.exi.loose import LooseMachine
from harness.exi.strings import ReadStrings, WriteStrings

_LISTED = 8
"""As many alternatives are told one by one."""


class Grammars:
    """The grammars of one schema, each built when first met, and the numbers of its names in the string tables."""

    def __init__(self, schema: Schema) -> None:
        """Build nothing yet."""
        self.schema = schema
        self._machines: dict[Simple | Complex, Machine] = {}
        self._numbers: dict[Name, int] = {}

    def machine(self, type_: Simple | Complex) -> Machine:
        """The grammar of a type."""
        if type_ not in self._machines:
            self._machines[type_] = LooseMachine(type_) if isinstance(type_, Loose) else Machine(type_)
        return self._machines[type_]

    def number(self, name: Name) -> int:
        """The number of a qualified name, by which string tables are kept."""
        return self._numbers.setdefault(name, len(self._numbers))


class Decoding:
    """One stream being read."""

    def __init__(self, grammars: Grammars, data: bytes, limits: Limits) -> None:
        """Start at the first bit of `data`."""
        self.grammars = grammars
        self.reader = BitReader(data)
        self.limits = limits
        self.readers = Readers(ReadStrings(limits), limits)
        self.path: list[str] = []
        self._elements = 0

    def element(self, element: Element) -> Any:
        """The value of an element whose start has been read; leaves `path` as it is where something is wrong."""
        self._enter(element)
        state: State | None = self.grammars.machine(element.type).start
        values: dict[str, Any] = {}
        if isinstance(element.type, Complex):
            values = {attr: [] if attr in element.type.lists else None for attr in element.type.fields}
        while state is not None:
            state = self._event(state, element, values)
        self.path.pop()
        if isinstance(element.type, Simple):
            return values[""]
        for attr in element.type.lists:
            values[attr] = tuple(values[attr])
        return element.type.build(**values)

    def _enter(self, element: Element) -> None:
        self.path.append(element.name.local)
        self._elements += 1
        if self._elements > self.limits.elements:
            raise ExiError(f"more than {self.limits.elements} elements", bit=self.reader.at)
        if len(self.path) > self.limits.depth:
            raise ExiError(f"elements more than {self.limits.depth} deep", bit=self.reader.at)

    def _event(self, state: State, element: Element, values: dict[str, Any]) -> State | None:
        start = self.reader.at
        code = self.reader.bits(state.width)
        if code >= len(state.productions):
            return self._undeclared(state, element, values, code, start)
        production = state.productions[code]
        if production.element is not None and production.particle is not None:
            value = self.element(production.element)
            self._keep(element, values, production.particle.attr, value)
        elif production.attribute is not None:
            attribute = production.attribute
            self.path.append(f"@{attribute.name.local}")
            number = self.grammars.number(attribute.name)
            values[attribute.attr] = attribute.datatype.read(self.reader, self.readers, number)
            self.path.pop()
        elif production.content is not None:
            number = self.grammars.number(element.name)
            values[production.content.attr] = production.content.datatype.read(self.reader, self.readers, number)
        elif production.event is not Event.END:
            raise ExiError(f"{production}: the declarations keep nothing of it", bit=start)
        return production.after

    @staticmethod
    def _keep(element: Element, values: dict[str, Any], attr: str, value: Any) -> None:
        if isinstance(element.type, Complex) and attr in element.type.lists:
            values[attr].append(value)
        else:
            values[attr] = value

    def _undeclared(
        self, state: State, element: Element, values: dict[str, Any], code: int, start: int
    ) -> State | None:
        """The second level; only the end of an element with empty text is something we can keep."""
        expected = _expected(state)
        if code > len(state.productions):
            raise ExiError(f"event code {code} where {expected} may come", bit=start)
        names = state.undeclared()
        which = self.reader.bits(width_of(len(names)))
        if which >= len(names):
            raise ExiError(f"event code {code}.{which} where {expected} may come", bit=start)
        if which or state.has_end:
            raise ExiError(f"{names[which]} where {expected} may come", bit=start)
        if state.unkept:
            return None
        content = state.productions[-1].content
        if content is None or not isinstance(content.datatype, Binary | Text):
            raise ExiError(f"{names[which]} where {expected} must come", bit=start)
        values[content.attr] = content.datatype.empty
        return None


class Encoding:
    """One stream being written."""

    def __init__(self, grammars: Grammars, *, hits: bool) -> None:
        """Start with nothing written; without `hits` every string is spelt out."""
        self.grammars = grammars
        self.writer = BitWriter()
        self.strings = WriteStrings(hits=hits)
        self.path: list[str] = []

    def element(self, element: Element, value: Any) -> None:
        """Append what stands in an element whose start has been written.

        Raises:
            ExiError: the grammar has no place for what the value holds or lacks.
        """
        self.path.append(element.name.local)
        state: State | None = self.grammars.machine(element.type).start
        pending = self._children(element.type, value) if isinstance(element.type, Complex) else {}
        while state is not None:
            state = self._event(state, element, value, pending)
        self.path.pop()

    def _children(self, type_: Complex, value: Any) -> dict[str, list[Any]]:
        """What each field puts on the wire, last first."""
        for attr in type_.foreign:
            if _held(value, attr, type_.title):
                raise ExiError(f"{attr} holds foreign elements, which cannot be written")
        pending: dict[str, list[Any]] = {}
        for attr in type_.fields:
            held = _held(value, attr, type_.title)
            if attr in type_.lists and not isinstance(held, tuple | list):
                raise ExiError(f"{attr} holds {held!r}, not a tuple")
            pending[attr] = list(reversed(held)) if attr in type_.lists else [held] * (held is not None)
        for attribute in type_.attributes:
            del pending[attribute.attr]
        if type_.text is not None:
            del pending[type_.text.attr]
        return pending

    def _event(self, state: State, element: Element, value: Any, pending: dict[str, list[Any]]) -> State | None:
        for code, production in enumerate(state.productions):
            if production.element is not None and production.particle is not None:
                waiting = pending[production.particle.attr]
                if waiting and _fits(production.particle, production.element, waiting[-1]):
                    self.writer.bits(code, state.width)
                    self.element(production.element, waiting.pop())
                    return production.after
            elif self._leaf(code, production, state, element, value):
                return production.after
            elif production.event is Event.END and not any(pending.values()):
                self.writer.bits(code, state.width)
                return None
        if state.unkept and not any(pending.values()):
            self.writer.bits(len(state.productions), state.width)
            self.writer.bits(0, width_of(len(state.undeclared())))
            return None
        raise ExiError(_misfit(state, pending))

    def _leaf(self, code: int, production: Production, state: State, element: Element, value: Any) -> bool:
        """True if the production is an attribute or text that the value has, now written."""
        if production.attribute is not None:
            attribute = production.attribute
            held = _held(value, attribute.attr, element.name.local)
            if held is None:
                return False
            self.writer.bits(code, state.width)
            self.path.append(f"@{attribute.name.local}")
            attribute.datatype.write(self.writer, self.strings, self.grammars.number(attribute.name), held)
            self.path.pop()
            return True
        if production.content is not None:
            content = production.content
            held = _held(value, content.attr, element.name.local) if content.attr else value
            self.writer.bits(code, state.width)
            content.datatype.write(self.writer, self.strings, self.grammars.number(element.name), held)
            return True
        return False


def _held(value: Any, attr: str, title: str) -> Any:
    try:
        return getattr(value, attr)
    except AttributeError:
        raise ExiError(f"{title} cannot be made of {value!r}, which has no {attr}") from None


def _fits(particle: Particle, element: Element, value: Any) -> bool:
    """True if this is the alternative that stands for the value."""
    if len(particle.options) == 1 or isinstance(element.type, Simple):
        return True
    return type(value) is element.type.build


def _expected(state: State) -> str:
    """What may come, each once; of many only the first and the last."""
    names = list(dict.fromkeys(map(str, state.productions)))
    if len(names) > _LISTED:
        return f"one of {len(names)} ({names[0]} to {names[-1]})"
    return " or ".join(names)


def _misfit(state: State, pending: dict[str, list[Any]]) -> str:
    expected = _expected(state) or "nothing"
    left = [f"{attr} ({type(held[-1]).__name__})" for attr, held in pending.items() if held]
    have = f"the message has {', '.join(left)}" if left else "the message has nothing more"
    return f"the schema asks for {expected}, {have}"
