"""What somebody at a terminal sees while a run goes on, and at its end."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from harness.core.case import Kind, Role
from harness.core.verdict import Verdict
from harness.plan.plan import Plan
from harness.runner.options import Options
from harness.store.records import CaseResult
from harness.store.run import CONFORMS, Run

STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.NOT_TESTED: "dim",
    Verdict.REPORTED: "cyan",
}
STATEMENTS = {
    0: "[bold green]conforms[/] to everything that was asked",
    1: "[bold red]does not conform[/]",
    2: "[bold magenta]the harness failed[/]: this says nothing about the device",
    3: "[bold yellow]not determined[/]: something could not be judged",
}

EXCUSED = "[bold red]does not conform[/]; every failure is a known one, so this ends as if it did"
"""What stands in the place of `conforms` where known failures alone made the exit code 0."""

LOG_WIDTH = 120
"""Columns of a log that is no terminal and so has no width of its own."""
_COLUMNS = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.NOT_APPLICABLE, Verdict.NOT_TESTED)
_ALWAYS = frozenset({Verdict.PASS, Verdict.FAIL})


class Display:
    """Live progress on a terminal, plain lines elsewhere."""

    def __init__(self, options: Options, console: Console | None = None) -> None:
        """Show the run that `options` describe."""
        self._options = options
        # The stream is taken now: pytest's words are redirected while it runs, ours are not.
        width = None if sys.stdout.isatty() else LOG_WIDTH
        self._console = console or Console(file=sys.stdout, highlight=False, soft_wrap=True, width=width)
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task("planning", total=None)

    def __enter__(self) -> Self:
        """Start showing."""
        for device in self._options.devices:
            told = device.device
            self._console.print(
                f"[bold]{told.role.value:8}[/] {told.title} ({told.vendor} {told.model} {told.version})"
            )
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop showing."""
        self._progress.stop()

    def told(self, event: str, about: object) -> None:
        """What a `RunSession` tells: `planned`, `concluded`, `finished`."""
        if event == "planned" and isinstance(about, Plan):
            self._progress.update(self._task, description="running", total=len(about.to_run))
        elif event == "concluded" and isinstance(about, CaseResult):
            self._concluded(about)

    def summary(self, run: Run, paths: tuple[Path, ...], code: int) -> None:
        """The last word: counts by kind of check, the statement, where the report is."""
        self._console.print(_table(run))
        broken = [rule for rule in run.rules if rule.verdict is Verdict.FAIL]
        for rule in broken:
            self._console.print(f"[bold red]rule broken[/] {rule.id} {rule.title}")
        killed = sum(bool(mutant.killed_by) for mutant in run.mutants)
        if run.mutants:
            self._console.print(f"self-validation: {killed} of {len(run.mutants)} faulty devices caught")
        for why in run.interruptions:
            self._console.print(f"[yellow]interrupted[/]: {why.why}")
        devices = run.header.devices
        every = len(devices) == len(Role) and all(device.emulated for device in devices)
        names = "The emulated trio" if every else ", ".join(device.title for device in devices)
        self._console.print(f"\n{names}: {_statement(run, code)}")
        for path in paths:
            if path.suffix == ".html":
                self._console.print(f"report: {path}")

    def _concluded(self, result: CaseResult) -> None:
        style = STYLES[result.verdict]
        line = f"[{style}]{result.verdict.value:14}[/] {escape(f'{result.case.id:26}')} {escape(result.case.title)}"
        self._console.print(line if result.counted else f"{line} [dim](attempt {result.attempt}, tried again)[/]")
        if result.counted:
            self._progress.advance(self._task)
        if result.reason:
            self._console.print(f"               [{style}]{escape(result.reason)}[/]")
        if result.verdict in {Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE}:
            for finding in result.findings:
                if finding.verdict is result.verdict:
                    self._console.print(f"               [{style}]{escape(finding.what)}[/]: {escape(finding.detail)}")


def _statement(run: Run, code: int) -> str:
    verdicts = {one.verdict for one in run.standings()} | {rule.verdict for rule in run.rules}
    failed = Verdict.FAIL in verdicts
    return EXCUSED if code == CONFORMS and failed else STATEMENTS[code]


def _table(run: Run) -> Table:
    """Counts by kind of check; verdicts that nothing ended with take no room."""
    counts: dict[str, Counter[Verdict]] = {kind.value: Counter() for kind in Kind}
    for standing in run.standings():
        counts[standing.case.kind.value][standing.verdict] += 1
    counts["rules over every trace"] = Counter(rule.verdict for rule in run.rules)
    columns = [
        verdict for verdict in _COLUMNS if verdict in _ALWAYS or any(found[verdict] for found in counts.values())
    ]
    table = Table(title=run.header.programme.title, title_justify="left", title_style="bold", box=box.ROUNDED)
    table.add_column("check", no_wrap=True)
    for verdict in columns:
        table.add_column(verdict.value.replace("_", " ").lower(), justify="right", style=STYLES[verdict], no_wrap=True)
    for name, found in counts.items():
        if found:
            table.add_row(name, *(str(found[verdict] or "") for verdict in columns))
    return table
