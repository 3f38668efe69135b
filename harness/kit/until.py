"""When a run has shown enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.trace.entry import Entry, Link, LinkSeen, Note, TlsSeen
from harness.trace.trace import What, matcher

FINISHED = "the EV is done"
"""Text of the note that the bench writes when the EV's part of a run is over."""


class Until:
    """A condition over entries as they come; `fed` is told each and answers whether the run may end."""

    def __init__(self, fed: Callable[[Entry], bool], text: str) -> None:
        """Ask `fed`; `text` says in a report what was waited for."""
        self.fed = fed
        self.text = text


def seen(what: What, *, times: int = 1, **terms: Any) -> Callable[[], Until]:
    """Until an entry that fits came `times` times; `terms` as in `Trace.all`."""
    fits = matcher(what, **terms)

    def begin() -> Until:
        left = times

        def fed(entry: Entry) -> bool:
            nonlocal left
            left -= fits(entry)
            return left <= 0

        return Until(fed, f"{getattr(what, 'name', what)} x {times}")

    return begin


def closed(*, times: int = 1) -> Callable[[], Until]:
    """Until the vehicle's connection is gone, so many times: closed, reset, or refused by TLS."""

    def begin() -> Until:
        left = times

        def fed(entry: Entry) -> bool:
            nonlocal left
            left -= _gone(entry)
            return left <= 0

        return Until(fed, "the vehicle's connection gone")

    return begin


def _gone(entry: Entry) -> bool:
    if entry.link is not Link.V2G:
        return False
    body = entry.body
    ended = isinstance(body, LinkSeen) and body.state in {"closed", "reset", "refused"}
    return ended or (isinstance(body, TlsSeen) and body.event == "refused")


def answered(what: What, **terms: Any) -> Callable[[], Until]:
    """Until the answer came, or the vehicle's connection is gone without it; `terms` as in `Trace.all`."""
    return either(seen(what, **terms), closed())


def finished() -> Callable[[], Until]:
    """Until the EV has done all it meant to do."""
    return lambda: Until(lambda entry: isinstance(entry.body, Note) and entry.body.text == FINISHED, "the EV done")


def both(*conditions: Callable[[], Until]) -> Callable[[], Until]:
    """Until each of the conditions was met, in whatever order."""

    def begin() -> Until:
        open_ones = [condition() for condition in conditions]

        def fed(entry: Entry) -> bool:
            open_ones[:] = [one for one in open_ones if not one.fed(entry)]
            return not open_ones

        return Until(fed, " and ".join(one.text for one in open_ones))

    return begin


def either(*conditions: Callable[[], Until]) -> Callable[[], Until]:
    """Until one of the conditions is met."""

    def begin() -> Until:
        all_of_them = [condition() for condition in conditions]
        return Until(
            lambda entry: sum(one.fed(entry) for one in all_of_them) > 0,
            " or ".join(one.text for one in all_of_them),
        )

    return begin
