"""Each case as a report tells it: what was asked, what was found in every attempt, and the messages behind it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from harness.core.case import suite_of
from harness.core.measurement import Datum, Measurement
from harness.core.verdict import Finding, Verdict
from harness.report.conversation import LONGEST, Budget, converse
from harness.report.words import VERDICT_WORD, utc
from harness.store.errors import StoreError
from harness.store.records import CaseResult, EvidenceRef
from harness.store.run import Run, Standing
from harness.trace.jsonl import TraceFileError, checked_lines

VIEW_BUDGET = 1_600_000
"""Bytes of decoded messages that one report may carry; failures are served first."""
QUIET_BUDGET = 500_000
"""Bytes of them for cases that need no attention, the same share for each."""
QUIET_SHARE = 20_000
"""Bytes that such a case takes at most, however few there are."""
QUIET_ROWS = 8_000
"""Rows of conversation for all such cases; how many each one gets is bounded by the next."""
FEWEST_ROWS = 24
LARGE_FAMILY = 8
"""Variants of one case from which on those that need no attention show no conversation: the evidence has it."""
_URGENCY = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE)


def results(run: Run) -> list[dict[str, Any]]:
    """All cases in the order of the plan, those that did not run among them."""
    budget = Budget(VIEW_BUDGET)
    standings = run.standings()
    urgent = sorted((s for s in standings if _needs_attention(s)), key=lambda s: _URGENCY.index(s.verdict))
    told = {standing.case.id: _attempts(run, standing, budget, LONGEST) for standing in urgent}
    quiet = [standing for standing in standings if standing.case.id not in told]
    families = Counter(standing.case.id.partition("[")[0] for standing in quiet)
    usual = max(FEWEST_ROWS, min(LONGEST, QUIET_ROWS // max(1, len(quiet))))
    for standing in quiet:
        share = min(QUIET_SHARE, QUIET_BUDGET // len(quiet), budget.left)
        rows = 0 if families[standing.case.id.partition("[")[0]] >= LARGE_FAMILY else usual
        told[standing.case.id] = _attempts(run, standing, Budget(share), rows)
        budget.left -= share
    return [_result(run, standing, told[standing.case.id]) for standing in standings]


def _needs_attention(standing: Standing) -> bool:
    return standing.verdict in _URGENCY


def _result(run: Run, standing: Standing, attempts: list[dict[str, Any]]) -> dict[str, Any]:
    case, result = standing.case, standing.result
    known = result.known_failure if result else None
    return {
        "id": case.id,
        "title": case.title,
        "kind": case.kind.value,
        "suite": suite_of(case.id),
        "sut": case.sut.value,
        "purpose": case.purpose,
        "requirements": list(case.cites),
        "needs": [feature.value for feature in case.needs],
        "control": case.control,
        "maturity": case.maturity,
        "verdict": standing.verdict.value,
        "word": VERDICT_WORD[standing.verdict],
        "reason": standing.reason,
        "known_failure": {"mechanism": known.mechanism, "link": known.link, "expires": known.expires}
        if known
        else None,
        "unexpected_pass": bool(result and result.unexpected_pass),
        "mutants": sorted(mutant.id for mutant in run.mutants if case.id in mutant.killed_by),
        "attempts": attempts,
    }


def _attempts(run: Run, standing: Standing, budget: Budget, longest: int) -> list[dict[str, Any]]:
    return [_attempt(run, result, budget, longest) for result in run.attempts(standing.case.id)]


def _attempt(run: Run, result: CaseResult, budget: Budget, longest: int) -> dict[str, Any]:
    cited = {
        number
        for source in (result.findings, result.measurements, result.data)
        for item in source
        for number in item.entries
    }
    traces = [
        _conversation(run, ref, cited, budget, longest) for ref in result.evidence if result.counted and _is_trace(ref)
    ]
    return {
        "attempt": result.attempt,
        "counted": result.counted,
        "verdict": result.verdict.value,
        "started": utc(result.started),
        "ended": utc(result.ended),
        "duration": round(result.duration, 6),
        "findings": [finding_fields(finding) for finding in result.findings],
        "measurements": [_measurement(measured) for measured in result.measurements],
        "data": [_datum(datum) for datum in result.data],
        "evidence": [
            {"path": ref.path, "sha256": ref.sha256, "media_type": ref.media_type, "size": ref.size}
            for ref in result.evidence
        ],
        "traces": traces,
    }


def _conversation(run: Run, ref: EvidenceRef, cited: set[int], budget: Budget, longest: int) -> dict[str, Any]:
    """The conversation in a trace file; one that is not shown, or that the run's own check found wanting, is named."""
    if not longest:
        return _unread(ref, "")
    try:
        lines, cut = checked_lines((run.folder / ref.path).read_bytes(), ref.path)
    except (OSError, TraceFileError) as problem:
        if not run.broken:
            raise StoreError(f"cannot be shown: {problem}", where=ref.path) from problem
        return _unread(ref, str(problem))
    return {"path": ref.path, "problem": cut, **converse(lines, cited, budget, longest)}


def _unread(ref: EvidenceRef, why: str) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "subject": None,
        "begins": "",
        "entries": 0,
        "first": 0,
        "last": 0,
        "rows": [],
        "views_omitted": 0,
    }
    return {"path": ref.path, "problem": why, **empty}


def _is_trace(ref: EvidenceRef) -> bool:
    name = ref.path.rpartition("/")[2]
    return name.startswith("trace") and name.endswith(".jsonl")


def finding_fields(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "verdict": finding.verdict.value,
        "what": finding.what,
        "detail": finding.detail,
        "requirements": list(finding.cites),
        "entries": list(finding.entries),
        "rule": finding.rule,
        "notice": finding.notice,
    }


def _measurement(measured: Measurement) -> dict[str, Any]:
    return {
        "name": measured.name,
        "value": measured.value,
        "unit": measured.unit,
        "limit": measured.limit,
        "entries": list(measured.entries),
    }


def _datum(datum: Datum) -> dict[str, Any]:
    return {
        "name": datum.name,
        "reach": datum.reach.value,
        "sent": datum.sent,
        "received": datum.received,
        "delay": datum.delay,
        "entries": list(datum.entries),
    }
