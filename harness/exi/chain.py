"""The types that compile to straight-line code: one step after the other, each there or not, or several times.

In such a grammar the productions of every state are a stretch of one list, from the next step to the first that must
come. A code read between two steps, plus the number of alternatives before the first, is an index into that list.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from harness.exi.automaton import Event, Machine
from harness.exi.bits import width_of
from harness.exi.grammar import (
    Attribute,
    Complex,
    Content,
    Element,
    InOrder,
    Loose,
    Particle,
    Term,
)

INLINED_WEIGHT = 8
"""A type of at most so many values is written into the function of the type around it."""


class Step(Struct, frozen=True):
    """A place in the chain; a list is its mandatory items, each a step, then one step for all the others."""

    attr: str
    attribute: Attribute | None = None
    content: Content | None = None
    options: tuple[Element, ...] = ()
    must: bool = True
    """It has to come, once; otherwise it may."""
    index: int | None = None
    """Which item of a list it is; None: the value is no list."""
    more: bool = False
    """It is all items of a list from `index` on."""
    high: int | None = 1
    """How many items the whole list may have."""

    @property
    def size(self) -> int:
        """How many productions it has."""
        return len(self.options) or 1

    @property
    def label(self) -> str:
        """Its names on the wire."""
        if self.attribute is not None:
            return f"@{self.attribute.name.local}"
        return " | ".join(option.name.local for option in self.options) or "text"


class Chain(Struct, frozen=True):
    """A grammar as steps, and what may stand behind the last."""

    steps: tuple[Step, ...]
    tail: int
    """Productions of the last state."""
    end: int
    """Which of them ends the element."""

    def stretch(self, start: int) -> int:
        """Index of the step (or of the tail, as one past the last) with which the choice before `start` ends."""
        for index in range(start, len(self.steps)):
            if self.steps[index].must:
                return index
        return len(self.steps)

    def width(self, start: int) -> int:
        """Bits of an event code before the step `start`."""
        last = self.stretch(start)
        count = sum(step.size for step in self.steps[start : last + 1])
        return width_of(count + (self.tail if last == len(self.steps) else 0) + 1)


def chain_of(type_: Complex, machine: Machine) -> Chain | None:
    """The steps of a type; None if its grammar is no chain.

    Where only the content is none (wildcards, repeated groups), its lawful absence is the chain.
    """
    if isinstance(type_, Loose):
        return None
    steps = [Step(part.attr, attribute=part, must=part.required) for part in type_.attributes]
    if type_.text is not None:
        return Chain((*steps, Step(type_.text.attr, content=type_.text)), 1, 0)
    particles = _particles(type_.content)
    if particles is not None:
        steps += [step for particle in particles for step in _steps(particle, particle.attr in type_.lists)]
        return Chain(tuple(steps), 2 if type_.mixed else 1, 0)
    state = machine.start
    while state.productions[0].attribute is not None and state.productions[0].after is not None:
        state = state.productions[0].after
    events = [production.event for production in state.productions]
    return Chain(tuple(steps), len(events), events.index(Event.END)) if Event.END in events else None


def weight_of(type_: Complex, chain_of_type: Callable[[Complex], Chain | None], depth: int = 0) -> int:
    """How many values a function for this type would read, those of its inlined parts included."""
    chain = chain_of_type(type_)
    if chain is None or depth > INLINED_WEIGHT:
        return INLINED_WEIGHT + 1
    weight = 0
    for step in chain.steps:
        child = step.options[0].type if step.size == 1 and step.index is None and step.options else None
        inner = weight_of(child, chain_of_type, depth + 1) if isinstance(child, Complex) else 1
        weight += inner if inner <= INLINED_WEIGHT else 1
    return weight


def _particles(term: Term | None) -> list[Particle] | None:
    """The particles of a plain sequence; None for any other content."""
    if term is None:
        return []
    if isinstance(term, Particle):
        return [term]
    if not isinstance(term, InOrder) or (term.low, term.high) != (1, 1):
        return None
    parts = [_particles(part) for part in term.parts]
    if any(part is None for part in parts):
        return None
    return [particle for part in parts if part is not None for particle in part]


def _steps(particle: Particle, many: bool) -> list[Step]:  # noqa: FBT001 - a fact, not a switch
    common = Step(particle.attr, options=particle.options, high=particle.high)
    if not many:
        return [_with(common, must=particle.low > 0)]
    found = [_with(common, index=index) for index in range(particle.low)]
    if particle.high is None or particle.high > particle.low:
        found.append(_with(common, index=particle.low, must=False, more=True))
    return found


def _with(step: Step, *, must: bool = True, index: int | None = None, more: bool = False) -> Step:
    return Step(step.attr, options=step.options, high=step.high, must=must, index=index, more=more)
