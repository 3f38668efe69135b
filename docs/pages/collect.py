"""Collects the cases of the suites, with their variants and files."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from harness.core.case import Case
from harness.kit.case import case_of

ROOT = Path(__file__).resolve().parent.parent.parent


class Found(NamedTuple):
    """A case, the function that declares it, and how many variants of it there are."""

    case: Case
    function: Callable[..., Any]
    variants: tuple[str, ...]
    path: Path


def suites() -> Iterator[tuple[Path, ModuleType]]:
    """Every suite file, imported by its path."""
    for path in sorted((ROOT / "test_suites").rglob("test_*.py")):
        name = "_suite_" + "_".join(path.relative_to(ROOT).with_suffix("").parts)
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield path, module


def collect() -> list[Found]:
    """Every case of the suites, in the order of their ids."""
    found = [
        Found(case, function, _variants(function), path)
        for path, module in suites()
        for function in vars(module).values()
        if callable(function) and (case := case_of(function)) is not None
    ]
    return sorted(found, key=lambda one: one.case.id)


def _variants(function: Callable[..., Any]) -> tuple[str, ...]:
    """Ids of the variants of a parametrized case, as pytest makes them."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        return ()
    names = [_names(list(mark.args[1]), mark.kwargs.get("ids")) for mark in marks]
    return tuple("-".join(parts) for parts in product(*names))


def _names(values: list[Any], ids: Any) -> list[str]:
    if ids is not None and not callable(ids):
        return [str(name) for name in ids]
    return [_name(value, ids) for value in values]


def _name(value: Any, ids: Any) -> str:
    given = getattr(value, "id", None)
    if isinstance(given, str):
        return given
    return str(ids(value)) if ids else str(value)
