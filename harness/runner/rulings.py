"""The rules over every trace of a run, summed up per rule."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from harness.checks.rule import Rule
from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Finding, Verdict, worst
from harness.profile.device import Device
from harness.store.records import RuleFinding, RuleResult
from harness.trace.trace import Trace

_KEPT_PASSES = 3
"""How many passing findings of a rule are kept as evidence; offences are all kept."""


class RecordedTrace(Struct, frozen=True, kw_only=True):
    """A trace of a run with where it came from."""

    case: str
    attempt: int
    path: str
    trace: Trace


def judge_rules(devices: Iterable[Device], traces: Iterable[RecordedTrace]) -> tuple[RuleResult, ...]:
    """Every rule that applies to one of the devices, over all traces recorded."""
    subjects = {device.role: device for device in devices}
    recorded = tuple(traces)
    return tuple(_sum_up(rule, recorded) for rule in ALL_RULES if _applies(rule, subjects))


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
