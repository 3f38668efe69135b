"""Drives pytest over the suites for `v2x run`: our plugin, our display, none of pytest's own output."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from harness.core.errors import HarnessError, UserError
from harness.plan.plan import Plan
from harness.runner.options import Options
from harness.runner.plugin import Suites
from harness.runner.session import Listener, RunSession

_QUIET = (
    "-p",
    "no:terminal",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:randomly",
    "--import-mode=importlib",
    "--capture=no",
    "-o",
    "asyncio_mode=auto",
    "-o",
    "asyncio_default_fixture_loop_scope=function",
    "-o",
    "addopts=",
)


def run_suites(options: Options, *, listener: Listener, allure: Path | None = None) -> RunSession:
    """Run the suites; results are in the run folder when this returns, whatever happened.

    Raises:
        UserError: the suites cannot be planned for this device.
        HarnessError: pytest could not collect or run the suites.
    """
    session = RunSession(options, listener=listener)
    extra = ["--alluredir", str(allure)] if allure else []
    _pytest(options, Suites(session), extra)
    return session


def collect_plan(options: Options) -> Plan:
    """The plan alone; nothing runs and nothing is written.

    Raises:
        UserError: as `run_suites`.
    """
    session = RunSession(options, dry=True)
    _pytest(options, Suites(session), ["--collect-only"])
    return session.plan


def _pytest(options: Options, suites: Suites, extra: list[str]) -> None:
    words = io.StringIO()
    arguments = [str(options.suites), "-c", "/dev/null", "--rootdir", str(options.suites), *_QUIET, *extra]
    with contextlib.redirect_stdout(words), contextlib.redirect_stderr(words):
        code = pytest.main(arguments, plugins=[_Named(suites)])
    if suites.problem is not None:
        raise suites.problem
    if code in {pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR}:
        raise HarnessError(f"the suites could not be run: {words.getvalue().strip()[-2000:]}")
    if not suites.found and code is not pytest.ExitCode.INTERRUPTED:
        raise UserError("there is no case", where=str(options.suites), do="name a folder of suites")


class _Named:
    """Registers the suites under the name that the plugin looks for."""

    def __init__(self, suites: Suites) -> None:
        self._suites = suites

    def pytest_configure(self, config: pytest.Config) -> None:
        """Join before anything is collected."""
        config.pluginmanager.register(self._suites, "v2x-suites")
