"""What every means of doing something at a real device has in common."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct

from harness.endpoints.operations import Operation


class Errand(Struct, frozen=True, kw_only=True):
    """An operation, and where in which run it is wanted."""

    operation: Operation
    run: str
    """Name of the run."""
    step: int
    """Counts the operations of one attempt at a case, from 1."""

    def fields(self) -> dict[str, Any]:
        """Plain values that say all of it."""
        wanted = self.operation
        return {
            "operation": wanted.name,
            "arguments": wanted.arguments,
            "instruction": wanted.instruction,
            "run": self.run,
            "step": self.step,
        }


class Declined(Exception):
    """This means cannot do it, or did not manage to; says why, in words that follow its name."""


class Means(Protocol):
    """One way of doing things at a device."""

    @property
    def name(self) -> str:
        """What a report calls it."""

    async def do(self, errand: Errand) -> str:
        """Do it; returns what there is to say about it, mostly nothing.

        Raises:
            Declined: another means may try.
        """
