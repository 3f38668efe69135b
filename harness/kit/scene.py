"""Scenes: what happens between a station and its backend, step by step; declared before a run, played during it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.endpoints.operations import Operation
from harness.kit.until import Until
from harness.messages.ocpp import OcppMessage
from harness.trace.entry import Note
from harness.trace.trace import Trace, What

PLAYED = "the scene was played"
"""Text of the note that is written once the last step is done, or one of them cannot be done."""
PATIENCE = 30.0
"""Seconds that a step waits for what it waits for, unless it says otherwise."""


def played() -> Callable[[], Until]:
    """Until the scene was played."""
    return lambda: Until(lambda entry: isinstance(entry.body, Note) and entry.body.text == PLAYED, PLAYED)


Making = Callable[[Trace], OcppMessage | None]
"""Makes a call from what was seen so far; None: the step is passed over."""


class Asks(Struct, frozen=True, kw_only=True):
    """The backend makes a call and waits for its answer."""

    call: OcppMessage | Making
    within: float


class Says(Struct, frozen=True, kw_only=True):
    """Our station makes a call that comes from nothing that happened to it, and waits for its answer."""

    call: OcppMessage | Making
    within: float


class Does(Struct, frozen=True, kw_only=True):
    """Somebody does something at the station."""

    operation: Operation


class Hears(Struct, frozen=True, kw_only=True):
    """Wait until something was seen since the last step that was no waiting."""

    what: What
    times: int
    within: float
    optional: bool
    terms: dict[str, Any]


class Passes(Struct, frozen=True, kw_only=True):
    """Let time pass."""

    seconds: float


class Breaks(Struct, frozen=True, kw_only=True):
    """The line between station and backend breaks, and can be had again after so long."""

    seconds: float


class When(Struct, frozen=True, kw_only=True):
    """Steps that are taken only if what was seen so far asks for them."""

    condition: Callable[[Trace], bool]
    steps: Scene


Step = Asks | Says | Does | Hears | Passes | Breaks | When
Scene = tuple[Step, ...]
"""Steps in a row; preambles are scenes as well, and scenes are joined with `+`."""


def asks(call: OcppMessage | Making, *, within: float = PATIENCE) -> Scene:
    """The backend makes a call: ours, or the one under test, which is told to; then its answer is waited for.

    Args:
        call: as it travels, or what makes it from what was seen so far.
        within: seconds; what comes later, or never, ends the scene.
    """
    return (Asks(call=call, within=within),)


def says(call: OcppMessage | Making, *, within: float = PATIENCE) -> Scene:
    """Our station makes a call by itself; only where a backend is under test."""
    return (Says(call=call, within=within),)


def does(operation: Operation) -> Scene:
    """Somebody does something at the station: ours, or the one under test."""
    return (Does(operation=operation),)


def hears(what: What, *, times: int = 1, within: float = PATIENCE, optional: bool = False, **terms: Any) -> Scene:
    """Wait until it was seen so many times since the last step that did something.

    Several in a row wait for different things that may come in any order.

    Args:
        what: as in `Trace.all`.
        times: how often.
        within: seconds; the scene ends here if it does not come.
        optional: go on without it.
        terms: as in `Trace.all`.
    """
    return (Hears(what=what, times=times, within=within, optional=optional, terms=terms),)


def passes(seconds: float) -> Scene:
    """Let so much time pass."""
    return (Passes(seconds=seconds),)


def breaks(seconds: float) -> Scene:
    """Break the line from our side, for so long."""
    return (Breaks(seconds=seconds),)


def when(condition: Callable[[Trace], bool], *scenes: Scene) -> Scene:
    """Take these steps only if what was seen so far asks for them."""
    return (When(condition=condition, steps=tuple(step for scene in scenes for step in scene)),)
