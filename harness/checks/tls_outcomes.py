"""What else a handshake may come to: a session, none in whatever way, and whether the next party gets in."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.tls_attempts import BY_PEER, CLOSED, TIMEOUT, Attempt, attempts, kept_out
from harness.core.verdict import Finding, Verdict
from harness.trace.entry import Entry, Link
from harness.trace.trace import Trace

_NEXT = "the next handshake works"
_TAKEN = "the subject goes on over the connection"
_BROKEN = "the subject breaks the handshake off"
_EITHER = "the subject takes the handshake or refuses it"


def taken(trace: Trace, *, link: Link = Link.V2G) -> Iterator[Finding]:
    """Whether the first handshake passed, and the subject went on to talk."""
    tried = attempts(trace, link)
    if not tried:
        yield _nothing(_TAKEN)
    elif tried[0].complete and tried[0].answer is not None:
        yield _said(Verdict.PASS, _TAKEN, "the handshake passed, and the subject talked", tried[0].end)
    elif tried[0].complete and tried[0].hung_up is not None:
        yield _said(Verdict.FAIL, _TAKEN, "the handshake passed, but the subject hung up", tried[0].hung_up)
    elif tried[0].complete or tried[0].outcome == TIMEOUT:
        yield _said(Verdict.INCONCLUSIVE, _TAKEN, "the subject fell silent", tried[0].end)
    else:
        yield _blame(_TAKEN, tried[0])


def broken_off(
    trace: Trace, *, alerts: frozenset[int] = frozenset(), may_wait: bool = False, link: Link = Link.V2G
) -> Iterator[Finding]:
    """Whether the subject broke off the first handshake, in which our side broke the rules of TLS.

    It may refuse or hang up; it may not say anything, nor wait for ever. Which alert it sends is told, not judged.

    Args:
        trace: recorded by the side that broke the rules.
        alerts: numbers of the alerts that fit; empty for any.
        may_wait: something of ours never comes, so that the subject may wait for it until our side gives up.
        link: which of the subject's connections is meant.
    """
    tried = attempts(trace, link)
    if not tried:
        yield _nothing(_BROKEN)
        return
    attempt = tried[0]
    stalled = attempt.outcome == TIMEOUT or (attempt.complete and attempt.hung_up is None)
    if attempt.answer is not None:
        yield _said(Verdict.FAIL, _BROKEN, "the subject went on to talk", attempt.end, attempt.answer)
    elif stalled:
        told = "the subject kept the connection open until our side gave up"
        yield _said(Verdict.PASS if may_wait else Verdict.FAIL, _BROKEN, told, attempt.end)
    elif attempt.complete:
        yield _said(Verdict.PASS, _BROKEN, "the subject hung up behind it", attempt.end)
    else:
        yield from _how(attempt, alerts)


def either_way(trace: Trace, *, link: Link = Link.V2G) -> Iterator[Finding]:
    """Whether the subject made up its mind about the first handshake, where sources differ on what is right."""
    tried = attempts(trace, link)
    if not tried:
        yield _nothing(_EITHER)
        return
    attempt = tried[0]
    if attempt.complete and attempt.answer is not None:
        yield _said(Verdict.PASS, _EITHER, "the subject made up its mind", attempt.end)
        yield _told(_EITHER, "it took it", attempt.end)
    elif attempt.outcome in {BY_PEER, CLOSED} or attempt.hung_up is not None:
        yield _said(Verdict.PASS, _EITHER, "the subject made up its mind", attempt.end)
        yield _told(_EITHER, f"it refused it: {attempt.facts.get('error') or 'without an alert'}", attempt.end)
    elif attempt.outcome == TIMEOUT or attempt.complete:
        yield _said(Verdict.FAIL, _EITHER, "the subject neither took nor refused it", attempt.end)
    else:
        yield _blame(_EITHER, attempt)


def served_next(trace: Trace, *, link: Link = Link.V2G) -> Iterator[Finding]:
    """Whether the last of several handshakes, a good one, led to an answer, whatever became of those before."""
    tried = attempts(trace, link)
    if not tried:
        yield _nothing(_NEXT)
        return
    last = tried[-1]
    shut = kept_out(trace, last, link)
    if shut is not None:
        yield _said(Verdict.FAIL, _NEXT, "the next one was not let in", shut)
    elif len(tried) == 1:
        yield _said(Verdict.INCONCLUSIVE, _NEXT, "nobody came after the first", last.end)
    elif last.complete and last.answer is not None:
        yield _said(Verdict.PASS, _NEXT, "the next one was answered", last.answer)
    else:
        told = f"the next one got no answer: {last.facts.get('error') or 'the subject fell silent'}"
        yield _said(Verdict.FAIL, _NEXT, told, last.end)


def _how(attempt: Attempt, alerts: frozenset[int]) -> Iterator[Finding]:
    """A handshake that came to nothing by the subject's doing: with which alert?"""
    if attempt.outcome not in {BY_PEER, CLOSED}:
        yield _blame(_BROKEN, attempt)
        return
    yield _said(Verdict.PASS, _BROKEN, str(attempt.facts.get("error", "")), attempt.end)
    received = [alert for alert in attempt.facts.get("alerts", ()) if alert["fatal"] and not alert["sent"]]
    if not received:
        yield _told(_BROKEN, "no alert told why", attempt.end)
    elif alerts and received[0]["number"] not in alerts:
        fitting = ", ".join(str(number) for number in sorted(alerts))
        said = f"{received[0]['name']} ({received[0]['number']})"
        yield _told(_BROKEN, f"the alert was {said}, where one of {fitting} would fit", attempt.end)


def _blame(what: str, attempt: Attempt) -> Finding:
    """A handshake that failed: a finding against the subject only if it was the one who ended it."""
    error = attempt.facts.get("error", "")
    if attempt.outcome in {BY_PEER, CLOSED}:
        return _said(Verdict.FAIL, what, f"{attempt.outcome}: {error}", attempt.end)
    return _said(Verdict.INCONCLUSIVE, what, f"our side ended it: {attempt.outcome}, {error}", attempt.end)


def _nothing(what: str) -> Finding:
    return _said(Verdict.INCONCLUSIVE, what, "there was no TLS handshake")


def _said(verdict: Verdict, what: str, detail: str, *entries: Entry) -> Finding:
    return Finding(verdict=verdict, what=what, detail=detail, entries=tuple(entry.number for entry in entries))


def _told(what: str, detail: str, entry: Entry) -> Finding:
    return Finding(verdict=Verdict.REPORTED, what=what, detail=detail, entries=(entry.number,), notice=True)
