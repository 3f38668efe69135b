"""Runs one case function against a bench on a loop of its own, without pytest: for mutants and for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from harness.core.case import Case
from harness.core.verdict import Verdict
from harness.kit.bench import Bench
from harness.kit.judge import Judge
from harness.runner.outcome import Outcome, conclude
from harness.transports.clock import run

CaseFunction = Callable[..., Awaitable[None]]


class Runnable(Struct, frozen=True, kw_only=True):
    """A case with the function that provokes and judges, and the parameters of its variant."""

    case: Case
    function: CaseFunction
    parameters: dict[str, Any] = {}
    path: str = ""
    source_sha256: str = ""


def execute(runnable: Runnable, bench: Bench, *, virtual: bool, control: Verdict | None = None) -> Outcome:
    """One attempt at a case; whatever it raises becomes part of the outcome."""
    judge = Judge(runnable.case.cites)

    async def attempt() -> BaseException | None:
        try:
            await runnable.function(bench=bench, judge=judge, **runnable.parameters)
        except Exception as error:  # noqa: BLE001 - our bug is never their failure: it becomes ERROR
            return error
        return None

    error = run(attempt(), virtual=virtual)
    return conclude(runnable.case, judge, bench.traces, error, control=control, unstruck=bench.unstruck)
