"""Whose fault an error is: ours, the user's, or nobody's."""

from __future__ import annotations


class HarnessError(Exception):
    """Root of all errors that this project raises on purpose."""


class UserError(HarnessError):
    """Something a user can put right.

    Args:
        what: what happened, as a sentence without a full stop.
        where: the file, device, table or key it happened at.
        do: what to do about it.
    """

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        """Keep the three parts apart for those who print them apart."""
        self.what, self.where, self.do = what, where, do
        place = f"{where}: " if where else ""
        advice = f" ({do})" if do else ""
        super().__init__(f"{place}{what}{advice}")


class ProfileError(UserError):
    """A programme or device profile says something we cannot follow."""


class UnreachableError(UserError):
    """A device, port, namespace or program that a run needs is not there."""


class NotTested(HarnessError):
    """Nobody could do to a device what a case needs done: the case is not tested, as an operator may put right."""


class Unreached(HarnessError):
    """An awaited entry never came; a case that raises it is inconclusive."""
