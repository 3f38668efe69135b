"""One run in progress: its plan, its store, and what was concluded so far."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct

from harness.core.case import Case, Role
from harness.core.verdict import Verdict
from harness.endpoints.mutants.catalogue import MUTANTS, Mutant
from harness.kit.bench import Bench
from harness.kit.workshop import Workshop
from harness.plan.plan import Plan, make_plan
from harness.profile.device import Device
from harness.runner.data import data_folder
from harness.runner.discoveries import discoveries
from harness.runner.execute import Runnable, execute
from harness.runner.header import make_header
from harness.runner.known import known_failure, with_known_failure
from harness.runner.latencies import response_times
from harness.runner.mutation import Mutation
from harness.runner.options import Options
from harness.runner.outcome import Outcome
from harness.runner.replay import stored_traces
from harness.runner.rulings import RecordedTrace, judge_rules
from harness.store.records import (
    CaseResult,
    EvidenceRef,
    Interruption,
    PlanLine,
    RuleResult,
    SourceRef,
)
from harness.store.records import Mutant as MutantRecord
from harness.store.writer import RunWriter
from harness.transports.clock import VIRTUAL_EPOCH

Listener = Callable[[str, object], None]


_SETTLED = frozenset({Verdict.PASS, Verdict.REPORTED, Verdict.NOT_TESTED})
"""Verdicts that no further attempt could better."""


class Began(Struct, frozen=True):
    """When an attempt began: by the calendar, and by a clock that nobody sets."""

    at: float
    monotonic: float


def now() -> Began:
    """The moment in which an attempt begins."""
    return Began(_now(), time.monotonic())


class RunSession:
    """Takes outcomes as they come and keeps them; `finish` sums up the rules and closes the store."""

    def __init__(
        self, options: Options, *, listener: Listener = lambda _event, _about: None, dry: bool = False
    ) -> None:
        """Prepare a run; nothing is written before `planned`, and nothing at all if it is `dry`."""
        self.options = options
        self._dry = dry
        self.devices: dict[Role, Device] = {device.role: device for device in options.devices}
        self._listener = listener
        self._workshop = Workshop(
            options.devices,
            network=options.network,
            seed=options.seed,
            now=VIRTUAL_EPOCH if options.virtual else _now(),
            beside=options.beside,
            attended=options.attended,
            run_name=options.folder.name,
            places={
                "profiles": str(data_folder("profiles")),
                "peers": str(Path(".peers").resolve()),
                "python": sys.executable,
            },
        )
        self._writer: RunWriter | None = None
        self._verdicts: dict[str, Verdict] = {}
        self._attempts: dict[str, int] = {}
        self._traces: list[RecordedTrace] = []
        self._mutation: Mutation | None = None
        self._started = time.monotonic()
        self.rules: tuple[RuleResult, ...] = ()
        self.interrupted = False
        self.plan = Plan(entries=())

    def planned(self, runnables: Sequence[Runnable]) -> Plan:
        """Decide what runs, and open the store.

        Raises:
            ProfileError: the plan cannot be made.
            StoreError: the run folder cannot be written.
        """
        cases = [runnable.case for runnable in runnables]
        terms = self.options
        self.plan = make_plan(cases, terms.devices, terms.programme, only=terms.only, partial=terms.partial)
        if self._dry:
            return self.plan
        if self.options.replay is None:
            self._workshop.prepare()
        mine = {case.id for case in self.plan.to_run}
        sources = tuple(
            SourceRef(id=one.case.id, sha256=one.source_sha256, path=one.path)
            for one in runnables
            if one.case.id in mine
        )
        self._writer = RunWriter.create(self.options.folder, make_header(self.options, sources))
        if self.options.keylog:
            self._workshop.keep_keys(self.options.folder / "keys")
        for entry in self.plan.entries:
            line = PlanLine(case=entry.case, runs=entry.runs, reason=entry.reason, missing=entry.missing)
            self._writer.plan(line)
        if self.options.mutants:
            ours = [runnable for runnable in runnables if runnable.case.id in mine]
            self._mutation = Mutation(ours, self.bench)
        self._listener("planned", self.plan)
        return self.plan

    def bench(self, case: Case, mutant: Mutant | None = None) -> Bench:
        """A fresh bench for an attempt at `case`, its subject good, faulty, or real."""
        stored = self.options.replay
        replay = stored_traces(stored, case.id) if stored is not None and mutant is None else None
        return self._workshop.bench(case.sut, mutant, replay=replay)

    def control(self, case: Case) -> Verdict | None:
        """How the control of `case` ended in this run."""
        return self._verdicts.get(case.control) if case.control else None

    def settled(self, runnable: Runnable, outcome: Outcome, began: Began) -> Outcome:
        """Keep the first attempt at a case, make and keep more where it did not pass; returns the one that counts."""
        for left in reversed(range(1 if self.options.replay else self.options.attempts)):
            last = left == 0 or outcome.verdict in _SETTLED
            self._keep(outcome, began, last=last)
            if last:
                break
            began = now()
            control = self.control(runnable.case)
            outcome = execute(runnable, self.bench(runnable.case), virtual=self.options.virtual, control=control)
        if self._mutation is not None:
            self._mutation.show(runnable.case)
        return outcome

    def _keep(self, outcome: Outcome, began: Began, *, last: bool) -> None:
        """Keep one attempt; `last` says that it is the one that counts."""
        case, took = outcome.case, time.monotonic() - began.monotonic
        attempt = self._attempts[case.id] = self._attempts.get(case.id, 0) + 1
        evidence = self._keep_traces(case, attempt, outcome)
        known = known_failure(self.devices[case.sut], case.id, _today()) if last else None
        result = CaseResult(
            case=case,
            verdict=outcome.verdict,
            findings=outcome.findings,
            measurements=outcome.measurements,
            data=outcome.data,
            reason=outcome.reason,
            attempt=attempt,
            counted=last,
            started=began.at,
            ended=began.at + took,
            duration=took,
            evidence=evidence,
            known_failure=known,
            unexpected_pass=known is not None and outcome.verdict is Verdict.PASS,
        )
        self._store.result(result)
        if last:
            self._verdicts[case.id] = outcome.verdict
        self._listener("concluded", result)

    def interrupt(self, why: str, case: str = "") -> None:
        """Somebody stopped the run; what was judged stays."""
        if not self.interrupted and self._writer is not None:
            self.interrupted = True
            self._writer.interrupted(Interruption(at=_now(), why=why, case=case))

    def finish(self) -> None:
        """Sum up the rules and close the store."""
        self._workshop.close()
        if self._writer is None:
            return
        if self.options.programme.asked.rules:
            judged = judge_rules(self.options.devices, self._traces)
            self.rules = tuple(with_known_failure(rule, self.options.devices, _today()) for rule in judged)
            for rule in self.rules:
                self._writer.rule(rule)
        for measured in response_times(self.options.devices, self._traces):
            self._writer.response_time(measured)
        for discovery in discoveries(self.options.devices, self._traces):
            self._writer.discovered(discovery)
        if self._mutation is not None:
            self._record_mutants(self._mutation)
        self._writer.finish(_now(), interrupted=self.interrupted)
        self._listener("finished", self._verdicts)

    @property
    def _store(self) -> RunWriter:
        if self._writer is None:
            raise RuntimeError("the run was not planned")
        return self._writer

    def _keep_traces(self, case: Case, attempt: int, outcome: Outcome) -> tuple[EvidenceRef, ...]:
        kept: list[EvidenceRef] = []
        for number, trace in enumerate(outcome.traces, start=1):
            name = "trace" if number == 1 else f"trace-{number}"
            refs = self._store.trace(case.id, attempt, trace, name=name)
            kept += refs
            self._traces.append(RecordedTrace(case=case.id, attempt=attempt, path=refs[0].path, trace=trace))
        for name, data in self._workshop.logs():
            kept.append(self._store.evidence(case.id, attempt, name, data))
        return tuple(kept)

    def _record_mutants(self, mutation: Mutation) -> None:
        if self.interrupted:
            mutation.close()
            return
        killers = mutation.killers()
        ran = {case.id.partition("[")[0] for case in self.plan.to_run}
        for mutant in MUTANTS:
            if ran & set(mutant.caught_by):
                record = MutantRecord(
                    id=mutant.id,
                    title=mutant.title,
                    role=mutant.role,
                    killed_by=killers.get(mutant.id, ()),
                )
                self._store.mutant(record)


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251 - whether somebody still answers for a failure is a calendar matter


def _now() -> float:
    return time.time()  # noqa: TID251 - a run folder says when it was written
