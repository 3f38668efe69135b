"""Run folders for the tests of the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.made_run import write_run


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run")


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    return lambda **terms: write_run(tmp_path / "another", **terms)
