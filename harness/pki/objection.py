"""One thing that the linter holds against a chain."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

_MOST_CHARACTERS = 400
"""Of a text: names in a hostile certificate may have 60,000."""


class Severity(StrEnum):
    """What an objection is good for."""

    ERROR = "error"
    """A strict endpoint refuses the chain for it."""
    NOTICE = "notice"
    """Readings or editions of the standard differ, or the source is inferred: tell it, judge nothing by it."""


class Objection(Struct, frozen=True, kw_only=True):
    """One objection; `code` is stable over the years."""

    code: str
    severity: Severity
    text: str
    depth: int = 0
    """Which certificate, counted from the leaf."""
    cites: tuple[str, ...] = ()


def shown(text: str) -> str:
    """Words of a stranger made fit for a terminal and a report: of bounded length, and with nothing but characters."""
    plain = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:_MOST_CHARACTERS]
    )
    return plain if len(text) <= _MOST_CHARACTERS else f"{plain}..."


def error(code: str, text: str, *cites: str, depth: int = 0) -> Objection:
    """An objection that a strict endpoint refuses for."""
    return Objection(code=code, severity=Severity.ERROR, text=shown(text), depth=depth, cites=cites)


def notice(code: str, text: str, *cites: str, depth: int = 0) -> Objection:
    """An objection that changes no verdict."""
    return Objection(code=code, severity=Severity.NOTICE, text=shown(text), depth=depth, cites=cites)
