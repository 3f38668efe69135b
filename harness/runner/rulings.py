"""The rules over every trace of a run, summed up per rule."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from msgspec import Struct

from harness.checks.rule import Rule
from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Finding, Verdict, worst
from harness.profile.device import Device
from harness.store.records import RuleFinding, RuleResult
from harness.trace.trace import Trace

_MANY = 100
"""Traces from which on it pays to judge on every core."""
_KEPT_PASSES = 3
"""How many passing findings of a rule are kept as evidence; offences are all kept."""


class RecordedTrace(Struct, frozen=True, kw_only=True):
    """A trace of a run with where it came from."""

    case: str
    attempt: int
    path: str
    trace: Trace


_shared: list[RecordedTrace] = []
"""The traces, for the processes forked while they are judged."""


def judge_rules(devices: Iterable[Device], traces: Iterable[RecordedTrace]) -> tuple[RuleResult, ...]:
    """Every rule that applies to one of the devices, over all traces recorded."""
    subjects = {device.role: device for device in devices}
    recorded = tuple(traces)
    rules = [number for number, rule in enumerate(ALL_RULES) if _applies(rule, subjects)]
    if len(recorded) < _MANY:
        return tuple(_sum_up(ALL_RULES[number], recorded) for number in rules)
    _shared[:] = recorded
    # Forked, so that the traces need not be carried over; a rule and its result are small.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        results = tuple(pool.map(_ruled, rules))
    _shared.clear()
    return results


def _ruled(number: int) -> RuleResult:
    return _sum_up(ALL_RULES[number], tuple(_shared))


def _applies(rule: Rule, subjects: dict[Role, Device]) -> bool:
    return any(
        role in rule.judges and all(device.offers(feature) for feature in rule.needs)
        for role, device in subjects.items()
    )


def _sum_up(rule: Rule, traces: tuple[RecordedTrace, ...]) -> RuleResult:
    kept: list[RuleFinding] = []
    verdicts: list[Finding] = []
    looked_at = passes = 0
    for one in traces:
        findings = rule.over(one.trace)
        looked_at += bool(findings)
        for finding in findings:
            if not finding.notice:
                verdicts.append(finding)
            passes += finding.verdict is Verdict.PASS
            if finding.verdict is not Verdict.PASS or passes <= _KEPT_PASSES:
                kept.append(RuleFinding(case=one.case, attempt=one.attempt, finding=finding, trace=one.path))
    return RuleResult(
        id=rule.id,
        title=rule.title,
        verdict=worst(verdicts) if verdicts else Verdict.NOT_APPLICABLE,
        cites=rule.cites,
        findings=tuple(kept),
        traces=looked_at,
    )
