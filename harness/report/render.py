"""Writes every format of a report into the folder of its run."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from harness.report.build import build
from harness.report.document import dump, load
from harness.report.html import render_html
from harness.report.junit import render_junit
from harness.report.markdown import render_markdown
from harness.report.tables import render_requirements_csv, render_results_csv
from harness.store.errors import StoreError
from harness.store.reader import RunReader

REPORT = "report.json"
MANIFEST = "manifest-sha256.txt"


def render(folder: Path) -> dict[str, Path]:
    """Make the report of a run folder anew, in every format.

    Returns:
        The files by name: report.json, report.html, junit.xml, results.csv, requirements.csv, summary.md and the
        manifest, which `sha256sum --check` takes.

    Raises:
        StoreError: there is no run in the folder, or it cannot be written to.
    """
    report = build(RunReader.open(folder))
    written = _write(folder, {REPORT: dump(report).encode(), **renderings(report)})
    evidence = [folder / "run.jsonl", *(folder / file["path"] for file in report["integrity"]["evidence"])]
    manifest = _manifest(folder, [*written.values(), *evidence])
    return written | _write(folder, {MANIFEST: manifest.encode()})


def render_again(path: Path) -> dict[str, Path]:
    """Make every rendering anew from a `report.json` alone, beside it.

    Raises:
        ReportError: the file is no report of this harness.
        StoreError: the folder cannot be written to.
    """
    return _write(path.parent, renderings(load(path)))


def renderings(report: dict[str, Any]) -> dict[str, bytes]:
    """Everything that is made from a report and nothing else, by file name."""
    return {
        "report.html": render_html(report).encode(),
        "junit.xml": render_junit(report),
        "results.csv": render_results_csv(report).encode(),
        "requirements.csv": render_requirements_csv(report).encode(),
        "summary.md": render_markdown(report).encode(),
    }


def _write(folder: Path, files: dict[str, bytes]) -> dict[str, Path]:
    try:
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as problem:
        raise StoreError(f"the report cannot be written: {problem.strerror}", where=str(folder)) from problem
    return {name: folder / name for name in files}


def _manifest(folder: Path, paths: list[Path]) -> str:
    """Digests as `sha256sum` writes them; evidence that is gone is left out, the report tells of it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in paths
        if path.is_file()
    ]
    return "\n".join(sorted(lines, key=lambda line: line[66:])) + "\n"
