"""A rule: a judgement that any trace can be asked, a case's or a capture somebody brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from harness.core.case import Role
from harness.core.feature import Feature
from harness.core.verdict import Finding, Verdict
from harness.trace.entry import Entry
from harness.trace.trace import Trace


class Rule(Struct, frozen=True, kw_only=True):
    """One rule; it judges what the subject did (everybody, where the trace has no subject)."""

    id: str
    title: str
    judges: tuple[Role, ...]
    """The roles whose doing it can judge."""
    cites: tuple[str, ...] = ()
    needs: tuple[Feature, ...] = ()
    find: Callable[[Trace], Iterable[Finding]]
    """Findings over one trace; none where the trace has nothing to look at."""

    def over(self, trace: Trace) -> tuple[Finding, ...]:
        """What the rule says of `trace`; nothing if its subject is none of the roles that it judges."""
        if trace.subject is not None and trace.subject not in self.judges:
            return ()
        return tuple(self.find(trace))


def is_subject(trace: Trace, entry: Entry) -> bool:
    """Whether `entry` is the doing of the party that `trace` judges."""
    return entry.sender is not None and trace.subject in {None, entry.sender} and not entry.deliberate


class Tally:
    """Sums up one rule over one trace: a finding for each offence, or a single PASS that says how much was seen."""

    def __init__(self, rule: str, what: str, cites: tuple[str, ...] = ()) -> None:
        """Judge `what` under the rule's id."""
        self._rule, self._what, self._cites = rule, what, cites
        self._looked_at = 0
        self._first: int | None = None
        self._bad: list[Finding] = []
        self._notices: list[Finding] = []

    def good(self, entry: Entry) -> None:
        """`entry` keeps to the rule."""
        self._looked_at += 1
        self._first = self._first or entry.number

    def bad(self, detail: str, *entries: Entry) -> None:
        """These entries break it."""
        self._looked_at += 1
        self._bad.append(self._finding(Verdict.FAIL, detail, tuple(entry.number for entry in entries)))

    def notice(self, detail: str, *entries: Entry) -> None:
        """Worth telling, but no offence."""
        self._looked_at += 1
        told = self._finding(Verdict.REPORTED, detail, tuple(entry.number for entry in entries), notice=True)
        self._notices.append(told)

    def __iter__(self) -> Iterator[Finding]:
        """The findings."""
        yield from self._bad
        yield from self._notices
        if self._looked_at and not self._bad:
            seen = (self._first,) if self._first else ()
            yield self._finding(Verdict.PASS, f"held in {self._looked_at} of {self._looked_at}", seen)

    def _finding(self, verdict: Verdict, detail: str, entries: tuple[int, ...], *, notice: bool = False) -> Finding:
        return Finding(
            verdict=verdict,
            what=self._what,
            detail=detail,
            cites=self._cites,
            entries=entries,
            rule=self._rule,
            notice=notice,
        )
