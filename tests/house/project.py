"""The project as the tests of the house see it: its files, its suites, its generated pages."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_BUILT = {".git", ".venv", ".peers", ".cache", "__pycache__", "reports", "dist", "build"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the project: what git knows and what it does not ignore."""
    if not (ROOT / ".git").exists():
        found = (path for path in ROOT.rglob("*") if not _BUILT & set(path.relative_to(ROOT).parts))
        return tuple(sorted(path for path in found if path.is_file()))
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return tuple(sorted(path for name in told.split("\0") if name and (path := ROOT / name).is_file()))


def named(path: Path) -> str:
    """The name of a file within the project."""
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> tuple[Path, ...]:
    """The Python files of the project, or of some of its folders."""
    return tuple(
        path for path in files() if path.suffix == ".py" and (not folders or path.relative_to(ROOT).parts[0] in folders)
    )


@cache
def text_of(path: Path) -> str | None:
    """A file's text, or None for one that holds bytes."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def generator() -> Any:
    """`docs/generate.py`, which also collects the cases."""
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def cases() -> tuple[Any, ...]:
    """Every case with its function, its variants and its file."""
    return tuple(generator().collect())
