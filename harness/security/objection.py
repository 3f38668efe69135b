"""What is held against a signature, a contract key or an authorization, and how heavily it weighs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from harness.pki import objection as pki


class Weight(StrEnum):
    """What an objection is good for."""

    NOTICE = "notice"
    """Readings or editions of the standard differ: tell it, judge nothing by it."""
    DEVIATION = "deviation"
    """What it should prove is proven, but not the way the standard writes it: strict parties refuse, others do not."""
    INVALID = "invalid"
    """It proves nothing: everybody refuses."""


class Objection(Struct, frozen=True, kw_only=True):
    """One objection; `code` is stable over the years."""

    code: str
    weight: Weight
    text: str
    cites: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


def invalid(code: str, text: str, *cites: str) -> Objection:
    """An objection that everybody refuses for."""
    return Objection(code=code, weight=Weight.INVALID, text=text, cites=cites)


def deviation(code: str, text: str, *cites: str) -> Objection:
    """An objection that only a strict party refuses for."""
    return Objection(code=code, weight=Weight.DEVIATION, text=text, cites=cites)


def notice(code: str, text: str, *cites: str) -> Objection:
    """Something to tell that nobody refuses for."""
    return Objection(code=code, weight=Weight.NOTICE, text=text, cites=cites)


def of_chain(found: Iterable[pki.Objection]) -> tuple[Objection, ...]:
    """What the linter and the path check of certificates hold against a chain; their errors are invalid here."""
    return tuple(
        Objection(
            code=one.code,
            weight=Weight.INVALID if one.severity is pki.Severity.ERROR else Weight.NOTICE,
            text=f"certificate {one.depth}: {one.text}",
            cites=one.cites,
        )
        for one in found
    )


def refusal(objections: Iterable[Objection], *, strict: bool = True) -> Objection | None:
    """What a party refuses for: the first that is invalid, or, being strict, the first deviation; None accepts."""
    found = tuple(objections)
    heavy = [one for one in found if one.weight is Weight.INVALID]
    light = [one for one in found if one.weight is Weight.DEVIATION] if strict else []
    return next(iter([*heavy, *light]), None)
