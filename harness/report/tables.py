"""`results.csv` and `requirements.csv`: the report for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from harness.report.printable import printable, scalar
from harness.standards.coverage import Coverage

_FORMULA = ("=", "+", "-", "@", "\t")


def render_results_csv(report: dict[str, Any]) -> str:
    """One line for each attempt of each case, and for each case that did not run."""
    head = (
        "case",
        "title",
        "kind",
        "under_test",
        "verdict",
        "counted_verdict",
        "attempt",
        "counted",
        "reason",
        "duration_s",
        "started",
        "requirements",
        "mutants",
        "known_failure",
        "evidence",
    )
    return _table(head, (row for result in printable(report)["results"] for row in _rows(result)))


def render_requirements_csv(report: dict[str, Any]) -> str:
    """The requirement matrix: one line for each pair of requirement and case, then what no case looks at."""
    head = ("requirement", "document", "status", "case", "verdict", "gist", "hint")
    shown = printable(report)
    rows = [
        (
            requirement["id"],
            requirement["document"],
            requirement["status"],
            case["id"],
            case["verdict"],
            requirement["gist"],
            requirement["hint"],
        )
        for requirement in shown["requirements"]
        for case in requirement["cases"]
    ]
    rows += [
        (one["id"], part["document"], one["coverage"], "", "", one["gist"], one["why"])
        for part in shown["coverage"]
        for one in part["requirements"]
        if one["coverage"] != Coverage.COVERED
    ]
    return _table(head, rows)


def _rows(result: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    known = result["known_failure"]
    front = (result["id"], result["title"], result["kind"], result["sut"])
    back = (" ".join(result["requirements"]), " ".join(result["mutants"]), known["mechanism"] if known else "")
    if not result["attempts"]:
        yield (*front, result["verdict"], result["verdict"], "", "", result["reason"], "", "", *back, "")
    for attempt in result["attempts"]:
        yield (
            *front,
            attempt["verdict"],
            result["verdict"],
            attempt["attempt"],
            attempt["counted"],
            _reason(attempt) or result["reason"],
            attempt["duration"],
            attempt["started"],
            *back,
            " ".join(file["path"] for file in attempt["evidence"]),
        )


def _reason(attempt: dict[str, Any]) -> str:
    return "; ".join(
        f"{finding['what']} {finding['detail']}".strip()
        for finding in attempt["findings"]
        if finding["verdict"] == attempt["verdict"] != "PASS" and not finding["notice"]
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    """Text that a spreadsheet takes for text, whatever a device has put into it."""
    text = scalar(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
