"""Values of alternating current as messages tell them: one element, or one for each phase.

With one phase, or with three that are loaded alike, only the base element stands: then it is the sum (V2G20-1815,
V2G20-1817). Where the second and the third phase have elements, each means its own phase (V2G20-1818, V2G20-1819).
So the sum of what is named is the whole in either case.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from harness.core.units import Rational, Watts

Powers = tuple[float, ...]
"""W (or var) as a message names them: the sum alone, or one value for each phase."""

THREE = 3
_SUFFIXES = ("", "_l2", "_l3")


def named(block: Any, name: str) -> Powers:
    """The values that a block names for `name`; none if it names none."""
    values = [getattr(block, field) for field in _fields(block.__class__, name)]
    return tuple([float(value) for value in values if value is not None])


@cache
def _fields(kind: type, name: str) -> tuple[str, ...]:
    """Which of the fields for one phase each a block has at all."""
    return tuple(f"{name}{suffix}" for suffix in _SUFFIXES if hasattr(kind, f"{name}{suffix}"))


def total(block: Any, name: str) -> float | None:
    """The sum over the phases; None if the block names nothing."""
    values = named(block, name)
    return sum(values) if values else None


def fields(name: str, powers: Powers, kind: type[Rational] = Watts) -> dict[str, Rational]:
    """The fields of a block that tell `powers`."""
    return {f"{name}{suffix}": kind.of(round(value, 1)) for suffix, value in zip(_SUFFIXES, powers, strict=False)}


def filled(watts: float, caps: Powers) -> Powers:
    """A power spread over phases as evenly as their bounds (W, in either direction) let it."""
    left, values = abs(watts), [0.0] * len(caps)
    for place, phase in enumerate(sorted(range(len(caps)), key=caps.__getitem__)):
        values[phase] = min(caps[phase], left / (len(caps) - place))
        left -= values[phase]
    return tuple(math.copysign(value, watts) for value in values)


def evenly(watts: float, count: int) -> Powers:
    """A power told in `count` elements, the same in each."""
    return tuple(watts / count for _ in range(count))
