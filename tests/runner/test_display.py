"""What somebody at a terminal, or in a log, sees of a run."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from harness.core.case import Case, Kind, Role
from harness.core.verdict import Verdict
from harness.runner.display import LOG_WIDTH, Display
from harness.runner.setup import make_options
from harness.store.reader import RunReader
from harness.store.records import CaseResult, DeviceRecord, Header, KnownFailureNote, PlanLine, ProgrammeRecord
from harness.store.run import exit_code
from harness.store.writer import RunWriter
from tests.runner.conftest import Go

SUITE = '''
tries = []


@declared(1)
async def test_passes(bench, judge):
    """It does."""
    judge.holds("it", True)


@declared(2)
async def test_fails(bench, judge):
    """It does not."""
    judge.holds("some [thing]", False, "because [of] it")


@declared(3)
async def test_awaits(bench, judge):
    """It waits."""
    trace = await bench.run(until=seen(SessionSetupRes))
    trace.one(Heartbeat)


@declared(4)
async def test_flaky(bench, judge):
    """It does, the second time."""
    tries.append(1)
    judge.holds("second time", len(tries) > 1)


@declared(5, needs=Feature.PNC)
async def test_needs(bench, judge):
    """It needs what is not there."""
'''


def shown(go: Go, *, width: int, terminal: bool = False, text: str = SUITE) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, highlight=False, soft_wrap=True)
    ended = go(text, attempts=2)
    options = make_options(("emulated-station",), "interoperability", ended.run.folder.parent)
    with Display(options, console) as display:
        for event, about in ended.told:
            display.told(event, about)
    display.summary(RunReader.open(ended.run.folder), (ended.run.folder / "report.html",), exit_code(ended.run))
    return out.getvalue()


@pytest.fixture
def log(go: Go) -> str:
    return shown(go, width=LOG_WIDTH)


def test_each_case_is_a_line_with_its_reasons(log: str) -> None:
    assert "PASS           ISO20-STN-TST-001" in log
    assert "FAIL           ISO20-STN-TST-002" in log
    assert "some [thing]: because [of] it" in log
    assert "what was awaited: Heartbeat was never seen" in log


def test_an_attempt_that_does_not_count_is_told_as_such(log: str) -> None:
    assert "(attempt 1, tried again)" in log
    assert log.count("ISO20-STN-TST-004") == 2


def test_the_summary_has_whole_headings_for_what_occurred(log: str) -> None:
    heading = next(line for line in log.splitlines() if "check" in line and "pass" in line)
    assert all(word in heading for word in ("pass", "fail", "inconclusive", "not applicable"))
    assert "error" not in heading
    assert "…" not in log


def test_the_last_word_is_the_statement_and_the_report(log: str) -> None:
    assert "does not conform" in log
    assert log.rstrip().endswith("report.html")


def test_the_summary_fits_a_narrow_terminal(go: Go) -> None:
    log = shown(go, width=80, terminal=True)
    table = [line for line in log.splitlines() if line.startswith(("│", "╭", "├", "╰"))]
    assert table
    assert "…" not in "".join(table)


def test_an_interruption_is_told(go: Go) -> None:
    log = shown(
        go,
        width=LOG_WIDTH,
        text='@declared(1)\nasync def test_it(bench, judge):\n    """It."""\n    raise KeyboardInterrupt\n',
    )
    assert "interrupted: stopped from the keyboard" in log
    assert "not determined" in log


def test_known_failures_do_not_make_a_device_conform(tmp_path: Path) -> None:
    known = KnownFailureNote(mechanism="ticket 7")
    case = Case(id="ISO20-STN-TST-001", title="it", sut=Role.STATION, kind=Kind.SEQUENCE)
    device = DeviceRecord(id="box", title="A box", role=Role.STATION)
    programme = ProgrammeRecord(id="p", title="P")
    header = Header(run="r", started=0.0, harness_version="0", programme=programme, devices=(device,))
    writer = RunWriter.create(tmp_path / "run", header)
    writer.plan(PlanLine(case=case, runs=True))
    writer.result(CaseResult(case=case, verdict=Verdict.FAIL, known_failure=known))
    writer.finish(1.0)
    run = RunReader.open(tmp_path / "run")
    out = io.StringIO()
    options = make_options(("emulated-station",), "interoperability", tmp_path)

    Display(options, Console(file=out, width=LOG_WIDTH, highlight=False)).summary(run, (), exit_code(run))

    assert exit_code(run) == 0
    assert "A box: does not conform; every failure is a known one" in out.getvalue()
