"""The same results asked the other way round: by requirement, by rule, by measured value, by datum."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from harness.core.measurement import Reach
from harness.core.verdict import Finding, Verdict, worst
from harness.report.results import finding_fields
from harness.report.words import CONFIDENCE_HINT, REACH_WORD, VERDICT_WORD
from harness.standards.catalogue import requirement
from harness.store.records import RuleResult
from harness.store.run import Run, Standing

_WORST_RULE_FINDINGS = 20


def requirements(run: Run) -> list[dict[str, Any]]:
    """Every requirement that a case, a rule or a finding of this run cites, what it asks, and what came of it."""
    verdicts: dict[str, list[tuple[str, Verdict]]] = {}
    for standing in run.standings():
        for cite in standing.case.cites:
            verdicts.setdefault(cite, []).append((standing.case.id, standing.verdict))
        for cite, verdict in _cited_beside(standing):
            verdicts.setdefault(cite, []).append((standing.case.id, verdict))
    for rule in run.rules:
        for cite in rule.cites:
            verdicts.setdefault(cite, []).append((rule.id, rule.verdict))
    return [
        {
            "id": cite,
            **_text(cite),
            "status": _status(verdict for _, verdict in members),
            "cases": [{"id": name, "verdict": verdict.value} for name, verdict in members],
        }
        for cite, members in sorted(verdicts.items(), key=lambda item: _natural(item[0]))
    ]


def _natural(cite: str) -> list[tuple[str, int]]:
    """Sorts ids so that number 167 comes before 1001."""
    return [(word, int(number or 0)) for word, number in re.findall(r"(\D+)(\d*)", cite)]


def _cited_beside(standing: Standing) -> list[tuple[str, Verdict]]:
    """Requirements that only findings of a case cite, each with the worst of what they say."""
    found: dict[str, list[Finding]] = {}
    for finding in standing.result.findings if standing.result else ():
        for cite in set(finding.cites) - set(standing.case.cites):
            found.setdefault(cite, []).append(finding)
    return [(cite, _worst(findings)) for cite, findings in sorted(found.items())]


def _worst(findings: list[Finding]) -> Verdict:
    return worst(findings) if any(not finding.notice for finding in findings) else Verdict.REPORTED


def _text(cite: str) -> dict[str, str]:
    """What the catalogues know of a requirement, in our own words."""
    known = requirement(cite)
    if known is None:
        return {"document": "", "clause": "", "gist": "", "confidence": "", "hint": ""}
    return {
        "document": known.document,
        "clause": known.clause,
        "gist": known.gist,
        "confidence": known.confidence.value,
        "hint": CONFIDENCE_HINT[known.confidence],
    }


def _status(verdicts: Iterable[Verdict]) -> str:
    """Met only if every applicable case passed; a requirement that nothing has judged is shown as such."""
    found = set(verdicts) - {Verdict.NOT_APPLICABLE, Verdict.REPORTED}
    if Verdict.FAIL in found:
        return "not-met"
    if not found or found == {Verdict.NOT_TESTED}:
        return "not-covered"
    return "met" if found == {Verdict.PASS} else "inconclusive"


def rules(run: Run) -> list[dict[str, Any]]:
    """Every rule with what it found, offences first."""
    return [_rule(rule) for rule in sorted(run.rules, key=lambda rule: rule.id)]


def _rule(rule: RuleResult) -> dict[str, Any]:
    offences = [found for found in rule.findings if found.finding.verdict is not Verdict.PASS]
    known = rule.known_failure
    return {
        "id": rule.id,
        "title": rule.title,
        "verdict": rule.verdict.value,
        "word": VERDICT_WORD[rule.verdict],
        "requirements": list(rule.cites),
        "traces": rule.traces,
        "findings": [
            {
                "case": found.case,
                "attempt": found.attempt,
                "trace": found.trace,
                **finding_fields(found.finding),
            }
            for found in offences[:_WORST_RULE_FINDINGS]
        ],
        "findings_omitted": max(0, len(offences) - _WORST_RULE_FINDINGS),
        "known_failure": {"mechanism": known.mechanism, "link": known.link, "expires": known.expires}
        if known
        else None,
    }


def measurements(run: Run) -> list[dict[str, Any]]:
    """Every measured value of the attempts that count."""
    return [
        {
            "case": result.case.id,
            "name": measured.name,
            "value": measured.value,
            "unit": measured.unit,
            "limit": measured.limit,
            "judged": bool(measured.limit),
            "entries": list(measured.entries),
        }
        for result in _in_plan_order(run)
        for measured in result.measurements
    ]


def response_times(run: Run) -> list[dict[str, Any]]:
    """How long each subject took to react, by the message it reacted to; measured, not judged."""
    roles = {device.id: device.role.value for device in run.header.devices}
    return [
        {
            "device": taken.device,
            "role": roles.get(taken.device),
            "message": taken.message,
            "count": taken.count,
            "median": taken.median,
            "longest": taken.longest,
            "performance": taken.performance,
            "timeout": taken.timeout,
        }
        for taken in run.response_times
    ]


def availability(run: Run) -> list[dict[str, Any]]:
    """How far each datum got on its way from the vehicle to the backend."""
    return [
        {
            "case": result.case.id,
            "verdict": result.verdict.value,
            "name": datum.name,
            "offered_by_ev": datum.reach is not Reach.LOST_AT_EV,
            "reached_charger": datum.reach is not Reach.LOST_AT_EV,
            "reached_csms": datum.reach in {Reach.AVAILABLE, Reach.WRONG, Reach.STALE},
            "reach": datum.reach.value,
            "word": REACH_WORD[datum.reach],
            "ok": datum.reach is Reach.AVAILABLE,
            "sent": datum.sent,
            "received": datum.received,
            "delay": datum.delay,
            "entries": list(datum.entries),
        }
        for result in _in_plan_order(run)
        for datum in result.data
    ]


def _in_plan_order(run: Run) -> list[Any]:
    return [standing.result for standing in run.standings() if standing.result is not None]
