"""Shows each case the deliberately faulty devices that it must catch, beside the run, on every core."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from msgspec import Struct

from harness.core.case import Case
from harness.core.verdict import Verdict
from harness.endpoints.mutants.catalogue import Mutant, mutants_of
from harness.kit.bench import Bench
from harness.runner.execute import Runnable, execute

MakeBench = Callable[[Case, Mutant], Bench]


class Mutation:
    """A pool of processes that runs cases against their mutants while the run itself goes on.

    The processes are forked from this one, and so know the cases and the certificates of the run without being told.
    """

    def __init__(self, runnables: Iterable[Runnable], make_bench: MakeBench) -> None:
        """Prepare; no process is started before the first case is shown."""
        self._errand = _Errand({one.case.id: one for one in runnables}, make_bench)
        self._pool: ProcessPoolExecutor | None = None
        self._shown: dict[str, Future[tuple[str, ...]]] = {}

    def show(self, case: Case) -> None:
        """Let a case meet its mutants."""
        if mutants_of(case.id):
            self._pool = self._pool or ProcessPoolExecutor(
                os.cpu_count(), mp_context=get_context("fork"), initializer=_begin, initargs=(self._errand,)
            )
            self._shown[case.id] = self._pool.submit(_killed_by, case.id)

    def killers(self) -> dict[str, tuple[str, ...]]:
        """By mutant id, the cases that failed it, as they should; waits for those still running."""
        killers: dict[str, list[str]] = {}
        for case_id, shown in self._shown.items():
            for mutant in shown.result():
                killers.setdefault(mutant, []).append(case_id)
        self.close()
        return {mutant: tuple(cases) for mutant, cases in killers.items()}

    def close(self) -> None:
        """End the processes; cases that were not shown yet are left out."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def verdict_on(runnable: Runnable, mutant: Mutant, make_bench: Callable[[Mutant], Bench]) -> Verdict:
    """What the case says of a mutant; its control is taken as passed, since mutants differ in one thing only."""
    control = Verdict.PASS if runnable.case.control else None
    return execute(runnable, make_bench(mutant), virtual=True, control=control).verdict


class _Errand(Struct, frozen=True):
    """What a process of the pool needs to know."""

    runnables: dict[str, Runnable]
    make_bench: MakeBench


_given: list[_Errand] = []
"""In a process of the pool, its errand; fork hands it over as it is, so that nothing needs to be pickled."""


def _begin(errand: _Errand) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _given[:] = [errand]


def _killed_by(case_id: str) -> tuple[str, ...]:
    """Ids of the mutants that the case fails."""
    (errand,) = _given
    runnable = errand.runnables[case_id]
    return tuple(
        mutant.id
        for mutant in mutants_of(case_id)
        if verdict_on(runnable, mutant, lambda one: errand.make_bench(runnable.case, one)) is Verdict.FAIL
    )
