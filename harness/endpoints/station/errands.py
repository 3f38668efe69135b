"""Errands: what a station has fetched or brought beside its talk with the backend, such as firmware and logs."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of an errand."""

    status: int = 0
    """Of HTTP; 0: nobody answered, or not in HTTP."""
    body: bytes = b""
    """What was fetched."""
    problem: str = ""
    """Why nothing came of it; empty where it went well."""
    unsupported: bool = False
    """The address is of a kind that the station does not know."""

    @property
    def good(self) -> bool:
        """Whether it went well."""
        return not self.problem


class Errand(Struct, frozen=True, kw_only=True):
    """One file to fetch or to bring."""

    url: str
    done: Callable[[Outcome, float], None]
    """Called once with what came of it, and when."""
    method: str = "GET"
    body: bytes = b""


Cancel = Callable[[], None]
"""Calls an errand off: `done` is not called any more."""


class Errands:
    """Where blocks hand in errands; whoever has a network runs them, without one they stay undone."""

    def __init__(self) -> None:
        """Nobody runs errands yet."""
        self.runner: Callable[[Errand], Cancel] | None = None

    def send(self, errand: Errand) -> Cancel:
        """Have it run from now on."""
        return (lambda: None) if self.runner is None else self.runner(errand)
