"""One thing that the linter holds against a chain."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


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


def error(code: str, text: str, *cites: str, depth: int = 0) -> Objection:
    """An objection that a strict endpoint refuses for."""
    return Objection(code=code, severity=Severity.ERROR, text=text, depth=depth, cites=cites)


def notice(code: str, text: str, *cites: str, depth: int = 0) -> Objection:
    """An objection that changes no verdict."""
    return Objection(code=code, severity=Severity.NOTICE, text=text, depth=depth, cites=cites)
