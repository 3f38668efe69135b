"""The pytest plugin: collects cases, plans, gives each its bench and judge, and keeps what became of it."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Generator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Case
from harness.core.errors import HarnessError, UserError
from harness.core.verdict import Verdict
from harness.kit.bench import Bench
from harness.kit.case import case_of
from harness.kit.judge import Judge
from harness.runner.allure import attach, hide_event_loop, label
from harness.runner.execute import Runnable
from harness.runner.outcome import Outcome, conclude
from harness.runner.session import Began, RunSession, now
from harness.runner.setup import options_from
from harness.transports.clock import loop_factory

RUNNABLE = pytest.StashKey[Runnable]()
BENCH = pytest.StashKey[Bench]()
JUDGE = pytest.StashKey[Judge]()
OUTCOME = pytest.StashKey[Outcome]()
STARTED = pytest.StashKey[Began]()
_MOST_WORDS = 2000


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options for those who prefer `pytest test_suites` to `v2x run`."""
    group = parser.getgroup("v2x", "V2X conformance suites")
    group.addoption("--v2x-device", action="append", default=[], help="device profile: a name or a TOML file")
    group.addoption("--v2x-programme", default="interoperability", help="programme profile: a name or a TOML file")
    group.addoption("--v2x-reports", default="reports", help="where run folders go")
    group.addoption("--v2x-network", default="memory", choices=("memory", "loopback"), help="emulated parties meet in")


def pytest_configure(config: pytest.Config) -> None:
    """Stand by: the suites plugin joins once a case is collected, or at once when `v2x run` brings a session."""
    config.addinivalue_line("markers", "v2x: a conformance case")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the suites plugin take over where cases were collected, and left by `-k` and its like."""
    if not any(_case(item) for item in items):
        return
    brought = config.pluginmanager.get_plugin("v2x-suites")
    if brought is not None:
        brought.plan(config, items)
        return
    try:
        suites = Suites(RunSession(options_from(config)))
    except UserError as problem:
        raise pytest.UsageError(str(problem)) from problem
    config.pluginmanager.register(suites, "v2x-suites")
    suites.plan(config, items)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Bench:
    """The parties of one case: two to bend, one under test."""
    found: Bench = request.node.stash[BENCH]
    return found


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Judge:
    """Collects the judgements of one case."""
    found: Judge = request.node.stash[JUDGE]
    return found


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Callable[[], Any]]:
    """Virtual time where every party of a case is emulated; the usual loop for everything else."""
    suites = config.pluginmanager.get_plugin("v2x-suites")
    virtual = _case(item) is not None and (suites is None or suites.run.options.virtual)
    return {"virtual" if virtual else "real": loop_factory(virtual=virtual)}


class Suites:
    """The hooks of one run."""

    def __init__(self, run: RunSession) -> None:
        """Report everything to `run`."""
        self.run = run
        self.problem: HarnessError | None = None
        """What kept the suites from being planned, or broke a run in our own hands."""
        self.found = False
        """Whether there was a case at all."""
        self._running: Case | None = None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A suite that cannot be read would be missing silently."""
        if report.failed and self.problem is None:
            self.problem = HarnessError(
                f"{report.nodeid} cannot be collected: {report.longreprtext.strip()[-_MOST_WORDS:]}"
            )

    def plan(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep what the plan runs, in its order; leave other tests alone."""
        self.found = True
        runnables = {item: _runnable(item) for item in items if _case(item)}
        try:
            if self.problem is not None:
                raise self.problem
            planned = self.run.planned(list(runnables.values()))
        except HarnessError as problem:
            self.problem = problem
            raise pytest.UsageError(str(problem)) from problem
        order = {case.id: place for place, case in enumerate(planned.to_run)}
        kept = [item for item, runnable in runnables.items() if runnable.case.id in order]
        kept.sort(key=lambda item: order[runnables[item].case.id])
        for item in kept:
            item.stash[RUNNABLE] = runnables[item]
        dropped = [item for item in runnables if item not in kept]
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in runnables] + kept

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A fresh bench and judge."""
        runnable = item.stash.get(RUNNABLE, None)
        if runnable is not None:
            self._running = runnable.case
            hide_event_loop()
            item.stash[JUDGE] = Judge(runnable.case.cites)
            item.stash[STARTED] = now()
            item.stash[BENCH] = self.run.bench(runnable.case)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The verdict decides the colour of the test, whatever pytest thinks of it.

        Last of the wrappers, and so the first that sees the report: Allure's takes its colour from what is left.
        """
        report = yield
        if RUNNABLE not in item.stash:
            return report
        if call.when == "teardown" and call.excinfo is not None and self.problem is None:
            self.problem = HarnessError(f"{item.nodeid} could not be concluded: {call.excinfo.exconly()}")
        elif call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            outcome = self._conclude(item, call)
            item.stash[OUTCOME] = outcome
            _colour(report, item, outcome)
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """Keep the result now that the case's event loop is closed, so that further attempts get loops of their own."""
        outcome = item.stash.get(OUTCOME, None)
        if outcome is None:
            return
        outcome = self.run.settled(item.stash[RUNNABLE], outcome, item.stash[STARTED])
        if item.config.getoption("allure_report_dir", None):
            attach(outcome)
        self._running = None

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """What was judged is stored and reported."""
        self.run.interrupt("stopped from the keyboard", self._running.id if self._running else "")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Sum up."""
        self.run.finish()

    def _conclude(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Outcome:
        runnable, bench = item.stash[RUNNABLE], item.stash.get(BENCH, None)
        error = call.excinfo.value if call.excinfo else None
        control = self.run.control(runnable.case)
        label(runnable.case)
        traces, unstruck = (bench.traces, bench.unstruck) if bench is not None else ([], [])
        return conclude(runnable.case, item.stash[JUDGE], traces, error, control=control, unstruck=unstruck)


def _case(item: pytest.Item) -> Case | None:
    function = getattr(item, "function", None)
    if function is None:
        return None
    callspec = getattr(item, "callspec", None)
    return case_of(function, _variant(callspec) if callspec else "")


def _variant(callspec: Any) -> str:
    """The id of a variant without the event loop that pytest-asyncio parametrizes over."""
    return "-".join(part for part in callspec.id.split("-") if part not in {"virtual", "real"})


def _runnable(item: pytest.Item) -> Runnable:
    function = item.function  # type: ignore[attr-defined]
    callspec = getattr(item, "callspec", None)
    parameters = dict(callspec.params) if callspec else {}
    parameters.pop("_asyncio_loop_factory", None)
    found = _case(item)
    if found is None:
        raise TypeError(f"{item.nodeid} is no case")
    return Runnable(
        case=found,
        function=function,
        parameters=parameters,
        path=Path(item.path).name,
        source_sha256=_digest(function),
    )


@cache
def _digest(function: Callable[..., Any]) -> str:
    """Of the source of a case; its variants share one."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()


def _colour(report: pytest.TestReport, item: pytest.Item, outcome: Outcome) -> None:
    told = "; ".join(
        f"{finding.what}: {finding.detail}" for finding in outcome.findings if finding.verdict is outcome.verdict
    )
    text = f"{outcome.verdict} {outcome.case.id} {outcome.case.title}\n{told or outcome.reason}"
    if outcome.verdict in {Verdict.FAIL, Verdict.ERROR}:
        report.outcome, report.longrepr = "failed", text
    elif outcome.verdict in {Verdict.INCONCLUSIVE, Verdict.NOT_TESTED}:
        path, line, _ = item.location
        report.outcome, report.longrepr = "skipped", (path, line or 0, text)
    else:
        report.outcome, report.longrepr = "passed", None
