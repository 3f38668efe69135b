"""`report.json` as text and back, checked against the schema beside this file."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from harness.core.errors import UserError


class ReportError(UserError):
    """A file is no report of this harness."""


def dump(report: dict[str, Any]) -> str:
    """The text of `report.json`: a line for each member of its lists, keys in the order in which they were put."""
    return "{\n" + ",\n".join(f"{_compact(key)}: {_lines(value)}" for key, value in report.items()) + "\n}\n"


def load(path: Path) -> dict[str, Any]:
    """Read a `report.json`.

    Raises:
        ReportError: it cannot be read, is no JSON, or does not keep to the schema.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ReportError(f"cannot be read: {problem.strerror}", where=str(path)) from problem
    except ValueError as problem:
        raise ReportError(f"is no JSON: {problem}", where=str(path)) from problem
    if objections := problems(report):
        raise ReportError("; ".join(objections[:3]), where=str(path), do="render it with the harness that wrote it")
    return dict(report)


def problems(report: Any) -> list[str]:
    """What the schema objects to, each with its place; empty for a report."""
    return [
        f"{'/'.join(map(str, error.instance_path)) or 'the document'}: {error.message}"
        for error in _validator().iter_errors(report)
    ]


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n" + ",\n".join(map(_compact, value)) + "\n]"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@cache
def schema() -> dict[str, Any]:
    """The schema of `report.json`."""
    text = (files("harness.report") / "schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())
