"""What an emulation leaves behind: the trace, and a capture of it."""

from __future__ import annotations

from pathlib import Path

from harness.core.errors import UserError
from harness.trace import jsonl, pcapng
from harness.trace.trace import Trace


def check_places(*files: Path | None) -> None:
    """See that files can be written there, before anything starts.

    Raises:
        UserError: a folder is not there.
    """
    for file in files:
        if file is not None and not file.absolute().parent.is_dir():
            raise UserError("the folder for it is not there", where=str(file), do="make it, or name another file")


def write(trace: Trace, jsonl_file: Path | None, pcapng_file: Path | None) -> list[Path]:
    """Write what was asked for, secrets left out; the files that were written.

    Raises:
        UserError: a file cannot be written.
    """
    wanted = ((jsonl_file, jsonl.write), (pcapng_file, pcapng.write))
    written = []
    for file, render in wanted:
        if file is None:
            continue
        try:
            file.write_bytes(render(trace))
        except OSError as error:
            raise UserError(f"cannot be written: {error.strerror}", where=str(file), do="name another file") from error
        written.append(file)
    return written
