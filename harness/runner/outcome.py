"""What became of one attempt at a case: the judge's findings, plus whatever kept it from judging."""

from __future__ import annotations

import traceback
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from harness.core.case import Case
from harness.core.errors import NotTested, Unreached
from harness.core.measurement import Datum, Measurement
from harness.core.verdict import Finding, Verdict, worst
from harness.kit.judge import Judge
from harness.messages.ocpp import OcppMessage
from harness.trace.entry import Gap, Link
from harness.trace.trace import UNREADABLE, Trace

_STANDS = frozenset({Verdict.FAIL, Verdict.ERROR})
"""Verdicts that stand although the case could not be brought to its end."""


class Outcome(Struct, frozen=True, kw_only=True):
    """The result of one attempt."""

    case: Case
    verdict: Verdict
    findings: tuple[Finding, ...]
    reason: str = ""
    """Why it was not tested."""
    measurements: tuple[Measurement, ...] = ()
    data: tuple[Datum, ...] = ()
    traces: tuple[Trace, ...] = ()


def conclude(
    case: Case,
    judge: Judge,
    traces: Iterable[Trace],
    error: BaseException | None = None,
    *,
    control: Verdict | None = None,
    unstruck: Iterable[str] = (),
) -> Outcome:
    """Turn what happened into a verdict.

    Args:
        case: the case.
        judge: what it judged before it ended.
        traces: what its runs recorded.
        error: the exception that ended it, if one did.
        control: the verdict of its control case in this run, None if it names none.
        unstruck: faults that were to strike and never did.
    """
    recorded = tuple(traces)
    findings = [*judge.findings, *_obstacles(recorded, error, unstruck)]
    if case.control is not None and control is not Verdict.PASS:
        told = f"the control {case.control} ended {control or 'without a verdict'}: nothing is proved"
        findings = [*map(_as_notice, findings), _finding(Verdict.INCONCLUSIVE, "control", told)]
    verdict, reason = worst(findings), ""
    if isinstance(error, NotTested) and verdict not in _STANDS:
        verdict, reason = Verdict.NOT_TESTED, str(error)
    return Outcome(
        case=case,
        verdict=verdict,
        reason=reason,
        findings=tuple(findings) or (_finding(Verdict.INCONCLUSIVE, "judgement", "the case judged nothing"),),
        measurements=tuple(judge.measurements),
        data=tuple(judge.data),
        traces=recorded,
    )


def _obstacles(traces: tuple[Trace, ...], error: BaseException | None, unstruck: Iterable[str]) -> Iterable[Finding]:
    if isinstance(error, NotTested):
        yield Finding(verdict=Verdict.INCONCLUSIVE, what="what was to be done", detail=str(error), notice=True)
    elif isinstance(error, Unreached):
        yield _finding(Verdict.INCONCLUSIVE, "what was awaited", str(error))
    elif isinstance(error, UNREADABLE) and (odd := _out_of_form(traces)):
        told = f"is not of the form that its schema asks for, and the case could not read it ({_where(error)})"
        yield Finding(verdict=Verdict.INCONCLUSIVE, what="what the device said", detail=told, entries=odd)
    elif error is not None:
        yield _finding(Verdict.ERROR, f"the harness failed: {type(error).__name__}", _where(error))
    for fault in unstruck:
        yield _finding(Verdict.INCONCLUSIVE, "deliberate fault", f"never struck: {fault}")
    for trace in traces:
        for entry in trace:
            if isinstance(entry.body, Gap):
                yield _finding(Verdict.INCONCLUSIVE, "recording", f"has a hole: {entry.body.text}")


def _out_of_form(traces: tuple[Trace, ...]) -> tuple[int, ...]:
    """Numbers of the subject's OCPP frames that cannot be read, or are not what their schema asks for."""
    said = (entry for trace in traces for entry in trace if entry.sender is trace.subject and entry.link is Link.OCPP)
    return tuple(entry.number for entry in said if entry.problem or _problems(entry.message))


def _problems(message: object) -> tuple[str, ...]:
    return message.problems() if isinstance(message, OcppMessage) else ()


def _as_notice(finding: Finding) -> Finding:
    """Without its control a judgement is only something that was seen; an error of ours stays one."""
    if finding.verdict is Verdict.ERROR:
        return finding
    return msgspec.structs.replace(finding, notice=True)


def _where(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1:] or []
    place = "".join(f" ({frame.filename.rsplit('/', 2)[-1]}:{frame.lineno})" for frame in last)
    return f"{error}{place}"


def _finding(verdict: Verdict, what: str, detail: str) -> Finding:
    return Finding(verdict=verdict, what=what, detail=detail)
