"""Message ids of a connection that may come up again, and what they stood for; the oldest are forgotten."""

from __future__ import annotations

_MANY = 4096
"""How many are kept: a peer that floods us must not fill the memory."""


class Remembered:
    """By message id, what it stood for."""

    def __init__(self, limit: int = _MANY) -> None:
        """Nothing is known yet."""
        self._limit = limit
        self._known: dict[str, str] = {}

    def __contains__(self, message_id: str) -> bool:
        """Whether it is still known."""
        return message_id in self._known

    def __len__(self) -> int:
        """How many are known."""
        return len(self._known)

    def get(self, message_id: str) -> str | None:
        """What it stands for; None if it is not known."""
        return self._known.get(message_id)

    def add(self, message_id: str, what: str) -> None:
        """Keep it, as the newest."""
        self._known[message_id] = what
        if len(self._known) > self._limit:
            del self._known[next(iter(self._known))]

    def pop(self, message_id: str) -> str | None:
        """What it stands for, which is forgotten; None if it is not known."""
        return self._known.pop(message_id, None)

    def first(self, count: int) -> list[str]:
        """What the oldest ones stand for."""
        return [what for what, _ in zip(self._known.values(), range(count), strict=False)]

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()
