"""The page about hooks names every operation and its arguments."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from harness.endpoints import operations
from harness.endpoints.operations import Operation
from harness.messages.ocpp import Reset

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "hooks.md").read_text(encoding="utf-8")
ROWS = {
    name: set(re.findall(r"`(\w+)`", arguments))
    for names, arguments in re.findall(r"^\| (`[^|]+) \| ([^|]*)\|", PAGE, re.MULTILINE)
    for name in re.findall(r"`(\w+)`", names)
}
GIVEN: dict[str, Any] = {"str": "a text", "float": 1.0, "int": 1, "OcppMessage": Reset(type="OnIdle")}
"""A value of each kind that an operation takes."""


def every() -> list[Operation]:
    """What each function that makes an operation makes."""
    made = []
    for _, function in inspect.getmembers(operations, inspect.isfunction):
        if function.__module__ != operations.__name__:
            continue
        needed = [one for one in inspect.signature(function).parameters.values() if one.default is one.empty]
        made.append(function(*(GIVEN[one.annotation] for one in needed)))
    return made


@pytest.mark.parametrize("operation", every(), ids=lambda operation: operation.name)
def test_an_operation_is_told_with_its_arguments(operation: Operation) -> None:
    assert ROWS[operation.name] == set(operation.arguments)
    assert operation.instruction.endswith((".", "}"))
