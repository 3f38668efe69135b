"""A stored run as its readers see it: every attempt, the one that counts, and what it all comes to."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from harness.core.case import Case
from harness.core.verdict import Verdict
from harness.store.records import (
    CaseResult,
    Discovery,
    EvidenceRef,
    Footer,
    Header,
    Interruption,
    Mutant,
    PlanLine,
    ResponseTime,
    RuleResult,
)
from harness.trace import jsonl
from harness.trace.trace import Trace

CONFORMS, DEVICE_FAILED, HARNESS_FAILED, NOT_DETERMINED = 0, 1, 2, 3
TRACE_NAME = "trace.jsonl"


class Standing(Struct, frozen=True, kw_only=True):
    """What may be said of one case of the run."""

    case: Case
    verdict: Verdict
    result: CaseResult | None = None
    """The attempt that counts, if the case ran."""
    reason: str = ""


class Run(Struct, frozen=True, kw_only=True):
    """One run folder."""

    folder: Path
    header: Header
    plan: tuple[PlanLine, ...]
    results: tuple[CaseResult, ...]
    rules: tuple[RuleResult, ...]
    discoveries: tuple[Discovery, ...]
    mutants: tuple[Mutant, ...]
    interruptions: tuple[Interruption, ...]
    footer: Footer | None
    records_sha256: str
    response_times: tuple[ResponseTime, ...] = ()
    """Empty in runs that were written before they were measured."""
    broken: tuple[str, ...] = ()
    """What is wrong with the folder; empty if all of it can be believed."""

    @property
    def counted(self) -> dict[str, CaseResult]:
        """By case id, the attempt that counts."""
        return {result.case.id: result for result in self.results if result.counted}

    @property
    def evidence(self) -> tuple[EvidenceRef, ...]:
        """Every file of evidence, in the order of the results."""
        return tuple(ref for result in self.results for ref in result.evidence)

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped it."""
        return bool(self.interruptions) or (self.footer is not None and self.footer.interrupted)

    def attempts(self, case_id: str) -> tuple[CaseResult, ...]:
        """All attempts of a case, in order."""
        return tuple(sorted((r for r in self.results if r.case.id == case_id), key=lambda result: result.attempt))

    def standings(self) -> tuple[Standing, ...]:
        """Every case of the plan in its order, then those that ran without a plan."""
        counted = self.counted
        planned = {line.case.id for line in self.plan}
        unplanned = [result for case_id, result in counted.items() if case_id not in planned]
        return (
            *(_standing(line, counted.get(line.case.id)) for line in self.plan),
            *(_judged(result) for result in unplanned),
        )

    def trace(self, result: CaseResult, name: str = TRACE_NAME) -> Trace | None:
        """The trace of an attempt, decoded anew from its bytes, or None if it kept none.

        Raises:
            TraceFileError: the file was changed.
        """
        for ref in result.evidence:
            if ref.path.rpartition("/")[2] == name:
                return jsonl.read_file(self.folder / ref.path)
        return None


def exit_code(run: Run) -> int:
    """What a command that ran this ends with: 0 conforms, 1 the device fails, 2 the harness failed, 3 not determined.

    A known failure counts as passed here and nowhere else; one that passes counts as failed. How INCONCLUSIVE and
    NOT_TESTED count is the programme's decision.
    """
    standings = run.standings()
    verdicts = {standing.verdict for standing in standings} | {rule.verdict for rule in run.rules}
    if run.broken or run.footer is None or Verdict.ERROR in verdicts:
        return HARNESS_FAILED
    if any(map(_fails, standings)) or any(_rule_fails(rule) for rule in run.rules):
        return DEVICE_FAILED
    blocking = _blocking(run)
    judged = any(standing.result is not None for standing in standings)
    if not judged or run.interrupted or verdicts & blocking:
        return NOT_DETERMINED
    return CONFORMS


def _blocking(run: Run) -> set[Verdict]:
    programme = run.header.programme
    blocking = set()
    if programme.inconclusive_blocks:
        blocking.add(Verdict.INCONCLUSIVE)
    if programme.not_tested_blocks:
        blocking.add(Verdict.NOT_TESTED)
    return blocking


def _fails(standing: Standing) -> bool:
    result = standing.result
    if result is None:
        return False
    return result.unexpected_pass or (result.verdict is Verdict.FAIL and result.known_failure is None)


def _rule_fails(rule: RuleResult) -> bool:
    return rule.verdict is Verdict.FAIL and rule.known_failure is None


def _standing(line: PlanLine, result: CaseResult | None) -> Standing:
    if result is not None:
        return _judged(result)
    if line.runs:
        return Standing(
            case=line.case, verdict=Verdict.NOT_TESTED, reason="it was to run, but the run ended before its turn"
        )
    return Standing(case=line.case, verdict=Verdict.NOT_APPLICABLE, reason=line.reason)


def _judged(result: CaseResult) -> Standing:
    return Standing(case=result.case, verdict=result.verdict, result=result, reason=result.reason)
