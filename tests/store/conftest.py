"""A small run, written step by step as the test wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core.case import Case, Kind, Role
from harness.core.verdict import Finding, Verdict
from harness.store.records import (
    CaseResult,
    DeviceRecord,
    Header,
    KnownFailureNote,
    PlanLine,
    ProgrammeRecord,
    RuleResult,
)
from harness.store.writer import RunWriter

AT = 1_790_000_000.0
Verdicts = dict[str, Verdict]


def a_case(case_id: str) -> Case:
    return Case(id=case_id, title="A title", sut=Role.STATION, kind=Kind.SEQUENCE, cites=("V2G20-443",))


def a_header(**programme: Any) -> Header:
    return Header(
        run="r-1",
        started=AT,
        harness_version="0.1.0",
        programme=ProgrammeRecord(id="p", title="P", **programme),
        devices=(DeviceRecord(id="d", title="D", role=Role.STATION),),
    )


def a_result(case_id: str, verdict: Verdict = Verdict.PASS, **terms: Any) -> CaseResult:
    finding = Finding(verdict=verdict, what="something", entries=(1,))
    return CaseResult(case=a_case(case_id), verdict=verdict, findings=(finding,), started=AT, ended=AT + 1, **terms)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def writer(folder: Path) -> Iterator[RunWriter]:
    writer = RunWriter.create(folder, a_header())
    yield writer
    writer.close()


@pytest.fixture
def result() -> Callable[..., CaseResult]:
    return a_result


@pytest.fixture
def make(folder: Path) -> Callable[..., Path]:
    """Writes a run whose cases have these verdicts; None is a case that never ran."""

    def write(
        verdicts: dict[str, Verdict | None],
        *,
        known: tuple[str, ...] = (),
        rules: Verdicts | None = None,
        known_rules: tuple[str, ...] = (),
        unexpected: tuple[str, ...] = (),
        interrupted: bool = False,
        **programme: Any,
    ) -> Path:
        note = KnownFailureNote(mechanism="m", expires="2027-01-01")
        writer = RunWriter.create(folder, a_header(**programme))
        for case_id, verdict in verdicts.items():
            applies = verdict is not Verdict.NOT_APPLICABLE
            writer.plan(PlanLine(case=a_case(case_id), runs=applies, reason="" if applies else "not claimed"))
            if verdict is not None and applies:
                is_known = note if case_id in (*known, *unexpected) else None
                writer.result(a_result(case_id, verdict, known_failure=is_known, unexpected_pass=case_id in unexpected))
        for rule_id, verdict in (rules or {}).items():
            is_known = note if rule_id in known_rules else None
            writer.rule(RuleResult(id=rule_id, title="R", verdict=verdict, known_failure=is_known))
        writer.finish(AT + 9, interrupted=interrupted)
        return folder

    return write
