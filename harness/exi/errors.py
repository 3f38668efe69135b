"""The one error of this layer: what was wrong, at which bit, in which element."""

from __future__ import annotations

from harness.core.errors import HarnessError


class ExiError(HarnessError):
    """A stream that is no message, or a message that no stream can carry.

    Args:
        what: what was found and what would have been right, as a sentence without a full stop.
        bit: offset in the stream, in bits from its first byte; None while encoding.
        path: the elements around it, outermost first, joined by slashes.
    """

    def __init__(self, what: str, *, bit: int | None = None, path: str = "") -> None:
        """Keep the three parts apart for those who judge them."""
        self.what, self.bit, self.path = what, bit, path
        where = [f"bit {bit}"] if bit is not None else []
        where += [path] if path else []
        super().__init__(f"{what} (at {', '.join(where)})" if where else what)


class Unusual(Exception):
    """A compiled function met what only the interpreter handles: the stream or message is read again, slowly."""
