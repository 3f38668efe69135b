"""Reads a run folder and says what of it can be believed."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from harness.store.errors import StoreError
from harness.store.records import (
    FORMAT,
    VERSION,
    CaseResult,
    Discovery,
    EvidenceRef,
    Footer,
    Header,
    Interruption,
    Mutant,
    PlanLine,
    Record,
    ResponseTime,
    RuleResult,
)
from harness.store.run import Run
from harness.store.writer import EVIDENCE, RECORDS
from harness.trace import chain


class RunReader:
    """Opens run folders."""

    @staticmethod
    def open(folder: Path) -> Run:
        """The run in a folder; what is wrong with it stands in `Run.broken`, so that it can still be shown.

        Raises:
            StoreError: there is no run, or not even its header can be read.
        """
        try:
            data = (folder / RECORDS).read_bytes()
        except OSError as problem:
            raise StoreError(
                f"{RECORDS} cannot be read: {problem.strerror}",
                where=str(folder),
                do="name a folder that a run has written",
            ) from problem
        records, broken = _records(data)
        if not records or not isinstance(records[0], Header):
            raise StoreError(f"{RECORDS} does not begin with the header of a run", where=str(folder))
        _check_version(records[0], folder)
        run = _assemble(folder, records, hashlib.sha256(data).hexdigest())
        problems = (*broken, *_structure(run, records), *_evidence(run))
        return msgspec.structs.replace(run, broken=problems)

    @staticmethod
    def verified(folder: Path) -> Run:
        """The run in a folder, if everything about it holds.

        Raises:
            StoreError: anything is missing, changed or told twice.
        """
        run = RunReader.open(folder)
        if run.broken:
            raise StoreError("; ".join(run.broken), where=str(folder), do="run it again, or take an unchanged copy")
        return run


def _records(data: bytes) -> tuple[list[Record], list[str]]:
    records: list[Record] = []
    broken: list[str] = []
    for link in chain.links(data):
        if link.problem:
            broken.append(f"line {link.number} of {RECORDS} {link.problem}")
        if not link.fields:
            continue
        try:
            records.append(msgspec.convert(link.fields, Record, strict=True))
        except msgspec.ValidationError as problem:
            broken.append(f"line {link.number} of {RECORDS} is no record of a run: {problem}")
    return records, broken


def _check_version(header: Header, folder: Path) -> None:
    if header.format != FORMAT or header.format_version != VERSION:
        raise StoreError(
            f"the run is of format {header.format} {header.format_version}, this harness reads {FORMAT} {VERSION}",
            where=str(folder),
            do="read it with the harness that wrote it",
        )


def _assemble(folder: Path, records: list[Record], digest: str) -> Run:
    def of(kind: type[Any]) -> tuple[Any, ...]:
        return tuple(record for record in records if isinstance(record, kind))

    footers = of(Footer)
    header = records[0]
    assert isinstance(header, Header)  # noqa: S101 - `open` has checked it
    return Run(
        folder=folder,
        header=header,
        plan=of(PlanLine),
        results=of(CaseResult),
        rules=of(RuleResult),
        response_times=of(ResponseTime),
        discoveries=of(Discovery),
        mutants=of(Mutant),
        interruptions=of(Interruption),
        footer=footers[-1] if footers else None,
        records_sha256=digest,
    )


def _structure(run: Run, records: list[Record]) -> list[str]:
    """What the records themselves tell against the run."""
    broken = []
    if run.footer is None:
        broken.append("the footer is missing: the run ended before its end, what came after the last line is unknown")
    elif records[-1] is not run.footer or run.footer.lines != len(records) - 1:
        broken.append(f"the footer counts {run.footer.lines} lines, {len(records) - 1} are there")
    if sum(isinstance(record, Header) for record in records) != 1:
        broken.append("there is more than one header")
    broken += [f"{name} is planned twice" for name in _twice(line.case.id for line in run.plan)]
    broken += [
        f"{name} has two results for attempt {attempt}"
        for name, attempt in _twice((result.case.id, result.attempt) for result in run.results)
    ]
    broken += [f"rule {name} is judged twice" for name in _twice(rule.id for rule in run.rules)]
    counted = Counter(result.case.id for result in run.results if result.counted)
    for case_id in sorted({result.case.id for result in run.results}):
        # A run that was stopped between two attempts at a case left it undecided.
        if counted[case_id] > 1 or not (counted[case_id] or run.interrupted):
            broken.append(f"{counted[case_id]} attempts of {case_id} count, it must be one")
    return broken


def _twice(names: Any) -> list[Any]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _evidence(run: Run) -> list[str]:
    return [problem for ref in run.evidence if (problem := _wrong(run.folder, ref))]


def _wrong(folder: Path, ref: EvidenceRef) -> str:
    path = Path(ref.path)
    if path.is_absolute() or ".." in path.parts or path.parts[:1] != (EVIDENCE,):
        return f"{ref.path} lies outside the run's evidence"
    try:
        data = (folder / path).read_bytes()
    except OSError as problem:
        return f"{ref.path} cannot be read: {problem.strerror}"
    if hashlib.sha256(data).hexdigest() != ref.sha256:
        return f"{ref.path} was changed: its digest is not the recorded one"
    return ""
