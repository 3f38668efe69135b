"""Writes a run folder line by line, so that a crash keeps what was judged."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from pathlib import Path
from typing import IO, Self

import msgspec

from harness.core.verdict import Verdict
from harness.store.errors import StoreError
from harness.store.records import (
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
from harness.trace import jsonl, pcapng
from harness.trace.chain import Chain
from harness.trace.redact import redact_value
from harness.trace.trace import Trace

RECORDS = "run.jsonl"
EVIDENCE = "evidence"

_MEDIA_TYPES = {
    ".jsonl": "application/jsonl",
    ".pcapng": "application/x-pcapng",
    ".json": "application/json",
    ".log": "text/plain",
    ".txt": "text/plain",
    ".pem": "application/x-pem-file",
}
_PLAIN_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")


class RunWriter:
    """The growing record of a run; use `create`, then `plan`, `evidence`, `result`, `rule`, `finish`."""

    def __init__(self, folder: Path, file: IO[bytes]) -> None:
        """Write to an open, empty `run.jsonl`; `create` does all that."""
        self.folder = folder
        self._file = file
        self._chain = Chain()
        self._lines = 0
        self._planned: dict[str, bool] = {}
        self._judged: dict[str, Verdict] = {}
        self._attempts: set[tuple[str, int]] = set()
        self._names: dict[str, str] = {}

    @classmethod
    def create(cls, folder: Path, header: Header) -> Self:
        """Start a run folder.

        Raises:
            StoreError: there is a run in that folder already, or it cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = (folder / RECORDS).open("xb")
        except FileExistsError as problem:
            raise StoreError(
                "there is a run in this folder already", where=str(folder), do="give the new run a name of its own"
            ) from problem
        except OSError as problem:
            raise StoreError(f"cannot be written: {problem.strerror}", where=str(folder)) from problem
        writer = cls(folder, file)
        writer._add(header)
        return writer

    def plan(self, line: PlanLine) -> None:
        """A case of the plan, to be run or not.

        Raises:
            StoreError: the plan has this case already.
        """
        if line.case.id in self._planned:
            raise StoreError(f"{line.case.id} is planned twice", where=str(self.folder))
        self._planned[line.case.id] = line.runs
        self._add(line)

    def evidence(self, case_id: str, attempt: int, name: str, data: bytes, *, media_type: str = "") -> EvidenceRef:
        """Keep a file of evidence of one attempt; put the answer into its `CaseResult`.

        Raises:
            StoreError: the file exists already, or its name is no plain file name.
        """
        if not _PLAIN_NAME.match(name):
            raise StoreError(f"{name!r} is no plain file name for evidence", where=case_id)
        path = Path(EVIDENCE) / self._folder_name(case_id) / f"attempt-{attempt}" / name
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("xb") as file:
                file.write(data)
        except FileExistsError as problem:
            raise StoreError("evidence is never written over", where=str(target)) from problem
        return EvidenceRef(
            path=path.as_posix(),
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=media_type or _MEDIA_TYPES.get(target.suffix, "application/octet-stream"),
            size=len(data),
        )

    def trace(self, case_id: str, attempt: int, trace: Trace, *, name: str = "trace") -> tuple[EvidenceRef, ...]:
        """Keep a trace, both as JSON lines and for Wireshark, secrets left out."""
        capture = "capture" if name == "trace" else name
        return (
            self.evidence(case_id, attempt, f"{name}.jsonl", jsonl.write(trace)),
            self.evidence(case_id, attempt, f"{capture}.pcapng", pcapng.write(trace)),
        )

    def result(self, result: CaseResult) -> None:
        """One attempt of a case.

        Raises:
            StoreError: this attempt, or another one that counts, is there already.
        """
        case_id = result.case.id
        if (case_id, result.attempt) in self._attempts:
            raise StoreError(f"attempt {result.attempt} of {case_id} is there already", where=str(self.folder))
        if result.counted and case_id in self._judged:
            raise StoreError(f"two attempts of {case_id} would count", where=str(self.folder))
        self._attempts.add((case_id, result.attempt))
        if result.counted:
            self._judged[case_id] = result.verdict
        self._add(result)

    def rule(self, result: RuleResult) -> None:
        """A rule over all traces."""
        self._add(result)

    def response_time(self, measured: ResponseTime) -> None:
        """How long a subject took to react to one kind of message."""
        self._add(measured)

    def discovered(self, discovery: Discovery) -> None:
        """What the run showed about a feature."""
        self._add(discovery)

    def mutant(self, mutant: Mutant) -> None:
        """A line of the harness's own validation."""
        self._add(mutant)

    def interrupted(self, interruption: Interruption) -> None:
        """The run was stopped."""
        self._add(interruption)

    def finish(self, at: float, *, interrupted: bool = False) -> Footer:
        """Write the footer and close the file; `at` is Unix time in seconds."""
        open_ones = [case_id for case_id, runs in self._planned.items() if runs and case_id not in self._judged]
        denied = sum(not runs for runs in self._planned.values())
        counts = Counter(self._judged.values())
        counts[Verdict.NOT_TESTED] += len(open_ones)
        counts[Verdict.NOT_APPLICABLE] += denied
        footer = Footer(
            finished=at,
            complete=not open_ones and not interrupted,
            interrupted=interrupted,
            lines=self._lines,
            counts={verdict: counts[verdict] for verdict in Verdict if counts[verdict]},
        )
        self._add(footer)
        os.fsync(self._file.fileno())
        self.close()
        return footer

    def close(self) -> None:
        """Let go of the file; without `finish` the run stays marked as broken."""
        self._file.close()

    def _add(self, record: Record) -> None:
        self._file.write(self._chain.line(redact_value(msgspec.to_builtins(record))))
        self._file.flush()
        self._lines += 1

    def _folder_name(self, case_id: str) -> str:
        """A folder name for a case; two cases never share one."""
        plain = re.sub(r"[^A-Za-z0-9_-]+", ".", case_id).strip(".") or "case"
        if self._names.setdefault(plain.lower(), case_id) != case_id:
            plain = f"{plain}.{hashlib.sha256(case_id.encode()).hexdigest()[:8]}"
        return plain
