"""Which events may come next: the states of an element's grammar, built as far as somebody walks them.

A state is what may still stand in the element. Its productions come in the order of their event codes (EXI 1.0,
8.5.4.3): attributes, elements in schema order, a wildcard, the end of the element, text.
"""

from __future__ import annotations

from enum import Enum, auto
from functools import cached_property

from msgspec import Struct

from harness.exi.bits import width_of
from harness.exi.grammar import (
    Attribute,
    Complex,
    Content,
    Element,
    InOrder,
    OneOf,
    Particle,
    Simple,
    Term,
    Wildcard,
)


class Event(Enum):
    """What a production stands for."""

    ATTRIBUTE = auto()
    ELEMENT = auto()
    WILDCARD = auto()
    END = auto()
    TEXT = auto()
    MIXED_TEXT = auto()


class Production(Struct, eq=False):
    """One event that a state allows, and where it leads."""

    event: Event
    after: State | None = None
    attribute: Attribute | None = None
    particle: Particle | None = None
    element: Element | None = None
    content: Content | None = None

    def __str__(self) -> str:
        if self.attribute is not None:
            return f"@{self.attribute.name.local}"
        if self.element is not None:
            return self.element.name.local
        return {Event.WILDCARD: "any element", Event.END: "the end of the element"}.get(self.event, "text")


class Rest(Struct, frozen=True):
    """What may still stand of a content model: terms in order, each with the occurrences left."""

    terms: tuple[tuple[Term, int, int | None], ...] = ()


def rest_of(term: Term | None) -> Rest:
    """The whole of a content model."""
    return Rest(() if term is None else ((term, term.low, term.high),))


def nullable(term: Term, low: int) -> bool:
    """True if nothing need stand for the occurrences left of a term."""
    if low == 0:
        return True
    if isinstance(term, InOrder):
        return all(nullable(part, part.low) for part in term.parts)
    if isinstance(term, OneOf):
        return any(nullable(part, part.low) for part in term.parts)
    return False


def first(rest: Rest) -> list[tuple[Particle | Wildcard, Rest]]:
    """What may come next, and what may stand after it; in schema order within each term."""
    found: list[tuple[Particle | Wildcard, Rest]] = []
    for index, (term, low, high) in enumerate(rest.terms):
        behind = rest.terms[index + 1 :]
        again: tuple[tuple[Term, int, int | None], ...] = ()
        if high is None or high > 1:
            again = ((term, max(low - 1, 0), None if high is None else high - 1),)
        if high != 0:
            found += [(leaf, Rest(inner.terms + again + behind)) for leaf, inner in _inside(term)]
        if not nullable(term, low):
            break
    return found


def _inside(term: Term) -> list[tuple[Particle | Wildcard, Rest]]:
    if isinstance(term, InOrder):
        return first(Rest(tuple((part, part.low, part.high) for part in term.parts)))
    if isinstance(term, OneOf):
        return [pair for part in term.parts for pair in first(Rest(((part, part.low, part.high),)))]
    return [(term, Rest())]


def _leaves(term: Term | None) -> list[Particle | Wildcard]:
    if isinstance(term, InOrder | OneOf):
        return [leaf for part in term.parts for leaf in _leaves(part)]
    return [] if term is None else [term]


class State(Struct, frozen=True, dict=True):
    """A place in an element's grammar."""

    machine: Machine
    attribute: int
    """Index of the first attribute that may still come; -1 once content has begun."""
    rest: Rest
    valued: bool = False
    """The text of a simple element has been read."""

    @cached_property
    def productions(self) -> tuple[Production, ...]:
        """What may come, in the order of the event codes."""
        return tuple(self.machine.productions(self))

    @cached_property
    def width(self) -> int:
        """Bits of an event code here; there is always one code more, for what the schema does not allow."""
        return width_of(len(self.productions) + 1)

    @cached_property
    def has_end(self) -> bool:
        """True if the element may end here."""
        return any(production.event is Event.END for production in self.productions)

    @cached_property
    def unkept(self) -> bool:
        """True if only content may come of which the declarations keep nothing (any element, mixed text)."""
        return {production.event for production in self.productions} <= {Event.WILDCARD, Event.MIXED_TEXT}

    def undeclared(self) -> tuple[str, ...]:
        """The second level: what the escape code stands for, in the order of its codes."""
        names = [] if self.has_end else ["the end of the element"]
        if self.attribute >= 0:
            names += ["xsi:type", "xsi:nil"] * (self.attribute == 0)
            names += ["an undeclared attribute", "an attribute with a value of no type"]
        return (*names, "an undeclared element", "undeclared text")


class Machine:
    """The grammar of one type; states are shared by all who walk it."""

    def __init__(self, type_: Simple | Complex) -> None:
        """Take the type apart; no state but the first exists yet."""
        self.attributes = () if isinstance(type_, Simple) else type_.attributes
        self.text = Content("", type_.datatype) if isinstance(type_, Simple) else type_.text
        self.mixed = isinstance(type_, Complex) and type_.mixed
        self._states: dict[State, State] = {}
        content = None if isinstance(type_, Simple) else type_.content
        self._order = {leaf: index for index, leaf in enumerate(_leaves(content))}
        self.start = self._state(State(self, 0, rest_of(content)))

    def _state(self, state: State) -> State:
        return self._states.setdefault(state, state)

    def productions(self, state: State) -> list[Production]:
        """The productions of one state, in the order of their event codes."""
        found: list[Production] = []
        if state.attribute >= 0:
            for index in range(state.attribute, len(self.attributes)):
                attribute = self.attributes[index]
                after = self._state(State(self, index + 1, state.rest))
                found.append(Production(Event.ATTRIBUTE, after, attribute=attribute))
                if attribute.required:
                    return found
        return found + self._content(state)

    def _content(self, state: State) -> list[Production]:
        if self.text is not None and not state.valued:
            after = self._state(State(self, -1, state.rest, valued=True))
            return [Production(Event.TEXT, after, content=self.text)]
        found = [
            Production(Event.ELEMENT, after, particle=particle, element=element)
            for particle, after in self._particles(state)
            for element in particle.options
        ]
        wild = [rest for leaf, rest in first(state.rest) if isinstance(leaf, Wildcard)]
        if wild:
            found.append(Production(Event.WILDCARD, self._state(State(self, -1, wild[0]))))
        if all(nullable(term, low) for term, low, _ in state.rest.terms):
            found.append(Production(Event.END))
        if self.mixed:
            found.append(Production(Event.MIXED_TEXT, self._state(State(self, -1, state.rest))))
        return found

    def _particles(self, state: State) -> list[tuple[Particle, State]]:
        """Each particle once (determinism lets one lead to one place), in schema order."""
        found: dict[Particle, State] = {}
        for leaf, rest in first(state.rest):
            if isinstance(leaf, Particle) and leaf not in found:
                found[leaf] = self._state(State(self, -1, rest))
        return sorted(found.items(), key=lambda pair: self._order[pair[0]])
