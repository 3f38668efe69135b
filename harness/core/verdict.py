"""The seven verdicts, and the finding: the only thing a verdict is made of."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """What may be said about a case; the first four are ordered, the worst finding wins."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    INCONCLUSIVE = "INCONCLUSIVE"
    FAIL = "FAIL"
    ERROR = "ERROR"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_TESTED = "NOT_TESTED"
    REPORTED = "REPORTED"


_ORDER = (Verdict.REPORTED, Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL, Verdict.ERROR)


class Finding(Struct, frozen=True, kw_only=True):
    """One judgement: what was looked at, what came of it, and which trace entries show it."""

    verdict: Verdict
    what: str
    detail: str = ""
    cites: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()
    rule: str = ""
    notice: bool = False
    """Something to tell that changes no verdict (a disagreement between readings of the standard, say)."""


def worst(findings: Iterable[Finding]) -> Verdict:
    """The verdict that findings add up to; nothing judged is INCONCLUSIVE, never PASS.

    Raises:
        ValueError: a finding carries a verdict that only a plan or an operator may give.
    """
    verdicts = [finding.verdict for finding in findings if not finding.notice]
    if not verdicts:
        return Verdict.INCONCLUSIVE
    if foreign := [verdict for verdict in verdicts if verdict not in _ORDER]:
        raise ValueError(f"{foreign[0]} is no finding: only a plan or an operator may say so")
    return max(verdicts, key=_ORDER.index)
