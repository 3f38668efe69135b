"""What a run ends with: 0 conforms, 1 the device fails, 2 the harness failed, 3 not determined."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.core.verdict import Verdict
from harness.store.reader import RunReader
from harness.store.run import exit_code

Runs = Callable[..., Path]
P, F, Q, E = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR


@pytest.mark.parametrize(
    ("verdicts", "terms", "code"),
    [
        ({"A": P}, {}, 0),
        ({"A": P, "B": Verdict.NOT_APPLICABLE}, {}, 0),
        ({"A": P, "B": Verdict.REPORTED}, {}, 0),
        ({"A": P, "B": F}, {}, 1),
        ({"A": P, "B": F, "C": Q}, {}, 1),
        ({"A": F, "B": E}, {}, 2),
        ({"A": P, "B": Q}, {}, 3),
        ({"A": P, "B": None}, {}, 3),
        ({}, {}, 3),
        ({"A": Verdict.NOT_APPLICABLE}, {}, 3),
        ({"A": P}, {"interrupted": True}, 3),
        ({"A": P, "B": F}, {"known": ("B",)}, 0),
        ({"A": P, "B": F, "C": F}, {"known": ("B",)}, 1),
        ({"A": P, "B": Q}, {"known": ("B",)}, 3),
        ({"A": P, "B": P}, {"unexpected": ("B",)}, 1),
        ({"A": P}, {"rules": {"R": P}}, 0),
        ({"A": P}, {"rules": {"R": F}}, 1),
        ({"A": P}, {"rules": {"R": F}, "known_rules": ("R",)}, 0),
        ({"A": P}, {"rules": {"R": E}}, 2),
        ({"A": P}, {"rules": {"R": Verdict.NOT_APPLICABLE}}, 0),
        ({"A": P, "B": Q}, {"inconclusive_blocks": False}, 0),
        ({"A": P, "B": None}, {"not_tested_blocks": False}, 0),
    ],
)
def test_exit_code(make: Runs, verdicts: dict[str, Any], terms: dict[str, Any], code: int) -> None:
    assert exit_code(RunReader.open(make(verdicts, **terms))) == code


def test_a_broken_run_is_a_failure_of_the_harness(make: Runs) -> None:
    path = make({"A": P}) / "run.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))

    assert exit_code(RunReader.open(path.parent)) == 2
