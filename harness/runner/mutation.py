"""Shows each case the deliberately faulty devices that it must catch."""

from __future__ import annotations

from collections.abc import Callable

from harness.core.verdict import Verdict
from harness.endpoints.mutants.catalogue import Mutant, mutants_of
from harness.kit.bench import Bench
from harness.runner.execute import Runnable, execute

MakeBench = Callable[[Mutant], Bench]


def mutants_killed(runnable: Runnable, make_bench: MakeBench) -> tuple[str, ...]:
    """Ids of the mutants of this case that it fails, as it should."""
    return tuple(
        mutant.id for mutant in mutants_of(runnable.case.id) if verdict_on(runnable, mutant, make_bench) is Verdict.FAIL
    )


def verdict_on(runnable: Runnable, mutant: Mutant, make_bench: MakeBench) -> Verdict:
    """What the case says of a mutant; its control is taken as passed, since mutants differ in one thing only."""
    control = Verdict.PASS if runnable.case.control else None
    return execute(runnable, make_bench(mutant), virtual=True, control=control).verdict

