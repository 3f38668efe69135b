"""A run folder grows line by line and never loses or overwrites what it has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.case import Role
from harness.core.verdict import Finding, Verdict
from harness.profile.device import Connection, Device, Identity, KnownFailure
from harness.store.errors import StoreError
from harness.store.reader import RunReader
from harness.store.records import CaseResult, Interruption, PlanLine
from harness.store.snapshot import device_record, known_failure_note
from harness.store.writer import RunWriter
from harness.trace import jsonl
from harness.trace.entry import Link, Note
from harness.trace.recorder import Recorder

Make = Callable[..., CaseResult]
CANARY = "hunter2-hunter2-hunter2"


def test_what_was_judged_is_on_disk_at_once(writer: RunWriter, folder: Path, result: Make) -> None:
    writer.result(result("A-1"))

    lines = (folder / "run.jsonl").read_text().splitlines()

    assert [json.loads(line)["record"] for line in lines] == ["header", "result"]
    assert RunReader.open(folder).counted["A-1"].verdict is Verdict.PASS


def test_evidence_is_digested_and_typed(writer: RunWriter, folder: Path) -> None:
    ref = writer.evidence("TLS-STN-014[expired]", 2, "trace.jsonl", b"data")

    assert ref.path == "evidence/TLS-STN-014.expired/attempt-2/trace.jsonl"
    assert (folder / ref.path).read_bytes() == b"data"
    assert ref.sha256 == hashlib.sha256(b"data").hexdigest()
    assert (ref.media_type, ref.size) == ("application/jsonl", 4)
    assert writer.evidence("A", 1, "x.bin", b"", media_type="image/png").media_type == "image/png"


def test_two_cases_never_share_a_folder(writer: RunWriter) -> None:
    paths = {writer.evidence(name, 1, "a.log", b"").path for name in ("A[x]", "A.x", "A/x", "a.X", "..", "")}

    assert len(paths) == 6
    assert all(path.startswith("evidence/") and "/../" not in path for path in paths)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "", ".hidden"])
def test_evidence_stays_in_its_folder(writer: RunWriter, name: str) -> None:
    with pytest.raises(StoreError, match="plain file name"):
        writer.evidence("A", 1, name, b"")


def test_evidence_is_never_written_over(writer: RunWriter) -> None:
    writer.evidence("A", 1, "a.log", b"first")

    with pytest.raises(StoreError, match="never written over"):
        writer.evidence("A", 1, "a.log", b"second")


def test_a_trace_is_kept_in_both_forms(writer: RunWriter, folder: Path, result: Make) -> None:
    recorder = Recorder(Role.STATION)
    recorder.add(0.0, Link.HARNESS, None, Note(text="hello"))

    refs = writer.trace("A-1", 1, recorder.trace())
    writer.result(result("A-1", evidence=refs))
    writer.finish(1.0)
    run = RunReader.verified(folder)

    assert [ref.path.rpartition("/")[2] for ref in refs] == ["trace.jsonl", "capture.pcapng"]
    assert jsonl.read_file(folder / refs[0].path) == recorder.trace()
    assert run.trace(run.results[0]) == recorder.trace()
    assert run.trace(result("A-2")) is None


def test_a_folder_holds_one_run(writer: RunWriter, folder: Path, result: Make) -> None:
    writer.result(result("A-1"))

    with pytest.raises(StoreError, match="a run in this folder already"):
        RunWriter.create(folder, RunReader.open(folder).header)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, writer: RunWriter, folder: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="cannot be written"):
        RunWriter.create(tmp_path / "file" / "run", RunReader.open(folder).header)


def test_an_attempt_or_a_plan_line_told_twice_is_refused(writer: RunWriter, result: Make) -> None:
    writer.plan(PlanLine(case=result("A-1").case, runs=True))
    writer.result(result("A-1", attempt=1, counted=False))
    writer.result(result("A-1", attempt=2))

    with pytest.raises(StoreError, match="planned twice"):
        writer.plan(PlanLine(case=result("A-1").case, runs=True))
    with pytest.raises(StoreError, match="attempt 2 of A-1 is there already"):
        writer.result(result("A-1", attempt=2))
    with pytest.raises(StoreError, match="two attempts of A-1 would count"):
        writer.result(result("A-1", attempt=3))


def test_the_footer_counts_what_did_not_run(writer: RunWriter, result: Make) -> None:
    writer.plan(PlanLine(case=result("A-1").case, runs=True))
    writer.plan(PlanLine(case=result("A-2").case, runs=True))
    writer.plan(PlanLine(case=result("A-3").case, runs=False, reason="not claimed"))
    writer.result(result("A-1"))
    writer.interrupted(Interruption(at=5.0, why="Ctrl-C", case="A-2"))

    footer = writer.finish(6.0, interrupted=True)

    assert footer.counts == {Verdict.PASS: 1, Verdict.NOT_TESTED: 1, Verdict.NOT_APPLICABLE: 1}
    assert (footer.complete, footer.interrupted, footer.lines) == (False, True, 6)


def test_no_secret_reaches_the_records(writer: RunWriter, folder: Path, result: Make) -> None:
    leaking = Finding(verdict=Verdict.FAIL, what="header", detail=f"Authorization: Basic {CANARY}")
    writer.result(result("A-1", reason=f"password={CANARY}"))
    writer.result(CaseResult(case=result("A-2").case, verdict=Verdict.FAIL, findings=(leaking,)))

    assert CANARY not in (folder / "run.jsonl").read_text()


def test_profiles_are_kept_without_their_secrets() -> None:
    identity = Identity(id="d", title="D", role=Role.EV, vendor="V", model="M", version="1")
    device = Device(device=identity, features={}, connection=Connection(kind="emulated"))

    record = device_record(device, f'[trust]\npassphrase = "{CANARY}"\n')

    assert record.emulated
    assert CANARY not in record.content
    assert record.sha256 == hashlib.sha256(f'[trust]\npassphrase = "{CANARY}"\n'.encode()).hexdigest()
    assert known_failure_note(KnownFailure(case="A", mechanism="m")).expires == ""
