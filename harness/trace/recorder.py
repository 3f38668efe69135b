"""The growing trace of a run in progress."""

from __future__ import annotations

from collections.abc import Callable

from harness.core.case import Role
from harness.trace.entry import Body, Entry, Link
from harness.trace.trace import Trace


class Recorder:
    """Takes entries in the order in which they happen and tells whoever listens."""

    def __init__(self, subject: Role | None = None, *, first: int = 1) -> None:
        """Start an empty recording of a run whose party under test is `subject`.

        A case with several runs numbers on from one to the next (`first`), so that a number means one entry.
        """
        self._subject = subject
        self._first = first
        self._entries: list[Entry] = []
        self._listeners: list[Callable[[Entry], None]] = []

    def add(self, at: float, link: Link, sender: Role | None, body: Body, *, deliberate: bool = False) -> Entry:
        """Record one thing seen at Unix time `at`."""
        number = self._first + len(self._entries)
        entry = Entry(number=number, at=at, link=link, sender=sender, body=body, deliberate=deliberate)
        self._entries.append(entry)
        for listener in tuple(self._listeners):
            listener(entry)
        return entry

    def listen(self, listener: Callable[[Entry], None]) -> None:
        """Call `listener` with every entry from now on."""
        self._listeners.append(listener)

    def trace(self) -> Trace:
        """What was recorded so far."""
        return Trace(entries=tuple(self._entries), subject=self._subject)
