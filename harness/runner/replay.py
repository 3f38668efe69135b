"""Stored traces instead of devices: what a case saw when it ran, for judging it again."""

from __future__ import annotations

from harness.store.run import Run
from harness.trace import jsonl
from harness.trace.trace import Trace


def stored_traces(run: Run, case_id: str) -> list[Trace]:
    """The traces of the attempt that counts, in the order in which they were recorded.

    Raises:
        TraceFileError: a file was changed since.
    """
    result = run.counted.get(case_id)
    if result is None:
        return []
    paths = [ref.path for ref in result.evidence if ref.path.endswith(".jsonl")]
    return [jsonl.read_file(run.folder / path) for path in paths]
