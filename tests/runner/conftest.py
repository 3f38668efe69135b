"""Tiny suites in a folder of their own, run to the end by the front that `v2x run` uses."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from harness.core.verdict import Verdict
from harness.runner.front import run_suites
from harness.runner.options import Options
from harness.runner.setup import make_options
from harness.store.reader import RunReader
from harness.store.run import Run, exit_code

HEAD = '''
"""A suite of a test."""

from pathlib import Path

import pytest

from harness.kit import *
from harness.messages.iso20.common import SessionSetupReq, SessionSetupRes
from harness.messages.ocpp import Heartbeat


def declared(number, **terms):
    return case(f"ISO20-STN-TST-{number:03}", f"The station does it {number}", sut=Role.STATION, **terms)

'''


class Ended(Struct, frozen=True, kw_only=True):
    """A run that is over."""

    run: Run
    code: int
    told: tuple[tuple[str, Any], ...]

    def verdicts(self) -> dict[str, Verdict]:
        """By the number of the case, with its variant."""
        return {standing.case.id.removeprefix("ISO20-STN-TST-"): standing.verdict for standing in self.run.standings()}

    def findings(self, number: str) -> list[tuple[Verdict, str, str]]:
        result = self.run.counted[f"ISO20-STN-TST-{number}"]
        return [(finding.verdict, finding.what, finding.detail) for finding in result.findings]


Go = Callable[..., Ended]
NUMBERS = count()


def finish(options: Options, *, allure: Path | None = None) -> Ended:
    told: list[tuple[str, Any]] = []
    run_suites(options, listener=lambda event, about: told.append((event, about)), allure=allure)
    run = RunReader.open(options.folder)
    return Ended(run=run, code=exit_code(run), told=tuple(told))


@pytest.fixture
def prepare(tmp_path: Path) -> Callable[..., Options]:
    """Options for a suite that is the text given, against the emulated station."""

    def make(text: str, devices: tuple[str, ...] = ("emulated-station",), **terms: Any) -> Options:
        suites = tmp_path / "suites"
        suites.mkdir(exist_ok=True)
        for old in suites.glob("test_tiny_*.py"):
            old.unlink()
        # pytest keeps modules by name for the life of its process, so that each suite needs one of its own.
        (suites / f"test_tiny_{next(NUMBERS)}.py").write_text(HEAD + text)
        return replace(make_options(devices, "interoperability", tmp_path / "reports"), suites=suites, **terms)

    return make


@pytest.fixture
def go(prepare: Callable[..., Options]) -> Go:
    """Run a suite that is the text given."""

    def make(text: str, *, allure: Path | None = None, **terms: Any) -> Ended:
        return finish(prepare(text, **terms), allure=allure)

    return make
