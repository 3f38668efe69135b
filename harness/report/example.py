"""Keeps a run as the example that the project shows: `python -m harness.report.example RUN [EXAMPLE]`.

The example is `run.jsonl`, `report.json` and all renderings; the traces stay behind, their digests do not. Without
RUN the renderings of the example are made anew from its `report.json`, as a changed template wants it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from harness.core.errors import UserError
from harness.report.build import build
from harness.report.document import dump
from harness.report.render import REPORT, render_again
from harness.store.reader import RunReader
from harness.store.writer import RECORDS

EXAMPLE = Path("reports/example")


def keep(run_folder: Path, example: Path = EXAMPLE) -> dict[str, Path]:
    """Make `example` from a run.

    Raises:
        StoreError: the run is not whole.
    """
    report = build(RunReader.verified(run_folder))
    example.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(run_folder / RECORDS, example / RECORDS)
    (example / REPORT).write_text(dump(report), encoding="utf-8")
    return render_again(example / REPORT)


def main(arguments: list[str]) -> int:
    """Run as a command; returns its exit code."""
    example = Path(arguments[1]) if len(arguments) > 1 else EXAMPLE
    try:
        written = keep(Path(arguments[0]), example) if arguments else render_again(example / REPORT)
    except UserError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    sys.stdout.write("".join(f"{path}\n" for path in sorted(map(str, written.values()))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
