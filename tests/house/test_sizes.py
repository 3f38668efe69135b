"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

from tests.house.project import ROOT, files, named, python_files, text_of, tree_of

MOST_LINES = 500
MEDIAN_LINES = 200
MOST_FUNCTION_LINES = 60
EXCEPTED = {
    "harness/standards/": "data: one table a requirement",
    "harness/report/schema.json": "data: the JSON schema of a report",
    "fixtures/": "data: streams and traces of others",
    "reports/example/": "made: the golden report",
    "docs/reference/": "made by docs/generate.py, or tables",
    "tests/messages/samples.jsonl": "data: samples of messages",
    "profiles/peers/": "data: what independent peers need to run, lock files among it",
}
"""What may be longer, and why; everything that begins so."""
EXCEPTED_FUNCTIONS = {"tests/exi/conftest.py: build_schema": "data: the declarations of a small schema"}


def test_no_file_is_longer_than_500_lines() -> None:
    lengths = {named(path): len(text.splitlines()) for path in files() if (text := text_of(path)) is not None}
    long = {name: length for name, length in lengths.items() if length > MOST_LINES and not _excepted(name)}
    assert long == {}, "split by idea"


def test_the_usual_file_is_shorter_than_200_lines() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in python_files("harness")]
    assert len(lengths) > 100
    assert median(lengths) < MEDIAN_LINES


def test_no_function_is_longer_than_60_lines() -> None:
    long = [found for path in python_files() for found in _long_functions(path)]
    assert [one for one in long if one.partition(" has ")[0] not in EXCEPTED_FUNCTIONS] == [], "split by step"


def test_every_exception_is_needed_and_has_a_reason() -> None:
    assert all(EXCEPTED.values())
    names = [named(path) for path in files()]
    unused = [prefix for prefix in EXCEPTED if not any(name.startswith(prefix) for name in names)]
    assert [prefix for prefix in unused if not prefix.startswith("reports/")] == []


def test_nothing_is_called_utils() -> None:
    assert [named(path) for path in python_files() if path.stem in {"utils", "helpers", "common_utils", "misc"}] == []


def test_every_module_says_what_lives_in_it() -> None:
    mute = [named(path) for path in python_files() if not ast.get_docstring(tree_of(path))]
    assert mute == []


def test_the_gate_sees_a_long_function(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("def long():\n" + "    print(1)\n" * 60)
    assert len(list(_long_functions(path))) == 1
    path.write_text("def short():\n" + "    print(1)\n" * 59)
    assert list(_long_functions(path)) == []


def _excepted(name: str) -> bool:
    return any(name.startswith(prefix) for prefix in EXCEPTED)


def _long_functions(path: Path) -> list[str]:
    name = named(path) if path.is_relative_to(ROOT) else path.name
    return [
        f"{name}: {node.name} has {_length(node)} lines"
        for node in ast.walk(tree_of(path) if path.is_relative_to(ROOT) else ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > MOST_FUNCTION_LINES
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code; what a docstring tells of arguments and errors is no reason to split a function."""
    told = node.body[0] if ast.get_docstring(node) else None
    docstring = (told.end_lineno or 0) - told.lineno + 1 if told else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring
