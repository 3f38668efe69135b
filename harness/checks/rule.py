"""A rule: a judgement that any trace can be asked, a case's or a capture somebody brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from harness.core.case import Role
from harness.core.feature import Feature
from harness.core.verdict import Finding, Verdict
from harness.messages import din, iso2
from harness.messages.iso20.types import V2gMessage
from harness.trace.entry import Entry
from harness.trace.trace import Trace

_PROTOCOLS: dict[type, str] = {
    V2gMessage: "V2G20-",
    iso2.message.V2gMessage: "V2G2-",
    din.message.V2gMessage: "V2G-DC-",
}
"""How the ids of requirements begin that bind those who speak a protocol."""


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


def citable(cites: tuple[str, ...], protocols: Iterable[str]) -> tuple[str, ...]:
    """Those of a rule's requirements that bind what was said: not those of a protocol that was not spoken."""
    foreign = tuple(set(_PROTOCOLS.values()) - set(protocols))
    return tuple(one for one in cites if not one.startswith(foreign))


def _protocol(entry: Entry) -> str:
    return next((prefix for kind, prefix in _PROTOCOLS.items() if isinstance(entry.envelope, kind)), "")


class Tally:
    """Sums up one rule over one trace: a finding for each offence, or a single PASS that says how much was seen."""

    def __init__(self, rule: str, what: str, cites: tuple[str, ...] = ()) -> None:
        """Judge `what` under the rule's id."""
        self._rule, self._what, self._cites = rule, what, cites
        self._looked_at = 0
        self._first: int | None = None
        self._spoken: set[str] = set()
        self._bad: list[Finding] = []
        self._notices: list[Finding] = []

    def good(self, entry: Entry) -> None:
        """`entry` keeps to the rule."""
        self._looked_at += 1
        self._spoken.add(_protocol(entry))
        self._first = self._first or entry.number

    def bad(self, detail: str, *entries: Entry) -> None:
        """These entries break it."""
        self._looked_at += 1
        self._bad.append(self._about(Verdict.FAIL, detail, entries))

    def notice(self, detail: str, *entries: Entry) -> None:
        """Worth telling, but no offence."""
        self._looked_at += 1
        self._notices.append(self._about(Verdict.REPORTED, detail, entries, notice=True))

    def __iter__(self) -> Iterator[Finding]:
        """The findings."""
        yield from self._bad
        yield from self._notices
        if self._looked_at and not self._bad:
            seen = (self._first,) if self._first else ()
            yield self._finding(Verdict.PASS, f"held in {self._looked_at} of {self._looked_at}", seen, self._spoken)

    def _about(self, verdict: Verdict, detail: str, entries: tuple[Entry, ...], *, notice: bool = False) -> Finding:
        spoken = {_protocol(entry) for entry in entries}
        self._spoken |= spoken
        return self._finding(verdict, detail, tuple(entry.number for entry in entries), spoken, notice=notice)

    def _finding(
        self, verdict: Verdict, detail: str, entries: tuple[int, ...], spoken: set[str], *, notice: bool = False
    ) -> Finding:
        return Finding(
            verdict=verdict,
            what=self._what,
            detail=detail,
            cites=citable(self._cites, spoken) if any(spoken) else self._cites,
            entries=entries,
            rule=self._rule,
            notice=notice,
        )
