"""`v2x rejudge`, `v2x check` and `v2x report`: what can be done with evidence that is there already."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.errors import UserError
from harness.core.verdict import Verdict
from harness.report.render import render, render_again
from harness.runner.display import Display
from harness.runner.front import run_suites
from harness.runner.setup import replay_options
from harness.store.reader import RunReader
from harness.store.run import exit_code
from harness.trace import jsonl, load_ocpp_log
from harness.trace.entry import Entry, Gap
from harness.trace.load_ocpp_log import LogForm
from harness.trace.trace import Trace


def rejudge(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    reports: Annotated[Path, typer.Option(help="Where the new run folder goes.")] = Path("reports"),
) -> None:
    """Judge a stored run again from its traces, with the cases and rules of today; nothing is sent to anybody."""
    stored = RunReader.verified(run)
    options = replay_options(stored, reports, command=shlex.join(["v2x", *sys.argv[1:]]))
    with Display(options) as display:
        run_suites(options, listener=display.told)
    again = RunReader.open(options.folder)
    code = exit_code(again)
    display.summary(again, tuple(render(options.folder).values()), code)
    raise typer.Exit(code)


def check(
    trace: Annotated[Path, typer.Argument(help="A trace of this harness (.jsonl), or an OCPP log of another program.")],
    subject: Annotated[Role | None, typer.Option(help="Whose doing to judge; left out: everybody's.")] = None,
    form: Annotated[
        LogForm | None, typer.Option("--log-form", help="How a log is written; left out: found out.")
    ] = None,
    side: Annotated[Role, typer.Option("--log-side", help="Who wrote a log, as it says in and out from there.")] = (
        Role.STATION
    ),
    station: Annotated[str, typer.Option(help="The station to look at in a log of several.")] = "",
) -> None:
    """Ask every rule of one trace or OCPP log; ends with 1 if one is broken, with 3 if none had anything to look at."""
    read = _read(trace, form, side, station)
    judged = read if subject is None else read.about(subject)
    findings = [(rule, finding) for rule in ALL_RULES for finding in rule.over(judged)]
    for rule, finding in findings:
        entries = ", ".join(str(number) for number in finding.entries[:4])
        typer.echo(f"{finding.verdict.value:8} {rule.id:26} {finding.what}: {finding.detail} [entries {entries}]")
    if gaps := read.all(Gap):
        typer.echo(f"holes in the recording: {len(gaps)}, the first: {_text(gaps[0])}", err=True)
    if any(finding.verdict is Verdict.FAIL for _, finding in findings):
        raise typer.Exit(1)
    if not findings:
        typer.echo("no rule had anything to look at", err=True)
        raise typer.Exit(3)


def _read(path: Path, form: LogForm | None, side: Role, station: str) -> Trace:
    """The trace of a file of ours, or of a log."""
    if path.suffix in {".pcap", ".pcapng"}:
        raise UserError(
            "captures of other programs cannot be read yet",
            where=str(path),
            do="bring a trace of this harness (.jsonl) or an OCPP log (JSON lines, text, CSV)",
        )
    if side not in {Role.STATION, Role.CSMS}:
        raise UserError(f"an OCPP log is not written by the {side}", do="--log-side is station or csms")
    if form is None and path.suffix == ".jsonl" and not _is_log(path):
        return jsonl.read_file(path)
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as problem:
        raise UserError(f"cannot be read: {problem.strerror}", where=str(path)) from problem
    return load_ocpp_log.read(text, where=str(path), form=form, side=side, station=station)


def _is_log(path: Path) -> bool:
    """Whether a file of JSON lines is of another program: a trace of ours says so in its first line."""
    try:
        with path.open("rb") as file:
            return jsonl.FORMAT.encode() not in file.readline()
    except OSError:
        return False


def _text(entry: Entry) -> str:
    return entry.body.text if isinstance(entry.body, Gap) else ""


def report(
    run: Annotated[Path, typer.Argument(help="Folder of a run, or a report.json to make the renderings of.")],
) -> None:
    """Make the report of a stored run again: JSON, HTML, JUnit, CSV, Markdown."""
    for path in (render_again(run) if run.is_file() else render(run)).values():
        typer.echo(str(path))
